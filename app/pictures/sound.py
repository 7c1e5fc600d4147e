"""The original sound of a clip, as it goes into a film: one or two channels, at a film's rate."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from core.audio_file import Decoding, decoding

# What AAC can hold; other rates become 48,000.
RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000)
USUAL_RATE = 48_000  # Hz
Samples = NDArray[np.float32]  # (frames, channels)


@dataclass(frozen=True, slots=True)
class FilmSound:
    """Sound from a start on; `take` gives the next frames, silence after the file's end."""

    rate: int  # Hz
    channels: int  # 1 or 2
    _blocks: Iterator[Samples]
    _left: list[Samples]  # read but not yet taken

    def take(self, count: int) -> Samples:
        """The next `count` frames, (count, channels)."""
        result = np.zeros((count, self.channels), np.float32)
        done = 0
        while done < count:
            part = self._left.pop() if self._left else next(self._blocks, None)
            if part is None:
                break
            used = part[: count - done]
            result[done : done + len(used)] = used
            done += len(used)
            if len(used) < len(part):
                self._left.append(part[len(used) :])
        return result


@contextmanager
def film_sound(path: Path, start: float) -> Iterator[FilmSound]:
    """The sound of a file from `start` seconds on. Raises AudioFileError if it cannot be read."""
    with decoding(path, "reading") as source:
        rate = source.rate if source.rate in RATES else USUAL_RATE
        channels = 2 if source.channels == 2 else 1
        yield FilmSound(rate, channels, _from(_blocks(source, rate, channels), start, rate), [])


def _blocks(source: Decoding, rate: int, channels: int) -> Iterator[Samples]:
    """All of the file; of more than two channels, their mean, as the analysis hears it."""
    stream = soxr.ResampleStream(source.rate, rate, channels, dtype="float32", quality="HQ")
    for block in source.blocks:
        mixed = block.copy() if channels == source.channels else block.mean(axis=1, keepdims=True)
        yield mixed if rate == source.rate else _resampled(stream, mixed, last=False)
    if rate != source.rate:
        yield _resampled(stream, np.empty((0, channels), np.float32), last=True)


def _resampled(stream: soxr.ResampleStream, block: Samples, last: bool) -> Samples:
    result: Samples = stream.resample_chunk(block, last=last)
    return result.reshape(-1, block.shape[1])


def _from(blocks: Iterator[Samples], start: float, rate: int) -> Iterator[Samples]:
    """Without what comes before `start` seconds. Read rather than sought: MP3 seeks by guess."""
    skip = round(start * rate)
    for block in blocks:
        yield block[skip:]
        skip = max(skip - len(block), 0)
