"""One lane with its header: a name that folds it, a second line, a button for options."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QFontMetricsF
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.theme import Theme
from app.views.lanes.canvas import Canvas, small_font

WIDEST, WIDEST_WITH_OPTIONS = "Valence, arousal", "Spectrogram"  # titles
OPTIONS = "⋯"
UNLIMITED = 16_777_215  # Qt's greatest height
MenuOf = Callable[[QWidget], QMenu]
Height = Callable[[], int]  # pixels, at the present size of text


def header_width() -> int:
    """Pixels left of every lane, in proportion to the system's font."""
    advance = QFontMetricsF(QApplication.font()).horizontalAdvance
    return int(max(advance(WIDEST), advance(WIDEST_WITH_OPTIONS) + advance(OPTIONS) + 20)) + 48


class LaneHeader(QWidget):
    """The column left of a lane."""

    fold_toggled = Signal()

    def __init__(self, title: str, menu: MenuOf | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("laneHeader")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title, self._menu_of = title, menu
        self.fold_button = QToolButton(self)
        self.fold_button.setText(title)
        self.fold_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold_button.setAutoRaise(True)
        self.fold_button.clicked.connect(self.fold_toggled)
        self.fold_button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self.fold_button, 1)
        self.options_button: QToolButton | None = None
        if menu is not None:
            self.options_button = self._options()
            top.addWidget(self.options_button)
        self.detail = QLabel(self)
        self.detail.setTextFormat(Qt.TextFormat.RichText)
        self.detail.setObjectName("laneDetail")
        self.detail.setMinimumSize(0, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 2, 4, 2)
        layout.setSpacing(1)
        layout.addLayout(top)
        layout.addWidget(self.detail)
        layout.addStretch(1)
        self.show_folded(False)

    def _options(self) -> QToolButton:
        button = QToolButton(self)
        button.setText(OPTIONS)
        button.setAutoRaise(True)
        button.setObjectName("laneOptions")
        button.setAccessibleName(f"{self._title} options")
        button.setToolTip(f"Options of the {self._title.lower()} lane")
        button.clicked.connect(self._show_menu)
        return button

    def _show_menu(self) -> None:
        if self._menu_of is not None and self.options_button is not None:
            menu = self._menu_of(self)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.options_button.mapToGlobal(self.options_button.rect().bottomLeft()))

    def show_folded(self, is_folded: bool) -> None:
        """Turn the triangle."""
        arrow = Qt.ArrowType.RightArrow if is_folded else Qt.ArrowType.DownArrow
        self.fold_button.setArrowType(arrow)
        verb = "Unfold" if is_folded else "Fold"
        self.fold_button.setAccessibleName(f"{verb} {self._title.lower()} lane")
        self.fold_button.setToolTip(f"{verb} this lane")
        self._is_folded = is_folded
        self.show_detail(self.detail.text())

    def show_detail(self, text: str) -> None:
        """A second line; rich text."""
        self.detail.setText(text)
        self.detail.setVisible(bool(text) and not self._is_folded)

    def detailed_height(self) -> int:
        """Pixels of a lane that shows its name and two more lines."""
        return self.folded_height() + 2 * QFontMetrics(small_font()).height() + 1

    def folded_height(self) -> int:
        """Pixels of a lane that shows only its name."""
        return self.fold_button.sizeHint().height() + 4


class LaneRow(QWidget):
    """Header and canvas side by side."""

    folded = Signal()

    def __init__(
        self,
        title: str,
        canvas: Canvas,
        least: Height,
        menu: MenuOf | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.canvas = canvas
        self.is_folded = False
        self._least = least
        self.header = LaneHeader(title, menu, self)
        self.header.fold_toggled.connect(lambda: self.set_folded(not self.is_folded))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(canvas, 1)
        layout.addStretch(0)  # keeps the header at the left when the canvas is hidden
        self.limit()

    def limit(self) -> None:
        """Never lower than what it shows."""
        height = self.header.folded_height()
        self.setMinimumHeight(height if self.is_folded else max(self._least(), height))
        self.setMaximumHeight(height if self.is_folded else UNLIMITED)

    def set_folded(self, is_folded: bool) -> None:
        """Show only the name, or all."""
        if is_folded != self.is_folded:
            self.is_folded = is_folded
            self.header.show_folded(is_folded)
            self.canvas.setVisible(not is_folded)
            self.limit()
            self.folded.emit()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and the present font."""
        self.header.setFixedWidth(header_width())
        self.header.detail.setFont(small_font())
        self.canvas.set_theme(theme)
        self.limit()
