"""Painting in face units at the speed of pixels.

Qt is some ten times slower when the painter itself is scaled up from units as large
as these, so paths and colours are carried over to pixels before they reach it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QGradient,
    QPainter,
    QPainterPath,
    QPen,
    QRadialGradient,
    QTransform,
)

from app.drawing.framing import Framing
from app.drawing.palette import faint

Paint = QColor | QGradient
SOFT = ((0.0, 1.0), (0.5, 0.45), (1.0, 0.0))  # how a glow fades: (place, share of its alpha)


@contextmanager
def kept(painter: QPainter) -> Iterator[None]:
    """Give the painter back as it was, whatever happens."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()


class Canvas:
    """Paths, widths and places are in face units; the painter's origin is the picture's corner."""

    def __init__(self, painter: QPainter, framing: Framing, line: float) -> None:
        self.line = line  # the width of an ordinary line
        self._painter = painter
        self._scale = framing.scale
        self._transform = framing.transform
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _brush(self, paint: Paint) -> QBrush:
        brush = QBrush(paint)
        if isinstance(paint, QGradient):
            brush.setTransform(self._transform)
        return brush

    def fill(self, path: QPainterPath, paint: Paint) -> None:
        """Fill an area."""
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._brush(paint))
        self._painter.drawPath(self._transform.map(path))

    def stroke(self, path: QPainterPath, paint: Paint, width: float = 1.0) -> None:
        """Draw a line `width` times as wide as ordinary."""
        pen = QPen(
            self._brush(paint), self.line * width * self._scale, Qt.PenStyle.SolidLine,
            Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin,
        )  # fmt: skip
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawPath(self._transform.map(path))

    def glow(
        self, area: QRectF, colour: QColor, alpha: float,
        fading: Sequence[tuple[float, float]] = SOFT,
    ) -> None:  # fmt: skip
        """A soft ellipse that is `alpha` opaque in its middle and nothing at its edge."""
        light = QRadialGradient(QPointF(0.0, 0.0), 1.0)
        for place, share in fading:
            light.setColorAt(place, faint(colour, alpha * share))
        pixels = self._transform.mapRect(area)
        brush = QBrush(light)
        around = self._transform.map(area.center())
        brush.setTransform(
            QTransform(
                max(pixels.width() / 2, 0.01), 0.0, 0.0, max(pixels.height() / 2, 0.01),
                around.x(), around.y(),
            )
        )  # fmt: skip
        self._painter.fillRect(pixels, brush)

    @contextmanager
    def clipped(self, path: QPainterPath) -> Iterator[None]:
        """Draw only inside an area."""
        with kept(self._painter):
            self._painter.setClipPath(self._transform.map(path), Qt.ClipOperation.IntersectClip)
            yield


def ellipse(centre: QPointF, across: float, down: float) -> QPainterPath:
    """An ellipse by its half axes."""
    path = QPainterPath()
    path.addEllipse(centre, across, down)
    return path
