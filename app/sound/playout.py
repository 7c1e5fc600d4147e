"""Between the window and the card: the callback, and the clock it keeps.

The window writes frames into the ring. The callback copies them to the card and notes,
for each block, which frames leave the card and when. Where the sound is at any moment
follows from these notes: silence that had to be put in counts as no frames.
"""

from __future__ import annotations

import numpy as np

from app.sound.card import Frames
from app.sound.ring import Ring

RING = 1.0  # seconds
FADE = 0.005  # seconds of what is cut off
NOTES = 1024  # blocks; more than are on their way to the ear
FIRST = 5  # callbacks that fill the card's buffers, whose moments mean nothing
LONGEST = 3.0  # seconds on the way to the ear; more is nonsense
PULL = 0.02  # part of an error of our own count that one callback corrects
LARGEST = 1 << 15  # frames of one callback


class Playout:
    """What a stream plays; `fill` is its callback, all else is for the window's thread."""

    def __init__(self, rate: int, channels: int, latency: float = 0.0) -> None:
        self.rate = rate
        self.latency = latency
        self.ring = Ring(round(RING * rate), channels)
        self.volume = 1.0
        self.expecting = False  # more frames are to come: an empty ring is a fault
        self.underruns = 0
        self.callbacks = 0
        self.bogus = 0  # callbacks whose moment could not be
        self._first = FIRST if latency > 0 else 0
        self._cut = 0
        self._gain_now = 1.0
        self._ramp = np.arange(1, LARGEST + 1, dtype=np.float32)
        self._gain = np.empty((LARGEST, 1), dtype=np.float32)
        self._fade = round(FADE * rate)
        self._notes = np.zeros((NOTES, 3))  # first frame, its moment, how many
        self._noted = 0
        self._next = 0.0  # the moment after the last block, 0 before the first
        self._last = -np.inf  # the last moment the card told

    def cut(self) -> int:
        """Drop what was written and not yet taken, after a short fade; the next frame's index."""
        self._cut = self.ring.written
        return self._cut

    @property
    def ahead(self) -> int:
        """Frames that were written and will be played."""
        return self.ring.written - max(self.ring.taken, self._cut)

    def fill(self, out: Frames, moment: float, now: float) -> None:
        """The card's callback. `out` is (frames, channels); both times in seconds."""
        frames = len(out)
        self.callbacks += 1
        faded = 0
        cut = self._cut
        if cut > self.ring.taken:
            faded = self._fade_out(out, min(self._fade, cut - self.ring.taken, frames))
            self.ring.skip_to(cut)
        index = self.ring.taken
        count = self.ring.read(out[faded:])
        out[faded + count :] = 0.0
        if self.expecting and faded + count < frames:
            self.underruns += 1
        self._scale(out)
        begins = self._moment(moment, now, frames)
        if count and self.callbacks > self._first:
            note = self._notes[self._noted % NOTES]
            note[0], note[1], note[2] = index, begins + faded / self.rate, count
            self._noted += 1

    def _fade_out(self, out: Frames, count: int) -> int:
        """Play `count` frames more of what is cut, ever softer."""
        self.ring.read(out[:count])
        gain = self._gain[:count, 0]
        np.multiply(self._ramp[:count], -1.0 / count, out=gain)
        np.add(gain, 1.0, out=gain)
        np.multiply(out[:count], self._gain[:count], out=out[:count])
        return count

    def _scale(self, out: Frames) -> None:
        """Volume; a new one is reached within the block."""
        wanted, frames = self.volume, min(len(out), LARGEST)
        if wanted == self._gain_now == 1.0:
            return
        gain = self._gain[:frames, 0]
        np.multiply(self._ramp[:frames], (wanted - self._gain_now) / frames, out=gain)
        np.add(gain, self._gain_now, out=gain)
        np.multiply(out[:frames], self._gain[:frames], out=out[:frames])
        self._gain_now = wanted

    def _moment(self, told: float, now: float, frames: int) -> float:
        """When the block leaves the card: as told, or by our own count where that cannot be."""
        if self.callbacks > self._first and now - 0.1 < told < now + LONGEST and told > self._last:
            begins = told
            self._last = told
        else:
            self.bogus += self.callbacks > self._first
            guess = now + self.latency
            begins = guess if self._next == 0.0 else self._next + PULL * (guess - self._next)
        self._next = begins + frames / self.rate
        return begins

    def index_at(self, now: float) -> float:
        """The frame that leaves the card at `now`; before the first, the one it would have been."""
        noted = self._noted
        first = last = 0.0
        for number in range(noted - 1, max(noted - NOTES + 8, 0) - 1, -1):
            first, moment, count = self._notes[number % NOTES].tolist()
            last = first + (now - moment) * self.rate
            if moment <= now:
                return float(min(last, first + count))
        return float(last)
