"""Colours, fonts and marks that our own controls are drawn with."""

from typing import Protocol

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen
from PySide6.QtWidgets import QScrollArea, QWidget

from app.theme import Theme

RADIUS = 5.0  # of corners, in logical pixels
FADED = 0.45  # opacity of what cannot be used now


class Themed(Protocol):
    """Anything that can change its colours."""

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        ...


def colour(name: str, alpha: float = 1.0) -> QColor:
    """One of a theme's colours, seen through by 1 - `alpha`."""
    result = QColor(name)
    result.setAlphaF(alpha)
    return result


def mixed(below: str, above: str, part: float) -> QColor:
    """`part` of the colour `above` laid over `below`."""
    low, high = QColor(below), QColor(above)
    return QColor.fromRgbF(
        low.redF() + (high.redF() - low.redF()) * part,
        low.greenF() + (high.greenF() - low.greenF()) * part,
        low.blueF() + (high.blueF() - low.blueF()) * part,
    )


def scaled(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """The same font, `factor` times as large, with digits of one width."""
    result = QFont(font)
    if font.pointSizeF() > 0:
        result.setPointSizeF(font.pointSizeF() * factor)
    else:
        result.setPixelSize(max(1, round(font.pixelSize() * factor)))
    result.setBold(bold)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def fill(widget: QWidget, theme: Theme) -> None:
    """Make the ground of a panel or bar, and of what lies on it, that of the theme."""
    ground = widget.palette()
    ground.setColor(QPalette.ColorRole.Window, QColor(theme.panel))
    widget.setPalette(ground)
    widget.setAutoFillBackground(True)


def clear_ground(area: QScrollArea) -> None:
    """Let the panel's own ground show through what scrolls; after each `setWidget`."""
    area.viewport().setAutoFillBackground(False)
    if (inner := area.widget()) is not None:
        inner.setAutoFillBackground(False)


def focus_ring(painter: QPainter, rect: QRectF, theme: Theme, radius: float = RADIUS) -> None:
    """The mark of the control that has the keyboard."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.accent), 2.0))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius)


def elided(painter: QPainter, rect: QRectF, text: str, align: Qt.AlignmentFlag) -> None:
    """Text on one line, its end left out where there is no room."""
    metrics = QFontMetricsF(painter.font())
    short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, short)
