"""The lanes as a person uses them: what they show, and what pointer, wheel and keys ask for."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import DARK, LIGHT
from app.views.lanes import LanesView
from tests.app.studio.lanes_open import (
    CTRL,
    LEFT,
    NONE,
    SECONDS,
    Told,
    at,
    drag,
    lane_of,
    open_lanes,
)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[LanesView]:
    yield open_lanes(qtbot)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


LANES = ("waveform", "spectrogram", "probabilities", "segments", "opening")


# One axis


def test_all_lanes_start_and_end_on_the_same_pixel(view: LanesView) -> None:
    places = {(c.mapTo(view, QPoint(0, 0)).x(), c.plot_width) for c in view.canvases}
    assert len(places) == 1
    (left, width) = places.pop()
    assert left == view.overlay.x()
    assert width == view.overlay.plot_width


@pytest.mark.parametrize("name", LANES)
def test_a_click_moves_the_playhead_there(qtbot: QtBot, view: LanesView, name: str) -> None:
    canvas = lane_of(view, name)
    with qtbot.waitSignal(view.seek_requested) as said:
        QTest.mouseClick(canvas, LEFT, NONE, at(canvas, 4.5))
    assert said.args is not None
    assert said.args[0] == pytest.approx(4.5, abs=SECONDS / canvas.plot_width)


@pytest.mark.parametrize("name", LANES)
def test_a_drag_scrubs(view: LanesView, name: str) -> None:
    told = Told(view)
    drag(lane_of(view, name), 1.0, 2.0, 4.0)
    said = [s for s in told.said if s[0] != "segment_selected"]
    assert [s[0] for s in said] == [
        "seek_requested", "scrub_requested", "scrub_requested", "scrub_ended",
    ]  # fmt: skip
    assert said[2][1] == pytest.approx(4.0, abs=0.01)


def test_scrubbing_stays_inside_the_clip(view: LanesView) -> None:
    told = Told(view)
    drag(view.waveform, 7.0, 7.9, 9.5)
    assert told.said[-2] == ("scrub_requested", SECONDS)


def test_escape_puts_the_playhead_back(view: LanesView) -> None:
    view.set_time(2.5)
    told = Told(view)
    drag(view.waveform, 5.0, 6.0, release=False)
    QTest.keyClick(view.waveform, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.waveform, LEFT)
    assert told.said[-2:] == [("scrub_ended",), ("seek_requested", 2.5)]


def test_nothing_is_asked_for_while_nothing_is_shown(view: LanesView) -> None:
    view.show_result(None)
    told = Told(view)
    for canvas in view.canvases:
        drag(canvas, 1.0, 4.0)
        QTest.mouseDClick(canvas, LEFT, NONE, at(canvas, 2.0))
    QTest.keyClick(view.segments, Qt.Key.Key_Right)
    assert told.said == []


# Playhead


def playhead_columns(view: LanesView) -> list[int]:
    """Columns whose look changes with the playhead at 4.0 s, against none in view."""
    with_it, ratio = view.grab().toImage(), view.devicePixelRatioF()
    view.set_time(-5.0)
    without = view.grab().toImage()
    y = int(view.spectrogram.mapTo(view, QPoint(0, 20)).y() * ratio)
    return [x for x in range(with_it.width()) if with_it.pixel(x, y) != without.pixel(x, y)]


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_the_playhead_stands_at_its_time_on_every_ground(view: LanesView, theme: object) -> None:
    view.set_theme(DARK if theme is DARK else LIGHT)
    view.set_time(4.0)
    columns = playhead_columns(view)
    middle = view.overlay.x() + view.waveform.scale.x(4.0)
    assert columns
    assert min(columns) <= round(middle) <= max(columns)
    assert len(columns) <= 4


def test_only_the_columns_that_changed_are_painted(qtbot: QtBot, view: LanesView) -> None:
    view.set_time(4.0)
    qtbot.waitUntil(
        lambda: not view.spectrogram.testAttribute(Qt.WidgetAttribute.WA_PendingMoveEvent)
    )
    QApplication.processEvents()
    renders: list[int] = []
    painted = view.spectrogram._painted
    view.spectrogram._painted = lambda ratio: renders.append(1) or painted(ratio)  # type: ignore[method-assign, func-returns-value]
    for step in range(20):
        view.set_time(4.0 + step / 60)
        QApplication.processEvents()
    assert renders == []
    view.range.zoom(0.5, 4.0)
    QApplication.processEvents()
    assert renders == [1]


# Loop


def test_a_drag_on_the_ruler_makes_a_loop(view: LanesView) -> None:
    told = Told(view)
    drag(view.ruler, 5.0, 4.0, 2.0)
    assert told.said[-1][0] == "loop_requested"
    assert told.said[-1][1:] == pytest.approx((2.0, 5.0), abs=0.01)
    assert view.overlay.loop == told.said[-1][1:]


def test_a_click_on_the_ruler_only_moves_the_playhead(view: LanesView) -> None:
    told = Told(view)
    QTest.mouseClick(view.ruler, LEFT, NONE, at(view.ruler, 3.0))
    assert told.names() == ["seek_requested"]


@pytest.mark.parametrize(("end", "to", "expected"), [
    (2.0, 1.0, (1.0, 5.0)), (5.0, 6.0, (2.0, 6.0)), (2.0, 7.0, (5.0, 7.0)),
])  # fmt: skip
def test_ends_of_the_loop_are_dragged(
    view: LanesView, end: float, to: float, expected: tuple[float, float]
) -> None:
    view.set_loop((2.0, 5.0))
    told = Told(view)
    drag(view.ruler, end, (end + to) / 2, to)
    assert told.names() == ["loop_requested"]
    assert told.said[0][1:] == pytest.approx(expected, abs=0.01)


def test_escape_brings_the_old_loop_back(view: LanesView) -> None:
    view.set_loop((2.0, 5.0))
    view.set_time(1.0)
    told = Told(view)
    drag(view.ruler, 6.0, 7.0, release=False)
    QTest.keyClick(view.ruler, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.ruler, LEFT)
    assert view.overlay.loop == (2.0, 5.0)
    assert "loop_requested" not in told.names()
    assert told.said[-1] == ("seek_requested", 1.0)


def test_a_double_click_clears_the_loop(qtbot: QtBot, view: LanesView) -> None:
    view.set_loop((2.0, 5.0))
    with qtbot.waitSignal(view.loop_cleared):
        QTest.mouseDClick(view.ruler, LEFT, NONE, at(view.ruler, 3.0))
    assert view.overlay.loop is None


# Zoom and scroll


def wheel(
    view: LanesView,
    x: float,
    angle: QPoint,
    keys: Qt.KeyboardModifier = NONE,
    pixels: QPoint | None = None,
) -> None:
    place = QPointF(view.waveform.mapTo(view, QPoint(round(x), 10)))
    event = QWheelEvent(
        place, view.mapToGlobal(place), pixels or QPoint(), angle, Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def test_ctrl_wheel_zooms_at_the_pointer(view: LanesView) -> None:
    x = view.waveform.scale.x(6.0)
    wheel(view, x, QPoint(0, 120), CTRL)
    assert view.range.span == pytest.approx(0.8 * SECONDS)
    assert view.waveform.scale.x(6.0) == pytest.approx(x, abs=1)
    wheel(view, x, QPoint(0, -120), CTRL)
    assert view.range.span == pytest.approx(SECONDS)


def test_the_wheel_scrolls_down_to_later(view: LanesView) -> None:
    view.range.show_seconds(2.0, 4.0)
    wheel(view, 10, QPoint(0, -120))
    assert view.range.start > 3.0
    wheel(view, 10, QPoint(0, 120))
    assert view.range.start == pytest.approx(3.0)


def test_a_touchpad_moves_the_lanes_with_the_fingers(view: LanesView) -> None:
    view.range.show_seconds(2.0, 4.0)
    x = view.waveform.scale.x(4.0)
    wheel(view, 10, QPoint(-80, 0), pixels=QPoint(-50, 3))
    assert view.waveform.scale.x(4.0) == pytest.approx(x - 50, abs=0.5)
