"""Records takes from a microphone, written as they come, with a meter."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.sound.card import Card, Device, Frames, Stream
from app.sound.ring import Ring
from app.sound.take import Take
from core.errors import SoundCardError

TICK_MS = 33
RING = 10.0  # seconds: the window may be busy for so long
STILL = 0.6  # seconds without a callback after which the microphone is given up
STILL_LOOKS = 8  # at least
CLIPPED = 0.999  # of full scale, in the card or in the file
LONGEST_COUNT = 5.0  # seconds
LOWEST_GAIN, HIGHEST_GAIN = -40.0, 40.0  # dB
KEPT = "{kept}"  # in a message: where it says what became of the take
IDLE, TESTING, COUNTING, RECORDING = "idle", "testing", "counting", "recording"


class Recorder(QObject):
    """One take at a time. Whatever happens, what was recorded until then is kept."""

    levels = Signal(float, float, bool)  # peak and RMS of a moment, 1 is full scale; clipped
    state_changed = Signal(str)  # IDLE, TESTING, COUNTING or RECORDING
    counted = Signal(int)  # seconds left of the count; 0 as the take begins
    finished = Signal(Path)  # a take
    problem = Signal(str)  # for the person: what happened and what would help

    def __init__(self, card: Card, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = IDLE
        self._card = card
        self._stream: Stream | None = None
        self._stale = False  # the list of devices is
        self._ring: Ring | None = None
        self._missed = 0  # frames there was no room for
        self._calls = 0  # of the callback
        self._seen_calls = self._looks = 0
        self._since = 0.0
        self._take: Take | None = None
        self._count = 0  # frames before the take begins
        self._told = 0  # the last number of the count
        self._gain = 1.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    def devices(self, *, refresh: bool = False) -> tuple[Device, ...]:
        """Those that can record; with `refresh`, also those just plugged in."""
        if refresh:
            self._card.refresh()
        try:
            return tuple(device for device in self._card.devices() if device.inputs > 0)
        except SoundCardError:
            return ()

    @property
    def seconds(self) -> float:
        """Length of the take so far."""
        return 0.0 if self._take is None else self._take.seconds

    def set_gain(self, decibels: float) -> None:
        """Louder or softer, in the file and on the meter; -40 to 40."""
        self._gain = 10.0 ** (min(max(decibels, LOWEST_GAIN), HIGHEST_GAIN) / 20.0)

    def test(self, device: str | None = None) -> None:
        """Show the level and write nothing, until `stop`."""
        self.stop()
        if self._open(device):
            self._set_state(TESTING)

    def start(self, folder: Path, device: str | None = None, count_in: float = 0.0) -> None:
        """Record into a new file of `folder`, after a count of up to five seconds."""
        self.stop()
        if not self._open(device):
            return
        assert self._stream is not None, "it was opened"
        try:
            self._take = Take(folder, self._stream.rate)
        except OSError as problem:
            self._close()
            self.problem.emit(
                f"No take can be written to '{folder}' ({problem.strerror or problem}); choose "
                "another folder, or free some space."
            )
            return
        self._count = round(min(max(count_in, 0.0), LONGEST_COUNT) * self._stream.rate)
        self._told = 0
        if self._count:
            self._set_state(COUNTING)
            self._tell_count()
        else:
            self._set_state(RECORDING)

    def stop(self) -> None:
        """End the take, the count or the test."""
        if self.state != IDLE and self._drain():
            self._end("")

    def close(self) -> None:
        """Stop, and give the card back."""
        self.stop()

    def _open(self, device: str | None) -> bool:
        if self._stale:
            self._card.refresh()
        self._missed = self._calls = 0
        self._seen_calls, self._looks, self._since = 0, 0, time.monotonic()
        try:
            self._stream = self._card.open_input(device, self._hear)
        except SoundCardError as problem:
            self._stale = True
            self.problem.emit(str(problem))
            return False
        self._stale = False
        self._ring = Ring(round(RING * self._stream.rate), self._stream.channels)
        self._timer.start()
        return True

    def _hear(self, frames: Frames) -> None:
        """The card's callback."""
        self._calls += 1
        ring = self._ring
        if ring is not None:
            self._missed += len(frames) - ring.write(frames)

    def _tick(self) -> None:
        if self._drain() and self.state != IDLE and self._is_lost():
            self._stale = True
            self._end(f"The microphone stopped, as when it is unplugged{KEPT}. Plug it in again "
                      "or choose another one.")  # fmt: skip

    def _drain(self) -> bool:
        """Take what has come: to the meter, and to the disk. False if that ended the take."""
        assert self._ring is not None, "a stream is open"
        frames = np.empty((self._ring.filled, self._ring.channels), dtype=np.float32)
        frames = frames[: self._ring.read(frames)]
        if not len(frames):
            return True
        raw = np.nan_to_num(frames.mean(axis=1), nan=0.0, posinf=1.0, neginf=-1.0)
        samples = raw * np.float32(self._gain)
        self._meter(samples, clipped=bool(np.abs(frames).max() >= CLIPPED))
        if self.state == COUNTING:
            samples = self._count_down(samples)
        if self.state == RECORDING and len(samples):
            return self._write(samples)
        return True

    def _meter(self, samples: Frames, *, clipped: bool) -> None:
        peak = float(np.abs(samples).max())
        rms = math.sqrt(float(np.square(samples, dtype=np.float64).mean()))
        self.levels.emit(peak, rms, clipped or peak >= CLIPPED)

    def _count_down(self, samples: Frames) -> Frames:
        """By the card's clock, so that the take begins on the sample; what is left for it."""
        passed = min(self._count, len(samples))
        self._count -= passed
        self._tell_count()
        if self._count == 0:
            self._set_state(RECORDING)
        return samples[passed:]

    def _tell_count(self) -> None:
        assert self._stream is not None, "a stream is open"
        left = math.ceil(self._count / self._stream.rate)
        if left != self._told:
            self._told = left
            self.counted.emit(left)

    def _write(self, samples: Frames) -> bool:
        assert self._take is not None, "it is being recorded"
        try:
            self._take.write(samples)
        except OSError as problem:
            self._end(f"The take cannot be written on ({problem.strerror or problem}){KEPT}. "
                      "Free some space, or choose another folder.")  # fmt: skip
            return False
        if self._take.full:
            self._end(f"A take can be no longer{KEPT}. Press record to go on with another one.")
            return False
        return True

    def _is_lost(self) -> bool:
        if self._stream is None or not self._stream.active:
            return True
        now = time.monotonic()
        if self._calls != self._seen_calls:
            self._seen_calls, self._looks, self._since = self._calls, 0, now
        self._looks += 1
        return self._looks > STILL_LOOKS and now - self._since > STILL

    def _end(self, why: str) -> None:
        """Give back the card, keep the take, and say why it ended if it was not asked for."""
        recorded = self.state == RECORDING
        missed = self._missed / self._stream.rate if self._stream is not None else 0.0
        self._close()
        path, trouble = self._keep() if recorded else (None, "")
        self._set_state(IDLE)
        if path is not None:
            self.finished.emit(path)
            if not trouble and missed:
                trouble = (
                    f"{missed:.1f} s of '{path.name}' were lost, because the computer was too "
                    "busy; close other programs and record it again."
                )
        kept = f"; what was recorded until then is kept as '{path.name}'" if path else ""
        for message in (why.replace(KEPT, kept), trouble):
            if message:
                self.problem.emit(message)

    def _keep(self) -> tuple[Path | None, str]:
        """The finished take, and what there is to say about it."""
        assert self._take is not None, "it was being recorded"
        take, self._take = self._take, None
        try:
            path = take.finish()
        except OSError as problem:
            return take.path, (
                f"'{take.path.name}' could not be completed ({problem.strerror or problem}); it "
                "will be offered for recovery at the next start."
            )
        return path, "" if path else "Nothing was heard, so there is no take; test the microphone."

    def _close(self) -> None:
        self._timer.stop()
        if self._stream is not None:
            self._stream.close()
        self._stream = self._ring = None
        if self._take is not None and self.state != RECORDING:
            self._take.discard()
            self._take = None

    def _set_state(self, state: str) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)
