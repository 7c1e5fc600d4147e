"""The operator's window out of the studio: it shares the worker and the sound card."""

from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.rating.new_study import NewStudy
from app.rating.participant import ParticipantWindow
from core.rating.design import Wishes
from resources import SAMPLE
from tests.app.rating.studies import make_study
from tests.app.studio.fake_card import FakeCard
from tests.app.studio.studios import look_after, make_studio, wait_for_face


def test_a_study_from_the_studio(qtbot: QtBot, weights: Path, tmp_path: Path) -> None:
    studio = look_after(make_studio(tmp_path, weights, FakeCard()), qtbot)
    studio.window.show()
    studio.window.actions_by_name["rating"].trigger()
    window = studio.studies.window
    assert window is not None
    assert window.isVisible()
    studio.window.actions_by_name["rating"].trigger()
    assert studio.studies.window is window  # the same again
    folder = tmp_path / "study"
    make_study(folder, Wishes(training=False))
    window.show_participant = QWidget.show
    window.open(folder)
    window.page.start.click()
    assert isinstance(window.participant, ParticipantWindow)
    window.participant.leave()
    window.close()
    assert studio.studies.window is None
    assert studio.close()


def test_analyses_wait_for_the_stimuli(qtbot: QtBot, weights: Path, tmp_path: Path) -> None:
    studio = look_after(make_studio(tmp_path, weights, FakeCard()), qtbot)
    studio.open([SAMPLE])
    studio.studies.open()
    window = studio.studies.window
    assert window is not None
    window.actions_by_name["new"].trigger()

    (dialog,) = window.findChildren(NewStudy)
    dialog.folder.setText(str(tmp_path / "paper"))
    dialog.training.setChecked(False)
    dialog.make.click()
    qtbot.waitUntil(lambda: window.opened is not None, timeout=60_000)
    wait_for_face(studio, qtbot)  # it went on by itself
    assert studio.close()


def test_the_studio_closes_with_a_participant_seated(
    qtbot: QtBot, weights: Path, tmp_path: Path
) -> None:
    studio = look_after(make_studio(tmp_path, weights, FakeCard()), qtbot)
    folder = tmp_path / "study"
    make_study(folder, Wishes(training=False))
    studio.studies.open()
    window = studio.studies.window
    assert window is not None
    window.show_participant = QWidget.show
    window.open(folder)
    window.page.start.click()
    assert studio.close()
    assert studio.studies.window is None
