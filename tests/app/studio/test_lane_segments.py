"""The segment lane: pointer, keys and menu."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.lanes import LanesView
from app.views.lanes.segment_menu import SegmentMenu
from core.emotion import EMOTIONS
from tests.app.studio.lanes_open import (
    ALT,
    CTRL,
    LEFT,
    NONE,
    SEGMENTS,
    Told,
    at,
    drag,
    open_lanes,
    trigger,
)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[LanesView]:
    yield open_lanes(qtbot)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


# Segments


def test_a_click_selects_a_segment(view: LanesView) -> None:
    told = Told(view)
    QTest.mouseClick(view.segments, LEFT, NONE, at(view.segments, 4.5))
    assert told.said[0] == ("segment_selected", 1)
    assert "Segment 2 of 3: happy" in view.segments.accessibleDescription()
    assert "chosen by you" in view.segments.accessibleDescription()


def test_a_dragged_edge_says_where_it_is_and_where_it_was_left(view: LanesView) -> None:
    told = Told(view)
    drag(view.segments, 3.0, 3.5, 4.0)
    assert told.names() == ["edge_dragged"] * 3
    assert [said[1] for said in told.said] == [0, 0, 0]
    assert [said[2] for said in told.said] == pytest.approx([3.5, 4.0, 4.0], abs=0.01)
    assert [said[3] for said in told.said] == [False, False, True]
    assert all(a.end == b.start for a, b in pairwise(view.segments.segments))


def test_an_edge_stops_before_its_neighbours(view: LanesView) -> None:
    told = Told(view)
    drag(view.segments, 3.0, 7.5)
    assert told.said[-1] == ("edge_dragged", 0, 5.9, True)


def test_escape_puts_an_edge_back(view: LanesView) -> None:
    told = Told(view)
    drag(view.segments, 3.0, 4.0, release=False)
    QTest.keyClick(view.segments, Qt.Key.Key_Escape)
    QTest.mouseRelease(view.segments, LEFT)
    assert told.said[-1] == ("edge_dragged", 0, 3.0, True)
    assert view.segments.segments == SEGMENTS


def test_segments_told_during_a_drag_do_not_take_the_edge_away(view: LanesView) -> None:
    told = Told(view)
    drag(view.segments, 3.0, 4.0, release=False)
    view.set_segments(SEGMENTS, 0)  # a face made for where the edge was
    assert view.segments.segments[0].end == pytest.approx(4.0, abs=0.01)
    view.set_segments(SEGMENTS[:1], 0)  # the edge is gone altogether
    QTest.mouseMove(view.segments, at(view.segments, 5.0))
    QTest.mouseRelease(view.segments, LEFT)
    assert len(told.said) == 1


def test_a_double_click_splits(qtbot: QtBot, view: LanesView) -> None:
    with qtbot.waitSignal(view.split_requested) as said:
        QTest.mouseDClick(view.segments, LEFT, NONE, at(view.segments, 4.5))
    assert said.args == [pytest.approx(4.5, abs=0.01)]


@pytest.mark.parametrize("reason", [Qt.FocusReason.MouseFocusReason, Qt.FocusReason.TabFocusReason])
def test_arrows_are_the_windows_and_with_alt_the_lanes(
    view: LanesView, reason: Qt.FocusReason
) -> None:
    taken: list[str] = []
    QShortcut("Right", view).activated.connect(lambda: taken.append("window"))
    view.segments.clearFocus()
    view.segments.setFocus(reason)
    told = Told(view)
    QTest.keyClick(view.segments, Qt.Key.Key_Right)
    assert taken == ["window"]
    assert told.said == []
    QTest.keyClick(view.segments, Qt.Key.Key_Right, ALT)
    assert [said[0] for said in told.said] == ["edge_dragged"]


def test_keys_of_the_window_are_left_to_it(view: LanesView) -> None:
    for key, modifier in ((Qt.Key.Key_1, NONE), (Qt.Key.Key_Space, NONE), (Qt.Key.Key_Right, CTRL)):
        override = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
        override.ignore()
        QApplication.sendEvent(view.segments, override)
        assert not override.isAccepted()


def test_alt_and_arrows_move_the_right_edge_by_a_frame(view: LanesView) -> None:
    view.set_fps(50.0)
    told = Told(view)
    QTest.keyClick(view.segments, Qt.Key.Key_Right, ALT)
    assert told.said == [("edge_dragged", 0, pytest.approx(3.02), True)]
    QTest.keyClick(view.segments, Qt.Key.Key_Left, ALT)
    assert told.said[-1] == ("edge_dragged", 0, pytest.approx(3.0), True)
    view.set_segments(SEGMENTS, 2)  # the end of the clip is no edge
    QTest.keyClick(view.segments, Qt.Key.Key_Right, ALT)
    assert len(told.said) == 2


@pytest.mark.parametrize(("text", "said"), [
    ("Fear", ("emotion_requested", 1, "fear")),
    ("Back to automatic", ("emotion_requested", 1, "auto")),
    ("125 %", ("strength_requested", 1, 1.25)),
    ("Split here", ("split_requested", 4.0)),
    ("Join with next", ("join_requested", 1)),
])  # fmt: skip
def test_the_menu_of_a_segment(view: LanesView, text: str, said: tuple[object, ...]) -> None:
    told = Told(view)
    menu = view.segments.menu_for(1, 4.0)
    trigger(menu, text)
    assert told.said == [said]
    menu.deleteLater()


def test_the_menu_offers_only_what_can_be_done(view: LanesView) -> None:
    menu = view.segments.menu_for(2, 7.95)
    state = {a.text(): a.isEnabled() for a in menu.actions() if a.text()}
    assert not state["Split here"]  # too near the end
    assert not state["Join with next"]
    assert not state["Back to automatic\t0"]
    assert [text.split("\t")[0].lower() for text in state][:7] == list(EMOTIONS)
    menu.deleteLater()


def test_the_menu_key_opens_the_menu_and_splits_at_the_playhead(
    qtbot: QtBot, view: LanesView
) -> None:
    view.set_time(1.25)
    place = QPoint(5, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, view.mapToGlobal(place))
    QApplication.sendEvent(view.segments, event)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), SegmentMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, SegmentMenu)
    told = Told(view)
    trigger(menu, "Split here")
    menu.close()
    assert told.said == [("split_requested", 1.25)]
