"""What the window exports is what `visemo animate` writes, to the byte."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.cli import main
from app.dialogs.export_dialog import ExportDialog
from app.export_job import ExportRequest
from app.studio import Studio
from core.export import ExportSettings
from core.gains import RegionGains
from tests.app.studio.studios import PATIENCE, look_after, make_studio, wait_for_face
from tests.app.studio.test_window import write_sound

FORMATS = ("csv", "json", "npz")


@pytest.fixture
def studio(weights: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Studio]:
    made = look_after(make_studio(tmp_path / "home", weights), qtbot)
    made.open([write_sound(tmp_path / "one.wav"), write_sound(tmp_path / "two.wav", 2.0, 210.0)])
    wait_for_face(made, qtbot)
    yield made
    assert made.close()


def export(studio: Studio, qtbot: QtBot, request: ExportRequest) -> ExportDialog:
    """As if somebody had pressed Export in the dialog; it is not shown, so nothing blocks."""
    clip = studio.session.clip
    assert clip is not None
    dialog = studio.files.export_dialog(clip, everything=len(request.clips) > 1)
    qtbot.addWidget(dialog)
    dialog._set_writing(True)
    dialog.export_requested.emit(request)
    qtbot.waitUntil(lambda: not dialog._writing, timeout=PATIENCE)
    studio.analyst.release()
    return dialog


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_clip_as_it_was_heard(
    studio: Studio, weights: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    assert studio.session.current is not None
    request = ExportRequest(
        FORMATS, ExportSettings(fps=30.0, smoothing=8.0), folder=tmp_path / "window",
        clips=(studio.session.current,),
    )  # fmt: skip
    export(studio, qtbot, request)
    status = main([
        "animate", str(tmp_path / "one.wav"), "--out", str(tmp_path / "line"), "--fps", "30",
        "--smoothing", "8", "--format", ",".join(FORMATS), "--weights", str(weights),
        "--device", "cpu", "--quiet",
    ])  # fmt: skip
    assert status == 0
    assert written(tmp_path / "window") == written(tmp_path / "line")
    assert len(written(tmp_path / "line")) == 4  # the CSV's sidecar too


def test_a_project_that_was_worked_on(
    studio: Studio, weights: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    session = studio.session
    session.choose_emotion("angry")
    wait_for_face(studio, qtbot)
    session.split(0.9)
    session.set_strength(0.4, final=True)
    session.set_gains(RegionGains(jaw=1.4, corners=0.5), final=True)
    wait_for_face(studio, qtbot)
    session.move_edge(0, 1.1, final=True)
    session.set_smoothing(9.0)
    session.show_clip(tmp_path / "two.wav")
    wait_for_face(studio, qtbot)
    session.choose_scope("clip")
    session.choose_emotion("sad")
    wait_for_face(studio, qtbot)
    project = tmp_path / "work.visemo"
    assert studio.files._write(project)
    request = ExportRequest(
        FORMATS, folder=tmp_path / "window", own_smoothing=True,
        clips=tuple(clip.path for clip in session.project.clips),
    )  # fmt: skip
    export(studio, qtbot, request)
    status = main([
        "animate", str(project), "--out", str(tmp_path / "line"), "--format", ",".join(FORMATS),
        "--weights", str(weights), "--device", "cpu", "--quiet",
    ])  # fmt: skip
    assert status == 0
    assert written(tmp_path / "window") == written(tmp_path / "line")
    assert len(written(tmp_path / "line")) == 8


def test_one_bad_clip_does_not_keep_the_others(
    studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"")
    studio.session.add([bad])
    clips = tuple(clip.path for clip in studio.session.project.clips)
    export(studio, qtbot, ExportRequest(("csv",), folder=tmp_path / "out", clips=clips))
    assert {path.name for path in (tmp_path / "out").glob("*.csv")} == {"one.csv", "two.csv"}
    assert any("bad.wav" in message for message in studio.problems.banner.messages)


def test_an_export_that_is_stopped_leaves_nothing(
    studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    assert studio.session.clip is not None
    clip = studio.session.clip
    dialog = studio.files.export_dialog(clip, everything=False)
    qtbot.addWidget(dialog)
    dialog._set_writing(True)
    request = ExportRequest(("png",), folder=tmp_path / "out", clips=(clip.path,))
    dialog.export_requested.emit(request)
    dialog.reject()
    qtbot.waitUntil(lambda: not dialog._writing, timeout=PATIENCE)
    assert list((tmp_path / "out").glob("*")) == []
    studio.analyst.release()
    studio.session.choose_emotion("fear")  # and the window works on
    wait_for_face(studio, qtbot)
