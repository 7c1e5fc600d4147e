"""What decided the emotions, marked on the spectrogram: seen, heard by a click, out of the way."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.lanes import LanesView
from core.evidence import Place, decisive_places
from core.utterances import frames_between
from tests.app.studio.lane_results import make_result
from tests.app.studio.lanes_open import (
    LEFT,
    NONE,
    SECONDS,
    SEGMENTS,
    Told,
    at,
    drag,
    open_lanes,
    picture,
    trigger,
)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[LanesView]:
    yield open_lanes(qtbot)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def places(index: int) -> tuple[Place, ...]:
    """Those of a segment."""
    analysis = make_result(SECONDS).analysis
    assert analysis is not None
    segment, track = SEGMENTS[index], analysis.emotions
    return decisive_places(track, *frames_between(track.timeline, segment.start, segment.end))


def chosen(view: LanesView) -> list[tuple[float, float]]:
    said: list[tuple[float, float]] = []
    view.place_chosen.connect(lambda start, end: said.append((start, end)))
    return said


def test_they_are_marked_when_somebody_wants_them(view: LanesView) -> None:
    plain = picture(view.spectrogram)
    trigger(view.spectrogram.menu(view), "Mark what decided")
    marked = picture(view.spectrogram)
    assert marked != plain
    view.spectrogram.set_why(False)
    assert picture(view.spectrogram) == plain


def test_a_click_lets_a_place_be_heard(view: LanesView) -> None:
    view.spectrogram.set_why(True)
    told, said = Told(view), chosen(view)
    place = places(0)[0]
    middle = at(view.spectrogram, (place.start + place.end) / 2)
    QTest.mouseMove(view.spectrogram, middle)
    assert view.spectrogram.cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseClick(view.spectrogram, LEFT, NONE, middle)
    assert said == [(place.start, place.end)]
    assert told.said == []


def test_beside_the_places_and_without_them_a_click_moves_the_playhead(view: LanesView) -> None:
    told, said = Told(view), chosen(view)
    place = places(0)[0]
    drag(view.spectrogram, (place.start + place.end) / 2)
    view.spectrogram.set_why(True)
    everywhere = [place for index in range(3) for place in places(index)]
    outside = next(
        second / 100
        for second in range(10, int(SECONDS * 100))
        if all(not p.start - 0.05 < second / 100 < p.end + 0.05 for p in everywhere)
    )
    drag(view.spectrogram, outside)
    assert told.names() == ["seek_requested", "seek_requested"]
    assert said == []


def test_a_drag_over_a_place_scrubs_as_everywhere(view: LanesView) -> None:
    view.spectrogram.set_why(True)
    told, said = Told(view), chosen(view)
    place = places(0)[0]
    drag(view.spectrogram, (place.start + place.end) / 2, place.end + 1.0, place.end + 1.5)
    assert told.names() == ["scrub_requested", "scrub_requested", "scrub_ended"]
    assert said == []


def test_other_emotions_are_marked_where_they_were_decided(view: LanesView) -> None:
    view.spectrogram.set_why(True)
    before = picture(view.spectrogram)
    view.set_segments(SEGMENTS[:1], 0)
    assert picture(view.spectrogram) != before
    view.show_result(make_result(SECONDS, faced=False))
    empty = picture(view.spectrogram)
    view.spectrogram.set_why(False)
    assert picture(view.spectrogram) == empty


def test_whether_they_are_marked_is_kept(view: LanesView, qtbot: QtBot) -> None:
    view.spectrogram.set_why(True)
    other = LanesView(view._theme, view.range)
    qtbot.addWidget(other)
    said: list[bool] = []
    other.why_toggled.connect(said.append)
    other.restore(view.state())
    assert said == [True]
    other.restore({"why": "maybe"})
    assert said == [True, False]
