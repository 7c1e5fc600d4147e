"""What every track format shares: the interface of a reader."""

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.errors import TrackError
from core.tracks.face_track import FaceTrack

# What numpy raises for arrays that are damaged or none.
ARRAY_FAULTS = (
    OSError, ValueError, KeyError, EOFError, MemoryError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
TRACK_MARK = ".track."  # in our own files' names, so that none overwrites an animation
TRACK_SUFFIX = f"{TRACK_MARK}npz"
ASSUMED_FPS = 25.0  # of tracks that say nothing about time


@dataclass(frozen=True, slots=True)
class TrackSource:
    """A file or folder to read. Raises TrackError for what cannot be."""

    path: Path
    name: str = ""  # of the recording, in files that hold several
    fps: float = ASSUMED_FPS  # of a track that does not say it

    def __post_init__(self) -> None:
        if not 0 < self.fps < 10_000:
            raise TrackError(f"frames a second must be a positive number, not {self.fps!r}")


@dataclass(frozen=True, slots=True)
class TrackReader:
    """One format: a row of `TRACK_READERS`."""

    description: str
    recognises: Callable[[Path], bool]  # by suffix and first bytes, not by reading it all
    read: Callable[[TrackSource], FaceTrack]  # raises TrackError


def first_line(path: Path) -> str:
    """Of a text file, at most 64 KiB of it; "" of what is no text or cannot be read."""
    try:
        with path.open("rb") as file:
            return file.readline(65536).decode("utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        return ""
