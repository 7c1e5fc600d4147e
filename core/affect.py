"""How pleasant and how excited a voice sounds, continuously: Khorram et al. 2017."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.timeline import Timeline

DIMENSIONS = ("valence", "arousal")
FRAMES_PER_SECOND = 25.0  # four MFSC frames a value; the values move slower than 1 Hz


@dataclass(frozen=True, slots=True)
class AffectTrack:
    """Valence and arousal on a 25 Hz timeline of their own, each (frames,), from -1 to 1.

    Valence goes from unpleasant to pleasant, arousal from calm to excited. A band is
    the half-width of the 95 % interval of the ensemble's mean, never negative.
    """

    timeline: Timeline
    valence: NDArray[np.float32]
    arousal: NDArray[np.float32]
    valence_band: NDArray[np.float32]
    arousal_band: NDArray[np.float32]

    def __post_init__(self) -> None:
        expected = (self.timeline.count,)
        for name in COLUMNS:
            values = getattr(self, name)
            if values.shape != expected:
                raise ValueError(f"{name} must be {expected}, not {values.shape}")
            values.setflags(write=False)

    def at(self, seconds: NDArray[np.float64]) -> NDArray[np.float32]:
        """Valence, arousal and their bands at any times (n,), held beyond both ends, (n, 4)."""
        times = self.timeline.times()
        columns = [np.interp(seconds, times, getattr(self, name)) for name in COLUMNS]
        return np.stack(columns, axis=1).astype(np.float32)


COLUMNS = (*DIMENSIONS, *(f"{name}_band" for name in DIMENSIONS))
