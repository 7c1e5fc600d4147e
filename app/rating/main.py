"""Rating without the studio: the operator's window by itself."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.folders import Folders
from app.garbage import Garbage
from app.jobs import JobRunner
from app.main import check_display
from app.preferences import PreferencesFile
from app.rating.operator import OperatorWindow
from app.sound.portaudio import choose_card
from app.style import apply_theme, chosen_theme

CLOSING = 10.0  # seconds that the work in hand may take to stop


def run_rating(study: Path | None, *, participant: bool = False) -> int:
    """Open the window, with a study or its next participant; returns the exit status."""
    check_display()
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Visemo")
    application.setDesktopFileName("visemo")
    preferences, _ = PreferencesFile(Folders.usual().preferences).read()
    apply_theme(application, chosen_theme(preferences.theme, application))
    card, silent_reason = choose_card()
    runner = JobRunner()
    window = OperatorWindow(
        runner, card, silent_reason, device=preferences.device,
        weights=Path(preferences.weights) if preferences.weights else None,
        output=preferences.output_device or None,
    )  # fmt: skip
    window.problems.install()
    garbage = Garbage()
    window.show()
    if study is not None:
        QTimer.singleShot(0, lambda: window.begin(study.absolute(), participant=participant))
    status: int = application.exec()
    garbage.close()
    window.problems.close()
    if not runner.close(CLOSING):
        os._exit(status)  # the work in hand is in a call that does not come back
    return status
