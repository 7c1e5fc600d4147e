"""The operator's window: participants one after another, and nothing that unblinds."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.rating.operator import OperatorWindow
from app.rating.participant import ParticipantWindow
from core.rating.bundle import export_votes
from core.rating.design import Wishes
from core.rating.schema import VOTES
from core.rating.store import VoteStore
from core.rating.study import Study
from core.rating.study_file import read_study
from tests.app.rating.operators import PATIENCE, facts, fill, make_window, press, rows, told
from tests.app.rating.studies import make_study


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "study"
    make_study(place, Wishes(title="A small study", seed=7, training=False))
    return place


@pytest.fixture
def study(folder: Path) -> Study:
    return read_study(folder)


def test_what_an_operator_sees(operator: OperatorWindow, folder: Path, study: Study) -> None:
    fill(folder, study, whole=3, broken_off=1)
    operator.open(folder)
    shown = facts(operator)
    assert [shown["Done"], shown["Partial"], shown["Next row"]] == ["3", "1", "4"]
    assert shown["Free disk"].split()[1] in ("MB", "GB", "TB")
    assert [(row[2], row[3]) for row in rows(operator)] == [
        ("5 of 14", "Can be continued"), *[("14 of 14", "Done")] * 3,
    ]  # fmt: skip
    secrets = {c.id for c in study.conditions} | {c.name.lower() for c in study.conditions}
    texts = [label.text() for label in operator.findChildren(QLabel)]
    texts += [text for row in rows(operator) for text in row]
    assert not [text for text in texts if any(secret in text.lower() for secret in secrets)]


def test_participants_one_after_another(operator: OperatorWindow, folder: Path) -> None:
    operator.open(folder)
    for number in range(2):
        operator.page.start.click()
        window = operator.participant
        assert isinstance(window, ParticipantWindow)
        assert not operator.page.start.isEnabled()
        assert not operator.close()  # not under a participant
        agree = window.shown.findChildren(QPushButton)[0]
        agree.click()
        window.leave()
        assert operator.participant is None
        assert facts(operator)["Next row"] == str(number + 1)
    assert [row[3] for row in rows(operator)] == ["Can be continued"] * 2


def test_going_on_with_one_who_left(operator: OperatorWindow, folder: Path, study: Study) -> None:
    fill(folder, study, whole=1, broken_off=1)
    operator.open(folder)
    page = operator.page
    assert not page.resume.isEnabled()
    page.table.selectRow(1)
    assert not page.resume.isEnabled()  # it is done
    page.table.selectRow(0)
    page.resume.click()
    assert operator.participant is not None
    assert operator.participant.sitting.resumed
    assert operator.participant.sitting.subject == rows(operator)[0][0]


def test_setting_a_session_aside(operator: OperatorWindow, folder: Path, study: Study) -> None:
    fill(folder, study, whole=1, broken_off=1)
    operator.open(folder)
    operator.page.table.selectRow(0)
    operator.page.set_aside.click()
    press(operator, "Set aside")
    assert rows(operator)[0][3] == "Set aside"
    assert facts(operator)["Next row"] == "1"  # the row is used again
    assert facts(operator)["Set aside"] == "1"


def test_a_second_window_only_looks(
    operator: OperatorWindow, folder: Path, qtbot: QtBot, weights: Path
) -> None:
    operator.open(folder)
    runner = JobRunner()
    second = make_window(qtbot, runner, weights)
    second.open(folder)
    assert "Another window is running this study" in second.page.notice.text()
    assert second.page.notice.isVisible()
    assert not second.page.start.isEnabled()
    assert not second.actions_by_name["merge"].isEnabled()
    second.seat(None)
    assert second.participant is None
    assert operator.page.start.isEnabled()
    second.close()
    second.problems.close()
    runner.close(1.0)


def test_a_stimulus_that_is_gone_or_changed_is_refused_by_name(
    operator: OperatorWindow, folder: Path, study: Study
) -> None:
    operator.open(folder)
    gone = folder / study.stimuli[3].track
    kept = gone.read_bytes()
    gone.unlink()
    operator.page.start.click()
    assert operator.participant is None
    assert study.stimuli[3].track in told(operator)
    gone.write_bytes(kept)
    sound = folder / study.stimuli[0].sound
    sound.write_bytes(sound.read_bytes() + b"\0")
    operator.open(folder)
    assert study.stimuli[0].sound in told(operator)


def test_damaged_votes_are_restored_from_the_backup(
    operator: OperatorWindow, folder: Path, study: Study
) -> None:
    fill(folder, study, whole=2)
    votes = folder / VOTES
    votes.write_bytes(b"\xff" * votes.stat().st_size)
    operator.open(folder)
    assert operator.opened is None
    press(operator, "Restore the backup")
    assert facts(operator)["Done"] == "2"
    assert list(folder.glob("votes.damaged-*.sqlite"))


def test_the_report_opens_in_the_browser(
    operator: OperatorWindow, folder: Path, study: Study, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    fill(folder, study, whole=3)
    operator.open(folder)
    operator.actions_by_name["report"].trigger()
    press(operator, "Make the report")
    qtbot.waitUntil(lambda: bool(opened), timeout=PATIENCE)
    page = folder / "report" / "report.html"
    assert [url.toLocalFile() for url in opened] == [str(page)]
    assert "<svg" in page.read_text("utf-8")
    assert operator.statusBar().currentMessage() == str(page)


def test_votes_from_another_machine(
    operator: OperatorWindow, folder: Path, study: Study, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fill(folder, study, whole=2)
    bundle = tmp_path / "there.visemo-votes"
    with VoteStore.open(folder, study) as store:
        export_votes(store, study, bundle)
    for file in folder.glob("votes*"):
        file.unlink()
    operator.open(folder)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(bundle), ""))
    operator.actions_by_name["merge"].trigger()
    assert operator.statusBar().currentMessage() == "2 sessions added."
    assert facts(operator)["Done"] == "2"
    bundle.write_bytes(b"not a bundle")
    operator.actions_by_name["merge"].trigger()
    assert "there.visemo-votes" in told(operator)
    assert facts(operator)["Done"] == "2"


def test_packing_and_unpacking(
    operator: OperatorWindow, folder: Path, study: Study, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    operator.open(folder)
    target = tmp_path / "a.visemo-study"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    operator.actions_by_name["pack"].trigger()
    qtbot.waitUntil(target.is_file, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not operator.page.is_busy)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(target), ""))
    operator.actions_by_name["unpack"].trigger()
    qtbot.waitUntil(
        lambda: operator.opened is not None and operator.opened.folder != folder, timeout=PATIENCE
    )
    assert operator.opened is not None
    assert operator.opened.study == study


def test_verifying(operator: OperatorWindow, folder: Path, study: Study, qtbot: QtBot) -> None:
    fill(folder, study, whole=1)
    operator.open(folder)
    operator.actions_by_name["verify"].trigger()
    qtbot.waitUntil(lambda: bool(operator.statusBar().currentMessage()), timeout=PATIENCE)
    assert operator.statusBar().currentMessage().startswith("14 stimuli and 1 sessions")
