"""Sounds and monitors that the tests of reading share."""

import io
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from core.errors import Cancelled
from core.monitor import Monitor

RATE = 16_000
WAV_HEADER = 44  # bytes of a plain PCM header


class Notes(Monitor):
    """Remembers what it was told; stops the work at step number `stop_at`."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.steps: list[tuple[str, float, float]] = []
        self.notices: list[str] = []
        self._stop_at = stop_at

    def step(self, stage: str, done: float, total: float) -> None:
        self.steps.append((stage, done, total))
        if len(self.steps) == self._stop_at:
            raise Cancelled("stop")

    def notice(self, message: str) -> None:
        self.notices.append(message)


def tone(seconds: float, rate: int = RATE, hertz: float = 440.0) -> NDArray[np.float64]:
    """A sine of amplitude 0.5, (samples,)."""
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def encoded(
    samples: NDArray[np.float64],
    kind: str = "WAV",
    subtype: str = "PCM_16",
    rate: int = RATE,
    endian: str = "FILE",
) -> bytes:
    """The bytes of a sound file."""
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=kind, subtype=subtype, endian=endian)
    return buffer.getvalue()


def plain_wav(
    data: bytes, *, rate: int = RATE, channels: int = 1, size: int | None = None
) -> bytes:
    """A 16-bit WAV put together by hand, after the format's specification.

    `size` is what the header declares for `data`, by default the truth.
    """
    declared = len(data) if size is None else size
    frame = 2 * channels
    rate_bytes = (rate * frame) & 0xFFFF_FFFF
    layout = struct.pack("<HHIIHH", 1, channels, rate, rate_bytes, frame & 0xFFFF, 16)
    return b"".join(
        (
            b"RIFF" + struct.pack("<I", (36 + declared) & 0xFFFF_FFFF) + b"WAVE",
            b"fmt " + struct.pack("<I", len(layout)) + layout,
            b"data" + struct.pack("<I", declared) + data,
        )
    )


def pcm16(values: Sequence[float] | NDArray[np.float64]) -> bytes:
    """Samples in [-1, 1) as little-endian 16-bit integers."""
    return np.round(np.asarray(values) * 32768).astype("<i2").tobytes()


def saved(folder: Path, data: bytes, name: str = "a.wav") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path
