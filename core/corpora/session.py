"""Recordings of minutes with valence and arousal at every moment."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.affect import DIMENSIONS
from core.corpora.corpus import Problem


@dataclass(frozen=True, slots=True)
class Contours:
    """What annotators saw: values of each dimension (n,) at `times` (n,) in seconds."""

    times: NDArray[np.float64]
    values: dict[str, NDArray[np.float64]]  # by DIMENSIONS

    def __post_init__(self) -> None:
        for name in DIMENSIONS:
            if self.values[name].shape != self.times.shape:
                raise ValueError(
                    f"{name} must be {self.times.shape}, not {self.values[name].shape}"
                )


@dataclass(frozen=True, slots=True)
class Session:
    """One recording of one speaker; `contours` is None where the labels are withheld."""

    audio: Path
    corpus: str
    speaker: str
    partition: str  # "train", "validation" or "test"
    contours: Contours | None
    raters: dict[str, NDArray[np.float64]]  # (n, raters) of each dimension; {} where unknown


@dataclass(frozen=True, slots=True)
class SessionCorpus:
    """Sessions in the order of their names; nothing is dropped without a `Problem`."""

    name: str
    folder: Path
    sessions: tuple[Session, ...]
    problems: tuple[Problem, ...] = ()
