"""Small windows and large text: nothing lies over something else, and nothing is left out."""

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.style import apply_theme
from app.theme import DARK
from app.views.hint import FIRST_STEPS, Hint
from app.views.lanes import LanesView
from app.views.lanes.canvas import small_font
from app.views.lanes.lane_row import LaneRow
from app.views.record_panel import RecordPanel
from app.windows.main_window import MainWindow
from core.emotion import EMOTIONS
from tests.app.studio.lanes_open import open_lanes
from tests.app.studio.panels import shown


@pytest.fixture(params=[10, 14, 20])
def text(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[int]:
    """Points of the application's font, and the style that the studio has."""
    before = qapp.font()
    large = QFont(before)
    large.setPointSizeF(request.param)
    qapp.setFont(large)
    apply_theme(qapp, DARK)
    yield request.param
    qapp.setStyleSheet("")
    qapp.setFont(before)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.mark.usefixtures("text")
@pytest.mark.parametrize("width", [160, 800, 1280])
def test_the_hint_is_one_line_at_any_width(qtbot: QtBot, width: int) -> None:
    hint = shown(qtbot, Hint(), width, 60)
    metrics = hint.text.fontMetrics()
    assert hint.sizeHint().height() < 3 * metrics.height() + 12
    assert metrics.horizontalAdvance(hint.text.text()) <= hint.text.width()
    assert hint.text.toolTip() == FIRST_STEPS
    hint.resize(4000, 60)
    assert hint.text.text() == FIRST_STEPS


def rows_of(view: LanesView) -> list[LaneRow]:
    found = [view.splitter.widget(place) for place in range(view.splitter.count())]
    return [row for row in found if isinstance(row, LaneRow)]


def is_high(view: QWidget, height: int) -> bool:
    return view.height() == height


@pytest.mark.usefixtures("text")
@pytest.mark.parametrize("folded", [[], ["waveform", "mouth"]])
def test_lanes_never_lie_over_each_other(qtbot: QtBot, folded: list[str]) -> None:
    view = open_lanes(qtbot)
    view.restore({"folded": folded})
    qtbot.waitUntil(lambda: view.ruler.height() > view.fontMetrics().height())
    least = view.minimumSizeHint().height()
    rows = rows_of(view)
    assert len(rows) == 6
    needed = view.ruler.minimumHeight() + sum(row.minimumHeight() for row in rows)
    assert least >= needed
    view.resize(1280, least)
    qtbot.waitUntil(lambda: view.splitter.height() == least - view.ruler.height())
    for above, below in pairwise(rows):
        assert above.geometry().bottom() < below.geometry().top()
    assert rows[-1].geometry().bottom() < view.splitter.height()
    for row in rows:
        assert row.header.fold_button.geometry().bottom() < row.height()
        detail = row.header.detail
        assert detail.isHidden() or detail.geometry().bottom() < row.height()


@pytest.mark.usefixtures("text")
def test_all_emotions_are_named_where_the_lanes_are_lowest(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = open_lanes(qtbot)
    said: list[tuple[str, QRectF]] = []

    def listen(_painter: QPainter, box: QRectF, _flags: object, words: str) -> None:
        said.append((words, QRectF(box)))

    lane = view.probabilities
    listening = type("Listening", (QPainter,), {"drawText": listen})
    monkeypatch.setattr("app.views.lanes.canvas.QPainter", listening)
    metrics = QFontMetricsF(small_font())
    for height in (view.minimumSizeHint().height(), 1200):
        view.resize(1280, height)
        qtbot.waitUntil(partial(is_high, view, height))
        said.clear()
        lane.refresh()
        lane.grab()
        names = [words for words, _box in said]
        assert sorted(name[:3] for name in names) == sorted(name[:3] for name in EMOTIONS)
        boxes = [
            (box.left(), box.left() + metrics.horizontalAdvance(words), box.center().y())
            for words, box in said
        ]
        for index, (left, right, middle) in enumerate(boxes):
            assert right <= lane.width()
            for other_left, other_right, other in boxes[:index]:
                apart = right <= other_left or other_right <= left
                assert apart or abs(middle - other) >= metrics.ascent() - 1
    assert sorted(names) == sorted(EMOTIONS)  # in full where there is room


@pytest.mark.parametrize("text", [10, 14], indirect=True)
@pytest.mark.usefixtures("text")
def test_hint_lanes_and_recording_fit_a_small_screen(qtbot: QtBot) -> None:
    window = MainWindow(DARK)
    qtbot.addWidget(window)
    window.menuBar().addMenu("File")
    window.hint.show()
    window.show_affect(True)
    window.resize(1280, 600)
    window.show()

    def least() -> int:
        return window.minimumSizeHint().height()

    qtbot.waitUntil(lambda: least() > 300)
    assert least() <= 600
    window.record.set_recovered([Path(f"/takes/take {number}.wav") for number in range(5)])
    window.record.show()
    assert least() <= 720
    window.resize(1280, 720)
    qtbot.waitUntil(lambda: window.record.height() > 100)
    assert window.height() == 720


def test_the_record_panel_asks_for_no_more_than_a_small_window_has(qtbot: QtBot) -> None:
    panel = shown(qtbot, RecordPanel(DARK), 1000, 300)
    without = panel.minimumSizeHint().height()
    panel.set_recovered([Path(f"/takes/take {number}.wav") for number in range(5)])
    panel.set_problem("The device is gone. " * 8)
    assert without <= panel.minimumSizeHint().height()
    assert panel.sizeHint().height() > panel.minimumSizeHint().height()
    panel.resize(1000, panel.minimumSizeHint().height())
    bar = panel.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert panel.area.viewport().rect().contains(panel.record.geometry())  # always in sight
    bar.setValue(bar.maximum())
    last = panel.recovered.mapTo(panel, panel.recovered.rect().bottomLeft())
    assert last.y() < panel.height()
