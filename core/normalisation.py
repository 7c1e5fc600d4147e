"""Z-scores of MFSC: by what mean and deviation, in each band.

"training": of the training set, so that loudness and colour of a recording
count. "level": the same once the speech has the training set's mean level, so
that colour counts and loudness does not. "utterance": of the speech frames of
the clip itself, so that neither does. "speaker": of the speech frames of all
clips of one speaker, given from outside, leaning on the training set's.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.mfsc import BANDS

METHODS = ("training", "level", "utterance", "speaker")
LIMIT = 4.0  # deviations; digital silence would be at -20
PRIOR_FRAMES = 50.0  # half a second of speech weighs as much as the training set's deviation
USUAL_FRAMES = 1_000.0  # ten seconds: what a speaker's own mean and deviation have to outweigh


@dataclass(frozen=True, slots=True)
class BandStatistics:
    """Mean and standard deviation in each band, (40,), over `frames` frames."""

    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    frames: float

    def __post_init__(self) -> None:
        for array in (self.mean, self.std):
            if array.shape != (BANDS,):
                raise ValueError(f"band statistics must be ({BANDS},), not {array.shape}")

    @classmethod
    def of(cls, blocks: Iterable[NDArray[np.floating]]) -> "BandStatistics":
        """Over blocks of frames (n, 40), in double precision."""
        count, total, squares = 0, np.zeros(BANDS), np.zeros(BANDS)
        for block in blocks:
            exact = np.asarray(block, np.float64)
            count += len(exact)
            total += exact.sum(axis=0)
            squares += (exact**2).sum(axis=0)
        mean = total / max(count, 1)
        variance = np.maximum(squares / max(count, 1) - mean**2, 0.0)
        return cls(mean.astype(np.float32), np.sqrt(variance).astype(np.float32), float(count))

    def leaning_on(self, usual: "BandStatistics", frames: float) -> "BandStatistics":
        """Towards usual speech that weighs `frames` frames; see `leaning`."""
        mean, std = leaning(self.mean, self.std, usual.mean, usual.std, self.frames, frames)
        return BandStatistics(mean, std, self.frames)


def leaning(
    mean: NDArray[np.float32],
    std: NDArray[np.float32],
    usual_mean: NDArray[np.float32],
    usual_std: NDArray[np.float32],
    count: float,
    weight: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and deviation (n,) over `count`, between one's own and usual ones that weigh `weight`.

    Means and variances are weighed apart. That is not all of both put together, whose variance
    also holds how far the two means are apart.
    """
    own = count / max(count + weight, 1e-9)
    mixed = own * mean.astype(np.float64) + (1 - own) * usual_mean
    variance = own * std.astype(np.float64) ** 2 + (1 - own) * usual_std.astype(np.float64) ** 2
    return mixed.astype(np.float32), np.sqrt(variance).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Normalisation:
    """The method, and the training set's statistics, which are also what the others lean on."""

    method: str
    training: BandStatistics

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"unknown method {self.method!r}, expected one of {METHODS}")

    def statistics(self, own: BandStatistics) -> BandStatistics:
        """What to normalise a clip with, whose speech (or whose speaker's) has statistics `own`.

        The less speech there is, the more its deviation leans on the training set's; and of a
        speaker the mean, too, since a few clips tell more of a mood than of him.
        """
        if self.method == "training" or own.frames == 0:
            return self.training
        if self.method == "level":
            shift = np.float32(own.mean.mean() - self.training.mean.mean())
            return BandStatistics(self.training.mean + shift, self.training.std, own.frames)
        if self.method == "speaker":
            return own.leaning_on(self.training, USUAL_FRAMES)
        variance = own.frames * own.std.astype(np.float64) ** 2
        variance += PRIOR_FRAMES * self.training.std.astype(np.float64) ** 2
        std = np.sqrt(variance / (own.frames + PRIOR_FRAMES))
        return BandStatistics(own.mean, std.astype(np.float32), own.frames)


def z_score(values: NDArray[np.floating], statistics: BandStatistics) -> NDArray[np.float32]:
    """Features (frames, 40) -> normalised (frames, 40), held within +-4 deviations."""
    scores = (values - statistics.mean) / np.maximum(statistics.std, 1e-3)
    result: NDArray[np.float32] = np.clip(scores, -LIMIT, LIMIT).astype(np.float32)
    return result
