"""Does the window freeze while the worker works? `python -m tests.benchmarks.smoothness [MINUTES]`.

Prints, for each phase of work on a clip of that many minutes (10), the longest
time between two calls of a 16 ms timer in the window thread: what a person would
see as a picture that stands still. The studio promises none over 100 ms. With
`--plain` neither garbage nor the import of torch is taken care of.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import soundfile
from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

import app.cli  # noqa: F401 - sets, as every command does, how numpy's libraries use threads
from app.engine import Engine
from app.garbage import Garbage
from app.jobs import JobRunner
from app.quiet_import import import_torch
from core.animation_store import AnimationStore
from core.audio_file import read_clip
from core.clip import SAMPLE_RATE
from core.export import EXPORTERS, ExportSettings
from core.monitor import Monitor
from core.project import ProjectClip
from resources import SAMPLE

if TYPE_CHECKING:
    from models.cascade import Cascade

TICK = 16  # ms
LINES = 100
PROMISE = 100.0  # ms


class Gaps(QTimer):
    """The longest gap between two ticks since `begin`."""

    def __init__(self, picture: QWidget) -> None:
        super().__init__(picture)
        self._picture = picture
        self._clock = QElapsedTimer()
        self._clock.start()
        self.setTimerType(Qt.TimerType.PreciseTimer)
        self.timeout.connect(self._tick)
        self.start(TICK)
        self._last = 0.0
        self.begin()

    def begin(self) -> None:
        self.longest, self._begun = 0.0, self._now()

    @property
    def seconds(self) -> float:
        return (self._now() - self._begun) / 1000

    def _now(self) -> float:
        return self._clock.nsecsElapsed() / 1e6

    def _tick(self) -> None:
        now = self._now()
        self.longest = max(self.longest, now - self._last)
        self._last = now
        self._picture.update()


class Picture(QWidget):
    """Painting as a lane or a face does it: each call may have to wait for Python's lock again."""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        with QPainter(self) as painter:
            for line in range(LINES):
                painter.setPen(QColor.fromHsv(line % 360, 255, 255))
                painter.drawLine(0, line, self.width(), line)


class Work:
    """The phases, in order; each goes on from the one before."""

    def __init__(self, sound: Path, plain: bool) -> None:
        self._sound, self._plain = sound, plain
        store = AnimationStore(sound.parent / "results", 500_000_000)
        self._engine = Engine(_load_cascade, store)

    def nothing(self, _monitor: Monitor) -> None:
        """What other programs on this machine do to the timer."""
        time.sleep(1.0)

    def import_torch(self, _monitor: Monitor) -> None:
        if not self._plain:
            import_torch()
        import torch  # noqa: F401

    def load_weights(self, monitor: Monitor) -> None:
        self._engine.cascade(monitor)

    def listen(self, monitor: Monitor) -> None:
        self._result = self._engine.listen(self._sound, monitor)

    def animate(self, monitor: Monitor) -> None:
        self._result = self._engine.animate(self._result, ProjectClip(self._sound), monitor)

    def csv(self, monitor: Monitor) -> None:
        self._export("csv", monitor)

    def json(self, monitor: Monitor) -> None:
        self._export("json", monitor)

    def _export(self, name: str, monitor: Monitor) -> None:
        path = self._sound.with_suffix(EXPORTERS[name].suffix)
        face = self._result.face
        assert face is not None
        EXPORTERS[name].write(face.animation, path, ExportSettings(), monitor)


def _load_cascade() -> "Cascade":
    from models.cascade import Cascade

    return Cascade.load(device="cpu")


def measure(minutes: float, plain: bool, folder: Path) -> float:
    """Go through the phases; returns the longest gap of all, in ms."""
    sound = folder / "long.wav"
    short = read_clip(SAMPLE)
    length = round(60 * minutes * SAMPLE_RATE)
    repeated = np.tile(np.asarray(short.samples), -(-length // len(short.samples)))
    soundfile.write(sound, repeated[:length], SAMPLE_RATE)
    application = QApplication([])
    picture = Picture()
    picture.show()
    garbage = None if plain else Garbage(application)
    runner, gaps, work = JobRunner(application), Gaps(picture), Work(sound, plain)
    phases: list[Callable[[Monitor], None]] = [
        work.nothing, work.import_torch, work.load_weights, work.listen, work.animate,
        work.csv, work.json,
    ]  # fmt: skip
    longest = 0.0

    def begin() -> None:
        if not phases:
            application.quit()
            return
        phase = phases.pop(0)

        def done(_nothing: None) -> None:
            nonlocal longest
            if phase != work.nothing:
                longest = max(longest, gaps.longest)
            print(f"{phase.__name__:14}{gaps.longest:7.1f} ms of {gaps.seconds:5.1f} s", flush=True)
            begin()

        gaps.begin()
        runner.start(phase, done=done)

    QTimer.singleShot(500, begin)  # after a while of nothing
    application.exec()
    runner.close(10)
    if garbage is not None:
        garbage.close()
    return longest


def main() -> int:
    """Returns 1 where the promise was not kept."""
    words = sys.argv[1:]
    numbers = [float(word) for word in words if word != "--plain"]
    with tempfile.TemporaryDirectory() as folder:
        longest = measure(numbers[0] if numbers else 10.0, "--plain" in words, Path(folder))
    return int(longest > PROMISE)


if __name__ == "__main__":
    sys.exit(main())
