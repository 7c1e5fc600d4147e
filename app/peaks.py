"""Makes the `Peaks` of a waveform, so that any stretch of hours is drawn without its samples."""

import numpy as np

from app.result import Peaks, Values
from core.clip import SAMPLE_RATE, Samples
from core.monitor import SILENT, Monitor

STEP = 64  # samples of a bucket, and buckets of a bucket one level up; 10 hours are 72 MB
BLOCK = STEP * 16_384  # samples read at a time, a minute


def make_peaks(samples: Samples, monitor: Monitor = SILENT) -> Peaks:
    """The waveform of a clip (samples,) at 16 kHz, level by level until one bucket is left.

    Samples that are no numbers count as silence. `monitor` may raise Cancelled.
    """
    count = len(samples)
    lowest = np.zeros((max(-(-count // STEP), 1), 2), dtype=np.float32)
    for first in range(0, count, BLOCK):
        monitor.step("drawing the waveform", first, count)
        block = samples[first : first + BLOCK]
        if not np.isfinite(block).all():
            block = np.where(np.isfinite(block), block, np.float32(0))
        lowest[first // STEP : -(-(first + len(block)) // STEP)] = _buckets(block, block)
    monitor.step("drawing the waveform", count, count)
    levels = [lowest]
    while len(levels[-1]) > 1:
        levels.append(_buckets(levels[-1][:, 0], levels[-1][:, 1]))
    for level in levels:
        level.setflags(write=False)
    return Peaks(count / SAMPLE_RATE, SAMPLE_RATE / STEP, tuple(levels))


def _buckets(low: Values, high: Values) -> Values:
    """The least of `low` and the greatest of `high` in every STEP of them, (buckets, 2)."""
    starts = np.arange(0, len(low), STEP)
    columns = np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)
    return np.stack(columns, axis=1).astype(np.float32)
