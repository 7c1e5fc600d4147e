"""The record panel by mouse and keyboard; it tells what a person does, and nothing else."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.theme import DARK, LIGHT
from app.views.record_panel import STATES, RecordPanel
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
)

TAKES = [Path(f"/takes/take {number}.wav") for number in range(5)]


@pytest.fixture
def panel(qtbot: QtBot) -> RecordPanel:
    made = shown(qtbot, RecordPanel(DARK), 900, 300)
    made.set_devices([(None, "Usual input"), (7, "Interface")], 7)
    return made


@pytest.fixture
def told(panel: RecordPanel) -> Told:
    return Told(panel)


def test_showing_tells_nothing(panel: RecordPanel, told: Told) -> None:
    panel.set_devices([(1, "One")], 1)
    panel.set_gain(-6.0)
    panel.set_count_in(5)
    panel.set_levels(0.5, 0.1, True)
    for state in STATES:
        panel.set_state(state)
    panel.set_count(3)
    panel.set_elapsed(12.0)
    panel.set_problem("The microphone is gone.")
    panel.set_folder(Path("/takes"))
    panel.set_recovered(TAKES)
    panel.set_recovered([])
    panel.set_theme(LIGHT)
    assert told.take() == []
    assert panel.gain.value == -6.0
    assert panel.gain.value_label.text() == "−6 dB"


def test_a_device_is_chosen(panel: RecordPanel, told: Told) -> None:
    assert panel.device.currentText() == "Interface"
    panel.device.setFocus()
    key(panel.device, Qt.Key.Key_Up)
    assert told.take() == [("device_chosen", None)]
    key(panel.device, Qt.Key.Key_Down)
    assert told.take() == [("device_chosen", 7)]


def test_without_a_device_it_says_so(panel: RecordPanel, told: Told) -> None:
    panel.set_devices([], None)
    assert panel.device.currentText() == "No input device found"
    for button in (panel.record, panel.test):
        click(button)
    assert told.take() == []
    panel.set_devices([("x", "Plugged in")], "x")
    click(panel.record)
    assert told.take() == [("record_requested", 3.0)]


def test_gain_in_decibels(panel: RecordPanel, told: Told) -> None:
    drag(panel.gain.slider, 0.5, 0.75, 1.0)
    gains = [values[1] for values in told.take()]
    assert gains[-1] == 24.0
    double_click(panel.gain.slider)
    assert panel.gain.value == 0.0
    assert panel.gain.value_label.text() == "0 dB"


def test_counting_before_is_chosen_by_key(panel: RecordPanel, told: Told) -> None:
    panel.count_in.setFocus()
    key(panel.count_in, Qt.Key.Key_Home)
    assert panel.count_in.currentText() == "At once"
    key(panel.record, Qt.Key.Key_Space)
    key(panel.count_in, Qt.Key.Key_End)
    key(panel.record, Qt.Key.Key_Space)
    assert told.take() == [("record_requested", 0.0), ("record_requested", 5.0)]


@pytest.mark.parametrize(
    ("state", "words", "asks"),
    [
        ("idle", "Record", [("record_requested", 3.0)]),
        ("testing", "Record", [("record_requested", 3.0)]),
        ("counting", "Cancel", [("stop_requested",)]),
        ("recording", "Stop", [("stop_requested",)]),
        ("saving", "Saving…", []),
    ],
)
def test_one_button_records_and_stops(
    panel: RecordPanel, told: Told, state: str, words: str, asks: list[tuple[object, ...]]
) -> None:
    panel.set_state(state)
    assert panel.record.text() == words
    assert panel.record.accessibleName() == words
    click(panel.record)
    assert told.take() == asks
    assert panel.device.isEnabled() == (state in ("idle", "testing"))
    assert panel.title.text() == ("● Recording" if state == "recording" else "Record")


def test_an_unknown_state_is_refused(panel: RecordPanel) -> None:
    with pytest.raises(ValueError, match="unknown state 'paused', expected one of idle"):
        panel.set_state("paused")


def test_the_input_is_tested(panel: RecordPanel, told: Told) -> None:
    click(panel.test)
    key(panel.test, Qt.Key.Key_Space)
    assert told.take() == [("test_toggled", True), ("test_toggled", False)]


def test_big_digits_count_down_over_everything(panel: RecordPanel, told: Told) -> None:
    panel.set_state("counting")
    pictures = []
    for count in (3, 2, 1):
        panel.set_count(count)
        assert panel.digits.isVisible()
        assert panel.digits.geometry() == panel.rect()
        assert panel.digits.accessibleName() == f"Recording in {count}"
        pictures.append(panel.digits.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2]
    ink = QColor(DARK.accent)
    picture = pictures[0]
    rows = [
        y
        for y in range(picture.height())
        if any(picture.pixelColor(x, y) == ink for x in range(picture.width()))
    ]
    assert max(rows) - min(rows) > 0.3 * panel.height() * picture.devicePixelRatio()
    click(panel.record)  # it can be cancelled underneath
    assert told.take() == [("stop_requested",)]
    panel.set_state("recording")
    assert not panel.digits.isVisible()


def test_clipping_is_said_until_it_is_clicked_away(panel: RecordPanel) -> None:
    sign = panel.clip_sign
    assert sign.text() == "No clipping"
    panel.set_levels(1.0, 0.7, True)
    panel.set_levels(0.1, 0.05, False)
    assert sign.text() == "Clipped"
    assert sign.accessibleName() == "Clipped"
    corner = sign.grab().toImage().pixelColor(8, sign.height() // 2)
    assert corner == QColor(DARK.danger)
    panel.set_state("recording")
    assert sign.text() == "No clipping"  # a new take has not
    panel.set_levels(1.0, 0.7, True)
    sign.setFocus()
    key(sign, Qt.Key.Key_Space)
    assert sign.text() == "No clipping"


def test_the_time_is_told(panel: RecordPanel) -> None:
    panel.set_elapsed(83.44)
    assert panel.elapsed.text() == "1:23.4"
    assert panel.elapsed.accessibleName() == "Recorded 1:23.4"


def test_a_problem_is_told_and_taken_back(panel: RecordPanel) -> None:
    assert not panel.problem.isVisible()
    panel.set_problem("The microphone was unplugged; plug it in again.")
    assert panel.problem.isVisible()
    assert "plug it in again" in panel.problem.text()
    panel.set_problem("")
    assert not panel.problem.isVisible()


def test_takes_left_by_a_crash_are_opened_or_discarded(panel: RecordPanel, told: Told) -> None:
    assert not panel.recovered.isVisible()
    panel.set_recovered(TAKES[:2])
    assert panel.recovered.isVisible()
    buttons = {b.accessibleName(): b for b in panel.recovered.findChildren(QAbstractButton)}
    click(buttons["Open take 1.wav"])
    key(buttons["Discard take 0.wav"], Qt.Key.Key_Space)
    assert told.take() == [("recovered_opened", TAKES[1]), ("recovered_discarded", TAKES[0])]
    panel.set_recovered(TAKES[1:2])
    assert panel.recovered.title.text().startswith("1 take was not finished")
    panel.set_recovered([])
    assert not panel.recovered.isVisible()


def test_a_take_may_be_opened_out_of_the_list_while_it_is_shown(panel: RecordPanel) -> None:
    panel.recovered_opened.connect(lambda _path: panel.set_recovered([]))
    panel.set_recovered(TAKES)
    buttons = {b.accessibleName(): b for b in panel.recovered.findChildren(QAbstractButton)}
    click(buttons["Open take 1.wav"])
    assert not panel.recovered.isVisible()


def test_it_is_closed_and_asks_for_a_folder(panel: RecordPanel, told: Told) -> None:
    panel.set_folder(Path("/home/somebody/takes"))
    assert panel.folder.toolTip() == str(Path("/home/somebody/takes"))
    click(panel.change_folder)
    click(panel.close_button)
    assert told.take() == [("folder_requested",), ("closed",)]


@pytest.mark.parametrize("width", [300, 599, 600, 1200])
def test_nothing_is_cut_or_covered_at_any_width(
    panel: RecordPanel, qtbot: QtBot, width: int
) -> None:
    panel.set_folder(Path("/home/somebody/a rather/long way/down to/takes"))
    least = panel.minimumSizeHint().width()
    assert least <= 22 * panel.fontMetrics().height()  # however large the letters are
    panel.resize(max(width, least), 420)
    parts = (panel.device, panel.gain, panel.test, panel.meter, panel.clip_sign, panel.record,
             panel.count_in, panel.elapsed, panel.folder, panel.change_folder)  # fmt: skip
    across = panel.device.sizeHint().width()
    qtbot.waitUntil(lambda: panel.device.width() >= min(across, 150))
    qtbot.waitUntil(
        lambda: all(panel.area.viewport().rect().contains(part.geometry()) for part in parts)
    )
    for part in parts:
        assert part.width() >= part.minimumSizeHint().width()
        for other in parts:
            assert other is part or not part.geometry().intersects(other.geometry())


def test_everything_has_a_name_and_is_reached_by_tab(panel: RecordPanel) -> None:
    panel.set_recovered(TAKES)
    assert nameless(panel) == []
    assert untold(panel) == []
    panel.device.setFocus()
    assert reachable(panel) <= reached_by_tab()
