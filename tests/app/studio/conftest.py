"""What no test of the window may leave behind, and settings of its own for each."""

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

SETTINGS = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


def _shown_alone() -> set[QWidget]:
    """Top-level widgets; Qt keeps some of its own (menus of line edits, tool tips)."""
    return {w for w in QApplication.topLevelWidgets() if not type(w).__name__.startswith("QTip")}


def _active_timers() -> set[QTimer]:
    # Not isinstance, which asks every object, and some answer with a warning.
    timers = (thing for thing in gc.get_objects() if issubclass(type(thing), QTimer))
    return {timer for timer in timers if isValid(timer) and timer.isActive()}


@pytest.fixture(scope="session", autouse=True)
def _only_new_objects() -> None:
    """Collecting garbage looks at what tests made, not at the 400,000 objects of the libraries."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """A widget, a thread or a running timer that outlives a test of the window fails it."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("qapp")
    gc.collect()
    widgets, threads, timers = _shown_alone(), set(threading.enumerate()), _active_timers()
    yield
    application = QApplication.instance()
    if isinstance(application, QApplication) and application.styleSheet():
        application.setStyleSheet("")  # a studio's theme would change how wide controls are
    gc.collect()
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    left: list[object] = [
        *sorted(map(repr, _shown_alone() - widgets)),
        *(thread for thread in threading.enumerate() if thread not in threads),
        *(f"{timer} of {timer.parent()}" for timer in _active_timers() - timers),
    ]
    assert not left, "left behind: " + ", ".join(map(str, left))


@pytest.fixture(autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Preferences, caches and takes of a test are its own."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTINGS:
            patch.setenv(name, str(folder if name == "HOME" else folder / name.lower()))
        QStandardPaths.setTestModeEnabled(False)  # it would ignore these
        yield folder
