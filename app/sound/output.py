"""The way to the sound card: opened when there is something to play, silence where it fails."""

from __future__ import annotations

import time

from app.sound.card import Card, Frames, Stream
from app.sound.playout import Playout
from app.sound.silent import SilentCard
from core.errors import SoundCardError

STILL = 0.6  # seconds without a callback after which the card is given up
STILL_LOOKS = 8  # at least; a window that was busy for long has not looked


class Output:
    """At most one open stream. `silent_reason` says why nothing is heard, or is empty."""

    def __init__(self, card: Card, reason: str) -> None:
        """`card` and `reason` are as `choose_card` returns them."""
        self.silent_reason = reason
        self.playout: Playout | None = None  # there while a stream is open
        self._card = card
        self._device: str | None = None
        self._stale = False  # the list of devices is: one was lost, or could not be opened
        self._stream: Stream | None = None
        self._volume = 1.0
        self._underruns = 0  # of this stream, as counted so far
        self._callbacks = self._looks = 0
        self._since = 0.0

    def open(self, rate: int) -> Playout:
        """Have a stream of this rate: of the chosen device, or else a silent one."""
        if self._stream is not None and self.playout is not None:
            active = self._stream.active
            if active and self._stream.rate == rate:
                return self.playout
            self._stale = self._stale or not active
            self.close()
        if self._stale:
            self._card.refresh()
        try:
            stream = self._card.open_output(self._device, rate, self._fill)
            self._stale = False
            if not isinstance(self._card, SilentCard):
                self.silent_reason = ""
        except SoundCardError as problem:
            stream = SilentCard().open_output(None, rate, self._fill)
            self._stale, self.silent_reason = True, str(problem)
        self._stream = stream
        self.playout = Playout(stream.rate, stream.channels, stream.latency)
        self.playout.volume = self._volume
        self._callbacks, self._looks, self._since = 0, 0, time.monotonic()
        self._underruns = 0
        return self.playout

    def close(self) -> None:
        """Give the card back."""
        if self._stream is not None:
            stream, self._stream, self.playout = self._stream, None, None
            stream.close()

    def look_again(self) -> None:
        """Where silence had to do, try the device once more at the next `open`."""
        if self._stale:
            self.close()

    def use(self, device: str | None) -> bool:
        """Take another device from the next `open` on; whether it is another one."""
        if device == self._device:
            return False
        self._device = device
        self.close()
        return True

    def set_volume(self, volume: float) -> None:
        """0 to 1, at once and from now on."""
        self._volume = volume
        if self.playout is not None:
            self.playout.volume = volume

    def heard(self) -> float:
        """The index of the frame that leaves the card now."""
        if self._stream is None or self.playout is None:
            return 0.0
        return min(self.playout.index_at(self._stream.time), self.playout.ring.taken)

    def new_underruns(self) -> int:
        """Times that the sound broke off since this was last asked."""
        if self._stream is None or self.playout is None:
            return 0
        before, self._underruns = self._underruns, self._stream.underflows + self.playout.underruns
        return self._underruns - before

    def lost(self) -> bool:
        """Whether the card no longer asks for sound; to be called often while it should."""
        if self._stream is None or self.playout is None or not self._stream.active:
            return True
        now = time.monotonic()
        if self.playout.callbacks != self._callbacks:
            self._callbacks = self.playout.callbacks
            self._since, self._looks = now, 0
        self._looks += 1
        return self._looks > STILL_LOOKS and now - self._since > STILL

    def give_up(self) -> None:
        """The device is gone; look for devices anew before the next `open`."""
        self._stale = True
        self.close()

    def _fill(self, out: Frames, moment: float, now: float) -> None:
        """The card's callback."""
        playout = self.playout
        if playout is None:  # the first calls come before `open` returns
            out[:] = 0.0
        else:
            playout.fill(out, moment, now)
