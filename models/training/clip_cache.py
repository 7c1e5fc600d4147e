"""Made training clips on disk, so that a resumed run need not make them again."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.atomic import atomic_binary
from models.training.motion_data import MotionClip

_TEXTS = ("group", "voice", "partition")
_ARRAYS = ("values", "voiced", "targets")


def cached(path: Path, make: Callable[[], list[MotionClip]]) -> list[MotionClip]:
    """The clips in a file, or made now and written there."""
    try:
        return _read(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        clips = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {name: np.array([getattr(clip, name) for clip in clips]) for name in _TEXTS}
    joined = {name: np.concatenate([getattr(clip, name) for clip in clips]) for name in _ARRAYS}
    lengths = np.array([len(clip.values) for clip in clips])
    with atomic_binary(path) as file:
        np.savez(file, allow_pickle=False, lengths=lengths, **columns, **joined)
    return clips


def _read(path: Path) -> list[MotionClip]:
    with np.load(path, allow_pickle=False) as stored:
        ends = np.cumsum(stored["lengths"])
        texts = [[str(cell) for cell in stored[name]] for name in _TEXTS]
        arrays = [np.split(stored[name], ends[:-1]) for name in _ARRAYS]
    return [MotionClip(*row) for row in zip(*texts, *arrays, strict=True)]
