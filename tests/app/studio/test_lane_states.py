"""What the lanes show and say: readouts, folding, themes, clips of every length."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import LIGHT
from app.time_range import TimeRange
from app.views.lanes import LanesView
from app.views.lanes.lane_row import LaneRow
from core.emotion import EmotionSegment, chosen_mix
from tests.app.studio.lane_results import make_result, without_affect
from tests.app.studio.lanes_open import (
    LEFT,
    SECONDS,
    at,
    lane_of,
    open_lanes,
    picture,
    trigger,
)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[LanesView]:
    yield open_lanes(qtbot)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


# What is read out


@pytest.mark.parametrize(("name", "expected"), [
    ("waveform", "0:06.50 · peak −7.6 dB"),  # 2.5 of 3 s up to half of full scale
    ("spectrogram", "0:06.50 · band 21, 1845 Hz · −"),
    ("probabilities", "0:06.50 · disgust "),
    ("affect", "0:06.50 · valence −0.25 ± 0.05 · arousal +0.25 ± 0.10"),  # the second phrase
    ("segments", "0:06.50 · sad 100 %, strength 100 %, automatic"),
    ("opening", "0:06.50 · opening 0."),
    ("ruler", "0:06.50 · 00:00:06:12"),
])  # fmt: skip
def test_hovering_reads_out(qtbot: QtBot, view: LanesView, name: str, expected: str) -> None:
    view.range.show_seconds(1.0, 6.5)  # so that a pixel is a millisecond
    said: list[str] = []
    view.hovered.connect(said.append)
    canvas = lane_of(view, name)
    QTest.mouseMove(canvas, at(canvas, 6.5))
    qtbot.waitUntil(lambda: bool(said))
    assert said[-1].startswith(expected)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert said[-1] == ""


def test_the_header_says_what_was_heard_under_the_playhead(view: LanesView) -> None:
    detail = view._rows["probabilities"].header.detail
    view.set_segments([EmotionSegment(0, 4, chosen_mix("sad"), 1, "user"),
                       EmotionSegment(4, 8, chosen_mix("sad"), 1, "user")], 0)  # fmt: skip
    view.set_time(1.0)
    assert "angry 100 %" in detail.text()  # whatever was chosen
    view.set_time(5.0)
    assert "disgust 100 %" in detail.text()


# States


def test_lanes_fold_and_what_was_folded_comes_back(qtbot: QtBot, view: LanesView) -> None:
    row = view._rows["spectrogram"]
    before = view.probabilities.height()
    QTest.mouseClick(row.header.fold_button, LEFT)
    qtbot.waitUntil(lambda: row.height() < 40 and view.probabilities.height() > before)
    assert not view.spectrogram.isVisible()
    trigger(view.spectrogram.menu(view), "Viridis")
    saved = view.state()
    other = LanesView(LIGHT, TimeRange())
    qtbot.addWidget(other)
    other.restore(saved)
    assert other.state()["folded"] == ["spectrogram"]
    assert other.spectrogram.look.map == "viridis"
    QTest.keyClick(row.header.fold_button, Qt.Key.Key_Space)
    assert view.spectrogram.isVisible()


@pytest.mark.parametrize("saved", [
    {}, {"folded": "all", "heights": [1, "x"], "spectrogram": [3]},
    {"folded": ["no lane", 7], "heights": [-1] * 6, "spectrogram": {"map": "x", "range": 7}},
    {"spectrogram": {"unknown": 1}},
    {"spectrogram": {"map": ["magma"], "range": None}},
])  # fmt: skip
def test_a_state_that_makes_no_sense_is_the_default(
    view: LanesView, saved: dict[str, object]
) -> None:
    expected = view.state()
    view.restore(saved)
    assert view.state() == expected


def test_a_lane_that_weights_do_not_know_is_not_there(qtbot: QtBot, view: LanesView) -> None:
    row = view._rows["affect"]
    assert row.isVisible()
    view.splitter.setSizes([40, 60, 80, 70, 30, 40])
    height = row.height()
    view.show_result(without_affect(make_result(SECONDS)))
    assert row.isHidden()
    view.show_result(make_result(SECONDS, faced=False))  # nothing is known of this one yet
    assert row.isHidden()
    saved = view.state()
    other = open_lanes(qtbot)
    other.show_affect(False)
    other.restore(saved)
    for lanes in (view, other):
        lanes.show_result(make_result(SECONDS))
        qtbot.waitUntil(partial(is_high, lanes._rows["affect"], height))  # as it was


def test_a_folded_lane_stays_folded_while_it_is_not_there(view: LanesView) -> None:
    view.restore({"folded": ["affect"]})
    view.show_affect(False)
    view.show_affect(True)
    assert view._rows["affect"].isVisible()
    assert not view.affect.isVisible()
    assert view.state()["folded"] == ["affect"]


def is_high(row: LaneRow, height: int) -> bool:
    return row.height() == height


def test_pauses_are_faded_in_what_is_heard(view: LanesView) -> None:
    view.range.show_seconds(2.0, 3.0)  # speech until 3 s, then a pause
    middle = QColor(view.affect.theme.arousal)

    def distance(seconds: float) -> int:
        seen, x = picture(view.affect), at(view.affect, seconds).x()
        column = [seen.pixelColor(x, y) for y in range(seen.height() // 2)]  # arousal lies above
        return min(
            abs(c.red() - middle.red()) + abs(c.green() - middle.green())
            + abs(c.blue() - middle.blue()) for c in column
        )  # fmt: skip

    assert 2 * distance(2.5) < distance(3.5)


def test_other_colours_and_ranges_change_the_spectrogram(view: LanesView) -> None:
    seen = [picture(view.spectrogram)]
    for change in ({"map": "grey"}, {"range": 30}, {"top": -30}):
        view.spectrogram.set_look(replace(view.spectrogram.look, **change))
        seen.append(picture(view.spectrogram))
    assert all(one != other for one, other in pairwise(seen))


def test_a_theme_changes_every_lane(view: LanesView) -> None:
    before = [picture(canvas) for canvas in view.canvases]
    view.set_theme(LIGHT)
    assert all(one != picture(canvas) for one, canvas in zip(before, view.canvases, strict=True))


def test_sound_without_a_face_yet_and_nothing_at_all(view: LanesView) -> None:
    empty = picture(view.opening)
    view.show_result(make_result(SECONDS, faced=False))
    view.set_segments((), -1)
    assert picture(view.opening) != empty
    wave = picture(view.waveform)
    view.show_result(None)
    view.set_message("Drop a sound here")
    assert picture(view.waveform) != wave
    view.busy("listening", 0.5)
    with_line = view.grab().toImage()
    view.busy("", 0.0)
    assert view.grab().toImage() != with_line


def test_the_comparison_is_drawn_and_named(view: LanesView) -> None:
    alone = picture(view.opening)
    view.show_result(make_result(SECONDS, compared=True))
    assert picture(view.opening) != alone
    assert "compared" in view.opening.readout(1.0, 0.0)


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.3])
def test_the_shortest_clips(view: LanesView, seconds: float) -> None:
    result = make_result(seconds, compared=True)
    view.range.open_clip(seconds)
    view.show_result(result)
    assert result.face is not None
    view.set_segments(result.face.animation.segments, 0)
    for canvas in view.canvases:
        assert canvas.readout(0.0, 1.0)
        assert not picture(canvas).isNull()


@pytest.mark.parametrize("width", [1, 60, 200, 260])
def test_the_narrowest_windows(view: LanesView, width: int) -> None:
    for canvas in view.canvases:
        canvas.resize(width, 3 if width == 1 else 40)
        assert not canvas._painted(1.0).isNull()


def test_every_control_has_a_name(view: LanesView) -> None:
    assert all(canvas.accessibleName() for canvas in view.canvases)
    for row in view._rows.values():
        assert row.header.fold_button.accessibleName()
        assert row.header.fold_button.toolTip()


@pytest.mark.slow
def test_ten_hours_are_shown_in_bounded_memory(view: LanesView) -> None:
    result = make_result(36_000.0, compared=True)
    view.range.open_clip(36_000.0)
    view.show_result(result)
    assert result.face is not None
    view.set_segments(result.face.animation.segments, 0)
    for _ in range(10):
        view.range.zoom(0.3, 20_000.0)
        assert np.isfinite(view.range.span)
        assert not view.grab().isNull()
