"""Plays the sound of a clip, and says where it is: the playhead is the sound card's clock."""

from __future__ import annotations

import math
import time
from collections import deque

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.sound.card import Card
from app.sound.deck import Decks
from app.sound.output import Output
from app.sound.playout import Playout
from app.sound.sound import Sound

TICK_MS = 16  # the playhead's 60 frames a second; the ring is filled along with them
GRAIN = 0.08  # seconds heard at each place of a scrub
NEXT_GRAIN = 0.02  # seconds left of one when the next is laid
SLOWEST, FASTEST = 0.25, 2.0
SHORTEST_LOOP = 0.02  # seconds
IDLE_MS = 10_000  # after which the card is given back
LOGGED = 1 << 16  # playheads, 18 minutes
STOPPED, PLAYING = "stopped", "playing"


class Player(QObject):
    """One clip at a time. All times are seconds of the clip.

    Falls back to playing in silence, by the computer's clock, where there is no card:
    `silent_reason` says why, and is empty otherwise.
    """

    moved = Signal(float)  # the playhead, 60 times a second while it moves
    state_changed = Signal(str)  # STOPPED or PLAYING
    problem = Signal(str)  # for the person: what happened and what would help
    silent_changed = Signal(str)  # silent_reason

    def __init__(self, card: Card, reason: str = "", parent: QObject | None = None) -> None:
        """`card` and `reason` are as `choose_card` returns them."""
        super().__init__(parent)
        self.underruns = 0  # times that the sound broke off because the computer was too busy
        self._output = Output(card, reason)
        self._told = reason
        self._sound: Sound | None = None
        self._decks = Decks()
        self._playing = False
        self._scrubbing = False
        self._position = 0.0
        self._grain_at = -1.0  # where the scrub was heard last
        self._began = 0.0
        self._speed = 1.0
        self._pace = 1.0
        self._loop: tuple[float, float] | None = None
        self._log: deque[tuple[float, float]] = deque(maxlen=LOGGED)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self.close)

    @property
    def silent_reason(self) -> str:
        """Why nothing is heard; empty where the sound goes to a real card."""
        return self._output.silent_reason

    @property
    def state(self) -> str:
        """STOPPED or PLAYING, which includes a scrub after which playing goes on."""
        return PLAYING if self._playing else STOPPED

    @property
    def duration(self) -> float:
        """Of the clip; 0 without one."""
        return 0.0 if self._sound is None else self._sound.duration

    @property
    def position(self) -> float:
        """Where the playhead is at this moment: what leaves the card just now."""
        if self._playing and not self._scrubbing and self._decks:
            self._position = self._decks.hear(self._output.heard())
        return self._position

    def skew_log(self) -> NDArray[np.float64]:
        """The last playheads of `moved` while playing, (n, 2): second of `time.monotonic`,
        second of the clip. For comparison with what a microphone heard.
        """
        return np.array(self._log, dtype=np.float64).reshape(-1, 2)

    def load(self, sound: Sound | None) -> None:
        """Take another clip, with the playhead at its beginning and no loop; None for none."""
        self._halt()
        self._sound = sound
        self._loop = None
        self._began = self._place(0.0)

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """Repeat from the first second to the second one; None to play on."""
        if loop is not None:
            low, high = (min(max(second, 0.0), self.duration) for second in sorted(loop))
            loop = (low, high) if high - low >= SHORTEST_LOOP else None
        self._loop = loop
        if self._playing and not self._scrubbing:
            self._carry_on()

    def set_speed(self, speed: float) -> None:
        """0.25 to 2 times, at the same pitch; what is beyond is held at these."""
        self._speed = min(max(speed, SLOWEST), FASTEST)
        pace = math.copysign(self._speed, self._pace)  # backwards stays backwards
        if self._playing and self._pace != pace:
            self._run(pace)

    def set_volume(self, volume: float) -> None:
        """0 to 1."""
        self._output.set_volume(min(max(volume, 0.0), 1.0))

    def use_device(self, device: str | None) -> None:
        """Play on the device of this id; None for the usual one."""
        position = self.position
        if self._output.use(device):
            self._decks.clear(None)
            if self._playing:
                self._start(position)

    def play(self) -> None:
        """From the playhead; from the beginning if it is at the end, or outside the loop."""
        self._run(self._speed)

    def shuttle(self, direction: int) -> None:
        """Play at -1 or 1 times whatever the speed, again: twice as fast, up to 2; 0 pauses."""
        if direction == 0:
            self.pause()
        else:
            again = 2 * abs(self._pace) if self._playing and direction * self._pace > 0 else 0.0
            self._run(math.copysign(min(max(abs(direction), again), FASTEST), direction))

    def pause(self) -> None:
        """Stop, with the playhead where the sound was."""
        self._halt()
        self._place(self._position)

    def stop(self) -> None:
        """Stop, with the playhead where playing began."""
        was_playing = self._playing
        self._halt()
        if was_playing:
            self._place(self._began)

    def toggle(self) -> None:
        """Play, or stop."""
        (self.stop if self._playing else self.play)()

    def seek(self, seconds: float) -> None:
        """Move the playhead, and go on from there if playing."""
        self._began = self._place(seconds)
        if self._playing and not self._scrubbing:
            self._start(self._position)

    def scrub(self, seconds: float) -> None:
        """Move the playhead and let the sound there be heard for a moment."""
        if self._sound is None:
            return
        if not self._scrubbing:
            self._decks.clear(self._output.playout)
            self._scrubbing = True
            self._grain_at = -1.0
        self._began = self._place(seconds)
        self._lay_grain(self._open())

    def end_scrub(self) -> None:
        """Go on playing, if that is what was interrupted."""
        if not self._scrubbing:
            return
        self._scrubbing = False
        if self._playing:
            self._start(self._position)
        else:
            self._rest()

    def close(self) -> None:
        """Give the card back. Another `play` opens it again."""
        self._halt()
        self._idle.stop()
        self._output.close()

    def _place(self, seconds: float) -> float:
        """Put the playhead somewhere, and say so."""
        self._position = min(max(seconds, 0.0), self.duration)
        self.moved.emit(self._position)
        return self._position

    def _run(self, pace: float) -> None:
        """Play at this pace, from where it makes sense."""
        self.end_scrub()
        if self._playing:
            self._pace = pace
            self._carry_on()
        elif self._sound is not None and len(self._sound):
            self._pace, seconds = pace, self._position
            low, high = self._loop or (0.0, self.duration)
            if pace > 0 and not low <= seconds < high:
                seconds = low
            elif pace < 0 and not low < seconds <= high:
                seconds = high
            self._began = seconds
            self._output.look_again()
            self._start(seconds)

    def _start(self, seconds: float) -> None:
        """Play from there, at once."""
        self._scrubbing = False
        self._position = seconds
        playout = self._open()
        self._decks.clear(playout)
        self._lay(playout, seconds)
        if not self._playing:
            self._playing = True
            self._log.clear()
            self.state_changed.emit(PLAYING)

    def _carry_on(self) -> None:
        """Play on in another way from where the card is, so that nothing is heard twice."""
        playout = self._output.playout
        if playout is None or not self._decks:
            self._start(self._position)
        else:
            self._lay(playout, self._decks.next_second(playout))

    def _lay(self, playout: Playout, second: float) -> None:
        assert self._sound is not None, "there is a clip"
        self._decks.lay(playout, self._sound, second, self._pace, self._loop)

    def _lay_grain(self, playout: Playout) -> None:
        """A moment of sound at the playhead, unless the last one still sounds."""
        due = self._grain_at != self._position and playout.ahead < NEXT_GRAIN * playout.rate
        if due and self._sound is not None:
            self._grain_at = self._position
            self._decks.lay(playout, self._sound, self._position, 1.0, length=GRAIN)

    def _tick(self) -> None:
        playout = self._output.playout
        if playout is None or not self._decks:
            self._timer.stop()
            return
        self.underruns += self._output.new_underruns()
        if self._output.lost():
            self._lose()
            return
        self._decks.feed(playout)
        if self._scrubbing:
            self._lay_grain(playout)
            return
        position = self.position
        self._log.append((time.monotonic(), position))
        self.moved.emit(position)
        if self._decks.over:  # which it is not if a slot has stopped it
            self._halt()
            self._place(self.duration if self._pace > 0 else 0.0)

    def _lose(self) -> None:
        """The device is gone: stop where it was."""
        self._position = self.position
        self._output.give_up()
        self._halt()
        self._place(self._position)
        self.problem.emit(
            "The sound device stopped, as when it is unplugged. Plug it in again or choose "
            "another one, and press play; without one, playing goes on in silence."
        )

    def _halt(self) -> None:
        """Stop where it is."""
        self._position = self.position
        was_playing, self._playing, self._scrubbing = self._playing, False, False
        self._decks.clear(self._output.playout)
        self._rest()
        if was_playing:
            self.state_changed.emit(STOPPED)

    def _rest(self) -> None:
        """Nothing more to play for now."""
        self._timer.stop()
        if self._output.playout is not None:
            self._idle.start()

    def _open(self) -> Playout:
        """A stream at work, and the timer that feeds it."""
        assert self._sound is not None, "there is a clip"
        playout = self._output.open(self._sound.rate)
        self._idle.stop()
        self._timer.start()
        if self.silent_reason != self._told:
            self._told = self.silent_reason
            self.silent_changed.emit(self._told)
        return playout
