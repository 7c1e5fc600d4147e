"""What the window shows of one clip, made ready in the worker so that showing it is quick."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.animation import Animation
from core.clip import Clip
from core.project import BY_ITSELF, Listening, ProjectClip
from core.shape_model import ShapeTrack

if TYPE_CHECKING:
    from app.sound.sound import Sound
    from models.cascade import Analysis  # and with it torch, which the window never imports
    from models.spectrum import Spectrum

Values = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Peaks:
    """A waveform at several scales: the least and the greatest of each `STEP ** (k + 1)` samples.

    Each level is (buckets, 2), float32.
    """

    duration: float  # seconds
    rate: float  # buckets a second of level 0
    levels: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A clip as it sounds, whatever its face will be; there before any network has run."""

    path: Path
    clip: Clip
    spectrum: Spectrum  # the features that networks are given
    sound: Sound  # in its own quality, to play
    spectrogram: Values  # (columns, 40), log mel energies
    spectrogram_rate: float  # columns a second, 100 except in very long clips; the first at 0 s
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
    """Everything on the screen about one clip; without a face while that is being made."""

    heard: Heard
    analysis: Analysis | None = None
    face: Face | None = None
    comparison: Face | None = None
    wish: ProjectClip | None = None  # what the faces were made for
    spent: float = 0.0  # seconds that hearing emotions took
    speed: float | None = None  # seconds of sound a second, where all was made just now
    listening: Listening = BY_ITSELF  # how the emotions were heard
    by_speaker: bool = True  # whether who speaks makes a difference to who heard them

    def fulfils(self, wish: ProjectClip) -> bool:
        """Whether the faces are those that somebody wishes for."""
        return self.wish is not None and wished_faces(self.wish) == wished_faces(wish)


def wished_faces(clip: ProjectClip) -> tuple[object, ...]:
    """All of a clip's wishes that its faces hang on."""
    return (clip.settings, clip.smoothing, clip.comparison)
