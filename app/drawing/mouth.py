"""Lips, teeth and tongue: the parts of the face that speak."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QLinearGradient, QPainterPath

from app.drawing.canvas import Canvas, ellipse
from app.drawing.curves import Points, enclosed, spline
from app.drawing.face_pose import FacePose
from app.drawing.palette import Palette, faint
from core.face import mouth_opening

THINNEST = 0.022  # of a lip: a lip pressed to nothing is still a lip
SHUT = 1e-3  # an opening below this is closed lips
TEETH_SHOWN = 0.02  # of the upper teeth, below the upper lip of the resting face
TEETH = (-0.195, -0.105, 0.0, 0.105, 0.195)  # x where one ends and the next begins
WIDE = 0.1  # openings from which tongue and lower teeth come into view


@dataclass(frozen=True, slots=True)
class Mouth:
    """The four edges of the lips, left to right, and where the teeth are behind them."""

    outer_upper: Points  # (7, 2)
    inner_upper: Points  # (5, 2)
    inner_lower: Points  # (5, 2)
    outer_lower: Points  # (7, 2)
    curves: tuple[QPainterPath, ...]  # through each of them, in this order
    opening: float
    teeth_edge: float  # y of the upper teeth, which never move
    middle: float  # x of the teeth

    @property
    def upper_lip(self) -> QPainterPath:
        """Its area."""
        return enclosed(self.curves[0], self.curves[1])

    @property
    def lower_lip(self) -> QPainterPath:
        """Its area."""
        return enclosed(self.curves[2], self.curves[3])

    @property
    def hole(self) -> QPainterPath:
        """What is seen between the lips."""
        return enclosed(self.curves[1], self.curves[2])

    @property
    def outline(self) -> QPainterPath:
        """Both lips and what is between them."""
        return enclosed(self.curves[0], self.curves[3])

    @property
    def seam(self) -> QPainterPath:
        """The lower edge of the upper lip, on into the corners."""
        path = QPainterPath(QPointF(*self.outer_upper[0].tolist()))
        path.lineTo(*self.inner_upper[0].tolist())  # a bare start would be dropped in connecting
        path.connectPath(self.curves[1])
        path.lineTo(*self.outer_upper[-1].tolist())
        return path


def mouth_of(pose: FacePose) -> Mouth:
    """The edges of the lips, put right where exaggeration has pushed one through another."""
    face = pose.all68
    inner_upper = face[60:65].copy()
    inner_lower = face[[60, 67, 66, 65, 64]]
    inner_lower[1:4, 1] = np.maximum(inner_lower[1:4, 1], inner_upper[1:4, 1])
    outer_upper = face[48:55].copy()
    outer_lower = face[[48, 59, 58, 57, 56, 55, 54]]
    _keep_apart(outer_upper, inner_upper, -1.0)
    _keep_apart(outer_lower, inner_lower, 1.0)
    edges = (outer_upper, inner_upper, inner_lower, outer_lower)
    return Mouth(
        *edges,
        curves=tuple(spline(edge) for edge in edges),
        opening=float(mouth_opening(pose.points)),
        teeth_edge=float(pose.head[62, 1]) + TEETH_SHOWN,
        middle=float(pose.head[33, 0] + pose.head[62, 0]) / 2,
    )  # fmt: skip


def _keep_apart(outer: Points, inner: Points, side: float) -> None:
    """Move `outer` away to `side` (-1 up, 1 down) where it is nearer than the thinnest lip."""
    order = np.argsort(inner[:, 0])
    edge = np.interp(outer[1:-1, 0], inner[order, 0], inner[order, 1])
    thickness = np.maximum(side * (outer[1:-1, 1] - edge), THINNEST)
    outer[1:-1, 1] = edge + side * thickness


def draw_mouth(canvas: Canvas, mouth: Mouth, colours: Palette) -> None:
    """Lips, and between them teeth, tongue and dark."""
    _draw_lips(canvas, mouth, colours)
    if mouth.opening > SHUT:
        _draw_inside(canvas, mouth, colours)


def _draw_lips(canvas: Canvas, mouth: Mouth, colours: Palette) -> None:
    lower = mouth.lower_lip
    extent = lower.boundingRect()
    shading = QLinearGradient(0.0, extent.top(), 0.0, extent.bottom())
    shading.setColorAt(0.0, colours.upper_lip)
    shading.setColorAt(0.35, colours.lower_lip)
    shading.setColorAt(1.0, colours.upper_lip)
    canvas.fill(mouth.upper_lip, colours.upper_lip)
    canvas.fill(lower, shading)
    _draw_gleam(canvas, mouth, colours)
    canvas.stroke(mouth.outline, faint(colours.lip_line, 0.45), 0.7)
    canvas.stroke(mouth.seam, colours.seam)  # what is inside is painted over it


def _draw_gleam(canvas: Canvas, mouth: Mouth, colours: Palette) -> None:
    """Light on the fullest part of the lower lip."""
    top = float(mouth.inner_lower[1:4, 1].mean())
    bottom = float(mouth.outer_lower[2:5, 1].mean())
    height = 0.72 * max(bottom - top, 0.0)
    width = 0.68 * float(mouth.outer_lower[-1, 0] - mouth.outer_lower[0, 0])
    middle = QPointF(float(mouth.outer_lower[3, 0]), top + 0.46 * (bottom - top))
    area = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
    canvas.glow(area, colours.lip_light, 0.55, ((0.0, 1.0), (1.0, 0.0)))


def _draw_inside(canvas: Canvas, mouth: Mouth, colours: Palette) -> None:
    hole = mouth.hole
    extent = hole.boundingRect()
    depth = QLinearGradient(0.0, extent.top(), 0.0, extent.bottom())
    depth.setColorAt(0.0, colours.throat)
    depth.setColorAt(1.0, colours.mouth)
    canvas.fill(hole, depth)
    with canvas.clipped(hole):
        _draw_tongue(canvas, mouth, colours)
        _draw_lower_teeth(canvas, mouth, colours)
        _draw_upper_teeth(canvas, mouth, colours)


def _draw_tongue(canvas: Canvas, mouth: Mouth, colours: Palette) -> None:
    seen = mouth.opening - 0.5 * WIDE
    if seen <= 0:
        return
    floor = float(mouth.inner_lower[1:4, 1].max())
    height = 0.62 * seen
    width = 0.3 * float(mouth.inner_upper[-1, 0] - mouth.inner_upper[0, 0])
    body = QLinearGradient(0.0, floor - height, 0.0, floor)
    body.setColorAt(0.0, colours.tongue)
    body.setColorAt(1.0, colours.mouth)
    tongue = ellipse(QPointF(mouth.middle, floor + 0.1 * height), width, 1.1 * height)
    canvas.fill(tongue, body)


def _row(mouth: Mouth, edge: float, root: float, half: float, sag: float) -> QPainterPath:
    """A row of teeth from its roots to an edge whose ends lie `sag` nearer to them."""
    x = mouth.middle
    side = edge + sag
    path = QPainterPath(QPointF(x - half, root))
    path.lineTo(x - half, side)
    path.cubicTo(x - 0.7 * half, edge, x - 0.4 * half, edge, x, edge)
    path.cubicTo(x + 0.4 * half, edge, x + 0.7 * half, edge, x + half, side)
    path.lineTo(x + half, root)
    path.closeSubpath()
    return path


def _arch(mouth: Mouth, colours: Palette, half: float, alpha: float = 1.0) -> QLinearGradient:
    """Bright in front, lost in the dark towards the cheeks."""
    arch = QLinearGradient(mouth.middle - half, 0.0, mouth.middle + half, 0.0)
    for place, colour, share in (
        (0.0, colours.teeth_shade, 0.0), (0.14, colours.teeth_shade, 1.0),
        (0.34, colours.teeth, 1.0), (0.66, colours.teeth, 1.0),
        (0.86, colours.teeth_shade, 1.0), (1.0, colours.teeth_shade, 0.0),
    ):  # fmt: skip
        arch.setColorAt(place, faint(colour, share * alpha))
    return arch


def _draw_upper_teeth(canvas: Canvas, mouth: Mouth, colours: Palette) -> None:
    half = 0.36
    top = float(mouth.inner_upper[1:4, 1].min())
    root = min(float(mouth.inner_upper[:, 1].min()), mouth.teeth_edge) - 0.3
    teeth = _row(mouth, mouth.teeth_edge, root, half, -0.05)
    canvas.fill(teeth, _arch(mouth, colours, half))
    gaps = QPainterPath()
    for x in TEETH:
        gaps.moveTo(mouth.middle + x, root)
        gaps.lineTo(mouth.middle + x, mouth.teeth_edge - 0.006)
    canvas.stroke(gaps, faint(colours.teeth_shade, 0.55), 0.5)
    # The lip's shadow on them.
    shadow = QLinearGradient(0.0, top, 0.0, top + 0.05)
    shadow.setColorAt(0.0, faint(colours.throat, 0.5))
    shadow.setColorAt(1.0, faint(colours.throat, 0.0))
    canvas.fill(teeth, shadow)


def _draw_lower_teeth(canvas: Canvas, mouth: Mouth, colours: Palette) -> None:
    seen = min((mouth.opening - WIDE) / WIDE, 1.0)
    if seen <= 0:
        return
    floor = float(mouth.inner_lower[1:4, 1].max())
    half = 0.27
    teeth = _row(mouth, floor - 0.045 * seen, floor + 0.3, half, 0.03)
    canvas.fill(teeth, _arch(mouth, colours, half, 0.75 * seen))
