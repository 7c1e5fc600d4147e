"""What lies over a face: its landmarks with their numbers, and outlines of other poses."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from app.drawing.canvas import kept
from app.drawing.curves import spline
from app.drawing.face_pose import FacePose, FaceStyle
from app.drawing.framing import Framing
from app.drawing.mouth import SHUT, mouth_of
from app.drawing.moving import outline_points
from app.drawing.palette import faint
from app.theme import Theme
from core.face import INNER_LIPS, JAW, NOSE, OUTER_LIPS

DOT = 0.021  # radius of a landmark's dot, inter-ocular units
DOT_PIXELS = (1.6, 5.0)  # within which it stays
LABEL_PIXELS = (7, 14)  # of the numbers
LABEL = 0.085  # their height, inter-ocular units
INNER_STEP = 0.1  # between inner lip points; numbers are left out where they would overlap


def dot_radius(framing: Framing) -> float:
    """Of a landmark's dot, in pixels."""
    return min(max(DOT * framing.scale, DOT_PIXELS[0]), DOT_PIXELS[1])


def draw_marks(
    painter: QPainter, pose: FacePose, framing: Framing, theme: Theme, style: FaceStyle
) -> None:
    """The 36 landmarks as dots, with or without their numbers."""
    places = [framing.pixel(x, y) for x, y in pose.points.tolist()]
    radius = dot_radius(framing)
    with kept(painter):
        _draw_dots(painter, places, radius, theme)
        if style.indices:
            _draw_numbers(painter, places, radius, framing, theme)


def _draw_dots(painter: QPainter, places: list[QPointF], radius: float, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.on_accent), max(0.35 * radius, 0.8)))
    painter.setBrush(QColor(theme.accent))
    for place in places:
        painter.drawEllipse(place, radius, radius)


def _draw_numbers(
    painter: QPainter, places: list[QPointF], radius: float, framing: Framing, theme: Theme
) -> None:
    font = QFont(painter.font())
    height = min(max(round(LABEL * framing.scale), LABEL_PIXELS[0]), LABEL_PIXELS[1])
    font.setPixelSize(height)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    reach = radius + 0.62 * height
    crowded = INNER_STEP * framing.scale < 1.15 * metrics.horizontalAdvance("00")
    for index, place in enumerate(places):
        if crowded and index in INNER_LIPS:
            continue
        text = str(index)
        width = metrics.horizontalAdvance(text)
        across, down = _direction(index)
        middle = place + QPointF(across * (radius + 0.62 * width), down * reach)
        box = QRectF(middle.x() - width, middle.y() - height, 2 * width, 2 * height)
        plate = QRectF(0.0, 0.0, width + 3.0, height * 0.95)
        plate.moveCenter(middle)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint(theme.sunken, 0.72))
        painter.drawRoundedRect(plate, 2.0, 2.0)
        painter.setPen(QColor(theme.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _direction(index: int) -> tuple[float, float]:
    """Where a landmark's number stands from it: always the same, so that none flicker."""
    if index in JAW:
        part = JAW.index(index) / (len(JAW) - 1) * 2 - 1  # -1 left, 1 right
        return (1.25 * part, 1.0 - abs(part) ** 2)
    if index in NOSE:
        return (0.0, -1.0)
    loop = OUTER_LIPS if index in OUTER_LIPS else INNER_LIPS
    place = loop.index(index) / len(loop)
    if loop is OUTER_LIPS:
        across = {0.0: -1.3, 0.5: 1.3}.get(place, 0.0)
    else:
        across = {0.0: 1.1, 0.5: -1.1}.get(place, 0.0)
    upper = 0.0 < place < 0.5
    return (across, 0.0 if across else (-1.0 if upper else 1.0))


def ghost_lines(pose: FacePose) -> QPainterPath:
    """The outlines of another pose: its jaw line, where it moves, and lips."""
    mouth = mouth_of(pose)
    lines = spline(outline_points(pose)[2:15])
    lines.addPath(mouth.outline)
    if mouth.opening > SHUT:
        lines.addPath(mouth.hole)
    return lines
