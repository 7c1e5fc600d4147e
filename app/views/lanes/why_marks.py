"""Which places decided the emotions that were heard, to be marked on a lane."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from app.theme import Theme
from app.views.lanes.canvas import tinted
from app.views.lanes.scale import Scale
from core.emotion import EmotionSegment, EmotionTrack
from core.evidence import Place, decisive_places
from core.utterances import frames_between

FILL, EDGE = 0.16, 0.9  # how much of the emotion's colour lies over the picture
BAR = 3.0  # pixels along the upper end


class WhyMarks:
    """The places of every segment, found when they come into view."""

    def __init__(self) -> None:
        self._track: EmotionTrack | None = None
        self._segments: list[tuple[float, float]] = []
        self._found: dict[tuple[float, float], tuple[Place, ...]] = {}

    def show(self, track: EmotionTrack | None, segments: Sequence[EmotionSegment]) -> bool:
        """Other emotions or other segments; whether they are others."""
        spans = [(segment.start, segment.end) for segment in segments]
        if track is self._track and spans == self._segments:
            return False
        if track is not self._track:
            self._found.clear()
        self._track, self._segments = track, spans
        return True

    def places(self, start: float, end: float) -> Iterator[Place]:
        """Those of the segments that reach into a stretch of seconds."""
        if self._track is None:
            return
        for span in self._segments:
            if span[0] <= end and span[1] > start:
                if span not in self._found:
                    frames = frames_between(self._track.timeline, *span)
                    self._found[span] = decisive_places(self._track, *frames)
                yield from self._found[span]

    def at(self, seconds: float) -> Place | None:
        """The place at a time."""
        return next((p for p in self.places(seconds, seconds) if p.start <= seconds < p.end), None)

    def paint(self, painter: QPainter, scale: Scale, height: float, theme: Theme) -> None:
        """All that are in view; `scale` counts the painter's units."""
        for place in self.places(scale.start, scale.end):
            left, right = (scale.x(edge) for edge in (place.start, place.end))
            box = QRectF(left, 0, max(right - left, 2.0), height)
            colour = theme.emotion(place.emotion)
            painter.fillRect(QRectF(box.left(), 0, box.width(), BAR), QColor(colour))
            if place.whole:  # says no more about one place in it than about another
                continue
            painter.fillRect(box, tinted(colour, FILL))
            painter.setPen(QPen(tinted(colour, EDGE), 1.0))
            for x in (box.left() + 0.5, box.right() - 0.5):
                painter.drawLine(QPointF(x, BAR), QPointF(x, height))
