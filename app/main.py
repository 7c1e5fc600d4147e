"""Where the window begins: an application, a sound card, a studio."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from app.folders import Folders
from app.garbage import Garbage
from app.sound.portaudio import choose_card
from app.studio import Studio
from core.errors import VisemoError

EXIT_BAD = 2
_told: list[str] = []  # what Qt said before it gave up
NO_DISPLAY = (
    "there is no display to open a window on; log in at a desktop, or use `visemo animate`, which "
    "needs none."
)


def check_display() -> None:
    """Qt would abort the process. Raises VisemoError."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform == "linux" and not any(os.environ.get(name) for name in named):
        raise VisemoError(NO_DISPLAY)


def _no_window(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """While the application is made: Qt tells why it has no display and then aborts the process."""
    if kind == QtMsgType.QtFatalMsg:
        reason = "; ".join(dict.fromkeys([*_told, message.partition("\n")[0]]))
        print(f"visemo: error: no window can be opened on this display ({reason})", file=sys.stderr)
        sys.stderr.flush()
        os._exit(EXIT_BAD)
    if (context.category or "").startswith("qt.qpa"):
        _told.append(message.partition("\n")[0])
    else:
        print(message, file=sys.stderr)


def run_studio(paths: Sequence[Path], weights: Path | None, device: str | None) -> int:
    """Open the window and stay until it is closed; returns the exit status."""
    check_display()
    before = qInstallMessageHandler(_no_window)
    application = QApplication(sys.argv[:1])
    qInstallMessageHandler(before)
    application.setApplicationName("Visemo")
    application.setDesktopFileName("visemo")
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
