"""Where the window begins: an application, a sound card, a studio."""

import os
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


def run_studio(paths: Sequence[Path], weights: Path | None, device: str | None) -> int:
    """Open the window and stay until it is closed; returns the exit status."""
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
    status: int = application.exec()
    garbage.close()
    if not studio.close():
        os._exit(status)  # the work in hand is in a call that does not come back
    return status
