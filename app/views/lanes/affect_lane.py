"""How pleasant and how excited the voice sounds: two curves, each in its band."""

import math

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.affect_words import with_band
from app.timecode import format_clock
from app.views.lanes.canvas import Canvas, label_height, small_font, tinted
from app.views.lanes.pauses import Pauses
from app.views.lanes.pixels import Values, coverage, stroke, tint
from app.views.lanes.placing import spread
from app.views.lanes.scale import Scale, extremes
from core.affect import DIMENSIONS, AffectTrack
from core.emotion import EmotionTrack

CURVE = 1.4  # pixels
BAND = 0.2  # how much of the colour
MARGIN = 1.5  # pixels above 1 and below -1


def least_height() -> int:
    """Pixels in which both curves are named, and told apart where they are near each other."""
    return math.ceil((len(DIMENSIONS) + 1) * label_height(QFontMetricsF(small_font())))


class AffectLane(Canvas):
    """Valence and arousal from -1 at the foot to 1 at the top, named at their right ends."""

    _track: AffectTrack | None = None
    _emotions: EmotionTrack | None = None
    _pauses = Pauses(None)

    def show_track(self, track: AffectTrack | None, emotions: EmotionTrack | None) -> None:
        """Show what was heard in another sound, and its pauses; None while that is found out."""
        if track is self._track and emotions is self._emotions:
            return
        self._emotions = emotions
        self._track, self._pauses = track, Pauses(emotions)
        self._bands = {name: _band(track, name) for name in DIMENSIONS} if track else {}
        self.refresh()

    def render_plot(self, painter: QPainter, scale: Scale) -> None:
        """See `Canvas`."""
        track = self._track
        if track is None:
            return
        middle = self.height() / 2
        painter.setPen(QPen(QColor(self.theme.line), 0))
        painter.drawLine(QPointF(0, middle), QPointF(self.plot_width, middle))
        rows, ratio = self.rows_of(scale), scale.columns / self.plot_width
        for name in DIMENSIONS:  # bands first: no curve lies under the other's
            y = self._y(extremes(*self._bands[name], track.timeline, scale), rows)
            covered = coverage(*stroke(y[:, 1], y[:, 0], 0.0), rows)
            painter.drawImage(self.plot, tint(tinted(self._colour(name), BAND), covered))
        ends = []
        for name in DIMENSIONS:
            values = getattr(track, name)
            y = self._y(extremes(values, values, track.timeline, scale), rows)
            covered = coverage(*stroke(y[:, 1], y[:, 0], CURVE * ratio), rows)
            painter.drawImage(self.plot, tint(QColor(self._colour(name)), covered))
            ends.append((float(y[-1].mean()) / ratio, name))
        painter.drawImage(self.plot, self._pauses.picture(scale, self.theme))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ends(painter, sorted(ends))

    def _colour(self, dimension: str) -> str:
        return str(getattr(self.theme, dimension))

    def _y(self, values: Values, rows: int) -> Values:
        half = rows / 2
        y: Values = half - np.clip(values, -1, 1) * max(half - MARGIN, 1.0)
        return y.astype(np.float32)

    def _paint_ends(self, painter: QPainter, ends: list[tuple[float, str]]) -> None:
        height = label_height(painter.fontMetrics())
        places = spread([y for y, _ in ends], height, 0, self.height())
        for (y, name), place in zip(ends, places, strict=True):
            self.name_end(painter, name, self._colour(name), self.theme.quiet, (y, place))

    def readout(self, seconds: float, y: float) -> str:  # noqa: ARG002 - both are the time's
        """See `Canvas`."""
        if self._track is None:
            return ""
        pause = " · pause" if self._pauses.at(seconds) else ""
        valence, arousal, *bands = self._track.at(np.array([seconds]))[0]
        said = f"valence {with_band(valence, bands[0])} · arousal {with_band(arousal, bands[1])}"
        return f"{format_clock(seconds)}{pause} · {said}"


def _band(track: AffectTrack, dimension: str) -> tuple[Values, Values]:
    values, band = getattr(track, dimension), getattr(track, f"{dimension}_band")
    return values - band, values + band
