"""Where faces stand in the view: one pane or two, zoomed and moved alike. No widgets."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF

from app.drawing.face_drawing import FaceDrawer, FacePose, Framing, framing_of
from app.drawing.framing import seen_of
from app.drawing.marks import dot_radius
from app.drawing.skull import Head
from app.theme import Theme

LARGEST_ZOOM = 12.0
REACH = 9.0  # pixels from a landmark at which it is pointed at


@dataclass(frozen=True, slots=True)
class Zoom:
    """How much larger than to fit, and how far the face is moved, in pixels."""

    factor: float = 1.0
    pan: QPointF = field(default_factory=QPointF)

    def by(self, factor: float, at: QPointF) -> "Zoom":
        """Zoom further; what is at `at`, counted from the pane's middle, stays there."""
        wanted = min(max(self.factor * factor, 1.0), LARGEST_ZOOM)
        return Zoom(wanted, at - (at - self.pan) * (wanted / self.factor))

    def moved(self, by: QPointF) -> "Zoom":
        """Drag the face along."""
        return Zoom(self.factor, self.pan + by)

    def within(self, size: QSizeF, head: Head) -> "Zoom":
        """The same with some of the face in the middle of a pane; not moved when not zoomed."""
        if self.factor <= 1.0:
            return Zoom()
        room = seen_of(head).size() * (framing_of(size, head).scale * (self.factor - 1.0) / 2)
        return Zoom(
            self.factor,
            QPointF(
                min(max(self.pan.x(), -room.width()), room.width()),
                min(max(self.pan.y(), -room.height()), room.height()),
            ),
        )


def panes(area: QRectF, head: Head, count: int, ratio: float) -> list[QRectF]:
    """The view cut into `count` (1 or 2) like parts, whichever way leaves larger faces.

    Corners lie on whole device pixels, of which there are `ratio` to a pixel.
    """
    if count == 1:
        return [area]
    beside = QSizeF(_whole(area.width() / 2, ratio), area.height())
    under = QSizeF(area.width(), _whole(area.height() / 2, ratio))
    if framing_of(beside, head).scale >= framing_of(under, head).scale:
        second = area.topLeft() + QPointF(area.width() - beside.width(), 0.0)
        size = beside
    else:
        second = area.topLeft() + QPointF(0.0, area.height() - under.height())
        size = under
    second = QPointF(_whole(second.x(), ratio), _whole(second.y(), ratio))
    return [QRectF(area.topLeft(), size), QRectF(second, size)]


def _whole(length: float, ratio: float) -> float:
    """The next whole device pixel below."""
    return int(length * ratio) / ratio


class Drawers:
    """One drawer for each head on view, made anew when the size, the zoom or the theme is another.

    What keeps still is drawn when a drawer is made, and not again for every frame.
    """

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._drawers: dict[bytes, FaceDrawer] = {}

    def of(self, head: Head, size: QSizeF, zoom: Zoom, theme: Theme, ratio: float) -> FaceDrawer:
        """The drawer for a head in a pane of this size."""
        key = (size.toTuple(), zoom.factor, zoom.pan.toTuple(), theme, ratio)
        if key != self._key:
            self._key = key
            self._drawers.clear()
        name = head.tobytes()
        if name not in self._drawers:
            if len(self._drawers) > 1:
                self._drawers.clear()
            framing = framing_of(size, head, zoom.factor, zoom.pan)
            self._drawers[name] = FaceDrawer(
                framing, size, theme, head, ratio=ratio,
                line_width=max(zoom.factor**-0.5, 0.1),  # lines grow less than what they outline
            )  # fmt: skip
        return self._drawers[name]


def moving_area(framing: Framing, head: Head) -> QRectF:
    """The pixels of a pane that anything but sizes, zoom and theme can change."""
    left, right = float(head[0, 0]), float(head[16, 0])
    top = float(head[0, 1]) - 0.5  # the curve over the jaw line's ends bends with them
    area = QRectF(left - 0.35, top, right - left + 0.7, seen_of(head).bottom() - top + 1.0)
    return framing.pixels(area).adjusted(-24.0, -4.0, 24.0, 24.0)


def landmark_near(framing: Framing, pose: FacePose, place: QPointF) -> int | None:
    """The landmark that is pointed at in a pane."""
    wanted = np.array([place.x() - framing.x, place.y() - framing.y]) / framing.scale
    distance = np.hypot(*(pose.points - wanted).T) * framing.scale
    nearest = int(distance.argmin())
    return nearest if distance[nearest] <= max(REACH, 1.5 * dot_radius(framing)) else None
