"""Counting down before a recording begins."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QWidget

from app.theme import Theme
from app.views.controls.drawing import colour, scaled


class CountDigits(QFrame):
    """A digit as large as the panel, over everything; the mouse goes through it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self.count = theme, 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_count(self, count: int) -> None:
        """That digit; 0 hides it."""
        self.count = count
        self.setAccessibleName(f"Recording in {count}" if count else "")
        self.setVisible(count > 0)
        self.raise_()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The digit with a rim of the ground, so that it reads over anything."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), colour(self._theme.panel, 0.6))
            font = scaled(self.font(), 1.0, bold=True)
            font.setPixelSize(max(24, min(self.height() * 3 // 4, 160)))
            path = QPainterPath()
            path.addText(0, 0, font, str(self.count))
            box = path.boundingRect()
            path.translate(QRectF(self.rect()).center() - box.center())
            painter.strokePath(path, QPen(colour(self._theme.panel), 8))
            painter.fillPath(path, colour(self._theme.accent))
