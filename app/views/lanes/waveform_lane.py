"""The waveform: the least and the greatest sample of every column."""

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.result import Heard
from app.timecode import format_clock
from app.views.lanes.canvas import LABEL_GAP, Canvas
from app.views.lanes.pixels import Values, coverage, stroke, tint
from app.views.lanes.scale import Scale, wave_columns

QUIETEST = -90.0  # dB of full scale, said of silence
LEAST_TOP = 0.02  # of full scale; nothing quieter is stretched to the lane's height
CLIPPED = 0.999
SHORTEST = 0.02  # seconds whose peak is told; less would be a point of a wave
PADDING = 3.0  # pixels above and below the loudest moment


def decibels(peak: float) -> float:
    """The level of a peak from 0 to 1."""
    return max(20 * math.log10(peak), QUIETEST) if peak > 0 else QUIETEST


class WaveformLane(Canvas):
    """As loud as the clip's loudest moment fills the lane; clipped moments are marked above."""

    _heard: Heard | None = None

    def show_heard(self, heard: Heard | None) -> None:
        """Show another sound."""
        self._heard = heard
        self.refresh()

    def _top(self, heard: Heard) -> float:
        return max(float(np.abs(heard.peaks.levels[-1]).max()), LEAST_TOP)

    def _columns(self, heard: Heard, scale: Scale) -> Values:
        return wave_columns(heard.peaks, heard.clip.samples, scale)

    def render_plot(self, painter: QPainter, scale: Scale) -> None:
        """See `Canvas`."""
        heard = self._heard
        if heard is None:
            return
        top, middle = self._top(heard), self.height() / 2
        columns = self._columns(heard, scale)
        step = self.plot_width / scale.columns
        painter.setPen(QPen(QColor(self.theme.line), 0))
        painter.drawLine(QPointF(0, middle), QPointF(self.plot_width, middle))
        rows = self.rows_of(scale)
        y = rows / 2 - columns / top * (rows / 2) * max(1 - PADDING / max(middle, 1), 0.1)
        edges = stroke(y[:, 1], y[:, 0], 1.0)
        painter.drawImage(self.plot, tint(QColor(self.theme.wave), coverage(*edges, rows)))
        self._paint_clipped(painter, columns, step)
        self._paint_level(painter, top)

    def _paint_clipped(self, painter: QPainter, columns: Values, step: float) -> None:
        clipped = np.flatnonzero(np.abs(columns).max(axis=1) >= CLIPPED)
        painter.setPen(Qt.PenStyle.NoPen)
        for run in (
            np.split(clipped, np.flatnonzero(np.diff(clipped) > 3) + 1) if len(clipped) else ()
        ):
            width = max((run[-1] - run[0] + 1) * step, 2.0)
            painter.fillRect(QRectF(run[0] * step, 0, width, 3), QColor(self.theme.danger))

    def _paint_level(self, painter: QPainter, top: float) -> None:
        painter.setPen(QColor(self.theme.quiet))
        place = QRectF(self.plot_width + LABEL_GAP, 1, 120, self.height())
        text = f"{round(decibels(top))} dB".replace("-", "−")
        painter.drawText(place, Qt.AlignmentFlag.AlignTop, text)

    def readout(self, seconds: float, y: float) -> str:  # noqa: ARG002 - the level is the time's
        """See `Canvas`."""
        if self._heard is None:
            return ""
        width = max((self.range.end - self.range.start) / self.plot_width, SHORTEST)
        pixel = Scale(seconds - width / 2, seconds + width / 2, 1)
        peak = float(np.abs(self._columns(self._heard, pixel)).max())
        return f"{format_clock(seconds)} · peak {decibels(peak):.1f} dB".replace("-", "−")
