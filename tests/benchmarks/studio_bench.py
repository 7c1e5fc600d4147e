"""A whole studio to be measured: real weights, a silent card, a window on the screen."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import soundfile
from PySide6.QtCore import QElapsedTimer, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from app.folders import Folders
from app.garbage import Garbage
from app.sound.silent import SilentCard
from app.studio import Studio
from core.audio_file import read_clip
from core.clip import SAMPLE_RATE
from resources import SAMPLE

TICK = 16  # ms
LOOK = 2  # ms between two looks at what is waited for
LONGEST = 600.0  # seconds to wait for anything


def write_sound(path: Path, seconds: float, seed: int = 0) -> Path:
    """The sample over and over, no two of different seeds alike."""
    short = np.asarray(read_clip(SAMPLE).samples)
    length = round(seconds * SAMPLE_RATE)
    samples = np.tile(short, -(-length // len(short)))[:length].astype(np.float32)
    samples += 1e-4 * np.random.default_rng(seed).standard_normal(length).astype(np.float32)
    soundfile.write(path, samples, SAMPLE_RATE)
    return path


class Bench:
    """A studio as `app.main` makes it, in folders of its own."""

    def __init__(self, folder: Path) -> None:
        self.application = cast(QApplication, QApplication.instance() or QApplication([]))
        folders = Folders(folder / "config", folder / "cache", folder / "unsaved", folder / "takes")
        self.studio = Studio(folders, SilentCard(), "No sound card", device="cpu")
        self.studio.window.may_close = lambda: True
        self.studio.window.resize(1280, 720)
        self._changed = 0.0  # when the result did
        self.studio.analyst.result_changed.connect(self._note)
        self._garbage = Garbage()
        self.studio.window.show()
        self.run(0.5)

    def _note(self) -> None:
        self._changed = time.perf_counter()

    def run(self, seconds: float) -> None:
        """Let the window live for a while."""
        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def until(self, condition: Callable[[], bool]) -> None:
        """Let the window live until something is so. Raises TimeoutError."""
        loop, end = QEventLoop(), time.monotonic() + LONGEST
        timer = QTimer()

        def look() -> None:
            if condition() or time.monotonic() > end:
                loop.quit()

        timer.timeout.connect(look)
        timer.start(LOOK)
        loop.exec()
        timer.stop()
        if time.monotonic() > end:
            raise TimeoutError("the studio did not get ready")

    @property
    def is_heard(self) -> bool:
        """Whether the clip on the screen can be seen and played."""
        return self.studio.analyst.result is not None

    @property
    def has_face(self) -> bool:
        """Whether the clip on the screen is as wished for."""
        result, clip = self.studio.analyst.result, self.studio.session.clip
        return (
            result is not None and clip is not None
            and result.face is not None and result.fulfils(clip)
        )  # fmt: skip

    def painted(self, paints: "Paints", condition: Callable[[], bool]) -> float:
        """The moment at which a widget was first painted after something became so."""
        self.until(condition)
        # The condition is looked at now and then, so its paint may have been already.
        before = paints.count
        self.until(lambda: paints.last >= self._changed or paints.count > before)
        return paints.last

    def open(self, sound: Path) -> None:
        """Open a sound and wait for its face."""
        self.studio.open([sound])
        self.until(lambda: self.has_face)
        self.run(0.5)

    def close(self) -> None:
        """Everything."""
        self.studio.window.close()
        ended = self.studio.close()
        self._garbage.close()
        assert ended, "the worker did not end"


class Paints(QObject):
    """Counts what a widget paints; `last` is when, by `time.perf_counter`."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count, self.last = 0, 0.0
        self._widget = widget
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802, ARG002
        if event.type() == QEvent.Type.Paint:
            self.count += 1
            self.last = time.perf_counter()
        return False

    def stop(self) -> None:
        self._widget.removeEventFilter(self)
        self.deleteLater()


class Gaps(QTimer):
    """The longest time between two calls of a 16 ms timer, for each stage; paints `widget`."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.longest: dict[str, float] = {}  # ms
        self.seconds: dict[str, float] = {}
        self._widget = widget
        self._clock = QElapsedTimer()
        self._clock.start()
        self._last = 0.0
        self._stages = [""]  # since the last tick
        self.setTimerType(Qt.TimerType.PreciseTimer)
        self.timeout.connect(self._tick)
        self.start(TICK)

    def stage(self, name: str) -> None:
        """What is done from now on."""
        if name != self._stages[-1]:
            self._stages.append(name)

    def _tick(self) -> None:
        now = self._clock.nsecsElapsed() / 1e6
        gap, self._last = now - self._last, now
        for name in self._stages:  # a gap in which one follows the other is a fault of both
            self.longest[name] = max(self.longest.get(name, 0.0), gap)
            self.seconds[name] = self.seconds.get(name, 0.0) + gap / 1000
        del self._stages[:-1]
        self._widget.update()
