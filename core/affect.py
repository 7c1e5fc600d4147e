"""How pleasant and how excited a voice sounds, continuously: Khorram et al. 2017."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.timeline import Timeline

DIMENSIONS = ("valence", "arousal")
FRAMES_PER_SECOND = 25.0  # four MFSC frames a value; the values move slower than 1 Hz
ROLE = "valence-arousal"  # of the weights
FILE = f"{ROLE}.safetensors"

# Mean pleasure and arousal of "angry", "disgusted", "fearful", "happy", "sad", "surprised":
# Russell, Mehrabian 1977, Evidence for a three-factor theory of emotions, table 4, from memory
# and checked against public transcriptions of the table.
COORDINATES = {
    "angry": (-0.51, 0.59),
    "disgust": (-0.60, 0.35),
    "fear": (-0.64, 0.60),
    "happy": (0.81, 0.51),
    "neutral": (0.0, 0.0),  # calm too: the corpora's reader takes it for neutral
    "sad": (-0.63, -0.27),
    "surprise": (0.40, 0.67),
}


def is_heard_with(folder: Path) -> bool:
    """Whether a folder of weights has those for valence and arousal."""
    return (folder / FILE).is_file()


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
        rows = np.clip((seconds - self.timeline.start) * self.timeline.rate, 0, None)
        below = np.minimum(rows.astype(np.intp), self.timeline.count - 1)
        above = np.minimum(below + 1, self.timeline.count - 1)
        part = np.minimum(rows - below, 1)
        values = [getattr(self, name) for name in COLUMNS]  # may be hours: only these are read
        columns = [column[below] * (1 - part) + column[above] * part for column in values]
        return np.stack(columns, axis=1).astype(np.float32)


COLUMNS = (*DIMENSIONS, *(f"{name}_band" for name in DIMENSIONS))
