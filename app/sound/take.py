"""A take on the disk: a WAV that is whole up to its last block at any moment.

While it is written it has a working name and a lock that goes with the process, so that
after a crash it can be told from one that is being recorded.
"""

from __future__ import annotations

import os
import struct
import sys
from contextlib import suppress
from datetime import datetime
from io import FileIO
from pathlib import Path

import numpy as np

from app.sound.card import Frames
from core.errors import AudioFileError

WORKING = ".recording.wav"
BYTES = 3  # of a sample: 24 bits, mono
FULL_SCALE = 1 << 23
HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
MOST = 0xFFFF_FFFF - HEADER.size  # bytes of samples a WAV can hold: eight hours
UNKNOWN = 0xFFFF_FFFF  # size of what is still being written


class Take:
    """A take being written. Raises OSError as the disk does."""

    def __init__(self, folder: Path, rate: int, now: datetime | None = None) -> None:
        """Begin an empty take in `folder`, which is made if need be, named by the time."""
        folder.mkdir(parents=True, exist_ok=True)
        moment = now or datetime.now().astimezone()
        self._stem = f"Take {moment:%Y-%m-%d %H.%M.%S}"
        self._rate = rate
        self.path = _claim(folder, self._stem, WORKING)
        self._file = FileIO(self.path, "r+")
        _lock(self._file)
        self._file.write(_header(rate, UNKNOWN))
        self.samples = 0

    @property
    def seconds(self) -> float:
        """Written so far."""
        return self.samples / self._rate

    @property
    def full(self) -> bool:
        """Whether a WAV cannot hold another second."""
        return (self.samples + self._rate) * BYTES > MOST

    def write(self, samples: Frames) -> None:
        """Append samples, (n,), within full scale; they are on their way to the disk at once."""
        whole = np.clip(np.round(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype("<i4")
        data = memoryview(whole.view(np.uint8).reshape(-1, 4)[:, :BYTES].tobytes())
        while data:
            data = data[self._file.write(data) :]
        self.samples += len(samples)

    def finish(self) -> Path | None:
        """Complete the file and give it its name, never one that is taken. None, and no file,
        for a take without sound.
        """
        if self.samples == 0:
            self.discard()
            return None
        _complete(self._file, self._rate)
        self._file.close()
        return _rename(self.path, self._stem)

    def discard(self) -> None:
        """Leave no trace of it."""
        self._file.close()
        with suppress(OSError):
            self.path.unlink()


def recoverable(folder: Path) -> list[Path]:
    """Takes with sound in them that a crash has left, oldest first."""
    with suppress(OSError):
        return [path for path in sorted(folder.glob(f"*{WORKING}")) if _left_over(path)]
    return []


def recover(path: Path) -> Path:
    """Complete a take that a crash has left, and return its new name.

    Raises AudioFileError when it is no such take, and OSError as the disk does.
    """
    if not _left_over(path):
        raise AudioFileError(
            f"'{path.name}' cannot be recovered: it is being recorded, or holds no sound."
        )
    with FileIO(path, "r+") as file:
        parts = HEADER.unpack(file.read(HEADER.size))
        _complete(file, parts[7])
    return _rename(path, path.name.removesuffix(WORKING))


def _left_over(path: Path) -> bool:
    """Whether it is one of our takes, with sound, that no living process writes."""
    with suppress(OSError), FileIO(path, "r+") as file:
        head = file.read(HEADER.size)
        ours = len(head) == HEADER.size and head[:4] == b"RIFF" and head[36:40] == b"data"
        sound = file.seek(0, os.SEEK_END) >= HEADER.size + 2 * BYTES
        return ours and sound and _lock(file)
    return False


def _header(rate: int, size: int) -> bytes:
    """Of a mono WAV with `size` bytes of samples."""
    whole = min(size + HEADER.size - 8, UNKNOWN)
    return HEADER.pack(
        b"RIFF", whole, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * BYTES, BYTES, 8 * BYTES,
        b"data", size,
    )  # fmt: skip


def _complete(file: FileIO, rate: int) -> None:
    """Cut off half a sample and declare the size; an even one, as WAV wants it."""
    size = file.seek(0, os.SEEK_END) - HEADER.size
    size -= size % (2 * BYTES) if size > BYTES else 0
    file.truncate(HEADER.size + size)
    file.seek(0)
    file.write(_header(rate, size))
    os.fsync(file.fileno())


def _claim(folder: Path, stem: str, suffix: str) -> Path:
    """Make an empty file of a new name."""
    number = 1
    while True:
        path = folder / (f"{stem}{suffix}" if number == 1 else f"{stem} ({number}){suffix}")
        try:
            path.open("xb").close()
        except FileExistsError:
            number += 1
        else:
            return path


def _rename(path: Path, stem: str) -> Path:
    """Give a take its name; it keeps the old one where that fails, and is offered again."""
    try:
        target = _claim(path.parent, stem, ".wav")
    except OSError:
        return path
    try:
        path.replace(target)
    except OSError:
        target.unlink()
        return path
    return target


def _lock(file: FileIO) -> bool:
    """Lock it for as long as it is open; False if another one has done so."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(UNKNOWN)  # a byte that is not there, so that all others can be read
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            finally:
                file.seek(0)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a disk that knows no locks
        return True
    return True
