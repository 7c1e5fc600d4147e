"""The transport by mouse and keyboard; it tells what a person does, and nothing else."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.theme import DARK, LIGHT
from app.views.transport_bar import SPEEDS, TransportBar
from tests.app.studio.panels import (
    Told,
    click,
    double_click,
    drag,
    key,
    nameless,
    reachable,
    reached_by_tab,
    shown,
    untold,
    write,
)


@pytest.fixture
def bar(qtbot: QtBot) -> TransportBar:
    made = shown(qtbot, TransportBar(DARK), 1000, 44)
    made.set_duration(60.0)
    return made


@pytest.fixture
def told(bar: TransportBar) -> Told:
    return Told(bar)


def typed(bar: TransportBar) -> QLineEdit:
    editor = bar.fps.lineEdit()
    assert editor is not None
    return editor


def test_every_button_says_what_was_asked_for(bar: TransportBar, told: Told) -> None:
    asked = {
        bar.to_start: ("start_requested",),
        bar.back: ("step_requested", -1),
        bar.play: ("play_requested",),
        bar.stop: ("stop_requested",),
        bar.forward: ("step_requested", 1),
        bar.to_end: ("end_requested",),
        bar.loop: ("loop_toggled", True),
        bar.follow: ("follow_toggled", False),
        bar.mute: ("muted_changed", True),
        bar.record: ("record_requested",),
    }
    for button in asked:
        click(button)
    assert told.take() == list(asked.values())
    for button in asked:
        key(button, Qt.Key.Key_Space)
    again = list(asked.values())
    again[6:9] = [("loop_toggled", False), ("follow_toggled", True), ("muted_changed", False)]
    assert told.take() == again


def test_the_play_button_pauses_what_plays(bar: TransportBar, told: Told) -> None:
    bar.set_playing(True)
    assert (bar.play.accessibleName(), bar.play.glyph) == ("Pause", "pause")
    click(bar.play)
    bar.set_playing(False)
    assert (bar.play.accessibleName(), bar.play.glyph) == ("Play", "play")
    assert told.take() == [("pause_requested",)]


def test_showing_tells_nothing(bar: TransportBar, told: Told) -> None:
    bar.set_time(3.5)
    bar.set_playing(True)
    bar.set_duration(99.0)
    bar.set_fps(29.97)
    bar.set_loop(True)
    bar.set_follow(False)
    bar.set_speed(0.5)
    bar.set_volume(0.3)
    bar.set_muted(True)
    bar.set_silent("No sound card was found.")
    bar.set_enabled_for_clip(False)
    bar.set_theme(LIGHT)
    assert told.take() == []
    assert bar.loop.isChecked()
    assert bar.mute.isChecked()
    assert not bar.follow.isChecked()
    assert bar.volume.value() == 30


def test_the_time_code_counts_frames_of_the_rate(bar: TransportBar) -> None:
    bar.set_time(3.48)
    assert bar.time.text == "00:00:03:12"
    bar.set_fps(100.0)
    assert bar.time.text == "00:00:03:48"
    bar.set_fps(29.97)
    bar.set_time(1.0011)
    assert bar.time.text == "00:00:01:00"
    assert bar.time.accessibleName() == "Time code, of 00:00:59:28"  # floor(60 * 29.97) = 1798


def test_a_time_is_drawn_once_a_frame(bar: TransportBar, qtbot: QtBot) -> None:
    class Counting(type(bar.time)):  # type: ignore[misc]
        painted = 0

        def paintEvent(self, event: object) -> None:  # noqa: N802
            Counting.painted += 1
            super().paintEvent(event)

    code = Counting(DARK)
    shown(qtbot, code, 300, 40)
    qtbot.waitUntil(lambda: Counting.painted > 0)
    code.repaint()
    before = Counting.painted
    for step in range(60):  # a second at 60 Hz, in one frame of a rate of 1
        code.set_fps(1.0) if step == 0 else code.set_time(step / 61)
        qtbot.wait(0)
    assert Counting.painted - before <= 1  # the change of rate


def test_digits_keep_their_places(bar: TransportBar) -> None:
    bar.set_time(0.0)
    width = bar.time.sizeHint().width()
    pictures = []
    for seconds in (11.0, 11.04):  # 00:00:11:00, 00:00:11:01
        bar.set_time(seconds)
        pictures.append(bar.time.grab().toImage())
    assert bar.time.sizeHint().width() == width
    first, second = pictures
    size = first.size()
    columns = [
        x
        for x in range(size.width())
        if any(first.pixel(x, y) != second.pixel(x, y) for y in range(size.height()))
    ]
    assert columns, "the last digit changed"
    assert max(columns) - min(columns) < 16 * first.devicePixelRatio()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3.5", 3.5), ("1:02.5", 62.5), ("00:00:03:12", 3.48), ("7,25", 7.25), ("1000", 1000.0)],
)
def test_a_typed_time_is_sought(bar: TransportBar, told: Told, text: str, seconds: float) -> None:
    click(bar.time, QPoint(20, 15))
    assert bar.time.editor.hasFocus()
    assert bar.time.editor.selectedText() == "00:00:00:00"
    write(bar.time.editor, text)
    key(bar.time.editor, Qt.Key.Key_Return)
    assert told.take() == [("seek_requested", pytest.approx(seconds))]
    assert bar.time.editor.isHidden()
    assert bar.time.hasFocus()


def test_a_time_that_is_none_stays_to_be_mended(bar: TransportBar, told: Told) -> None:
    bar.time.setFocus()
    key(bar.time, Qt.Key.Key_Return)
    write(bar.time.editor, "00:00:00:25")
    key(bar.time.editor, Qt.Key.Key_Return)
    [(name, message)] = told.take()
    assert name == "refused"
    assert "25 frames at 25 fps do not fit" in str(message)
    assert not bar.time.editor.isHidden()
    bar.set_time(5.0)  # playing goes on underneath
    assert bar.time.editor.text() == "00:00:00:25"
    key(bar.time.editor, Qt.Key.Key_Escape)
    assert bar.time.editor.isHidden()
    assert bar.time.text == "00:00:05:00"
    assert told.take() == []


def test_going_elsewhere_leaves_the_time(bar: TransportBar, told: Told) -> None:
    click(bar.time)
    write(bar.time.editor, "9")
    bar.play.setFocus()
    assert bar.time.editor.isHidden()
    assert told.take() == []


def test_a_frame_rate_is_chosen_or_typed(bar: TransportBar, told: Told) -> None:
    bar.fps.setFocus()
    typed(bar).selectAll()
    write(typed(bar), "23.976")
    key(typed(bar), Qt.Key.Key_Return)
    assert told.take() == [("fps_changed", 23.976)]
    assert typed(bar).text() == "23.976 fps"
    bar.play.setFocus()
    assert told.take() == []
    bar.fps.setFocus()
    key(bar.fps, Qt.Key.Key_Down)
    assert told.take() == [("fps_changed", float(bar.fps.currentText().split()[0]))]


def test_an_exact_rate_is_not_rounded_by_passing_through(bar: TransportBar, told: Told) -> None:
    bar.set_fps(24000 / 1001)
    bar.fps.setFocus()
    bar.play.setFocus()
    assert told.take() == []


@pytest.mark.parametrize("text", ["", "0", "abc", "-5", "2000", "nan"])
def test_a_frame_rate_that_cannot_be_is_refused(bar: TransportBar, told: Told, text: str) -> None:
    bar.fps.setFocus()
    typed(bar).selectAll()
    key(typed(bar), Qt.Key.Key_Delete)
    write(typed(bar), text)
    key(typed(bar), Qt.Key.Key_Return)
    [(name, message)] = told.take()
    assert name == "refused"
    assert "frame rate" in str(message)
    assert typed(bar).text() == "25 fps"


def test_setting_an_impossible_rate_is_our_fault(bar: TransportBar) -> None:
    with pytest.raises(ValueError, match="A frame rate is a number above 0"):
        bar.set_fps(0.0)
    assert bar.time.text == "00:00:00:00"


def test_the_speed_is_chosen_by_key(bar: TransportBar, told: Told) -> None:
    assert bar.speed.currentText() == "1×"
    bar.speed.setFocus()
    for _step in range(3):
        key(bar.speed, Qt.Key.Key_Down)
    assert told.take() == [("speed_changed", speed) for speed in SPEEDS[4:]]
    key(bar.speed, Qt.Key.Key_Home)
    assert told.take() == [("speed_changed", 0.25)]


def test_a_speed_out_of_the_list_is_shown(bar: TransportBar) -> None:
    bar.set_speed(0.8)
    assert bar.speed.currentText() == "0.8×"
    texts = [bar.speed.itemText(place) for place in range(bar.speed.count())]
    assert texts == ["0.25×", "0.5×", "0.75×", "0.8×", "1×", "1.25×", "1.5×", "2×"]


def test_the_volume_follows_the_mouse(bar: TransportBar, told: Told) -> None:
    drag(bar.volume, 0.98, 0.5, 0.02)
    volumes = [values[1] for values in told.take()]
    assert volumes[-1] == 0.0
    assert len(volumes) >= 2
    double_click(bar.volume)
    assert bar.volume.value() == 100


def test_without_a_sound_card_it_says_so(bar: TransportBar) -> None:
    bar.set_silent("No sound card was found. Plug one in.")
    assert bar.silent.isVisible()
    assert "Silent" in bar.silent.text()
    assert "Plug one in" in bar.silent.toolTip()
    assert "Plug one in" in bar.silent.accessibleName()
    assert not bar.volume.isVisible()
    bar.set_silent(None)
    assert not bar.silent.isVisible()
    assert bar.volume.isVisible()


def test_without_a_clip_there_is_nothing_to_play(bar: TransportBar, told: Told) -> None:
    bar.set_enabled_for_clip(False)
    for button in (bar.play, bar.stop, bar.to_start, bar.to_end, bar.back, bar.forward, bar.loop):
        click(button)
    click(bar.time)
    assert told.take() == []
    assert bar.record.isEnabled()


def test_where_it_is_narrow_nothing_is_cut(bar: TransportBar, qtbot: QtBot) -> None:
    narrow = bar.minimumSizeHint().width()
    assert narrow < bar.sizeHint().width()
    bar.resize(narrow, 44)
    assert not bar.volume.isVisible()
    qtbot.waitUntil(lambda: bar.time.width() == bar.time.sizeHint().width())
    for child in (bar.record, bar.mute, bar.time, bar.speed):
        assert child.geometry().right() < narrow
        assert child.width() >= child.minimumSizeHint().width()
    bar.resize(1000, 44)
    assert bar.volume.isVisible()
    assert bar.record.text() == "Record"


def test_everything_has_a_name_and_is_reached_by_tab(bar: TransportBar) -> None:
    assert nameless(bar) == []
    assert untold(bar) == []
    bar.to_start.setFocus()
    assert reachable(bar) <= reached_by_tab()
