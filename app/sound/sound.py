"""The sound of a clip as one listens to it: the original channels at the card's rate."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import soxr

from app.sound.card import Frames
from core.audio_file import decoding
from core.clip import Samples
from core.errors import AudioFileError
from core.monitor import SILENT, Monitor
from core.spool import Spool

RATE = 48_000  # Hz, what nearly every card does best
STAGE = "decoding"


@dataclass(frozen=True, slots=True)
class Sound:
    """Frames of one or two channels; see `decode`. `samples` holds the channels in turn."""

    samples: Samples
    channels: int
    rate: int

    def __post_init__(self) -> None:
        if self.channels not in (1, 2) or len(self.samples) % self.channels:
            raise ValueError(f"{len(self.samples)} samples are no frames of {self.channels}")

    def __len__(self) -> int:
        """Frames."""
        return len(self.samples) // self.channels

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self) / self.rate

    def read(self, first: int, last: int) -> Frames:
        """Frames `first` to `last` (exclusive), (n, channels); fewer beyond either end."""
        first, last = max(first, 0), max(last, 0)
        stretch = self.samples[first * self.channels : last * self.channels]
        return stretch.reshape(-1, self.channels)


def decode(path: str | os.PathLike[str], monitor: Monitor = SILENT, rate: int = RATE) -> Sound:
    """Read a sound file for playing, in bounded memory: beyond a few minutes it lies in a
    temporary file. More than two channels are averaged to one.

    Raises AudioFileError where `read_clip` does, and what `monitor.step` raises.
    """
    try:
        with decoding(path, STAGE, monitor) as file, Spool() as spool:
            channels = file.channels if file.channels <= 2 else 1
            stream = None
            if file.rate != rate:
                stream = soxr.ResampleStream(file.rate, rate, channels, quality="HQ")
            for block in file.blocks:
                part = block if file.channels <= 2 else block.mean(axis=1, keepdims=True)
                spool.add((part if stream is None else stream.resample_chunk(part)).ravel())
            if stream is not None:
                rest = stream.resample_chunk(np.empty((0, channels), np.float32), last=True)
                spool.add(rest.ravel())
            return Sound(spool.take(), channels, rate)
    except OSError as problem:
        raise AudioFileError(
            f"There is no room to decode the sound ({problem.strerror}); free some space for "
            "temporary files."
        ) from problem
