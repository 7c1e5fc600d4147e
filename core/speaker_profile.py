"""What is usual for one speaker: statistics of features over all recordings there are of him."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.normalisation import BandStatistics


@dataclass(frozen=True, slots=True)
class FeatureStatistics:
    """Mean and deviation (features,) of a set of utterance features over `count` utterances."""

    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    count: int


@dataclass(frozen=True, slots=True)
class SpeakerProfile:
    """Of one speaker: MFSC of his speech, and utterance features by the name of their set."""

    name: str
    bands: BandStatistics
    sets: dict[str, FeatureStatistics] = field(default_factory=dict)
