"""Seconds to pixel columns, and tracks cut down to one value a column.

A lane is as many columns wide as it has pixels; what it draws is made from so
many values at most, however long the clip is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.peaks import STEP
from app.result import Peaks
from core.clip import SAMPLE_RATE, Samples
from core.timeline import Timeline

Values = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Rows = NDArray[np.float64]
MOST_ROWS = 64  # averaged in a column; of more, that many evenly spread: hours cost no more
MOST_SAMPLES = 200_000  # read from the clip itself, 12 s; longer stretches come from the peaks


@dataclass(frozen=True, slots=True)
class Scale:
    """Seconds `start` to `end` laid over `columns` columns of a picture."""

    start: float
    end: float
    columns: int

    def x(self, seconds: float) -> float:
        """Where a time lies, in columns; outside 0 to `columns` where it is not in view."""
        return (seconds - self.start) / (self.end - self.start) * self.columns

    def seconds(self, x: float) -> float:
        """The time at a column."""
        return self.start + x / self.columns * (self.end - self.start)

    def rows(self, timeline: Timeline, offset: float) -> Rows:
        """Fractional frame numbers at `offset` (0 left edge, 1 right edge) of every column."""
        columns = np.arange(self.columns) + offset
        seconds = self.start + columns * ((self.end - self.start) / self.columns)
        rows: Rows = np.asarray((seconds - timeline.start) * timeline.rate, np.float64)
        return rows

    def is_fine(self, timeline: Timeline) -> bool:
        """Whether a frame is wider than a column."""
        return (self.end - self.start) * timeline.rate < self.columns


def means(values: Values | Bytes, timeline: Timeline, scale: Scale) -> Values:
    """A track (frames, k) averaged per column, (columns, k); between frames it is interpolated."""
    if scale.is_fine(timeline):
        return _interpolated(values, scale.rows(timeline, 0.5))
    first, last = _bounds(timeline, scale)
    widest = (last - first).max()
    if widest <= MOST_ROWS:
        sums = np.add.reduceat(values[: last[-1]], first, axis=0)
        return np.asarray(sums / (last - first)[:, None], np.float32)
    steps = (np.arange(MOST_ROWS) + 0.5) / MOST_ROWS
    picked = first[:, None] + (steps * (last - first)[:, None]).astype(np.intp)
    result: Values = values[picked].mean(axis=1, dtype=np.float32)
    return result


def extremes(low: Values, high: Values, timeline: Timeline, scale: Scale) -> Values:
    """The least of `low` and the greatest of `high`, both (frames,), per column, (columns, 2)."""
    if scale.is_fine(timeline):
        return _interpolated(np.stack((low, high), axis=1), scale.rows(timeline, 0.5))
    first, last = _bounds(timeline, scale)
    columns = (
        np.minimum.reduceat(low[: last[-1]], first),
        np.maximum.reduceat(high[: last[-1]], first),
    )
    return np.stack(columns, axis=1)


def wave_columns(peaks: Peaks, samples: Samples, scale: Scale) -> Values:
    """The waveform's least and greatest sample per column, (columns, 2)."""
    span = scale.end - scale.start
    if span * SAMPLE_RATE <= MOST_SAMPLES:
        first = max(int(scale.start * SAMPLE_RATE) - 1, 0)
        stretch = np.nan_to_num(samples[first : int(scale.end * SAMPLE_RATE) + 2])
        if len(stretch):
            timeline = Timeline(SAMPLE_RATE, len(stretch), first / SAMPLE_RATE)
            return extremes(stretch, stretch, timeline, scale)
    level, rate = peaks.levels[0], peaks.rate
    for coarser in peaks.levels[1:]:
        if rate / STEP * span < scale.columns:
            break
        level, rate = coarser, rate / STEP
    timeline = Timeline(rate, len(level), 0.5 / rate)
    return extremes(level[:, 0], level[:, 1], timeline, scale)


def _bounds(timeline: Timeline, scale: Scale) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First and last (exclusive) frame with its centre in each column; at least one."""
    first = np.ceil(scale.rows(timeline, 0.0)).astype(np.intp)
    stop = int(np.ceil(scale.rows(timeline, 1.0)[-1]))
    first = np.clip(first, 0, timeline.count - 1)
    last = np.append(first[1:], min(max(stop, 0), timeline.count))
    return first, np.maximum(last, first + 1)


def _interpolated(values: Values | Bytes, rows: Rows) -> Values:
    """Linear between frames, held beyond both ends."""
    held = np.clip(rows, 0, len(values) - 1)
    below = held.astype(np.intp)
    above = np.minimum(below + 1, len(values) - 1)
    part = (held - below).astype(np.float32)[:, None]
    result: Values = values[below] * (1 - part) + values[above] * part
    return result
