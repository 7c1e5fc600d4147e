"""What DERN hears in every frame: seven probabilities, stacked to one."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.shares import percent
from app.timecode import format_clock
from app.views.lanes.canvas import Canvas, label_height, small_font
from app.views.lanes.pauses import Pauses
from app.views.lanes.pixels import image, stacked
from app.views.lanes.placing import spread
from app.views.lanes.scale import Scale, Values, means
from core.emotion import EMOTIONS, EmotionTrack

# From below. Areas, not lines: they add up to one, so what rules is seen at any zoom, where
# seven lines over ten minutes are a tangle. Neighbours have colours that are easily told apart.
STACK = ("neutral", "sad", "fear", "disgust", "angry", "surprise", "happy")
ORDER = [EMOTIONS.index(name) for name in STACK]
LIGHTENED = 0.25  # of the ground's colour in the light theme's areas
SHORT_ROWS = 4  # of names cut short, two in a row
SWATCH = 6.0  # pixels, before a name that is cut short


def least_height() -> int:
    """Pixels in which all emotions are named."""
    return math.ceil(SHORT_ROWS * label_height(QFontMetricsF(small_font())))


class ProbabilityLane(Canvas):
    """Areas from neutral at the bottom to happy at the top, labelled at their right ends."""

    _track: EmotionTrack | None = None
    _pauses = Pauses(None)

    def show_track(self, track: EmotionTrack | None) -> None:
        """Show what was heard in another sound; None while that is being found out."""
        self._track = track
        self._pauses = Pauses(track)
        self.refresh()

    def render_plot(self, painter: QPainter, scale: Scale) -> None:
        """See `Canvas`."""
        track = self._track
        if track is None:
            return
        shares = means(track.probabilities, track.timeline, scale)[:, ORDER]
        tops = np.cumsum(shares, axis=1)
        rows = self.rows_of(scale)
        y = ((1 - tops / np.maximum(tops[:, -1:], 1e-6)) * rows).astype(np.float32)
        areas = [self._area(name) for name in reversed(STACK)]
        painter.drawImage(self.plot, image(stacked(y[:, -2::-1], areas, rows)))
        painter.drawImage(self.plot, self._pauses.picture(scale, self.theme))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edges = np.append(rows, y[-1]) * (self.height() / rows)
        self._paint_ends(painter, edges, shares[-1])

    def _area(self, emotion: str) -> QColor:
        """Large areas of the light theme's colours, made for lines and words, would be heavy."""
        part = LIGHTENED if self.theme.name == "light" else 0.0
        ground, colour = QColor(self.theme.sunken), QColor(self.theme.emotion(emotion))
        return QColor(
            round(part * ground.red() + (1 - part) * colour.red()),
            round(part * ground.green() + (1 - part) * colour.green()),
            round(part * ground.blue() + (1 - part) * colour.blue()),
        )

    def _paint_ends(self, painter: QPainter, edges: NDArray[np.floating], shares: Values) -> None:
        """The names from above; cut short and without lines to the areas where it is low."""
        height = label_height(QFontMetricsF(painter.font()))
        kept = range(len(STACK) - 1, -1, -1)
        if self.height() < len(STACK) * height:
            self._paint_short(painter, height, shares)
            return
        middles = [float(edges[index] + edges[index + 1]) / 2 for index in kept]
        for index, middle, place in zip(
            kept, middles, spread(middles, height, 0, self.height()), strict=True
        ):
            name, is_large = STACK[index], shares[index] > 0.1
            ink = self.theme.text if is_large else self.theme.quiet
            self.name_end(painter, name, self.theme.emotion(name), ink, (middle, place))

    def _paint_short(self, painter: QPainter, height: float, shares: Values) -> None:
        """Three letters each, two in a row; the largest shares where there is no room for all."""
        rows = min(max(int(self.height() / height), 1), SHORT_ROWS)
        kept = sorted(np.argsort(-shares, kind="stable")[: 2 * rows], reverse=True)
        left, step = self.plot_width + 5.0, self.height() / rows
        width = (self.width() - left) / 2
        for place, index in enumerate(kept):
            row, column = divmod(place, 2)
            x, middle = left + column * width, (row + 0.5) * step
            swatch = QRectF(x, round(middle - SWATCH / 2), SWATCH, SWATCH)
            painter.fillRect(swatch, QColor(self.theme.emotion(STACK[index])))
            painter.setPen(QColor(self.theme.text if shares[index] > 0.1 else self.theme.quiet))
            box = QRectF(x + SWATCH + 3, middle - height, width, 2 * height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, STACK[index][:3])

    def readout(self, seconds: float, y: float) -> str:  # noqa: ARG002 - all of the time's are said
        """See `Canvas`."""
        if self._track is None:
            return ""
        frame = self._track.timeline.frame_at(seconds)
        row: NDArray[np.float32] = self._track.probabilities[frame]
        said = [f"{EMOTIONS[i]} {percent(row[i])}" for i in np.argsort(-row)[:4]]
        pause = "" if self._track.voiced[frame] else " · pause"
        return f"{format_clock(seconds)}{pause} · {' · '.join(said)}"
