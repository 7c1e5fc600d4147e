"""A sound card whose clock the test turns."""

from collections.abc import Callable

import numpy as np

from app.sound.card import Device, Fill, Frames, Take
from core.errors import SoundCardError

BLOCK = 480  # frames of one callback
SPEAKER = Device("fake: speaker", "speaker", 2, 0, 48_000.0, default_output=True)
HEADPHONES = Device("fake: headphones", "headphones", 2, 0, 48_000.0)
MICROPHONE = Device("fake: microphone", "microphone", 0, 1, 48_000.0, default_input=True)


class FakeStream:
    """One direction of sound; what was played is in `heard`."""

    def __init__(self, card: "FakeCard", rate: int, channels: int, latency: float) -> None:
        self.card, self.rate, self.channels, self.latency = card, rate, channels, latency
        self.active = True
        self.closed = False
        self.underflows = 0
        self.fill: Fill | None = None
        self.take: Take | None = None
        self.heard: list[Frames] = []
        self.tell: Callable[[float], float] = lambda moment: moment  # or a card that lies

    @property
    def time(self) -> float:
        return self.card.time

    @property
    def sound(self) -> Frames:
        """All that was played, (frames, channels)."""
        return np.concatenate(self.heard)

    def close(self) -> None:
        self.active, self.closed = False, True


class FakeCard:
    """Devices that come and go, and sound as far as `advance` goes."""

    def __init__(self, latency: float = 0.1, channels: int = 2) -> None:
        self.time = 1_000.0
        self.latency = latency
        self.channels = channels
        self.present: list[Device] = [SPEAKER, HEADPHONES, MICROPHONE]
        self.listed = list(self.present)  # as it was at the last refresh
        self.refreshed = 0
        self.opened: list[str | None] = []
        self.streams: list[FakeStream] = []

    @property
    def stream(self) -> FakeStream:
        """The one opened last."""
        return self.streams[-1]

    def devices(self) -> tuple[Device, ...]:
        return tuple(self.listed)

    def refresh(self) -> None:
        self.refreshed += 1
        self.listed = list(self.present)

    def _open(self, device: str | None, rate: int, channels: int, *, output: bool) -> FakeStream:
        self.opened.append(device)
        able = [d for d in self.listed if (d.outputs if output else d.inputs)]
        wanted = [d for d in able if device in (None, d.id)]
        if not wanted or wanted[0] not in self.present:
            raise SoundCardError("The fake card is not there; plug it in.")
        self.streams.append(FakeStream(self, rate, channels, self.latency))
        return self.stream

    def open_output(self, device: str | None, rate: int, fill: Fill) -> FakeStream:
        stream = self._open(device, rate, self.channels, output=True)
        stream.fill = fill
        return stream

    def open_input(self, device: str | None, take: Take) -> FakeStream:
        stream = self._open(device, 48_000, self.channels, output=False)
        stream.take = take
        return stream

    def unplug(self) -> None:
        """All devices go, and with them the stream."""
        self.present = []
        self.stream.active = False

    def advance(self, seconds: float) -> None:
        """Let the card play for some time, in whole blocks."""
        for _ in range(round(seconds * self.stream.rate / BLOCK)):
            stream = self.stream
            block = np.full((BLOCK, stream.channels), np.nan, np.float32)
            assert stream.fill is not None, "an output"
            if stream.active:
                stream.fill(block, stream.tell(self.time + self.latency), self.time)
                stream.heard.append(block)
            self.time += BLOCK / stream.rate

    def speak(self, samples: Frames) -> None:
        """Let the microphone hear samples, (n,), on all its channels."""
        stream = self.stream
        assert stream.take is not None, "an input"
        for first in range(0, len(samples), BLOCK):
            part = samples[first : first + BLOCK, None].astype(np.float32)
            if stream.active:
                stream.take(np.repeat(part, stream.channels, axis=1))
            self.time += len(part) / stream.rate
