"""Faster and slower without a change of pitch: WSOLA (Verhelst and Roelands, 1993).

Grains of the sound are laid over one another at a fixed distance; each is taken from
where it continues the grain before best, near where the speed wants it. What comes out
at second t is what lies at t times the speed, give or take `SEARCH`, and no more delayed.
"""

from __future__ import annotations

import numpy as np

from app.sound.card import Frames
from app.sound.tape import Tape

HOP = 0.015  # seconds between grains, which are twice as long: two periods of a low voice
SEARCH = 0.010  # seconds to either side; together more than one period of a low voice
COARSE = 4  # frames; the search is finer around the best of the coarse steps


class Stretch:
    """Frames of a tape at `speed` times its own; at 1 they are the tape's, bit for bit."""

    def __init__(self, tape: Tape, speed: float) -> None:
        self._tape = tape
        self.speed = speed
        self._hop = round(HOP * tape.rate)
        self._search = round(SEARCH * tape.rate)
        window = 0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * self._hop) + 0.5) / self._hop)
        self._window = window[:, None].astype(np.float32)
        # The tape's frames from `_base` on. Silence stands before its beginning.
        self._base = -2 * self._hop - self._search
        self._held: Frames = np.zeros((-self._base, tape.channels), np.float32)
        self._tail: Frames = np.zeros((self._hop, tape.channels), np.float32)
        self._ready: Frames = np.empty((0, tape.channels), np.float32)
        self._grain = 0
        self._last: int | None = None  # where the last grain was taken
        self._length: int | None = None  # frames of the tape, once its end was read
        self._given = 0

    def read(self, count: int) -> Frames:
        """The next `count` frames, (count, channels); fewer only at the end."""
        if self.speed == 1.0:
            return self._tape.read(count)
        while len(self._ready) < count and not self._ended():
            self._ready = np.concatenate([self._ready, self._next()])
        if self._length is not None:
            count = min(count, round(self._length / self.speed) - self._given)
        out, self._ready = self._ready[:count], self._ready[count:]
        self._given += len(out)
        return out

    def _ended(self) -> bool:
        made = self._given + len(self._ready)
        return self._length is not None and made >= round(self._length / self.speed)

    def _next(self) -> Frames:
        """One hop of sound."""
        # Grains correspond at their centres.
        wanted = round(self._grain * self._hop * self.speed + self._hop * (self.speed - 1))
        self._hold(wanted - self._search, wanted + self._search + 2 * self._hop)
        place = wanted if self._last is None else self._best(wanted)
        grain = self._from(place, 2 * self._hop) * self._window
        out = self._tail + grain[: self._hop]
        self._tail = grain[self._hop :]
        self._last, self._grain = place, self._grain + 1
        return out

    def _from(self, place: int, count: int) -> Frames:
        """Frames of the tape, silence beyond its end."""
        part = self._held[place - self._base : place - self._base + count]
        if len(part) == count:
            return part
        padded = np.zeros((count, part.shape[1]), np.float32)
        padded[: len(part)] = part
        return padded

    def _hold(self, first: int, last: int) -> None:
        """Read the tape up to `last` and let go what lies before `first` and the last grain."""
        keep = first if self._last is None else min(first, self._last + self._hop)
        drop = min(max(keep - self._base, 0), len(self._held))
        self._held = self._held[drop:]
        self._base += drop
        need = last + 2 * self._hop - self._base - len(self._held)  # what follows a grain, too
        if need > 0 and self._length is None:
            part = self._tape.read(need)
            self._held = np.concatenate([self._held, part])
            if len(part) < need:
                self._length = self._base + len(self._held)

    def _best(self, wanted: int) -> int:
        """Where, around `wanted`, the sound is most like what would have followed."""
        assert self._last is not None, "the first grain has nothing to follow"
        follows = self._from(self._last + self._hop, 2 * self._hop).mean(axis=1)
        low = max(wanted - self._search, self._base)
        around = self._from(low, 2 * (self._search + self._hop)).mean(axis=1)
        coarse = _likest(_thinned(follows), _thinned(around)) * COARSE
        near = max(coarse - COARSE, 0)
        fine = around[near : coarse + COARSE + len(follows)]
        return low + near + _likest(follows, fine)


def _thinned(values: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Frames:
    """Means of `COARSE` values each."""
    length = len(values) // COARSE * COARSE
    means: Frames = values[:length].reshape(-1, COARSE).mean(axis=1)
    return means


def _likest(pattern: Frames, values: Frames) -> int:
    """The shift of `pattern` in `values` at which they correlate best, both 1-D."""
    products = np.correlate(values, pattern, "valid")
    energy = np.concatenate([[0.0], np.cumsum(np.square(values, dtype=np.float64))])
    powers = energy[len(pattern) :] - energy[: -len(pattern)]
    # Equally good ones, as in silence, are won by the middle, which is where the speed is.
    scores = products / np.sqrt(np.maximum(powers, 1e-9))
    best = np.flatnonzero(scores >= scores.max() - 1e-7)
    return int(best[np.argmin(np.abs(best - len(scores) // 2))])
