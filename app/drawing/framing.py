"""Where on the picture a face stands: the same for a whole clip, so that it does not jump."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

from app.drawing.skull import Head, skull_of


@dataclass(frozen=True, slots=True)
class Framing:
    """pixels = scale * face units + (x, y)."""

    scale: float
    x: float
    y: float

    @property
    def transform(self) -> QTransform:
        """From face units to pixels."""
        return QTransform(self.scale, 0.0, 0.0, self.scale, self.x, self.y)

    def pixel(self, x: float, y: float) -> QPointF:
        """Where a point of the face is on the picture."""
        return QPointF(self.scale * x + self.x, self.scale * y + self.y)

    def pixels(self, area: QRectF) -> QRectF:
        """Where an area of the face is on the picture."""
        return self.transform.mapRect(area)


def seen_of(head: Head) -> QRectF:
    """The area of face space that is seen of a head, whatever it says.

    From over the skull to where the neck has faded out, so that a chin can drop as far as any does.
    """
    skull, chin = skull_of(head), float(head[8, 1])
    height = chin - skull.side
    top, bottom = skull.top - 0.05 * height, chin + 0.36 * height
    return QRectF(skull.middle - 1.43 * skull.half, top, 2.86 * skull.half, bottom - top)


def framing_of(size: QSizeF, head: Head, zoom: float = 1.0, pan: QPointF | None = None) -> Framing:
    """The whole head in the middle of a picture; `pan` moves the zoomed head, in pixels."""
    seen = seen_of(head)
    scale = min(size.width() / seen.width(), size.height() / seen.height()) * zoom
    middle, moved = seen.center(), pan or QPointF()
    return Framing(
        scale,
        size.width() / 2 - scale * middle.x() + moved.x(),
        size.height() / 2 - scale * middle.y() + moved.y(),
    )
