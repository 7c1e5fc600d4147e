"""Who hears, and who speaks, in the window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.studio import Studio
from app.theme import DARK
from app.views.controls.hearing_row import HearingRow
from core.export import EXPORTERS, ExportSettings
from core.hearing import TITLES, HeardBy
from core.monitor import SILENT
from core.project_file import write_project
from tests.app.conftest import Visemo, save_speech
from tests.app.studio.studios import PATIENCE, look_after, make_studio
from tests.weights import write_dern, write_recognisers


@pytest.fixture
def studio(
    own_weights: Path,
    tmp_path: Path,
    qtbot: QtBot,
    few_suffice: None,  # noqa: ARG001
) -> Iterator[Studio]:
    """With a DERN that listens to who speaks, and three clips."""
    write_dern(own_weights, "speaker")
    made = make_studio(tmp_path / "home", own_weights)
    look_after(made, qtbot)
    made.window.show()
    made.session.add([save_speech(tmp_path / f"{seed}.wav", 1.0, seed=seed) for seed in range(3)])
    wait(made, qtbot)
    yield made
    assert made.close()


def wait(studio: Studio, qtbot: QtBot) -> None:
    """Until everything has been heard as it is to be."""
    analyst, session = studio.analyst, studio.session

    def settled() -> bool:
        states = {analyst.state(clip.path).state for clip in session.project.clips}
        return not analyst.busy and states == {"done"}

    qtbot.waitUntil(settled, timeout=PATIENCE)


def test_clips_share_a_speaker_and_the_panel_says_so(studio: Studio, qtbot: QtBot) -> None:
    row = studio.window.emotion.hearing

    def words() -> tuple[str, str]:
        return row.speaker.text(), row.told.text()

    assert words() == ("Know the speaker", "by 3 clips")
    paths = [clip.path for clip in studio.session.project.clips]
    studio.session.set_speaker(paths[1:], "Ann")
    wait(studio, qtbot)
    assert row.speaker.isHidden()  # it is alone now
    studio.session.show_clip(paths[1])
    wait(studio, qtbot)
    assert words() == ("Know Ann", "by 2 clips")
    studio.session.undo()
    wait(studio, qtbot)
    assert words() == ("Know the speaker", "by 3 clips")


def test_clips_are_heard_by_themselves_where_somebody_wants_it(
    studio: Studio, qtbot: QtBot
) -> None:
    def profiles() -> set[str]:
        clips = studio.session.project.clips
        return {studio.analyst.animation(clip, SILENT).heard_by.profile for clip in clips}

    row = studio.window.emotion.hearing
    assert len(profiles()) == 1
    assert profiles() != {""}
    row.speaker.click()
    wait(studio, qtbot)
    assert not studio.session.project.profiles
    assert (row.speaker.isChecked(), row.told.text()) == (False, "")
    assert profiles() == {""}
    studio.session.undo()
    wait(studio, qtbot)
    assert (row.speaker.isChecked(), row.told.text()) == (True, "by 3 clips")
    assert profiles() != {""}


def test_what_too_little_lacks_is_said(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, paths = studio.window.emotion.hearing, [c.path for c in studio.session.project.clips]
    monkeypatch.setattr("app.voices.LEAST_SECONDS", 100.0)
    monkeypatch.setattr("app.windows.editing.LEAST_SECONDS", 100.0)
    studio.session.remove(paths[2:])
    wait(studio, qtbot)
    assert row.told.text() == "needs 100 s of speech"
    monkeypatch.setattr("app.voices.LEAST_CLIPS", 3)
    monkeypatch.setattr("app.windows.editing.LEAST_CLIPS", 3)
    studio.editing.show_choices()
    assert row.told.text() == "needs 3 clips"


def test_the_list_asks_who_speaks(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [clip.path for clip in studio.session.project.clips]
    asked: list[object] = []

    def answer(*question: object, **_: object) -> tuple[str, bool]:
        asked.append(question[3:])
        return " Ann ", True

    monkeypatch.setattr(QInputDialog, "getItem", answer)
    studio.clips.ask_speaker(paths[:1])
    studio.clips.ask_speaker(paths[:2])
    assert asked == [([""], 0), (["", "Ann"], 1)]
    assert [clip.speaker for clip in studio.session.project.clips] == ["Ann", "Ann", ""]
    wait(studio, qtbot)
    rows = studio.window.clips.model.rows
    assert [row.words().endswith("· Ann") for row in rows] == [True, True, False]


@pytest.mark.parametrize("recogniser", TITLES)
def test_the_window_and_the_command_line_write_the_same_bytes(
    recogniser: str, studio: Studio, own_weights: Path, visemo: Visemo, tmp_path: Path,
    qtbot: QtBot,
) -> None:  # fmt: skip
    session, project = studio.session, tmp_path / "work.visemo"
    write_recognisers(own_weights)
    session.choose_recogniser(recogniser)
    wait(studio, qtbot)
    write_project(session.to_save(), project)
    weights = ("--weights", own_weights, "--device", "cpu")
    assert visemo("animate", project, "--out", tmp_path / "out", *weights).status == 0
    for clip in session.project.clips:
        made = studio.analyst.animation(clip, SILENT)
        path = tmp_path / f"{clip.path.stem}.json"
        EXPORTERS["json"].write(made, path, ExportSettings())
        assert path.read_bytes() == (tmp_path / "out" / path.name).read_bytes()
        assert made.heard_by.profile
        assert made.heard_by.recogniser == recogniser


@pytest.fixture
def row(qtbot: QtBot) -> HearingRow:
    made = HearingRow(DARK)
    qtbot.addWidget(made)
    made.show()
    return made


def test_where_there_is_nothing_to_choose_nothing_is_shown(row: HearingRow) -> None:
    row.show_choices(("dern",))
    row.show_heard("", HeardBy("dern"))
    assert row.isHidden()
    row.show_speaker("Ann", True, 1, "")
    assert row.isHidden()
    row.show_speaker("Ann", True, 2, "needs 8 clips")
    assert not row.isHidden()
    assert row.box.isHidden()


def test_a_recogniser_is_chosen(row: HearingRow, monkeypatch: pytest.MonkeyPatch) -> None:
    titles = {"dern": "DERN", "ensemble": "Ensemble"}
    monkeypatch.setattr("app.views.controls.hearing_row.TITLES", titles)
    row.show_choices(("dern", "ensemble"))
    row.show_heard("", HeardBy("ensemble"))
    assert row.box.currentText() == "Ensemble"
    row.show_heard("dern", HeardBy("ensemble"))  # wished for, and not made yet
    assert row.box.currentText() == "DERN"
    said: list[str] = []
    row.chosen.connect(said.append)
    row.box.setCurrentIndex(1)
    row.box.activated.emit(1)
    assert said == ["ensemble"]
