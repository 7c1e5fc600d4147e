"""Takes that a crash left behind, each to be opened or discarded."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.controls.drawing import Themed, clear_ground, colour, elided
from app.views.controls.switch import ChoiceButton


class ElidedLabel(QWidget):
    """One line of text that gives way where there is no room; all of it is in the tooltip."""

    def __init__(self, theme: Theme, *, quiet: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._quiet, self.text = theme, quiet, ""

    def set_text(self, text: str, tip: str = "") -> None:
        """Other words."""
        self.text = text
        self.setToolTip(tip or text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """All of it."""
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self.text) + 4, metrics.height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Next to nothing."""
        return QSize(30, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The words, or their beginning."""
        with QPainter(self) as painter:
            painter.setPen(colour(self._theme.quiet if self._quiet else self._theme.text))
            elided(painter, QRectF(self.rect()), self.text, Qt.AlignmentFlag.AlignLeft)


class RecoveredTakes(QWidget):
    """Hidden where there are none."""

    opened = Signal(Path)
    discarded = Signal(Path)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.paths: tuple[Path, ...] = ()
        self.title = QLabel()
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.title)
        column.addWidget(self.area)
        self.show_takes(())

    def show_takes(self, paths: Sequence[Path]) -> None:
        """These, in this order; emits nothing."""
        self.paths = tuple(paths)
        count = len(self.paths)
        noun = "take was" if count == 1 else "takes were"
        self.title.setText(f"{count} {noun} not finished, and saved from the last session:")
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        for path in self.paths:
            column.addLayout(self._row(path))
        column.addStretch(1)
        self.area.setWidget(rows)
        clear_ground(self.area)
        self.area.setFixedHeight(rows.sizeHint().height())  # what they lie in scrolls
        self.setVisible(count > 0)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        parts: list[Themed] = [*self.findChildren(ElidedLabel), *self.findChildren(ChoiceButton)]
        for part in parts:
            part.set_theme(theme)

    def _row(self, path: Path) -> QHBoxLayout:
        label = ElidedLabel(self._theme)
        label.set_text(path.name, str(path))
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 2, 0)
        row.setSpacing(4)
        row.addWidget(label, 1)
        for words, signal in (("Open", self.opened), ("Discard", self.discarded)):
            button = ChoiceButton(self._theme, words)
            button.setCheckable(False)
            button.setAccessibleName(f"{words} {path.name}")
            button.setToolTip(f"{words} {path}")
            button.clicked.connect(lambda _on=False, signal=signal: signal.emit(path))
            row.addWidget(button)
        return row
