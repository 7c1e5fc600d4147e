"""A part of a panel that folds under its title."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFontMetrics, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.controls.drawing import FADED, colour, elided, focus_ring, scaled


class _Header(QAbstractButton):
    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__()
        self.theme, self.summary = theme, ""
        self.setText(title)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(120, QFontMetrics(self.font()).height() + 8)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        theme, rect = self.theme, QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(1.0 if self.isEnabled() else FADED)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.text if self.underMouse() else theme.quiet))
            middle = QPointF(9, rect.height() / 2)
            open_marks = [QPointF(-4, -2), QPointF(4, -2), QPointF(0, 3)]
            shut_marks = [QPointF(-2, -4), QPointF(3, 0), QPointF(-2, 4)]
            marks = open_marks if self.isChecked() else shut_marks
            painter.drawPolygon(QPolygonF([middle + mark for mark in marks]))
            painter.setFont(scaled(self.font(), 1.0, bold=True))
            painter.setPen(colour(theme.text))
            width = painter.fontMetrics().horizontalAdvance(self.text())
            elided(painter, rect.adjusted(20, 0, 0, 0), self.text(), Qt.AlignmentFlag.AlignLeft)
            if not self.isChecked() and self.summary:
                painter.setFont(scaled(self.font(), 0.92))
                painter.setPen(colour(theme.quiet))
                room = rect.adjusted(20 + width + 10, 0, -4, 0)
                elided(painter, room, self.summary, Qt.AlignmentFlag.AlignRight)
            if self.hasFocus():
                focus_ring(painter, rect, theme)


class Section(QWidget):
    """A title that folds what is below it; folded, it says in a few words what is set there."""

    folded = Signal(bool)

    def __init__(
        self, theme: Theme, title: str, content: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.header, self.content = _Header(theme, title), content
        self.header.setChecked(True)
        self.header.toggled.connect(self._toggle)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(self.header)
        self._column.addWidget(content)
        self._name()

    @property
    def is_open(self) -> bool:
        """Whether its content shows."""
        return self.header.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold."""
        self.header.setChecked(is_open)

    def set_summary(self, text: str) -> None:
        """What is said beside the title while it is folded."""
        self.header.summary = text
        self.header.setAccessibleDescription(text)
        self.header.update()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.header.theme = theme
        self.header.update()

    def _toggle(self, is_open: bool) -> None:
        self.content.setVisible(is_open)
        self._name()
        self.folded.emit(not is_open)

    def _name(self) -> None:
        verb = "Fold" if self.is_open else "Unfold"
        self.header.setAccessibleName(f"{verb} {self.header.text()}")
        self.header.setToolTip(f"{verb} {self.header.text().lower()}")
