"""Opens the lanes in a test, and hears what they say."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.theme import DARK
from app.time_range import TimeRange
from app.views.lanes import LanesView
from app.views.lanes.canvas import Canvas
from core.emotion import EmotionSegment, chosen_mix
from tests.app.studio.lane_results import make_result

SECONDS = 8.0
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
SEGMENTS = (
    EmotionSegment(0.0, 3.0, chosen_mix("angry")),
    EmotionSegment(3.0, 6.0, chosen_mix("happy"), 1.5, "user"),
    EmotionSegment(6.0, 8.0, chosen_mix("sad")),
)


class Told:
    """What a view said, in order."""

    def __init__(self, view: LanesView) -> None:
        self.said: list[tuple[object, ...]] = []
        for name in ("seek_requested", "scrub_requested", "scrub_ended", "loop_requested",
                     "loop_cleared", "segment_selected", "edge_dragged", "split_requested",
                     "join_requested", "emotion_requested", "strength_requested"):  # fmt: skip
            signal = getattr(view, name)
            signal.connect(lambda *values, name=name: self.said.append((name, *values)))

    def names(self) -> list[object]:
        return [said[0] for said in self.said]


def open_lanes(qtbot: QtBot) -> LanesView:
    """Eight seconds in three segments, in a window with the focus."""
    view = LanesView(DARK, TimeRange())
    qtbot.addWidget(view)
    view.resize(1280, 300)
    view.range.open_clip(SECONDS)
    view.show_result(make_result(SECONDS))
    view.set_segments(SEGMENTS, 0)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    return view


def at(canvas: Canvas, seconds: float) -> QPoint:
    return QPoint(round(canvas.scale.x(seconds)), canvas.height() // 2)


def drag(canvas: Canvas, *seconds: float, release: bool = True) -> None:
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, seconds[0]))
    for second in seconds[1:]:
        QTest.mouseMove(canvas, at(canvas, second))
    if release:
        QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, seconds[-1]))


def picture(canvas: Canvas) -> QImage:
    return canvas.grab().toImage()


def lane_of(view: LanesView, name: str) -> Canvas:
    canvas: Canvas = getattr(view, name)
    return canvas


def trigger(menu: QMenu, text: str) -> None:
    """Choose an entry of a menu or of one under it."""
    parts = [menu, *menu.findChildren(QMenu)]
    found = {a.text().split("\t")[0]: a for part in parts for a in part.actions()}
    found[text].trigger()
