"""Buttons with one of our icons: sharp at any density, in the theme's colours."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.icons import pixmap
from app.theme import Theme
from app.views.controls.drawing import colour, elided
from app.views.controls.switch import ChoiceButton


class GlyphButton(ChoiceButton):
    """An icon, and words beside it where there are any; named and explained for everyone."""

    def __init__(
        self,
        theme: Theme,
        glyph: str,
        name: str,
        tip: str = "",
        words: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, words, parent)
        self.glyph = glyph
        self._ink: Callable[[Theme], str] = lambda colours: colours.text
        self._pictures: dict[tuple[str, str, int, float], QPixmap] = {}
        self.setCheckable(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.describe(name, tip)

    def describe(self, name: str, tip: str = "") -> None:
        """What it does now, for readers and for screen readers."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(tip)
        self.setToolTip(tip or name)

    def set_glyph(self, glyph: str) -> None:
        """Another icon."""
        if glyph != self.glyph:
            self.glyph = glyph
            self.update()

    def set_ink(self, ink: Callable[[Theme], str]) -> None:
        """The colour of the icon, out of any theme."""
        self._ink = ink
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A square, and the words."""
        metrics = QFontMetrics(self.font())
        side = max(28, metrics.height() + 10)
        words = metrics.horizontalAdvance(self.text()) + 8 if self.text() else 0
        return QSize(side + words, side)

    def paint_words(self, painter: QPainter, rect: QRectF) -> None:
        """The icon, then the words."""
        height = rect.height()
        side = round(height * 0.58)
        left = (height - side) / 2 if self.text() else (rect.width() - side) / 2
        picture = self._picture(self._ink(self.theme), side)
        painter.drawPixmap(round(left), round((height - side) / 2), picture)
        if self.text():
            painter.setPen(colour(self.theme.text))
            room = rect.adjusted(height - 3, 0, -4, 0)
            elided(painter, room, self.text(), Qt.AlignmentFlag.AlignLeft)

    def _picture(self, ink: str, side: int) -> QPixmap:
        key = (self.glyph, ink, side, self.devicePixelRatioF())
        if key not in self._pictures:
            self._pictures[key] = pixmap(*key)
        return self._pictures[key]
