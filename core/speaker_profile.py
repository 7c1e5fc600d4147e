"""What is usual for one speaker: statistics of features over all recordings there are of him."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.normalisation import BandStatistics, leaning


@dataclass(frozen=True, slots=True)
class FeatureStatistics:
    """Mean and deviation (features,) of a set of utterance features over `count` utterances."""

    mean: NDArray[np.float32]
    std: NDArray[np.float32]
    count: int

    def __post_init__(self) -> None:
        if self.mean.ndim != 1 or self.mean.shape != self.std.shape:
            raise ValueError(
                f"mean and deviation must be of as many features, not {self.mean.shape} and "
                f"{self.std.shape}"
            )

    @classmethod
    def of(cls, rows: NDArray[np.floating]) -> "FeatureStatistics":
        """Over utterances (n, features), in double precision; zeros where there are none."""
        exact = np.asarray(rows, np.float64)
        if len(exact) == 0:
            nothing = np.zeros(exact.shape[1], np.float32)
            return cls(nothing, nothing.copy(), 0)
        mean, std = exact.mean(axis=0), exact.std(axis=0)
        return cls(mean.astype(np.float32), std.astype(np.float32), len(exact))

    def leaning_on(self, usual: "FeatureStatistics", weight: float) -> "FeatureStatistics":
        """Towards `usual` speech that weighs `weight` utterances; see `leaning`."""
        mean, std = leaning(self.mean, self.std, usual.mean, usual.std, self.count, weight)
        return FeatureStatistics(mean, std, self.count)


@dataclass(frozen=True, slots=True)
class SpeakerProfile:
    """Of one speaker: MFSC of his speech, and utterance features by the name of their set.

    `sounds` are the SHA-256 of the sounds that it was made from.
    """

    name: str
    bands: BandStatistics
    sets: dict[str, FeatureStatistics] = field(default_factory=dict)
    sounds: frozenset[str] = frozenset()

    @classmethod
    def together(cls, name: str, parts: "Sequence[SpeakerProfile]") -> "SpeakerProfile":
        """Of all that several profiles of one speaker were made from, in whatever order.

        A sound that is in two of them counts twice. Raises ValueError where there are none.
        """
        if not parts:
            raise ValueError("there is nothing to make a profile from")
        ordered = sorted(parts, key=lambda part: part.id)  # the same to the last bit
        bands = [(part.bands.mean, part.bands.std, part.bands.frames) for part in ordered]
        sets = {}
        for key in sorted({key for part in ordered for key in part.sets}):
            own = [part.sets[key] for part in ordered if key in part.sets]
            mean, std, count = _pooled([(one.mean, one.std, one.count) for one in own])
            sets[key] = FeatureStatistics(mean, std, round(count))
        sounds = frozenset().union(*(part.sounds for part in ordered))
        return cls(name, BandStatistics(*_pooled(bands)), sets, sounds)

    @property
    def id(self) -> str:
        """SHA-256 of the statistics, whoever's they are."""
        digest = hashlib.sha256()
        parts = {"bands": (self.bands.mean, self.bands.std, self.bands.frames)}
        parts |= {key: (s.mean, s.std, s.count) for key, s in sorted(self.sets.items())}
        for key, (mean, std, count) in parts.items():
            digest.update(f"{key} {float(count)!r} {len(mean)} ".encode())
            digest.update(mean.astype("<f4").tobytes() + std.astype("<f4").tobytes())
        return digest.hexdigest()


def _pooled(
    parts: Sequence[tuple[NDArray[np.float32], NDArray[np.float32], float]],
) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """Mean, deviation and count over what several (mean, deviation, count) are of."""
    total = sum(float(count) for _, _, count in parts)
    mean, square = (np.zeros(len(parts[0][0])) for _ in range(2))
    for part_mean, part_std, count in parts:
        exact = part_mean.astype(np.float64)
        mean += count / max(total, 1.0) * exact
        square += count / max(total, 1.0) * (part_std.astype(np.float64) ** 2 + exact**2)
    std = np.sqrt(np.maximum(square - mean**2, 0.0))
    return mean.astype(np.float32), std.astype(np.float32), total
