"""How long a video is, by the header of its container, where that takes no decoder."""

import struct
from pathlib import Path
from typing import BinaryIO

from core.errors import AudioFileError

HEAD = 1 << 12  # bytes in which the headers of an AVI lie
MOST_BOXES = 10_000


def video_seconds(path: Path) -> float:
    """Length of an AVI (`avih`) or MP4 (`moov/mvhd`), 0 for others.

    Raises AudioFileError when the file is empty, cut short or its header damaged.
    """
    try:
        size = path.stat().st_size
        if size == 0:
            raise AudioFileError(f"'{path.name}' is empty (0 bytes); expected a video.")
        with path.open("rb") as file:
            head = file.read(HEAD)
            if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
                return _of_avi(head, size)
            if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free"):
                return _of_mp4(file, size)
    except (OSError, struct.error, ValueError, ZeroDivisionError) as problem:
        raise AudioFileError(
            f"'{path.name}' is cut short or damaged ({problem}); expected a whole video."
        ) from problem
    return 0.0


def _of_avi(head: bytes, size: int) -> float:
    (declared,) = struct.unpack_from("<I", head, 4)
    if declared > size:
        raise ValueError(f"it declares {declared} bytes and has {size}")
    microseconds, frames = struct.unpack_from("<I12xI", head, head.index(b"avih") + 8)
    return float(microseconds * frames / 1e6)


def _of_mp4(file: BinaryIO, size: int) -> float:
    start, end = _box(file, b"moov", 0, size)
    start, end = _box(file, b"mvhd", start, end)
    file.seek(start)
    body = file.read(min(end - start, 64))
    scale, length = struct.unpack_from(">20xIQ" if body[:1] == b"\1" else ">12xII", body)
    return float(length / scale)


def _box(file: BinaryIO, name: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the content of a box begins and ends. Raises ValueError."""
    for _ in range(MOST_BOXES):
        file.seek(at)
        header = file.read(16)
        size, found = struct.unpack_from(">I4s", header)
        body = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">8xQ", header)
            body = at + 16
        behind = at + size if size else end
        if not body <= behind <= end:
            raise ValueError(f"a part of it ends at {behind} of {end} bytes")
        if found == name:
            return body, behind
        at = behind
    raise ValueError(f"it has no {name.decode()}")
