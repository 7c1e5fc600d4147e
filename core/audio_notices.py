"""What a person should know about a sound file that was read, but not as it stood."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.wav_header import DataChunk

PLAUSIBLE = 48 * 3600  # seconds; a longer length in a header is a placeholder or damage
SLACK = 0.1  # seconds; compressed files may miss a few frames of what they declare
OGG_PAGE = 65_307  # bytes, the longest there can be
OGG_HEADER = 27  # bytes of a page, of which the last counts the lengths of its segments behind
OGG_LAST_PAGE = 4  # flag
OVERSHOOT = 1.5  # full scales; MP3 and OGG go that far beyond it on sounds that do not
MP3_TAIL = 4_096  # bytes of titles and the like that may stand behind the sound


@dataclass(slots=True)
class Found:
    """What reading a file came upon; `claimed` and `duration` in seconds."""

    claimed: float = 0.0  # by the header
    rough: bool = False  # what is claimed is of a video's pictures too
    duration: float = 0.0  # really read
    lossy: bool = False
    damaged: bool = False  # the decoder gave up
    not_numbers: int = 0  # samples that were NaN or infinite
    clipped: int = 0  # samples beyond full scale
    loudest: float = 0.0
    mp3_read: int | None = None  # bytes of an MP3 file that were used


def notices(file: Path, name: str, chunk: DataChunk | None, found: Found) -> Iterator[str]:
    """One sentence for each way in which the clip differs from the file. Raises OSError."""
    length = f"the {found.duration:.2f} s that are there were read."
    if found.damaged:
        yield f"'{name}' is damaged after {found.duration:.2f} s; what comes before was read."
    elif chunk is not None:
        yield from _of_header(name, chunk, found.duration, length)
    elif not found.rough and found.duration + SLACK < found.claimed <= PLAUSIBLE:
        yield f"'{name}' seems cut short: it declares {found.claimed:.2f} s of sound; {length}"
    elif ogg_without_end(file):
        yield f"'{name}' seems cut short: its last page is missing; {length}"
    elif found.mp3_read is not None and _much_left(file, found.mp3_read):
        yield (
            f"'{name}' does not say how long it is, and only its first {found.duration:.2f} s "
            "could be read; save it as WAV or FLAC to use all of it."
        )
    if found.not_numbers:
        yield (
            f"'{name}' holds {found.not_numbers} samples that are no numbers (NaN or infinite); "
            "they were replaced by silence."
        )
    if found.loudest > (OVERSHOOT if found.lossy else 1.0):
        yield (
            f"'{name}' is louder than full scale (up to {found.loudest:.3g}); {found.clipped} "
            "samples were clipped to it. Scale the file to -1 ... 1 to avoid that."
        )


def _of_header(name: str, chunk: DataChunk, duration: float, length: str) -> Iterator[str]:
    """Where the header of a WAV and its file disagree."""
    if chunk.sizeless:
        yield (
            f"'{name}' does not say how long it is, as a recorder leaves it that was stopped "
            f"midway; {length}"
        )
    elif chunk.cut:
        yield (
            f"'{name}' is cut short: it declares {chunk.declared} bytes of sound and holds "
            f"{chunk.available}; {length}"
        )
    elif chunk.excess:
        yield (
            f"'{name}' holds more sound than its header can say, and only the first "
            f"{duration:.2f} s were read; save it as FLAC or RF64 to use all of it."
        )


def ogg_without_end(file: Path) -> bool:
    """Whether an OGG file ends before its last page does, or with a page that is not the last.

    False of any other file. Raises OSError.
    """
    with file.open("rb") as stream:
        if stream.read(4) != b"OggS":
            return False
        stream.seek(max(file.stat().st_size - OGG_PAGE, 0))
        tail = stream.read(OGG_PAGE)
    page = tail[max(tail.rfind(b"OggS"), 0) :]
    if len(page) < OGG_HEADER or not page[5] & OGG_LAST_PAGE:
        return True
    segments = page[OGG_HEADER : OGG_HEADER + page[OGG_HEADER - 1]]
    return len(page) < OGG_HEADER + len(segments) + sum(segments)


def _much_left(file: Path, used: int) -> bool:
    """Whether more of an MP3 file is left than titles at its end would take."""
    size = file.stat().st_size
    return size - used > MP3_TAIL + size // 20
