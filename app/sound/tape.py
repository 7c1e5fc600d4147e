"""A sound's frames in the order in which they are played: forwards, backwards, in a loop."""

from __future__ import annotations

import numpy as np

from app.sound.card import Frames
from app.sound.sound import Sound

FADE = 0.005  # seconds, of every beginning, end and seam, so that nothing clicks
MARKS = 1024  # turns of a loop that are remembered; more than are on their way to the ear


class Tape:
    """Reads a sound from frame `start` on, forwards (`direction` 1) or backwards (-1), to
    its end or round a `loop` of two frames; a grain of `length` frames ends before.

    `marks` say where the tape is in the sound: (frame of the tape, frame of the sound) at
    the beginning and after each turn of the loop.
    """

    def __init__(
        self, sound: Sound, start: int, direction: int = 1,
        loop: tuple[int, int] | None = None, length: int | None = None,
    ) -> None:  # fmt: skip
        self._sound = sound
        self._direction = direction
        self._fade = max(round(FADE * sound.rate), 1)
        low, high = loop if loop is not None else (0, len(sound))
        self._loops = loop is not None
        # Forwards the next frame is `_at`, backwards the one before it: 0 is the end.
        self._from, self._to = (low, high) if direction > 0 else (high, low)
        if length is not None:
            self._to = min(max(start + length * direction, low), high)
        self._at = start
        self._done = 0  # frames of the tape so far
        self._seam: Frames | None = None  # what would have come, to fade out under the next turn
        self.marks: list[tuple[int, int]] = [(0, start)]

    @property
    def channels(self) -> int:
        """Columns of the frames."""
        return self._sound.channels

    @property
    def rate(self) -> int:
        """Frames a second."""
        return self._sound.rate

    def read(self, count: int) -> Frames:
        """The next `count` frames, (count, channels); fewer only at the end of the sound."""
        parts: list[Frames] = []
        while count > 0:
            left = (self._to - self._at) * self._direction
            if left <= 0:
                if not self._loops:
                    break
                self._turn()
                continue
            part = self._next(min(count, left))
            parts.append(part)
            count -= len(part)
        return np.concatenate([np.empty((0, self.channels), np.float32), *parts])

    def _turn(self) -> None:
        """Back to the beginning of the loop."""
        seam = self._stretch(self._at, self._fade)
        self._seam = np.zeros((self._fade, self.channels), np.float32)
        self._seam[: len(seam)] = seam
        self._at = self._from
        self.marks.append((self._done, self._at))
        if len(self.marks) > 2 * MARKS:
            del self.marks[:MARKS]

    def _stretch(self, at: int, count: int) -> Frames:
        """Frames of the sound from `at` on, in the direction of the tape."""
        if self._direction > 0:
            return self._sound.read(at, at + count)
        return self._sound.read(at - count, at)[::-1]

    def _next(self, count: int) -> Frames:
        """The next frames up to the end of the sound or the loop, faded where they have to be."""
        part = self._stretch(self._at, count).copy()
        since = abs(self._at - self.marks[-1][1]) + np.arange(count)
        gain = np.minimum((since + 0.5) / self._fade, 1.0)
        if not self._loops:
            left = (self._to - self._at) * self._direction - np.arange(count)
            gain = np.minimum(gain, (left - 0.5) / self._fade)
        if gain.min() < 1.0:
            part *= gain[:, None].astype(np.float32)
        if self._seam is not None:
            under = self._seam[since[0] : since[0] + count]
            part[: len(under)] += under * (1.0 - gain[: len(under), None]).astype(np.float32)
            if since[0] + count >= len(self._seam):
                self._seam = None
        self._at += count * self._direction
        self._done += count
        return part
