"""The face as a person: the same drawing in the window and in exported pictures."""

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from app.drawing.canvas import Canvas, kept
from app.drawing.face_pose import FacePose, FaceStyle
from app.drawing.framing import Framing, framing_of, seen_of
from app.drawing.marks import draw_marks, ghost_lines
from app.drawing.mouth import draw_mouth, mouth_of
from app.drawing.moving import draw_folds, draw_head, draw_nose
from app.drawing.palette import faint, palette_of
from app.drawing.skull import Head
from app.drawing.still import draw_behind, draw_upon
from app.theme import Theme

__all__ = [
    "FaceDrawer",
    "FacePose",
    "FaceStyle",
    "Framing",
    "draw_face",
    "framing_of",
    "render_face",
]

LINE = 0.0145  # width of a line in inter-ocular units
THINNEST_LINE = 1.0  # pixel
KEPT_GHOSTS = 12
LARGEST = 16384  # pixels along a side of a picture
PICTURE = QImage.Format.Format_ARGB32_Premultiplied


class FaceDrawer:
    """Draws poses of one head in one size; what keeps still is drawn once and kept."""

    def __init__(
        self, framing: Framing, size: QSizeF, theme: Theme, head: Head, *,
        ratio: float = 1.0, line_width: float = 1.0,
    ) -> None:  # fmt: skip
        self.framing, self.theme = framing, theme
        self._colours = palette_of(theme)
        self._line = max(LINE, THINNEST_LINE / framing.scale) * line_width
        self._ratio = ratio
        self._seen = QRectF(0.0, 0.0, size.width(), size.height())
        self._behind = _Layer(framing, self._seen, seen_of(head), ratio)
        self._upon = _Layer(framing, self._seen, _upon_area(head), ratio)
        self._ghosts: dict[bytes, _Layer] = {}  # by their poses
        with QPainter(self._behind.image) as painter:
            self._behind.begin(painter)
            draw_behind(self._canvas(painter), head, self._colours)
        with QPainter(self._upon.image) as painter:
            self._upon.begin(painter)
            draw_upon(self._canvas(painter), head, self._colours)

    def _canvas(self, painter: QPainter) -> Canvas:
        return Canvas(painter, self.framing, self._line)

    def draw(self, painter: QPainter, pose: FacePose, style: FaceStyle) -> None:
        """Draw one pose; the painter's origin is the picture's corner."""
        with kept(painter):
            canvas = self._canvas(painter)
            self._behind.put(painter)
            draw_head(canvas, pose, self._colours)
            self._upon.put(painter)
            draw_folds(canvas, pose, self._colours)
            draw_nose(canvas, pose, self._colours)
            draw_mouth(canvas, mouth_of(pose), self._colours)
        if style.points or style.indices:
            draw_marks(painter, pose, self.framing, self.theme, style)

    def draw_ghost(self, painter: QPainter, pose: FacePose, alpha: float) -> None:
        """Only the outlines of a pose, in the theme's ghost colour."""
        with kept(painter):
            colour = faint(QColor(self.theme.ghost), alpha)
            self._canvas(painter).stroke(ghost_lines(pose), colour)

    def put_ghost(self, painter: QPainter, pose: FacePose, alpha: float) -> None:
        """The same, drawn once and kept: for poses that are shown again."""
        name = pose.points.tobytes()
        layer = self._ghosts.pop(name, None) or self._ghost(pose)
        self._ghosts[name] = layer  # the one used last is the last
        if len(self._ghosts) > KEPT_GHOSTS:
            del self._ghosts[next(iter(self._ghosts))]
        with kept(painter):
            painter.setOpacity(alpha)
            layer.put(painter)

    def _ghost(self, pose: FacePose) -> "_Layer":
        lines = ghost_lines(pose)
        area = lines.boundingRect().adjusted(*(side * self._line for side in (-1, -1, 1, 1)))
        layer = _Layer(self.framing, self._seen, area, self._ratio)
        with QPainter(layer.image) as painter:
            layer.begin(painter)
            self._canvas(painter).stroke(lines, QColor(self.theme.ghost))
        return layer


class _Layer:
    """A picture of an area of the face, cut to what is seen, that lies on whole device pixels."""

    def __init__(self, framing: Framing, seen: QRectF, area: QRectF, ratio: float) -> None:
        shown = framing.pixels(area).intersected(seen)
        device = QRectF(shown.topLeft() * ratio, shown.size() * ratio).toAlignedRect()
        self._corner = QPointF(device.topLeft()) / ratio
        self.image = QImage(device.size().expandedTo(QSize(1, 1)), PICTURE)
        self.image.setDevicePixelRatio(ratio)
        self.image.fill(Qt.GlobalColor.transparent)

    def begin(self, painter: QPainter) -> None:
        """Put the origin of `painter`, on the layer's image, at the picture's corner."""
        painter.translate(-self._corner)

    def put(self, painter: QPainter) -> None:
        """Lay the layer on the picture."""
        painter.drawImage(self._corner, self.image)


def _upon_area(head: Head) -> QRectF:
    """What `draw_upon` covers, with the skull's whole front."""
    left, right, top = float(head[0, 0]), float(head[16, 0]), seen_of(head).top()
    side = 0.05 * (right - left)
    return QRectF(left - side, top, right - left + 2 * side, float(head[33, 1]) - top + 0.3)


def draw_face(
    painter: QPainter, framing: Framing, pose: FacePose, theme: Theme, style: FaceStyle
) -> None:
    """Draw one pose, of which nothing is kept, on the whole of a painter's picture."""
    device = painter.device()
    size = QSizeF(device.width(), device.height())
    ratio = device.devicePixelRatioF()
    drawer = FaceDrawer(
        framing, size, theme, pose.head, ratio=ratio, line_width=style.line_width
    )  # fmt: skip
    drawer.draw(painter, pose, style)


def new_picture(size: QSize, theme: Theme, style: FaceStyle) -> QImage:
    """An empty picture; raises ValueError for one without pixels or too large to hold."""
    if not (0 < size.width() <= LARGEST and 0 < size.height() <= LARGEST):
        raise ValueError(
            f"a picture must be from 1 to {LARGEST} pixels a side, "
            f"not {size.width()} x {size.height()}"
        )
    picture = QImage(size, PICTURE)
    picture.fill(QColor(theme.sunken) if style.background else Qt.GlobalColor.transparent)
    return picture


def render_face(pose: FacePose, size: QSize, theme: Theme, style: FaceStyle) -> QImage:
    """One pose as a picture; may run in any thread. For many, keep a `FacePictures`."""
    return FacePictures(size, theme, style).picture(pose)


class FacePictures:
    """Pictures of a clip's poses, all framed alike; may live in any one thread."""

    def __init__(self, size: QSize, theme: Theme, style: FaceStyle) -> None:
        new_picture(QSize(size), theme, style)  # a size that cannot be is told at once
        self._size, self._theme, self._style = QSize(size), theme, style
        self._drawer: FaceDrawer | None = None
        self._head = b""

    def picture(self, pose: FacePose) -> QImage:
        """The picture (ARGB32, premultiplied) of one pose."""
        head = pose.head.tobytes()
        if self._drawer is None or head != self._head:
            extent = QSizeF(self._size)
            self._drawer = FaceDrawer(
                framing_of(extent, pose.head), extent, self._theme, pose.head,
                line_width=self._style.line_width,
            )  # fmt: skip
            self._head = head
        picture = new_picture(self._size, self._theme, self._style)
        with QPainter(picture) as painter:
            self._drawer.draw(painter, pose, self._style)
        return picture
