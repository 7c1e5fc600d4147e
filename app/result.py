"""What the window shows of one clip, made ready in the worker so that showing it is quick."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.animation import Animation
from core.shape_model import ShapeTrack

if TYPE_CHECKING:
    from models.cascade import Analysis  # and with it torch, which the window never imports

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Peaks:
    """A waveform at several scales: level k has the least and greatest of `STEP ** (k + 1)` samples.

    Each level is (buckets, 2), float32.
    """

    duration: float  # seconds
    rate: float  # buckets a second of level 0
    levels: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What no choice of a person changes."""

    path: Path
    analysis: Analysis
    spectrogram: Values  # (frames, 40), log mel energies
    peaks: Peaks
    notices: tuple[str, ...]  # of reading the file


@dataclass(frozen=True, slots=True)
class Face:
    """One animated face: an animation, the track that is shown of it, and its mouth opening."""

    animation: Animation
    shape: ShapeTrack  # smoothed, or the animation's own
    opening: Values  # (frames,), inter-ocular units


@dataclass(frozen=True, slots=True)
class Result:
    """Everything on the screen about one clip."""

    heard: Heard
    face: Face
    comparison: Face | None = None
