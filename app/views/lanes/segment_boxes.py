"""How emotion segments look: boxes with words, or a ribbon where boxes would be too narrow."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen

from app.shares import percent
from app.theme import Theme
from app.views.lanes.canvas import small_font, tinted
from app.views.lanes.pixels import image, points
from app.views.lanes.scale import Scale
from core.emotion import EMOTIONS, EmotionSegment

NARROW = 12.0  # pixels; boxes of less on average become a ribbon
SMALL_BOX = 26.0  # pixels; below, no words and no round corners
BAR = 3.0  # pixels of the bar that shows the two weights
PIN = 9.0  # pixels of the pin that marks a person's choice


def wordings(segment: EmotionSegment) -> list[str]:
    """What a box says, from the longest to the shortest that still means something."""
    mix, names = segment.mix, segment.mix.first
    shares = mix.first
    if mix.weights[1] > 0:
        names = f"{mix.first} + {mix.second}"
        first, second = (percent(weight) for weight in mix.weights)
        shares = f"{mix.first} {first} + {mix.second} {second}"
    if segment.strength == 1.0:  # as learned, which is no news
        return [shares, names, mix.first, mix.first[:3]]
    strength = percent(segment.strength)
    return [f"{shares} · strength {strength}", f"{names} · {strength}",
            f"{mix.first} · {strength}", mix.first, mix.first[:3]]  # fmt: skip


def spoken(segment: EmotionSegment) -> str:
    """A segment in words, for the readout and for screen readers."""
    mix = segment.mix
    parts = [f"{mix.first} {percent(mix.weights[0])}"]
    if mix.weights[1] > 0:
        parts.append(f"{mix.second} {percent(mix.weights[1])}")
    by = "chosen by you" if segment.origin == "user" else "automatic"
    return f"{' + '.join(parts)}, strength {percent(segment.strength)}, {by}"


class SegmentPainter:
    """Paints segments into a lane of one size."""

    def __init__(self, painter: QPainter, theme: Theme, scale: Scale, height: int) -> None:
        self._painter = painter
        self._theme = theme
        self._scale = scale  # in the painter's pixels
        self._height = height
        self._bold = small_font()
        self._bold.setWeight(QFont.Weight.DemiBold)

    def box(self, start: float, end: float) -> QRectF:
        """Where a segment lies; clipped a little beyond the picture, which spares huge shapes."""
        left = max(self._scale.x(start), -20.0)
        right = min(self._scale.x(end), self._scale.columns + 20.0)
        return QRectF(left + 0.5, 3.5, right - left - 1, self._height - 7)

    def paint(self, segments: Sequence[EmotionSegment], first: int, selected: int) -> None:
        """Paint those in view, of which the first is number `first`."""
        if len(segments) * NARROW > self._scale.columns:
            self._ribbon(segments)
        else:
            for segment in segments:
                self._segment(segment)
        if 0 <= selected - first < len(segments):
            self._outline(segments[selected - first])

    def _segment(self, segment: EmotionSegment) -> None:
        painter, box = self._painter, self.box(segment.start, segment.end)
        colour = self._theme.emotion(segment.mix.first)
        by_hand = segment.origin == "user"
        painter.setPen(QPen(tinted(colour, 1.0 if by_hand else 0.55), 1))
        painter.setBrush(tinted(colour, 0.42 if by_hand else 0.16))
        if box.width() < SMALL_BOX:  # round corners of 150 boxes would take 20 ms
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.drawRect(box)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        else:
            painter.drawRoundedRect(box, 3, 3)
        if not by_hand:  # hatched: heard, not chosen; in grey print too
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(tinted(colour, 0.22), Qt.BrushStyle.BDiagPattern))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.drawRect(box.adjusted(1, 1, -1, -1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._weights(segment, box)
        if box.width() >= SMALL_BOX:
            self._words(segment, box, by_hand)

    def _weights(self, segment: EmotionSegment, box: QRectF) -> None:
        """The two emotions' weights as a bar at the foot."""
        if box.width() < 3:
            return
        left, width = box.left() + 1, box.width() - 2
        for name, weight in zip(
            (segment.mix.first, segment.mix.second), segment.mix.weights, strict=True
        ):
            part = QRectF(left, box.bottom() - BAR, width * weight, BAR)
            self._painter.fillRect(part, QColor(self._theme.emotion(name)))
            left += width * weight

    def _words(self, segment: EmotionSegment, box: QRectF, by_hand: bool) -> None:
        inside = box.intersected(QRectF(0, 0, self._scale.columns, self._height))
        inside.adjust(6, 0, -4, -BAR)
        painter = self._painter
        if by_hand and inside.width() >= PIN:
            self._pin(inside.left(), inside.center().y())
            inside.setLeft(inside.left() + PIN + 4)
        metrics = QFontMetricsF(self._bold)
        painter.setFont(self._bold)
        painter.setPen(QColor(self._theme.text))
        for text in wordings(segment):
            if metrics.horizontalAdvance(text) <= inside.width():
                painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, text)
                return

    def _pin(self, x: float, y: float) -> None:
        """A drawing pin: this stays as you set it."""
        painter, half = self._painter, PIN / 2
        painter.setPen(QPen(QColor(self._theme.text), 1.2))
        painter.setBrush(QColor(self._theme.text))
        painter.drawLine(QPointF(x + half, y), QPointF(x + half, y + half + 1.5))
        painter.drawPolygon(points([(x + 2.5, y - half), (x + PIN - 2.5, y - half),
                                    (x + PIN - 2.5, y - 1), (x + PIN - 0.5, y + 1.5),
                                    (x + 0.5, y + 1.5), (x + 2.5, y - 1)]))  # fmt: skip

    def _outline(self, segment: EmotionSegment) -> None:
        painter = self._painter
        box = self.box(segment.start, segment.end)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.accent), 2))
        painter.drawRoundedRect(box.adjusted(0.5, -1, -0.5, 1), 4, 4)

    def _ribbon(self, segments: Sequence[EmotionSegment]) -> None:
        """One colour a column; a person's choices are twice as high."""
        columns = np.arange(max(int(self._scale.columns), 1)) + 0.5
        seconds = self._scale.start + columns / self._scale.columns * (
            self._scale.end - self._scale.start
        )
        starts = np.array([segment.start for segment in segments])
        index = np.clip(np.searchsorted(starts, seconds, "right") - 1, 0, len(segments) - 1)
        table = np.array([QColor(c).rgb() for c in self._theme.emotions], dtype=np.uint32)
        names = np.array([EMOTIONS.index(segment.mix.first) for segment in segments])
        by_hand = np.array([segment.origin == "user" for segment in segments])[index]
        ground = np.uint32(QColor(self._theme.sunken).rgb())
        pixels = np.stack((np.where(by_hand, table[names[index]], ground), table[names[index]]))
        foot = QRectF(0, 3, self._scale.columns, self._height - 6)
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        self._painter.drawImage(foot, image(pixels))
