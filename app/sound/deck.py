"""One run of a sound through the ring: what is played, and where in the clip each frame lies."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from app.sound.card import Frames
from app.sound.playout import FADE, Playout
from app.sound.sound import Sound
from app.sound.stretch import Stretch
from app.sound.tape import Tape

CHUNK = 2048  # frames made at a time
AHEAD = 0.25  # seconds in the ring: the window may be busy for so long


class Deck:
    """Plays from second `start` at `pace`: 1 as it is, -2 backwards at double speed.

    `index` is the ring's index of its first frame; `loop` and `length` are in seconds.
    """

    def __init__(
        self, sound: Sound, start: float, pace: float, index: int,
        loop: tuple[float, float] | None = None, length: float | None = None,
    ) -> None:  # fmt: skip
        self.index = index
        self.end: int | None = None  # the ring's index after the last frame, once it is known
        self._rate = sound.rate
        self._duration = sound.duration
        self._step = 1 if pace > 0 else -1
        self._speed = abs(pace)
        frames = None if loop is None else (self._frame(loop[0]), self._frame(loop[1]))
        count = None if length is None else self._frame(length)
        self._tape = Tape(sound, self._frame(start), self._step, frames, count)
        self._stretch = Stretch(self._tape, self._speed)

    def _frame(self, seconds: float) -> int:
        return round(min(seconds, self._duration) * self._rate)

    def feed(self, playout: Playout) -> None:
        """Write until `AHEAD` seconds are on their way, or to the end."""
        ring = playout.ring
        while self.end is None:
            room = min(round(AHEAD * self._rate) - playout.ahead, ring.free, CHUNK)
            if room <= 0:
                return
            part = self._stretch.read(room)
            ring.write(_with_channels(part, ring.channels))
            if len(part) < room:
                self.end = ring.written

    def clip_time(self, index: float) -> float:
        """The second of the clip at an index of the ring, which may lie between two frames."""
        frame = max(index - self.index, 0.0) * self._speed
        marks = self._tape.marks
        begins, at = marks[max(bisect_right(marks, (frame, np.inf)) - 1, 0)]
        seconds = (at + (frame - begins) * self._step) / self._rate
        return min(max(seconds, 0.0), self._duration)


class Decks:
    """What is on its way to the ear: the deck that is being fed, and those before it."""

    def __init__(self) -> None:
        self._decks: list[Deck] = []
        self._heard = 0.0  # index in the ring, only ever forward

    def __bool__(self) -> bool:
        return bool(self._decks)

    def clear(self, playout: Playout | None) -> None:
        """Break off all of it."""
        self._decks = []
        if playout is not None:
            playout.expecting = False
            self._heard = playout.cut()

    def lay(
        self, playout: Playout, sound: Sound, start: float, pace: float,
        loop: tuple[float, float] | None = None, length: float | None = None,
    ) -> None:  # fmt: skip
        """Put on what follows; see `Deck`. What was put on before breaks off there."""
        playout.expecting = False
        deck = Deck(sound, start, pace, playout.cut(), loop, length)
        self._decks = [*self._decks[-2:], deck]
        self.feed(playout)

    def feed(self, playout: Playout) -> None:
        """Keep the sound going."""
        self._decks[-1].feed(playout)
        playout.expecting = self._decks[-1].end is None

    def hear(self, index: float) -> float:
        """The second of the clip that is heard when frame `index` leaves the card."""
        self._heard = max(self._heard, index)
        deck = next((d for d in reversed(self._decks) if d.index <= self._heard), self._decks[0])
        return deck.clip_time(self._heard)

    def next_second(self, playout: Playout) -> float:
        """The second of the clip that the card takes next, once the present one has faded."""
        taken = max(playout.ring.taken, self._decks[-1].index)
        return self._decks[-1].clip_time(taken + FADE * playout.rate)

    @property
    def over(self) -> bool:
        """Whether the end has been heard."""
        end = self._decks[-1].end if self._decks else None
        return end is not None and self._heard >= end - 1


def _with_channels(frames: Frames, channels: int) -> Frames:
    """Frames as the card wants them: doubled or averaged."""
    have = frames.shape[1]
    if have == channels:
        return frames
    if have == 1:
        return np.repeat(frames, channels, axis=1)
    mono: Frames = frames.mean(axis=1, keepdims=True)
    return np.repeat(mono, channels, axis=1)
