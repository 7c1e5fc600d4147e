"""A card for machines without one: it plays to nobody, by the computer's clock."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer

from app.sound.card import Device, Fill, Stream, Take
from core.errors import SoundCardError

PERIOD_MS = 10
BLOCK = 512  # frames of one callback


class SilentCard:
    """Keeps time and makes no sound; it has no devices."""

    def devices(self) -> tuple[Device, ...]:
        """None."""
        return ()

    def refresh(self) -> None:
        """There is nothing to look for."""

    def open_output(self, device: str | None, rate: int, fill: Fill) -> Stream:  # noqa: ARG002
        """Begin to call `fill` from a timer of this thread."""
        return _SilentStream(rate, fill)

    def open_input(self, device: str | None, take: Take) -> Stream:  # noqa: ARG002
        """There is nothing to hear. Raises SoundCardError."""
        raise SoundCardError("There is no microphone on this machine; plug one in to record.")


class _SilentStream(QObject):
    """Asks for sound as a card would and drops it.

    By a timer and not a thread: late calls tell the moments at which they were due.
    """

    channels = 2
    latency = 0.0
    underflows = 0

    def __init__(self, rate: int, fill: Fill) -> None:
        super().__init__()
        self.rate = rate
        self.active = True
        self._fill = fill
        self._block = np.zeros((BLOCK, self.channels), dtype=np.float32)
        self._begin = self.time
        self._played = 0  # frames
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._advance)
        self._timer.start(PERIOD_MS)

    @property
    def time(self) -> float:
        """Now, in seconds."""
        return time.monotonic()

    def _advance(self) -> None:
        now = self.time
        due = int((now - self._begin) * self.rate) + BLOCK  # one block ahead, as cards are
        while self._played + BLOCK <= due:
            moment = self._begin + self._played / self.rate
            self._fill(self._block, moment, min(now, moment))
            self._played += BLOCK

    def close(self) -> None:
        """Stop the clock."""
        self.active = False
        self._timer.stop()
        self.deleteLater()
