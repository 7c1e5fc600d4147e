"""GRID (Cooke, Barker, Cunningham, Shao 2006): six-word commands, audio and face tracks.

Laid out as `audio/NAME.flac` beside `landmarks.npz` with `names`, `landmarks`
(clips, frames, 68, 3) in units of `unit` pixels, `detected` and `fps`.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import CorpusError

_WORDS: tuple[dict[str, str], ...] = (
    {"b": "bin", "l": "lay", "p": "place", "s": "set"},
    {"b": "blue", "g": "green", "r": "red", "w": "white"},
    {"a": "at", "b": "by", "i": "in", "w": "with"},
    {},  # the letter itself
    {"1": "one", "2": "two", "3": "three", "4": "four", "5": "five",
     "6": "six", "7": "seven", "8": "eight", "9": "nine", "z": "zero"},
    {"a": "again", "n": "now", "p": "please", "s": "soon"},
)  # fmt: skip


def sentence(name: str) -> str:
    """What a clip's name spells: `bbaf2n` is "bin blue at f two now"."""
    if len(name) != len(_WORDS):
        raise CorpusError(f"{name!r} is not a GRID clip name; expected six letters like 'bbaf2n'")
    try:
        return " ".join(
            words[letter] if words else letter for words, letter in zip(_WORDS, name, strict=True)
        )
    except KeyError as error:
        raise CorpusError(f"{name!r} is not a GRID clip name: no word for {error}") from error


@dataclass(frozen=True, slots=True)
class GridClip:
    """One recording: its sound file and its track (frames, 68, 3) in pixels."""

    name: str
    audio: Path
    landmarks: NDArray[np.float64]
    detected: NDArray[np.bool_]
    fps: float


def read_grid(folder: Path) -> list[GridClip]:
    """All clips of one folder, in the order of their names.

    Raises CorpusError when the folder is not laid out as above or a sound file is missing.
    """
    path = folder / "landmarks.npz"
    try:
        with np.load(path, allow_pickle=False) as stored:
            names = [str(name) for name in stored["names"]]
            landmarks = stored["landmarks"].astype(np.float64) * float(stored["unit"])
            detected = stored["detected"].astype(bool)
            fps = float(stored["fps"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise CorpusError(f"{path} is not a GRID landmark file: {error}") from error
    clips = []
    for index in np.argsort(names):
        audio = folder / "audio" / f"{names[index]}.flac"
        if not audio.is_file():
            raise CorpusError(f"{audio} is missing, though {path} has its landmarks")
        clips.append(GridClip(names[index], audio, landmarks[index], detected[index], fps))
    return clips
