"""Controls, menus and what is kept agree with each other, whichever was used."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.studio import Studio
from core.project import ProjectClip
from core.segments import AUTOMATIC
from tests.app.studio.studios import PATIENCE, look_after, make_studio, wait_for_face
from tests.app.studio.test_window import drop, press, write_sound


@pytest.fixture
def studio(weights: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Studio]:
    made = look_after(make_studio(tmp_path / "home", weights), qtbot)
    made.problems.install()
    made.window.resize(1280, 720)
    made.window.show()
    made.window.activateWindow()
    yield made
    assert made.close()


@pytest.fixture
def opened(studio: Studio, tmp_path: Path, qtbot: QtBot) -> Studio:
    studio.open([write_sound(tmp_path / "speech.wav")])
    wait_for_face(studio, qtbot)
    return studio


def checked(studio: Studio, name: str) -> bool:
    return studio.window.actions_by_name[name].isChecked()


def test_keys_work_from_where_the_focus_is_at_the_start(opened: Studio) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Right)
    assert opened.player.position == pytest.approx(0.06)


def test_mute_and_follow_are_the_same_on_the_bar_and_in_the_menu(
    opened: Studio, qtbot: QtBot
) -> None:
    bar = opened.window.transport
    bar.muted_changed.emit(True)
    assert checked(opened, "mute")
    press(qtbot, opened, "M")
    assert not opened.playing.muted
    bar.muted_changed.emit(True)
    bar.volume_changed.emit(0.5)
    assert not checked(opened, "mute")
    bar.follow_toggled.emit(False)
    assert not checked(opened, "follow")
    press(qtbot, opened, "F")
    assert opened.playing.follows


def test_without_a_clip_nothing_is_checked(studio: Studio, qtbot: QtBot) -> None:
    press(qtbot, studio, "C")
    press(qtbot, studio, "Ctrl+L")
    assert not checked(studio, "compare")
    assert not checked(studio, "loop")


def test_each_loop_is_a_step_of_its_own(opened: Studio, qtbot: QtBot) -> None:
    press(qtbot, opened, "2")
    opened.playing.set_loop(True)
    opened.playing.set_loop(False)
    press(qtbot, opened, "Ctrl+Z")
    assert opened.session.clip is not None
    assert opened.session.clip.loop is not None
    press(qtbot, opened, "Ctrl+Z")
    assert opened.session.clip.loop is None
    assert opened.session.segments()[0].origin == "user"


def test_loop_ends_move_past_each_other(opened: Studio, qtbot: QtBot) -> None:
    opened.session.set_loop((1.0, 2.0))
    opened.playing.seek(2.5)
    press(qtbot, opened, "[")
    assert opened.session.clip is not None
    assert opened.session.clip.loop == pytest.approx((2.5, 3.0), abs=0.02)
    opened.playing.seek(0.5)
    press(qtbot, opened, "]")
    assert opened.session.clip.loop == pytest.approx((0.0, 0.5), abs=0.02)


def test_the_frame_rate_of_the_bar_is_kept(
    opened: Studio, weights: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    opened.window.transport.fps_changed.emit(30.0)
    opened.settings.take(opened.settings.preferences)  # OK in the page of preferences
    assert opened.playing.fps == 30.0
    opened.settings.write()
    other = look_after(make_studio(tmp_path / "home", weights), qtbot)
    assert other.playing.fps == 30.0
    assert other.close()


def test_weights_of_the_command_line_are_for_once(opened: Studio) -> None:
    opened.settings.write()
    assert opened.settings.preferences.weights == ""
    assert opened.settings.preferences.device == "auto"


def test_weights_that_are_not_whole_are_refused_and_nothing_is_lost(
    opened: Studio, tmp_path: Path
) -> None:
    result = opened.analyst.result
    opened.settings.use_weights(tmp_path)
    assert "not used" in " ".join(opened.problems.banner.messages)
    assert opened.settings.preferences.weights == ""
    assert opened.analyst.result is result


def test_everything_as_heard_takes_strengths_back_too(opened: Studio, qtbot: QtBot) -> None:
    opened.session.set_strength(1.5, final=True)
    press(qtbot, opened, "Shift+0")
    assert opened.session.scope == AUTOMATIC
    assert opened.session.clip is not None
    assert opened.session.clip.settings.strength == 1.0


def test_undo_shows_the_clip_it_is_about(opened: Studio, tmp_path: Path, qtbot: QtBot) -> None:
    first = opened.session.current
    press(qtbot, opened, "3")
    other = write_sound(tmp_path / "other.wav", 1.0)
    opened.session.add([other])
    opened.session.show_clip(other)
    press(qtbot, opened, "Ctrl+Z")  # the adding; the clip shown before comes back
    assert opened.session.current == first
    press(qtbot, opened, "Ctrl+Shift+Z")
    opened.session.show_clip(other)
    opened.session.change("Edit", ProjectClip(first or other, smoothing=4.0))
    press(qtbot, opened, "Ctrl+Z")
    assert opened.session.current == first


def test_one_impossible_path_does_not_keep_the_others(
    studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    good = write_sound(tmp_path / "good.wav", 1.0)
    drop(studio.window, Path("/" + "x" * 300 + ".wav"), good)
    wait_for_face(studio, qtbot)
    assert studio.session.project.has(good)


def test_a_project_that_is_gone_is_no_clip(studio: Studio, tmp_path: Path) -> None:
    drop(studio.window, tmp_path / "gone.visemo")
    assert studio.session.project.clips == ()
    assert "gone.visemo" in " ".join(studio.problems.banner.messages)


def test_a_file_that_was_mended_is_tried_again(
    studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"")
    studio.open([path])
    qtbot.waitUntil(lambda: studio.analyst.state(path).state == "failed", timeout=PATIENCE)
    write_sound(path, 1.0)
    studio.open([path])
    wait_for_face(studio, qtbot)


def test_cancelling_leaves_rows_that_can_be_tried_again(
    studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    paths = [write_sound(tmp_path / f"{name}.wav", 2.0) for name in "abc"]
    studio.open(paths)
    studio.analyst.cancel_all()
    qtbot.waitUntil(lambda: not studio.runner.busy, timeout=PATIENCE)
    assert {studio.analyst.state(path).state for path in paths} == {"stopped"}
    assert studio.problems._crash is None
    studio.analyst.retry(paths[0])
    wait_for_face(studio, qtbot)


def test_too_early_a_choice_is_told_of(studio: Studio, tmp_path: Path, qtbot: QtBot) -> None:
    studio.open([write_sound(tmp_path / "speech.wav")])
    press(qtbot, studio, "4")
    assert "not been heard yet" in studio.window.status.currentMessage()


def test_a_clip_taken_out_of_a_saved_project_counts_as_a_change(
    opened: Studio, tmp_path: Path
) -> None:
    opened.files._write(tmp_path / "work.visemo")
    opened.clips.remove_current()
    assert opened.files.unsaved
    assert opened.files._keep_copy()


def test_opening_a_sound_is_nothing_to_save(opened: Studio) -> None:
    assert not opened.window.isWindowModified()
    opened.session.choose_emotion("happy")
    assert opened.window.isWindowModified()


def test_full_screen_hides_what_it_cannot_show(opened: Studio, qtbot: QtBot) -> None:
    press(qtbot, opened, "F11")
    press(qtbot, opened, "F2")
    press(qtbot, opened, "Ctrl+R")
    assert not opened.window.clips.isVisible()
    assert not checked(opened, "record")
    assert not opened.window.face.hasFocus()
    press(qtbot, opened, "F11")
    assert opened.window.clips.isVisible()
