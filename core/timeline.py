"""One time base for every track: seconds <-> frames."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FRAMES_PER_SECOND = 100.0  # inside the program; exports resample
FLICKS = 1e-9  # seconds; absorbs rounding when a duration is a whole number of frames


def _check_rate(rate: float) -> None:
    if not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"frame rate must be a positive number, not {rate!r}")


@dataclass(frozen=True, slots=True)
class Timeline:
    """`count` frames at `rate` Hz; `start` is the centre of frame 0 in seconds."""

    rate: float
    count: int
    start: float

    def __post_init__(self) -> None:
        _check_rate(self.rate)
        if self.count < 0:
            raise ValueError(f"frame count must not be negative, not {self.count!r}")

    @classmethod
    def covering(cls, duration: float, rate: float) -> "Timeline":
        """Frames of width 1/rate laid from second 0; those whose centre is inside `duration`.

        At least one frame, so that the shortest clip still has a picture.
        """
        _check_rate(rate)
        count = max(1, math.ceil(duration * rate - 0.5 - FLICKS * rate))
        return cls(rate=rate, count=count, start=0.5 / rate)

    def times(self, first: int = 0, last: int | None = None) -> NDArray[np.float64]:
        """Centres, in seconds, of frames `first` to `last` (exclusive)."""
        stop = self.count if last is None else min(last, self.count)
        return self.start + np.arange(first, stop) / self.rate

    def frame_at(self, seconds: float) -> int:
        """The frame whose centre is nearest, held at both ends."""
        return min(max(round((seconds - self.start) * self.rate), 0), max(self.count - 1, 0))
