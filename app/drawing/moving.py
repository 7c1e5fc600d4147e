"""The parts of the face that move, but for the mouth: jaw line, nose, and folds of the skin."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QLinearGradient, QPainterPath

from app.drawing.canvas import Canvas
from app.drawing.curves import Points, spline
from app.drawing.face_pose import FacePose
from app.drawing.palette import Palette, faint
from app.drawing.skull import skull_line, skull_of

# How much of the movement of the jaw's last moving points the still points above them take
# up, so that the line does not kink where it stops moving: points 2, 1, 0 and 14, 15, 16.
FOLLOW = (0.45, 0.15, 0.0)


def outline_points(pose: FacePose) -> Points:
    """The line around the head (30, 2): down the jaw from the left, and back over the skull."""
    face, skull = pose.all68, skull_of(pose.head)
    moved = face - pose.head
    jaw = face[:17].copy()
    for steps, share in enumerate(FOLLOW, 1):
        jaw[3 - steps] += share * moved[3]
        jaw[13 + steps] += share * moved[13]
    return np.concatenate([jaw, skull_line(skull)])


def draw_head(canvas: Canvas, pose: FacePose, colours: Palette) -> None:
    """The head's skin and the line around it."""
    path, skull = spline(outline_points(pose), closed=True), skull_of(pose.head)
    skin = QLinearGradient(0.0, skull.top, 0.0, float(pose.head[8, 1]))
    skin.setColorAt(0.0, colours.skin)
    skin.setColorAt(0.6, colours.skin)
    skin.setColorAt(1.0, colours.skin_low)
    canvas.fill(path, skin)
    canvas.stroke(path, colours.line)


def draw_nose(canvas: Canvas, pose: FacePose, colours: Palette) -> None:
    """The wings, the nostrils and the underside of the nose."""
    face = pose.all68
    left, near_left, base, near_right, right = face[31:36].tolist()
    for outer, inner in ((left, near_left), (right, near_right)):
        canvas.fill(_nostril(outer, inner), faint(colours.nostril, 0.85))
    for (x, y), side in ((left, -1.0), (right, 1.0)):
        ink = QLinearGradient(0.0, y - 0.11, 0.0, y)
        ink.setColorAt(0.0, faint(colours.line, 0.0))
        ink.setColorAt(1.0, faint(colours.line, 0.55))
        wing = QPainterPath(QPointF(x + side * 0.03, y - 0.105))
        wing.cubicTo(
            x + side * 0.07, y - 0.075, x + side * 0.075, y + 0.025, x + side * 0.005, y + 0.016
        )
        canvas.stroke(wing, ink)
    under = QPainterPath(QPointF(near_left[0] + 0.01, near_left[1] + 0.008))
    under.quadTo(base[0], base[1] + 0.045, near_right[0] - 0.01, near_right[1] + 0.008)
    canvas.stroke(under, faint(colours.line, 0.45), 0.9)


def _nostril(outer: list[float], inner: list[float]) -> QPainterPath:
    """A drop that is thick towards the middle of the nose."""
    x0, y0 = outer
    x1, y1 = inner
    span = x1 - x0

    def at(along: float, down: float) -> tuple[float, float]:
        return x0 + along * span, y0 + along * (y1 - y0) + down

    path = QPainterPath(QPointF(*at(0.1, 0.012)))
    path.cubicTo(*at(0.25, -0.035), *at(0.95, -0.075), *at(1.4, -0.022))
    path.cubicTo(*at(1.1, 0.012), *at(0.5, 0.0), *at(0.1, 0.012))
    return path


def draw_folds(canvas: Canvas, pose: FacePose, colours: Palette) -> None:
    """The groove under the nose, the shadow under the lower lip, and the folds of a smile."""
    face = pose.all68
    (x, lip), chin = face[57].tolist(), float(face[8, 1])
    width, height = 0.84 * float(face[54, 0] - face[48, 0]), 0.4 * max(chin - lip, 0.0)
    shadow = QRectF(x - width / 2, lip - 0.125 * height, width, height)
    canvas.glow(shadow, colours.shade, 0.3, ((0.0, 1.0), (1.0, 0.0)))
    for nose, bow in ((32, 50), (34, 52)):
        (x0, y0), (x1, y1) = face[nose].tolist(), face[bow].tolist()
        groove = QPainterPath(QPointF(0.55 * x0 + 0.45 * face[33, 0], y0 + 0.3 * (y1 - y0)))
        end = 0.85 * x1 + 0.15 * face[51, 0]
        bend = 0.4 * x0 + 0.6 * face[33, 0]
        groove.quadTo(bend, y0 + 0.6 * (y1 - y0), end, y0 + 0.86 * (y1 - y0))
        canvas.stroke(groove, faint(colours.shade, 0.22), 1.2)
    for wing, corner, side in ((31, 48, -1.0), (35, 54, 1.0)):
        _draw_smile_fold(canvas, pose, colours, (wing, corner), side)


def _draw_smile_fold(
    canvas: Canvas, pose: FacePose, colours: Palette, ends: tuple[int, int], side: float
) -> None:
    """From the wing of the nose around the corner of the mouth: deeper the wider it is."""
    (x0, y0), (x1, y1) = pose.all68[list(ends)].tolist()
    rest_x, rest_y = pose.head[ends[1]].tolist()
    stretch = side * (x1 - rest_x) + rest_y - y1
    depth = min(max(0.1 + 0.9 * stretch, 0.06), 0.34)
    fold = QPainterPath(QPointF(x0 + side * 0.115, y0 - 0.03))
    fold.cubicTo(
        x0 + side * 0.2, y0 + 0.06, x1 + side * 0.07, y1 - 0.2, x1 + side * 0.075, y1 - 0.06
    )
    ink = QLinearGradient(0.0, y0 - 0.03, 0.0, y1 - 0.06)
    for place, share in ((0.0, 0.4), (0.3, 1.0), (0.7, 0.8), (1.0, 0.0)):
        ink.setColorAt(place, faint(colours.line, depth * share))
    canvas.stroke(fold, ink)
