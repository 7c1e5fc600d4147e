"""Where the window begins: an application, a sound card, a studio."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.folders import Folders
from app.garbage import Garbage
from app.sound.portaudio import choose_card
from app.studio import Studio
from app.windows.keys import KeepKeys
from core.errors import VisemoError

NO_DISPLAY = (
    "there is no display to open a window on; log in at a desktop, or use `visemo animate`, which "
    "needs none."
)


def _check_display() -> None:
    """Qt would abort the process. Raises VisemoError."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in named):
        raise VisemoError(NO_DISPLAY)


def run_studio(paths: Sequence[Path], weights: Path | None, device: str | None) -> int:
    """Open the window and stay until it is closed; returns the exit status."""
    _check_display()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Visemo")
    application.setDesktopFileName("visemo")
    keys = KeepKeys()
    application.installEventFilter(keys)
    card, silent_reason = choose_card()
    studio = Studio(Folders.usual(), card, silent_reason, weights, device)
    studio.problems.install()
    garbage = Garbage()
    studio.window.show()
    QTimer.singleShot(0, lambda: studio.start([path.absolute() for path in paths]))
    for number in (signal.SIGINT, signal.SIGTERM):  # heard within the garbage timer's two seconds
        signal.signal(number, lambda *_: application.quit())
    status: int = application.exec()
    garbage.close()
    if not studio.close():
        os._exit(status)  # the work in hand is in a call that does not come back
    return status
