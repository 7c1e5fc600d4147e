"""The one place where errors are shown.

What a person can cure is told in a banner over the window, which takes no key
and no click away and stays until it is closed; several collect in it. A fault of
ours gets a dialog with details to copy. In both cases the program goes on.
"""

import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from shiboken6 import isValid

from app.dialogs.crash import CrashDialog
from app.views.banner import Banner
from core.errors import Cancelled, VisemoError

MOST_KNOWN = 100  # different faults that are remembered as told
MOST_IN_BOX = 8  # messages, so that a box fits on any screen; all of them are in its details


class Problems(QObject):
    """Shows errors over `window`. `show` may be called in any thread."""

    _raised = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._waiting: deque[tuple[BaseException, str]] = deque()
        self._told: set[tuple[str, str]] = set()  # faults of ours, so that each is shown once
        self._showing = False
        self._crash: CrashDialog | None = None
        self._box: QMessageBox | None = None  # over a dialog that is open
        self._boxed: list[str] = []  # what it says
        self._restore: list[Callable[[], object]] = []
        self.banner = Banner(window)
        self._raised.connect(self._show_next, Qt.ConnectionType.QueuedConnection)

    def show(self, error: BaseException, about: str = "") -> None:
        """Show an error, `about` a file or another thing where its message does not name it.

        Cancelled is silent. In another thread than the window's it is shown a little later.
        """
        if isinstance(error, Cancelled):
            return
        if threading.current_thread() is threading.main_thread():
            self._show(error, about)
        else:
            self._waiting.append((error, about))
            self._raised.emit()

    def install(self) -> None:
        """Hear of exceptions in slots, paint events and threads, and of Qt's messages."""
        before, thread_before = sys.excepthook, threading.excepthook
        sys.excepthook = self._excepthook
        threading.excepthook = self._thread_excepthook
        qt_before: Any = qInstallMessageHandler(_qt_message)
        self._restore = [
            lambda: setattr(sys, "excepthook", before),
            lambda: setattr(threading, "excepthook", thread_before),
            lambda: qInstallMessageHandler(qt_before),
        ]

    def close(self) -> None:
        """Leave errors to Python and Qt again."""
        while self._restore:
            self._restore.pop()()
        if self._crash is not None:
            self._crash.close()

    @Slot()
    def _show_next(self) -> None:
        if self._waiting:
            self._show(*self._waiting.popleft())

    def _show(self, error: BaseException, about: str) -> None:
        if isinstance(error, VisemoError):
            self._tell(f"{about}: {error}" if about else str(error))
        else:
            self._tell_fault(error)

    def _tell(self, message: str) -> None:
        """What a person can cure."""
        over = QApplication.activeModalWidget()
        if self._box is not None and not isValid(self._box):  # gone with the dialog below
            self._box = None
        if self._box is None and (over is None or over is self._crash):
            self.banner.add(message)
        else:
            self._tell_in_box(message, over)  # the banner would lie under the dialog

    def _tell_in_box(self, message: str, over: QWidget | None) -> None:
        """One box over the dialog that is open; what comes while it is there is added to it."""
        if self._box is None:
            self._boxed = []
            self._box = QMessageBox(QMessageBox.Icon.Warning, "Visemo", "", parent=over)
            self._box.setTextFormat(Qt.TextFormat.PlainText)
            self._box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            self._box.finished.connect(self._forget_box)
            self._box.open()
        if message in self._boxed:
            return
        self._boxed.append(message)
        more = len(self._boxed) - MOST_IN_BOX
        shown = [*self._boxed[:MOST_IN_BOX], *([f"and {more} more"] if more > 0 else [])]
        self._box.setText("\n\n".join(shown))
        if more > 0:
            self._box.setDetailedText("\n\n".join(self._boxed))

    @Slot()
    def _forget_box(self) -> None:
        self._box = None

    def _tell_fault(self, error: BaseException) -> None:
        """A fault of ours. One that comes back, as from each paint event, is shown once."""
        details = "".join(traceback.format_exception(error))
        _print(details)
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else str(error)
        fault = (type(error).__name__, where)
        if self._showing or fault in self._told or len(self._told) >= MOST_KNOWN:
            return
        self._told.add(fault)
        self._showing = True  # whatever goes wrong in showing it is only printed
        try:
            if self._crash is None:
                self._crash = CrashDialog(self._window)
            self._crash.add(details)
            self._crash.show()
        finally:
            self._showing = False

    def _excepthook(
        self, kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):  # Ctrl-C in the terminal
            QApplication.quit()
        else:
            self.show(error)

    def _thread_excepthook(self, hooked: threading.ExceptHookArgs) -> None:
        if hooked.exc_value is not None and not isinstance(hooked.exc_value, SystemExit):
            self.show(hooked.exc_value)


def _qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's own warnings go where ours go; any exception in here would be lost."""
    if kind != QtMsgType.QtDebugMsg:
        _print(f"Qt: {message} ({context.category or 'default'})\n")


def _print(text: str) -> None:
    """To stderr, which a program started from a menu may not have."""
    if sys.stderr is not None:
        try:
            sys.stderr.write(text)
        except (OSError, ValueError):  # closed, or its reader gone
            return
