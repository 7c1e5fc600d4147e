"""Where the samples of a WAV, RF64 or W64 file lie, and whether its header tells the truth.

libsndfile reads a file that was cut short without a word, and finds nothing in one
whose recorder had no time to fill in the size, so the sizes are compared here.
"""

import struct
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO

MOST_CHUNKS = 1_000  # before the samples; more is no audio file
# Writers that cannot know the size in advance put 0 or one of the highest values there.
NO_SIZE_32 = 0x7FFF_F000
NO_SIZE_64 = 1 << 60
MUCH = 1 << 20  # bytes behind the samples that are worth a word
W64_RIFF = b"riff.\x91\xcf\x11"
W64_HEADER = 24  # bytes of a chunk's id and size in W64, and its size counts them


@dataclass(frozen=True, slots=True)
class DataChunk:
    """The stretch of a file that holds its samples; all sizes in bytes."""

    declared: int  # as the header says
    available: int  # from the first sample to the end of the file
    size_at: int  # where in the file the declared size stands
    size_format: str  # of `struct`
    follows: bool  # what stands behind the declared end is neither nothing nor more chunks

    @property
    def sizeless(self) -> bool:
        """The writer never filled in the size."""
        if self.declared == 0:
            return self.follows
        limit = NO_SIZE_64 if self.size_format == "<Q" else NO_SIZE_32
        return self.declared >= limit and self.declared > self.available

    @property
    def cut(self) -> bool:
        """The file ends before the declared size."""
        return self.declared > self.available and not self.sizeless

    @property
    def excess(self) -> bool:
        """Much stands behind the declared end: the size did not fit into its 32 bits."""
        return not self.sizeless and self.follows and self.available - self.declared > MUCH


class Corrected(FileIO):
    """A file that reads as if its data chunk declared the size that is there."""

    def __init__(self, path: Path, chunk: DataChunk) -> None:
        super().__init__(path, "rb")
        most = NO_SIZE_64 if chunk.size_format == "<Q" else 0xFFFF_FFFE
        self._at = chunk.size_at
        self._size = struct.pack(chunk.size_format, min(chunk.available, most))

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read as FileIO does, with the corrected size laid over."""
        start = self.tell()
        count = super().readinto(buffer) or 0
        for place, byte in enumerate(self._size, start=self._at - start):
            if 0 <= place < count:
                buffer[place : place + 1] = bytes([byte])
        return count


def needs_correction(chunk: DataChunk) -> bool:
    """libsndfile copes with every wrong size but these."""
    if chunk.declared == 0:
        return chunk.sizeless
    return chunk.size_format == "<Q" and chunk.declared > chunk.available


def find_data(path: Path) -> DataChunk | None:
    """The data chunk of a WAV, RF64 or W64 file; None of any other. Raises OSError."""
    with path.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(0)
        head = file.read(16)
        if head[:8] == W64_RIFF:
            return _find_in_w64(file, end)
        if head[:4] in (b"RIFF", b"RIFX", b"RF64") and head[8:12] == b"WAVE":
            return _find_in_riff(file, end, ">" if head[:4] == b"RIFX" else "<")
    return None


def _find_in_riff(file: BinaryIO, end: int, order: str) -> DataChunk | None:
    long_size_at: int | None = None
    at = 12
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        header = file.read(8)
        if len(header) < 8:
            return None
        name, size = struct.unpack(f"{order}4sI", header)
        body = at + 8
        if name == b"data":
            size_at, size_format = at + 4, f"{order}I"
            if long_size_at is not None and size == 0xFFFF_FFFF:
                size_at, size_format = long_size_at, "<Q"
                file.seek(size_at)
                (size,) = struct.unpack(size_format, file.read(8))
            behind = body + size + size % 2
            follows = behind < end and not _only_chunks(file, behind, end, order)
            return DataChunk(size, end - body, size_at, size_format, follows)
        if name == b"ds64" and body + 16 <= end:
            long_size_at = body + 8  # behind the size of the whole file
        at = body + size + size % 2
    return None


def _find_in_w64(file: BinaryIO, end: int) -> DataChunk | None:
    at = 40  # behind the ids "riff" and "wave" and the size between them
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        header = file.read(W64_HEADER)
        if len(header) < W64_HEADER:
            return None
        name, size = struct.unpack("<4s12xQ", header)
        body = at + W64_HEADER
        if name == b"data":
            declared = max(size - W64_HEADER, 0)
            # libsndfile takes the rest of the file when there is no size, so anything counts.
            return DataChunk(declared, end - body, at + 16, "<Q", declared == 0 and body < end)
        at += max(size + (-size) % 8, W64_HEADER)
        if at >= end:  # by as much as no file can seek
            return None
    return None


def _only_chunks(file: BinaryIO, at: int, end: int, order: str) -> bool:
    """Whether the file goes on with whole chunks (titles, markers) up to its end."""
    for _ in range(MOST_CHUNKS):
        if at in (end, end + 1):  # a last byte of padding is often left out
            return True
        file.seek(at)
        header = file.read(8)
        if len(header) < 8 or not header[:4].isascii() or not header[:4].decode().isprintable():
            return False
        (size,) = struct.unpack(f"{order}I", header[4:])
        at += 8 + size + size % 2
    return False
