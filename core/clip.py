"""Speech as the program knows it: mono float32 at 16 kHz, and where it came from."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000  # Hz; every input is mixed to mono and resampled to this


class Samples(Protocol):
    """What a clip needs of its samples: an array, or a file that is read by slices."""

    def __len__(self) -> int: ...
    def __getitem__(self, index: slice, /) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Source:
    """Where a clip came from. `sample_rate`, `channels` and `duration` are the file's own."""

    file: str  # name with suffix, no folder
    sha256: str  # of the file's bytes
    sample_rate: int
    channels: int
    duration: float  # seconds


@dataclass(frozen=True, slots=True)
class Clip:
    """Mono samples, float32 in about [-1, 1], at `SAMPLE_RATE`."""

    samples: Samples
    source: Source

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / SAMPLE_RATE
