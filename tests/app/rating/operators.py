"""The operator's window, and what it shows."""

from pathlib import Path

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.rating.operator import OperatorWindow
from tests.app.studio.fake_card import FakeCard

PATIENCE = 60_000  # ms


def make_window(qtbot: QtBot, runner: JobRunner, weights: Path) -> OperatorWindow:
    """Nothing open, and participants in a window like any other."""
    window = OperatorWindow(runner, FakeCard(), weights=weights, device="cpu")
    window.show_participant = QWidget.show
    qtbot.addWidget(window)
    window.show()
    return window


def told(operator: OperatorWindow) -> str:
    """What the banner says."""
    return " ".join(label.text() for label in operator.problems.banner.findChildren(QLabel))
