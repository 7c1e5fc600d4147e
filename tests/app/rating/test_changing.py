"""The operator's window when votes are changed, or a study is not what it was."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from app.rating.operator import OperatorWindow
from app.rating.work import verify
from core.rating.design import Wishes
from core.rating.study import Study
from core.rating.study_file import read_study, write_study
from tests.app.rating.operators import facts, fill, press, rows, told
from tests.app.rating.studies import make_study


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "study"
    make_study(place, Wishes(title="A small study", seed=7, training=False))
    return place


@pytest.fixture
def study(folder: Path) -> Study:
    return read_study(folder)


def test_withdrawing_somebody_by_number(
    operator: OperatorWindow, folder: Path, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder, study, whole=2)
    operator.open(folder)
    number = rows(operator)[1][0]
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("P999", True))
    operator.actions_by_name["withdraw"].trigger()
    assert "no participant 'P999'" in told(operator)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: (f" {number.lower()}", True))
    operator.actions_by_name["withdraw"].trigger()
    assert facts(operator)["Done"] == "2"  # not before the question is answered
    press(operator, "Delete")
    shown = facts(operator)
    assert [shown["Done"], shown["Withdrawn"]] == ["1", "1"]
    assert number not in [row[0] for row in rows(operator)]


def test_rows_of_this_machine(operator: OperatorWindow, folder: Path) -> None:
    operator.open(folder)
    field = operator.page.first_row
    field.selectAll()
    QTest.keyClicks(field, "28")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert facts(operator)["Next row"] == "28"
    assert operator.opened is not None
    assert operator.opened.store.first_row == 28


def test_opening_what_is_open_by_a_link_does_nothing(
    operator: OperatorWindow, folder: Path, tmp_path: Path
) -> None:
    operator.open(folder)
    opened = operator.opened
    link = tmp_path / "link"
    link.symlink_to(folder)
    operator.open(link)
    assert operator.opened is opened
    assert opened is not None
    assert not opened.store.read_only


def test_a_study_changed_after_votes_is_only_looked_at(
    operator: OperatorWindow, folder: Path, study: Study
) -> None:
    fill(folder, study, whole=1)
    write_study(replace(study, task="Rate the ears."), folder)
    operator.open(folder)
    assert "changed after its votes were begun (task)" in operator.page.notice.text()
    assert not operator.page.start.isEnabled()
    assert verify(folder).problems[0].startswith("The study 'A small study' was changed")


def test_a_failed_reopen_leaves_no_dead_window(
    operator: OperatorWindow, folder: Path, study: Study
) -> None:
    fill(folder, study, whole=1)
    operator.open(folder)
    write_study(replace(study, seed=8), folder)
    operator.open(folder)
    assert operator.opened is None
    assert "another design" in told(operator)
    assert operator.page.title.text() == "No study is open"
    assert operator.page.new.isVisible()
    assert not operator.actions_by_name["report"].isEnabled()
    assert operator.actions_by_name["open"].isEnabled()
