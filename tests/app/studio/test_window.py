"""The whole window, used as a person uses it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.actions import COMMANDS
from app.clip_state import DONE, FAILED
from app.studio import Studio
from app.windows.main_window import MainWindow
from core.emotion import EMOTIONS
from core.project_file import read_project
from core.segments import AUTOMATIC
from tests.app.studio.studios import look_after, make_studio, wait_for_face

RATE = 16_000
# Those that open a dialog and wait for it.
ASKING = {
    "open", "open_folder", "save", "save_as", "export", "export_all", "preferences", "shortcuts",
    "about_models", "about", "quit", "recent", "new",
}  # fmt: skip


def write_sound(path: Path, seconds: float = 3.0, pitch: float = 140.0) -> Path:
    """Something with syllables: a voice-like tone that comes and goes, with a pause."""
    t = np.arange(int(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * pitch * k * t) / k for k in range(1, 12))
    loudness = np.clip(np.sin(2 * np.pi * 3 * t), 0.05, 1) * (np.abs(t - seconds / 2) > 0.35)
    soundfile.write(path, 0.2 * tone * loudness, RATE, subtype="PCM_16")
    return path


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "speech.wav")


@pytest.fixture
def studio(weights: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home", weights)
    made.problems.install()
    look_after(made, qtbot)
    made.window.resize(1280, 720)
    made.window.show()
    made.window.activateWindow()
    yield made
    assert made.close()


@pytest.fixture
def opened(studio: Studio, sound: Path, qtbot: QtBot) -> Studio:
    studio.open([sound])
    wait_for_face(studio, qtbot)
    return studio


def press(qtbot: QtBot, studio: Studio, keys: str) -> None:
    studio.window.activateWindow()  # shortcuts are only heard there
    qtbot.waitUntil(studio.window.isActiveWindow)
    QTest.keySequence(studio.window, QKeySequence(keys))


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)
    assert event.isAccepted()


def test_every_command_does_something_with_and_without_a_clip(
    studio: Studio, sound: Path, qtbot: QtBot
) -> None:
    harmless = [command for command in COMMANDS if command.name not in ASKING]
    for _ in range(2):
        for command in harmless:
            studio.window.actions_by_name[command.name].trigger()
            if command.checkable:
                studio.window.actions_by_name[command.name].trigger()
        studio.open([sound])
        wait_for_face(studio, qtbot)
    assert studio.problems.banner.messages == ()


def test_no_two_commands_share_a_key() -> None:
    keys = [QKeySequence(key).toString() for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))


def test_every_command_is_in_a_menu(studio: Studio) -> None:
    listed = {
        action.objectName()
        for menu in studio.window.menuBar().actions()
        for action in menu.menu().actions()  # type: ignore[attr-defined]
    }
    assert {command.name for command in COMMANDS} <= listed


def test_the_keys_of_the_transport(opened: Studio, qtbot: QtBot) -> None:
    player = opened.player
    press(qtbot, opened, "Right")
    assert player.position == pytest.approx(0.06)  # the centre of the second frame of 25 a second
    press(qtbot, opened, "Shift+Right")
    assert player.position == pytest.approx(1.06)
    press(qtbot, opened, "Left")
    assert player.position == pytest.approx(1.02)
    press(qtbot, opened, "End")
    assert player.position == pytest.approx(3.0, abs=0.01)
    press(qtbot, opened, "Home")
    assert player.position == 0.0
    press(qtbot, opened, "Space")
    qtbot.waitUntil(lambda: player.position > 0.1)
    press(qtbot, opened, "Space")
    assert player.state == "stopped"


def test_playing_moves_face_time_code_and_lanes(opened: Studio, qtbot: QtBot) -> None:
    before = opened.window.face.grab().toImage()
    press(qtbot, opened, "Space")
    qtbot.waitUntil(lambda: opened.player.position > 0.6)
    press(qtbot, opened, "P")
    assert opened.window.face.grab().toImage() != before


def test_digits_choose_the_emotion_of_the_selected_segment(opened: Studio, qtbot: QtBot) -> None:
    for digit, emotion in enumerate(EMOTIONS, start=1):
        press(qtbot, opened, str(digit))
        assert opened.session.segments()[0].mix.first == emotion
        assert opened.session.segments()[0].origin == "user"
    press(qtbot, opened, "0")
    assert opened.session.segments()[0].origin == "auto"
    for _ in range(len(EMOTIONS) + 1):
        press(qtbot, opened, "Ctrl+Z")
    assert opened.session.scope == AUTOMATIC
    press(qtbot, opened, "Ctrl+Shift+Z")
    assert opened.session.segments()[0].mix.first == EMOTIONS[0]
    wait_for_face(opened, qtbot)
    assert opened.analyst.result is not None
    assert opened.analyst.result.face is not None
    weights = opened.analyst.result.face.animation.mixes[5]
    assert weights[0] == 1.0


def test_splitting_at_the_playhead_and_too_near_an_edge(opened: Studio, qtbot: QtBot) -> None:
    opened.playing.seek(0.8)
    count = len(opened.session.segments())
    press(qtbot, opened, "S")
    assert len(opened.session.segments()) == count + 1
    assert opened.session.segments()[1].start == pytest.approx(0.8)
    press(qtbot, opened, "S")
    assert len(opened.session.segments()) == count + 1
    assert "at least 0.1 s" in opened.window.status.currentMessage()
    press(qtbot, opened, "Alt+Right")
    press(qtbot, opened, "Ctrl+J")
    assert len(opened.session.segments()) <= count + 1


def test_keys_belong_to_the_field_one_types_in(opened: Studio) -> None:
    field = opened.window.emotion.cutoff
    opened.session.set_smoothing(8.0)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_5)
    assert opened.session.scope == AUTOMATIC  # and no emotion was chosen


def test_a_comparison_is_shown_and_taken_back(opened: Studio, qtbot: QtBot) -> None:
    press(qtbot, opened, "C")
    wait_for_face(opened, qtbot)
    assert opened.analyst.result is not None
    assert opened.analyst.result.comparison is not None
    assert opened.analyst.result.comparison.animation.settings.model == "combined"
    assert opened.window.actions_by_name["compare"].isChecked()
    press(qtbot, opened, "C")
    wait_for_face(opened, qtbot)
    assert opened.analyst.result.comparison is None


def test_files_folders_and_what_is_neither_can_be_dropped(
    studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "Ünïcode 🎭 folder"
    (folder / "deeper").mkdir(parents=True)
    for name in ("a.wav", "deeper/b.wav"):
        write_sound(folder / name, 1.0)
    (folder / "notes.txt").write_text("not a sound")
    bad = tmp_path / "bad.wav"
    bad.write_bytes(b"RIFF")
    empty = tmp_path / "empty"
    empty.mkdir()
    drop(studio.window, folder, bad, empty)
    paths = [folder / "a.wav", folder / "deeper" / "b.wav", bad]
    assert [clip.path for clip in studio.session.project.clips] == paths
    qtbot.waitUntil(
        lambda: [studio.analyst.state(path).state for path in paths] == [DONE, DONE, FAILED],
        timeout=30_000,
    )
    messages = " ".join(studio.problems.banner.messages)
    assert "There are no sounds in" in messages
    assert "bad.wav" in messages
    assert "expected a WAV" in studio.analyst.state(bad).detail


def test_a_project_goes_round(opened: Studio, tmp_path: Path, qtbot: QtBot) -> None:
    press(qtbot, opened, "3")
    opened.session.set_smoothing(7.5)
    opened.session.set_loop((0.5, 1.5))
    before = opened.session.clip
    file = tmp_path / "work.visemo"
    assert opened.files._write(file)
    assert not opened.window.isWindowModified()
    press(qtbot, opened, "4")
    assert opened.window.isWindowModified()
    assert opened.files._write(tmp_path / "other.visemo")
    drop(opened.window, file)
    assert opened.session.clip is not None
    assert before is not None
    assert opened.session.clip.settings == before.settings
    assert (opened.session.clip.smoothing, opened.session.clip.loop) == (7.5, (0.5, 1.5))
    assert opened.session.clip.sha256 == read_project(file).clips[0].sha256 != ""
    assert opened.session.file == file


def test_a_moved_sound_is_asked_for(
    opened: Studio, sound: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    press(qtbot, opened, "2")
    file = tmp_path / "work.visemo"
    opened.files._write(file)
    moved = tmp_path / "elsewhere" / "renamed.wav"
    moved.parent.mkdir()
    shutil.move(sound, moved)
    opened.files.open(file)
    qtbot.waitUntil(lambda: opened.analyst.state(sound).state == "missing")
    opened.clips.relink(sound, moved)
    wait_for_face(opened, qtbot)
    assert opened.session.current == moved
    assert opened.session.segments()[0].mix.first == EMOTIONS[1]


def test_what_is_not_saved_is_asked_about(
    opened: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard])
    monkeypatch.setattr(QMessageBox, "question", lambda *_args, **_more: next(answers))
    press(qtbot, opened, "6")
    assert not opened.window.close()
    assert opened.window.isVisible()
    assert opened.window.close()


def test_a_list_of_files_alone_is_not_asked_about(
    opened: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError("nothing would be lost")

    monkeypatch.setattr(QMessageBox, "question", refuse)
    assert opened.window.close()


def test_what_a_killed_window_left_is_offered_to_the_next(
    weights: Path, sound: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_studio(tmp_path / "home", weights)
    look_after(first, qtbot)
    first.open([sound])
    wait_for_face(first, qtbot)
    first.session.choose_emotion("disgust")
    wait_for_face(first, qtbot)
    first.files._keep_copy()
    assert first.files._copy is not None
    copy = first.files._copy
    kept = copy.file.read_bytes()
    first.close()
    copy.file.parent.mkdir(exist_ok=True)
    copy.file.write_bytes(kept)  # as if it had not ended well

    yes = QMessageBox.StandardButton.Open
    monkeypatch.setattr(QMessageBox, "question", lambda *_args, **_more: yes)
    second = make_studio(tmp_path / "home", weights)
    look_after(second, qtbot)
    second.start([])
    wait_for_face(second, qtbot)
    assert second.session.segments()[0].mix.first == "disgust"
    assert not second.session.history.is_clean
    assert second.close()


def test_the_first_start_opens_the_sample_and_shows_the_first_steps(
    studio: Studio, qtbot: QtBot
) -> None:
    assert studio.window.hint.isVisible()
    studio.start([])
    wait_for_face(studio, qtbot)
    assert studio.session.current is not None
    assert studio.session.current.name == "sample.wav"


def test_hints_theme_and_volume_are_remembered(weights: Path, tmp_path: Path, qtbot: QtBot) -> None:
    first = make_studio(tmp_path / "home", weights)
    look_after(first, qtbot)
    first.window.show()
    theme = first.settings.theme.name
    first.settings.other_theme()
    first.playing.set_volume(0.25)
    first.playing.set_fps(30.0)
    button = first.window.hint.findChild(QAbstractButton)
    assert button is not None
    button.click()
    assert first.close()
    second = make_studio(tmp_path / "home", weights)
    look_after(second, qtbot)
    second.window.show()
    assert second.settings.theme.name != theme
    assert (second.playing.volume, second.playing.fps) == (0.25, 30.0)
    assert not second.window.hint.isVisible()
    assert second.close()


def test_closing_at_any_moment(weights: Path, sound: Path, tmp_path: Path, qtbot: QtBot) -> None:
    for moment in range(50):
        studio = make_studio(tmp_path / "home", weights)
        studio.window.show()
        studio.open([sound])
        if moment % 3 == 1:
            qtbot.waitUntil(lambda it=studio: it.runner.busy)  # type: ignore[misc]
        if moment % 3 == 2:
            qtbot.waitUntil(
                lambda it=studio: it.analyst.result is not None,  # type: ignore[misc]
                timeout=30_000,
            )
            studio.player.play()
        studio.window.close()
        assert studio.close()
        studio.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_a_fault_in_a_slot_is_shown_and_the_window_lives(opened: Studio, qtbot: QtBot) -> None:
    def broken() -> None:
        raise RuntimeError("a fault on purpose")

    with qtbot.captureExceptions() as caught:
        QTimer.singleShot(0, broken)
        qtbot.waitUntil(lambda: len(caught) == 1)
    opened.problems.show(caught[0][1])  # what the hook does outside of tests
    assert opened.problems._crash is not None
    assert opened.problems._crash.isVisible()
    press(qtbot, opened, "Right")
    assert opened.player.position > 0


def test_everything_that_takes_the_focus_has_a_name(opened: Studio) -> None:
    opened.show_recorder(True)
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in opened.window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


def test_the_keyboard_alone_reaches_every_control(opened: Studio) -> None:
    window = opened.window
    wanted = {
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible() and widget.isEnabled()
    }  # fmt: skip
    window.lanes.segments.setFocus()
    reached: set[QWidget] = set()
    for _ in range(3 * len(wanted)):
        focused = QApplication.focusWidget()
        if focused is not None:
            reached.add(focused)
            QTest.keyClick(focused, Qt.Key.Key_Tab)
    missed = {
        type(widget).__name__ + " " + widget.accessibleName()
        for widget in wanted - reached
        # Of exclusive choices the keyboard goes to the chosen one, and on with arrows.
        if not (isinstance(widget, QAbstractButton) and widget.group() is not None)
        and not widget.focusProxy()
    }
    assert missed == set()


def test_the_face_fills_the_screen_and_comes_back(opened: Studio, qtbot: QtBot) -> None:
    opened.window.actions_by_name["full_screen"].trigger()
    assert opened.window.isFullScreen()
    assert not opened.window.lanes.isVisible()
    press(qtbot, opened, "Space")  # keys work there too
    qtbot.waitUntil(lambda: opened.player.state == "playing")
    press(qtbot, opened, "Space")
    press(qtbot, opened, "Escape")
    assert not opened.window.isFullScreen()
    assert opened.window.lanes.isVisible()


def test_a_place_is_played_once_and_the_loop_comes_back(opened: Studio, qtbot: QtBot) -> None:
    opened.session.set_loop((0.0, 0.4))
    opened.window.lanes.place_chosen.emit(1.0, 1.2)
    assert opened.player.state == "playing"
    qtbot.waitUntil(lambda: opened.player.state == "stopped")
    assert opened.player.position == pytest.approx(1.0)
    opened.player.seek(0.3)
    opened.player.play()
    qtbot.waitUntil(lambda: opened.player.position < 0.25)  # it went round
    opened.player.stop()


def test_what_decided_is_marked_by_a_key(opened: Studio, qtbot: QtBot) -> None:
    press(qtbot, opened, "W")
    assert opened.window.lanes.spectrogram.shows_why
    assert opened.window.actions_by_name["why"].isChecked()
    press(qtbot, opened, "W")
    assert not opened.window.lanes.spectrogram.shows_why
