"""What the program asks of a sound card, so that tests and machines without one can stand in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.float32]  # (frames, channels), full scale is 1

# Fill the buffer. Then come the moment at which its first frame leaves the card, and
# the present one: both in seconds of the stream's clock, and the first may be nonsense.
Fill = Callable[[Frames, float, float], None]

# Copy what the buffer holds; it is not yours afterwards.
Take = Callable[[Frames], None]


@dataclass(frozen=True, slots=True)
class Device:
    """One input or output, or both. The id lasts longer than the list: it is the same
    when the device is plugged in again.
    """

    id: str
    name: str
    outputs: int  # channels
    inputs: int
    rate: float  # Hz, its own
    default_output: bool = False
    default_input: bool = False


class Stream(Protocol):
    """Sound on its way. Its callback runs in a thread of the card's own."""

    @property
    def rate(self) -> int:
        """Frames a second."""
        ...

    @property
    def channels(self) -> int:
        """Columns of the buffers."""
        ...

    @property
    def latency(self) -> float:
        """Seconds between the callback and the ear, as the card says beforehand."""
        ...

    @property
    def active(self) -> bool:
        """Whether the callback is still being called: not so when the device is gone."""
        ...

    @property
    def time(self) -> float:
        """Now, in seconds of the clock by which `Fill` is told its moments."""
        ...

    @property
    def underflows(self) -> int:
        """Times that an output broke off because the callback came too late."""
        ...

    def close(self) -> None:
        """End it at once; after a second call nothing is different."""
        ...


class Card(Protocol):
    """All devices of the machine."""

    def devices(self) -> tuple[Device, ...]:
        """Those there were at the start or at the last `refresh`."""
        ...

    def refresh(self) -> None:
        """Look for devices anew, unless a stream is open, which would be cut off."""
        ...

    def open_output(self, device: str | None, rate: int, fill: Fill) -> Stream:
        """Begin to play on a device, or on the usual one, with 2 channels if it has them.

        Raises SoundCardError.
        """
        ...

    def open_input(self, device: str | None, take: Take) -> Stream:
        """Begin to listen, at 48 kHz and with one channel where the device can do it.

        Raises SoundCardError.
        """
        ...
