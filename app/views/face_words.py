"""The few words over a drawn face."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.drawing.palette import faint
from app.theme import Theme

MARGIN = 10.0  # pixels from the edges
LETTERS = 52  # of a message in a line, at most
SWATCH = 18.0  # pixels, of a line in the legend


def draw_caption(
    painter: QPainter, area: QRectF, text: str, theme: Theme, *, below: bool = False
) -> None:
    """One line over the middle of an area, or in its lower left corner; cut short to fit."""
    metrics = painter.fontMetrics()
    words = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(area.width() - 2 * MARGIN))
    height = float(metrics.height())
    top = area.bottom() - MARGIN - height if below else area.top() - 1.35 * height
    box = QRectF(area.left() + MARGIN, top, area.width() - 2 * MARGIN, height)
    if below:
        _plate(painter, box.topLeft(), metrics.horizontalAdvance(words), height, theme)
    painter.setPen(QColor(theme.text if below else theme.quiet))
    side = Qt.AlignmentFlag.AlignLeft if below else Qt.AlignmentFlag.AlignHCenter
    painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, words)


def draw_legend(painter: QPainter, area: QRectF, names: tuple[str, str], theme: Theme) -> None:
    """Which face is drawn and which is the outline, in the upper left corner."""
    metrics = painter.fontMetrics()
    height = float(metrics.height())
    left, top = area.left() + MARGIN, area.top() + MARGIN
    room = int(area.width() - 2 * MARGIN - SWATCH - 8.0)
    for row, (name, colour) in enumerate(zip(names, (theme.lip, theme.ghost), strict=True)):
        words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        place = QPointF(left, top + 1.25 * height * row)
        _plate(painter, place, metrics.horizontalAdvance(words) + SWATCH + 8.0, height, theme)
        middle = place.y() + height / 2
        if row:
            painter.setPen(QPen(QColor(colour), 2.0))
            painter.drawLine(QPointF(left, middle), QPointF(left + SWATCH, middle))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(left, middle - 4.0, SWATCH, 8.0), 4.0, 4.0)
        painter.setPen(QColor(theme.text))
        box = QRectF(left + SWATCH + 8.0, place.y(), float(room), height)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)


def draw_message(painter: QPainter, area: QRectF, text: str, theme: Theme) -> None:
    """A sentence or two at the foot of an area, under the chin of a face that fills it."""
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
    flags |= int(Qt.TextFlag.TextWordWrap)
    width = min(area.width() - 4 * MARGIN, LETTERS * painter.fontMetrics().averageCharWidth())
    box = QRectF(area.center().x() - width / 2, area.top(), width, area.height() - 1.5 * MARGIN)
    needed = QRectF(painter.boundingRect(box.toRect(), flags, text))
    if text:
        _plate(painter, needed.topLeft(), needed.width(), needed.height(), theme, 8.0)
        painter.setPen(QColor(theme.text))
        painter.drawText(needed, flags, text)


def _plate(
    painter: QPainter, place: QPointF, width: float, height: float, theme: Theme, by: float = 4.0
) -> None:
    """Quiet ground, so that words are read over any part of a face."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faint(theme.sunken, 0.8))
    box = QRectF(place.x(), place.y(), width, height).adjusted(-by, -by / 2, by, by / 2)
    painter.drawRoundedRect(box, by, by)
