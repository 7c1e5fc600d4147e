"""The operator's window, and what it shows."""

from pathlib import Path

from PySide6.QtWidgets import QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.rating.operator import OperatorWindow
from app.rating.study_page import FACTS
from core.rating.simulation import simulated_raters
from core.rating.store import VoteStore
from core.rating.study import Study
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


def fill(folder: Path, study: Study, whole: int, broken_off: int = 0) -> None:
    """Sessions, the last of them left after five trials."""
    with VoteStore.open(folder, study) as store:
        for number, rater in enumerate(simulated_raters(study, whole + broken_off)):
            session = store.begin().session_id
            position = store.position(session)
            while position is not None and not (number >= whole and position.place == 5):
                position = store.commit_vote(position, rater.vote(position.trial), 900, 1)
            if position is None:
                store.finish(session)


def facts(window: OperatorWindow) -> dict[str, str]:
    """As they are shown, and as a screen reader says them."""
    found = {}
    for name in FACTS:
        (label,) = [
            label for label in window.page.findChildren(QLabel)
            if label.accessibleName().startswith(f"{name}: ")
        ]  # fmt: skip
        found[name] = label.text()
        assert label.accessibleName() == f"{name}: {label.text()}"
    return found


def rows(window: OperatorWindow) -> list[list[str]]:
    table = window.page.table
    return [
        [item.text() for column in range(4) if (item := table.item(row, column)) is not None]
        for row in range(table.rowCount())
    ]


def press(operator: OperatorWindow, text: str) -> None:
    """A button of the question that is asked."""
    box = operator.findChildren(QMessageBox)[-1]
    next(button for button in box.buttons() if button.text() == text).click()
