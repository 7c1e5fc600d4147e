"""The status bar: what computes and how fast, memory, sound, and what is being done."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from app.icons import icon, pixmap
from app.theme import Theme

MEMORY_INTERVAL = 3_000  # ms
TOLD_FROM = 0.5  # seconds of work before a time left is worth saying
LEAST_SPEED_TOLD = 10.0  # times real time; below it a decimal is shown
_DEVICES = {"cpu": "CPU", "cuda": "CUDA", "mps": "MPS", "": "…"}
_STATM = Path("/proc/self/statm")


class StatusBar(QStatusBar):
    """Shows what it is told; `cancel_requested` when somebody presses Stop."""

    cancel_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setAccessibleName("Status")
        self._theme = theme
        self._began = 0.0
        self.clock: Callable[[], float] = time.monotonic
        self._stage = ""
        self._sound_ok = True
        self._work = QWidget()
        self.what = QLabel()
        self.bar = QProgressBar(maximum=1000, textVisible=False)
        self.bar.setFixedWidth(140)
        self.stop = QToolButton()
        self.stop.setAutoRaise(True)
        line = self.fontMetrics().height()
        self.stop.setIconSize(QSize(line - 4, line - 4))
        self.stop.setFixedHeight(line + 6)  # the bar is no higher for it
        self._name(self.stop, "Stop", "Stop what is being done")
        self.stop.clicked.connect(self.cancel_requested)
        row = QHBoxLayout(self._work)
        row.setContentsMargins(8, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.bar, self.stop, self.what):
            row.addWidget(part)
        row.addStretch(1)
        self.addWidget(self._work, 1)
        self.sound_sign, self.sound = QLabel(), QLabel()
        self.device, self.speed, self.memory = QLabel(), QLabel(), QLabel()
        for label in (self.sound_sign, self.sound, self.device, self.speed, self.memory):
            label.setContentsMargins(4, 0, 8, 0)
            self.addPermanentWidget(label)
        self._timer = QTimer(self)
        self._timer.setInterval(MEMORY_INTERVAL)
        self._timer.timeout.connect(self._show_memory)
        self._name(self.memory, "Memory", "Memory in use by Visemo")
        self.set_device("")
        self.set_speed(None)
        self.set_sound("")
        self.set_theme(theme)
        self.finished()

    def set_theme(self, theme: Theme) -> None:
        """Colours of the signs."""
        self._theme = theme
        self.stop.setIcon(icon("stop", theme))
        self._show_sound_sign()

    def set_device(self, device: str) -> None:
        """What computes: "cpu", "cuda", "mps", or "" while nobody knows."""
        self.device.setText(_DEVICES.get(device, device.upper()))
        self._name(self.device, f"Computes on {self.device.text()}", "What the networks run on")

    def set_speed(self, times: float | None) -> None:
        """How many seconds of sound are done in one; None hides it."""
        self.speed.setVisible(times is not None)
        if times is not None:
            self.speed.setText(f"{times:.1f}×" if times < LEAST_SPEED_TOLD else f"{times:.0f}×")
            self._name(self.speed, f"{self.speed.text()} real time", "Speed of the last analysis")

    def set_sound(self, card: str, trouble: str = "") -> None:
        """The card that plays, or why there is none, in a few words."""
        self._sound_ok = not trouble
        self.sound.setText(trouble or card)
        self.sound.setVisible(bool(trouble))  # a card that works needs no words
        self.sound_sign.setVisible(bool(card or trouble))
        self._name(self.sound_sign, f"Sound: {trouble or card}", trouble or f"Sound card: {card}")
        self._show_sound_sign()

    def show_progress(self, stage: str, done: float, total: float, subject: str = "") -> None:
        """How far the work is; a total of 0 is one that nobody knows."""
        if stage != self._stage or self._work.isHidden():
            self._stage, self._began = stage, self.clock()
        self._work.show()
        part = min(max(done / total, 0.0), 1.0) if total > 0 else 0.0
        self.bar.setMaximum(1000 if total > 0 else 0)
        self.bar.setValue(round(1000 * part))
        left = self._left(part)
        words = f"{subject}: {stage}" if subject else stage.capitalize()
        self.what.setText(f"{words}, {left} left" if left else words)
        self.bar.setAccessibleName(words)

    def finished(self) -> None:
        """Nothing is being done."""
        self._work.hide()
        self.what.clear()
        self._stage = ""

    def _left(self, part: float) -> str:
        spent = self.clock() - self._began
        if part <= 0 or part >= 1 or spent < TOLD_FROM:
            return ""
        seconds = spent * (1 - part) / part
        return f"{max(seconds, 1):.0f} s" if seconds < 60 else f"{seconds / 60:.0f} min"

    def _show_sound_sign(self) -> None:
        name, colour = "volume", self._theme.quiet
        if not self._sound_ok:
            name, colour = "mute", self._theme.warning
        size = self.fontMetrics().height()
        self.sound_sign.setPixmap(pixmap(name, colour, size, self.devicePixelRatioF()))

    def _show_memory(self) -> None:
        used = memory_used()
        self.memory.setVisible(used is not None)
        if used is not None:
            self.memory.setText(f"{used / 1e6:.0f} MB" if used < 1e9 else f"{used / 1e9:.1f} GB")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Look at the memory only while somebody can see it."""
        super().showEvent(event)
        self._show_memory()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Until it is shown again."""
        super().hideEvent(event)
        self._timer.stop()

    @staticmethod
    def _name(part: QWidget, name: str, tip: str) -> None:
        part.setAccessibleName(name)
        part.setToolTip(tip)


def memory_used() -> int | None:
    """Bytes of this process that lie in memory; None where the system does not say simply."""
    try:
        pages = int(_STATM.read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        pass
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # the most there ever was
    return None
