"""The program itself, in a process of its own, used with keys: see test_real_window.py.

`python -m tests.app.studio.real_window FOLDER PLAN ARGUMENT ...` is `visemo ARGUMENT ...`, with
somebody at the keyboard who goes by PLAN. What they saw is written to FOLDER/seen.json, with a
picture of the screen beside it.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

import app.cli
from app.sound.player import PLAYING, STOPPED
from app.studio import Studio

LOOK = 10  # ms between two looks at what is waited for
PATIENCE = 90.0  # seconds for one of them, on a machine with much else to do
Key = Qt.Key
PLAIN = Qt.KeyboardModifier.NoModifier
Steps = Iterator[Callable[[], object]]  # what has to come true before the next


class Person:
    """Presses keys and looks at the window."""

    def __init__(self, studio: Studio, plan: str, folder: Path) -> None:
        self.studio, self.window, self.folder = studio, studio.window, folder
        self.seen: dict[str, Any] = {}
        self._steps: Steps = {"tour": self.tour, "listen": self.listen}[plan]()
        self._wanted: Callable[[], object] = lambda: True
        self._end = time.monotonic() + PATIENCE
        self._timer = QTimer(studio)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK)

    def _look(self) -> None:
        if time.monotonic() > self._end:
            self._timer.stop()
            self.seen["waited in vain"] = self._wanted.__code__.co_firstlineno
            self.seen["focus"] = repr(QApplication.focusWidget())
            self.seen["player"] = self.studio.player.state, self.studio.player.position
            QApplication.exit(3)
        elif self._wanted():
            self._end = time.monotonic() + PATIENCE
            try:
                self._wanted = next(self._steps)
            except StopIteration:
                self._timer.stop()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        """As the keyboard does: to the window, which passes it on."""
        window = self.window.windowHandle()
        assert window is not None
        QTest.keyClick(window, key, modifier)

    def has_face(self) -> bool:
        result = self.studio.analyst.result
        return result is not None and result.face is not None

    def looks(self, name: str) -> None:
        """A picture of the whole screen, and where on it the parts are."""
        screen = QGuiApplication.primaryScreen()
        assert screen.grabWindow(0).save(str(self.folder / f"{name}.png"))
        parts: dict[str, QWidget] = {
            "window": self.window, "face": self.window.face,
            **{lane.accessibleName(): lane for lane in self.window.lanes.canvases},
        }  # fmt: skip
        self.seen["places"] = {
            name: QRect(part.mapToGlobal(part.rect().topLeft()), part.size()).getRect()
            for name, part in parts.items()
        }

    def tour(self) -> Steps:
        """Look, play, step, choose, take it back, leave."""
        player = self.studio.player
        yield lambda: self.window.windowHandle() and self.window.windowHandle().isExposed()
        self.window.activateWindow()
        yield lambda: self.window.isActiveWindow()
        yield self.has_face
        self.studio.playing.seek(1.0)
        yield lambda: not self.studio.runner.busy
        self.seen["title"] = self.window.windowTitle()
        self.looks("screen")
        self.press(Key.Key_Space)
        yield lambda: player.state == PLAYING and player.position > 1.3
        self.press(Key.Key_P)
        yield lambda: player.state == STOPPED
        self.press(Key.Key_Home)
        yield lambda: player.position == 0.0
        self.press(Key.Key_Right)
        yield lambda: player.position > 0.0
        before = player.position
        self.press(Key.Key_Right)
        yield lambda: player.position > before
        self.seen["stepped to"] = player.position
        self.press(Key.Key_4)
        yield lambda: self.window.isWindowModified() and self.has_face()
        self.seen["chosen"] = self.studio.session.segments()[0].mix.first
        self.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        yield lambda: not self.studio.runner.busy
        self.press(Key.Key_Q, Qt.KeyboardModifier.ControlModifier)

    def listen(self) -> Steps:
        """Play from beginning to end, then close the window."""
        player = self.studio.player
        shown: list[tuple[float, float]] = []
        beheld: list[tuple[float, float]] = []
        _spy(self.window.face, shown)
        _spy(self.window.transport, beheld)
        yield lambda: self.window.windowHandle() and self.window.windowHandle().isExposed()
        self.window.activateWindow()
        yield lambda: self.window.isActiveWindow() and self.has_face()
        yield lambda: not self.studio.runner.busy
        shown.clear()
        beheld.clear()
        self.press(Key.Key_Space)
        yield lambda: player.state == PLAYING
        yield lambda: player.state == STOPPED
        self.seen |= {
            "silent": player.silent_reason, "underruns": player.underruns,
            "face": shown, "transport": beheld,
        }  # fmt: skip
        QApplication.closeAllWindows()


def _spy(view: Any, log: list[tuple[float, float]]) -> None:
    """Note each time that a view is told to show, and when."""
    show = view.set_time

    def told(seconds: float) -> None:
        log.append((time.monotonic(), seconds))
        show(seconds)

    view.set_time = told


def main() -> int:
    folder, plan, *arguments = sys.argv[1:]
    persons: list[Person] = []

    class Attended(Studio):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            persons.append(Person(self, plan, Path(folder)))

    with patch("app.main.Studio", Attended):
        status = app.cli.main(arguments)
    (person,) = persons
    person.seen["threads"] = [thread.name for thread in threading.enumerate()]
    (Path(folder) / "seen.json").write_text(json.dumps(person.seen))
    return status


if __name__ == "__main__":
    sys.exit(main())
