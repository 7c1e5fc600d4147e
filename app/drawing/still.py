"""The parts of the face that keep still: what is behind the head, and eyes and brows upon it."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QLinearGradient, QPainterPath, QRadialGradient

from app.drawing.canvas import Canvas, ellipse
from app.drawing.curves import Points, add_spline, along, between, spline, swelling
from app.drawing.framing import seen_of
from app.drawing.palette import Palette, faint
from app.drawing.skull import Head, Skull, skull_line, skull_of

LASHES = (0.01, 0.032, 0.038, 0.036, 0.032, 0.026, 0.01)  # thickness from the outer corner
WIDER = 1.4  # the eyes are this much opener than measured: a drawn face needs it to look awake
BROW = (0.012, 0.05, 0.063, 0.066, 0.06, 0.045, 0.01)  # thickness from the nose outwards


def draw_behind(canvas: Canvas, head: Head, colours: Palette) -> None:
    """Neck, shoulders and ears."""
    skull = skull_of(head)
    chin = float(head[8, 1])
    _draw_neck(canvas, skull, chin, seen_of(head).bottom(), colours)
    for side in (-1.0, 1.0):
        _draw_ear(canvas, skull, side, colours)


def _draw_neck(canvas: Canvas, skull: Skull, chin: float, bottom: float, colours: Palette) -> None:
    middle, half = skull.middle, skull.half

    def side(sign: float) -> QPainterPath:
        edge = QPainterPath(QPointF(middle + sign * 0.66 * half, chin - 0.45))
        edge.cubicTo(
            middle + sign * 0.6 * half, chin + 0.15, middle + sign * 0.6 * half, chin + 0.3,
            middle + sign * 0.72 * half, chin + 0.42,
        )  # fmt: skip
        edge.cubicTo(
            middle + sign * 0.85 * half, chin + 0.52, middle + sign * 1.2 * half, chin + 0.56,
            middle + sign * 1.5 * half, bottom + 0.02,
        )  # fmt: skip
        return edge

    left, right = side(-1.0), side(1.0)
    area = QPainterPath(left)
    area.connectPath(right.toReversed())
    area.closeSubpath()
    fade = QLinearGradient(0.0, chin - 0.4, 0.0, bottom)
    fade.setColorAt(0.0, colours.neck)
    fade.setColorAt(0.45, colours.neck)
    fade.setColorAt(1.0, faint(colours.neck, 0.0))
    canvas.fill(area, fade)
    ink = QLinearGradient(0.0, chin - 0.4, 0.0, bottom)
    ink.setColorAt(0.5, colours.line)
    ink.setColorAt(0.97, faint(colours.line, 0.0))
    canvas.stroke(left, ink)
    canvas.stroke(right, ink)


def _draw_ear(canvas: Canvas, skull: Skull, side: float, colours: Palette) -> None:
    def at(out: float, down: float) -> tuple[float, float]:
        return skull.middle + side * (skull.half + out), skull.side + down

    shell = [at(-0.05, -0.1), at(0.05, -0.17), at(0.13, -0.13), at(0.165, 0.03),
             at(0.13, 0.27), at(0.095, 0.45), at(0.03, 0.54), at(-0.08, 0.48)]  # fmt: skip
    canvas.fill(spline(shell), colours.neck)
    canvas.stroke(spline(shell), colours.line)
    fold = spline([at(0.02, -0.06), at(0.075, -0.07), at(0.1, 0.05), at(0.06, 0.26)])
    canvas.stroke(fold, faint(colours.line, 0.45), 0.8)


def draw_upon(canvas: Canvas, head: Head, colours: Palette) -> None:
    """Light on the forehead, brows, eyes and the bridge of the nose."""
    face = head.astype(np.float64)
    _draw_hair(canvas, face, colours)
    _draw_light(canvas, face, colours)
    _draw_bridge(canvas, face, colours)
    for eye, brow, inner in ((range(36, 42), range(21, 16, -1), 1.0),
                             ((45, 44, 43, 42, 47, 46), range(22, 27), -1.0)):  # fmt: skip
        _draw_eye(canvas, face[list(eye)], inner, colours)
        _draw_brow(canvas, face[list(brow)], colours)


def _draw_hair(canvas: Canvas, face: Points, colours: Palette) -> None:
    """Hair cropped so short that it is a tone of the skin: a bare skull looks like a dummy's."""
    skull = skull_of(face.astype(np.float32))
    # Within the line around the head, so that it does not grow thinner there.
    inset = 1.0 - 0.5 * canvas.line / skull.half
    middle = np.array([skull.middle, skull.side])
    over = middle + (skull_line(skull) - middle) * inset
    sides = (middle + (face[[0, 16]] - middle) * (inset, 1.0)).tolist()
    height = skull.side - skull.top

    def at(out: float, up: float) -> tuple[float, float]:
        return skull.middle + out * skull.half, skull.side - up * height

    half = [at(-0.985, -0.02), at(-0.95, 0.12), at(-0.895, 0.26), at(-0.79, 0.41),
            at(-0.63, 0.53), at(-0.43, 0.605), at(-0.21, 0.64)]  # fmt: skip
    front = [*half, at(0.0, 0.65), *[(2 * skull.middle - x, y) for x, y in reversed(half)]]
    cap = spline([sides[0], *over[::-1].tolist(), sides[1]])
    add_spline(cap, front[::-1])
    cap.closeSubpath()
    tone = QLinearGradient(0.0, skull.top, 0.0, skull.side)
    tone.setColorAt(0.0, colours.hair)
    tone.setColorAt(1.0, faint(colours.hair, 0.3))
    canvas.fill(cap, tone)


def _draw_light(canvas: Canvas, face: Points, colours: Palette) -> None:
    skull = skull_of(face.astype(np.float32))
    brow = float(face[17:27, 1].mean())
    canvas.glow(QRectF(skull.middle - 0.85, brow - 0.62, 1.7, 0.7), colours.light, 0.13)
    tip = float(face[30, 1])
    canvas.glow(QRectF(skull.middle - 0.16, tip - 0.2, 0.32, 0.34), colours.light, 0.24)
    for side in (-1.0, 1.0):
        cheek = skull.middle + side * 0.58 * skull.half
        canvas.glow(QRectF(cheek - 0.36, tip - 0.32, 0.72, 0.6), colours.lower_lip, 0.055)
        socket = skull.middle + side * 0.5
        canvas.glow(QRectF(socket - 0.42, brow + 0.05, 0.84, 0.55), colours.shade, 0.2)


def _draw_bridge(canvas: Canvas, face: Points, colours: Palette) -> None:
    """Two lines that begin at the brows and are lost on the way down."""
    brow, tip = float(face[27, 1]) - 0.2, float(face[30, 1])
    ink = QLinearGradient(0.0, brow, 0.0, tip)
    ink.setColorAt(0.0, faint(colours.shade, 0.0))
    ink.setColorAt(0.35, faint(colours.shade, 0.38))
    ink.setColorAt(1.0, faint(colours.shade, 0.0))
    middle = float(face[27, 0])
    for side in (-1.0, 1.0):
        down = ((0.2, brow), (0.115, brow + 0.2), (0.095, (brow + tip) / 2), (0.13, tip))
        ridge = [(middle + side * x, y) for x, y in down]
        canvas.stroke(spline(ridge), ink, 1.3)


def _draw_eye(canvas: Canvas, eye: Points, inner: float, colours: Palette) -> None:
    """Six points: outer corner, upper lid, inner corner, lower lid; `inner` is the nose's side."""
    outer_corner, inner_corner = eye[0], eye[3]
    axis = (outer_corner + inner_corner) / 2
    opened = eye.copy()
    opened[:, 1] = axis[1] + (eye[:, 1] - axis[1]) * WIDER
    opened[[0, 3]] = eye[[0, 3]]
    upper, lower = opened[:4], opened[[0, 5, 4, 3]]
    almond = between(upper, lower)
    canvas.fill(almond, colours.eye_white)
    centre = QPointF(float(axis[0]), float(opened[[1, 2, 4, 5], 1].mean()))
    top = float(upper[:, 1].min())
    lid = QLinearGradient(0.0, top, 0.0, top + 0.09)
    lid.setColorAt(0.0, faint(colours.iris_rim, 0.5))
    lid.setColorAt(1.0, faint(colours.iris_rim, 0.0))
    with canvas.clipped(almond):
        _draw_iris(canvas, centre, colours)
        canvas.fill(almond, lid)
    _draw_lids(canvas, upper, lower, inner, colours)


def _draw_iris(canvas: Canvas, centre: QPointF, colours: Palette) -> None:
    radius = 0.098
    iris = QRadialGradient(centre, radius)
    iris.setColorAt(0.0, colours.iris)
    iris.setColorAt(0.8, colours.iris)
    iris.setColorAt(1.0, colours.iris_rim)
    canvas.fill(ellipse(centre, radius, radius), iris)
    canvas.fill(ellipse(centre, 0.044, 0.044), colours.pupil)
    glint = ellipse(centre - QPointF(0.0, 0.034), 0.019, 0.016)
    canvas.fill(glint, faint(colours.glint, 0.9))


def _draw_lids(
    canvas: Canvas, upper: Points, lower: Points, inner: float, colours: Palette
) -> None:
    lashes = upper.copy()
    lashes[0] += (-inner * 0.035, -0.012)  # drawn out a little beyond the corner
    canvas.fill(swelling(along(lashes, len(LASHES)), LASHES), colours.lash)
    taper = [share * canvas.line for share in (0.0, 0.6, 0.8, 0.8, 0.8, 0.6, 0.0)]
    canvas.fill(swelling(along(lower, 7), taper), faint(colours.line, 0.5))
    crease = upper - np.array([0.0, 0.07])
    crease[0] += (inner * 0.015, 0.02)
    crease[3] += (-inner * 0.05, 0.0)
    canvas.fill(swelling(along(crease, 7), taper), faint(colours.line, 0.45))


def _draw_brow(canvas: Canvas, brow: Points, colours: Palette) -> None:
    """Five points from the nose outwards."""
    canvas.fill(swelling(along(brow, len(BROW)), BROW), colours.brow)
