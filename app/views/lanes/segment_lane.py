"""The emotion segments: select, drag edges, split, join, and choose what the face shows."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.time_range import TimeRange
from app.timecode import format_clock
from app.views.lanes.canvas import Canvas
from app.views.lanes.scale import Scale
from app.views.lanes.segment_boxes import SegmentPainter, spoken
from app.views.lanes.segment_menu import SegmentMenu
from core.emotion import EmotionSegment
from core.segments import SHORTEST

GRIP = 5.0  # pixels left and right of an edge that take hold of it
_ALT = Qt.KeyboardModifier.AltModifier
_ARROWS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class SegmentLane(Canvas):
    """Boxes that cover the clip. `selected` is -1 where none is."""

    segment_selected = Signal(int)
    edge_dragged = Signal(int, float, bool)  # between `index` and the next; seconds; is final
    split_requested = Signal(float)
    join_requested = Signal(int)
    emotion_requested = Signal(int, str)
    strength_requested = Signal(int, float)

    def __init__(self, theme: Theme, time_range: TimeRange, parent: QWidget | None = None) -> None:
        super().__init__(theme, time_range, parent)
        self.segments: tuple[EmotionSegment, ...] = ()
        self.selected = -1
        self.playhead = 0.0  # seconds; where the keyboard splits
        self.frame = 1 / 25  # seconds that a key moves an edge
        self._starts: list[float] = []
        self._edge = -1  # that is held
        self._origin = 0.0  # where it was
        self._hot = -1  # edge under the pointer
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_segments(self, segments: Sequence[EmotionSegment], selected: int) -> None:
        """Show other segments; an edge that is held stays under the pointer."""
        held = self.segments[self._edge].end if self._edge >= 0 else 0.0
        self._take(tuple(segments))
        self.selected = selected if 0 <= selected < len(segments) else -1
        if self._edge >= len(segments) - 1:
            self._edge = -1
        elif self._edge >= 0:
            self._move(held)
        self._describe()

    def _take(self, segments: tuple[EmotionSegment, ...]) -> None:
        self.segments = segments
        self._starts = [segment.start for segment in segments]
        self.refresh()

    def _describe(self) -> None:
        text = "Ctrl with Left and Right selects a segment, Alt with them moves its right edge."
        if self.selected >= 0:
            where = f"Segment {self.selected + 1} of {len(self.segments)}"
            text = f"{where}: {spoken(self.segments[self.selected])}. {text}"
        self.setAccessibleDescription(text)

    def segment_at(self, seconds: float) -> int:
        """The segment at a time, held at both ends; -1 where there is none."""
        return max(bisect_right(self._starts, seconds) - 1, 0) if self.segments else -1

    # Painting

    def render_plot(self, painter: QPainter, scale: Scale) -> None:
        """See `Canvas`."""
        if not self.segments:
            return
        first, last = self.segment_at(scale.start), self.segment_at(scale.end) + 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(QRectF(0, 0, self.plot_width, self.height()))
        boxes = SegmentPainter(painter, self.theme, self.scale, self.height())
        boxes.paint(self.segments[first:last], first, self.selected)

    def paint_on_top(self, painter: QPainter) -> None:
        """See `Canvas`."""
        if 0 <= self._hot < len(self.segments) - 1:
            x = self.scale.x(self.segments[self._hot].end)
            painter.setPen(QPen(QColor(self.theme.accent), 3))
            painter.drawLine(QPointF(x, 5), QPointF(x, self.height() - 5))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self.theme.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(0.5, 0.5, self.plot_width - 1, self.height() - 1))

    def readout(self, seconds: float, y: float) -> str:  # noqa: ARG002 - boxes are lane high
        """See `Canvas`."""
        index = self.segment_at(seconds)
        return "" if index < 0 else f"{format_clock(seconds)} · {spoken(self.segments[index])}"

    # Edges

    def edge_at(self, x: float) -> int:
        """The edge under a pixel, that between segments `index` and `index` + 1; or -1."""
        near = self.segment_at(self.scale.seconds(x))
        edges = [index for index in (near - 1, near) if 0 <= index < len(self.segments) - 1]
        distances = {i: abs(self.scale.x(self.segments[i].end) - x) for i in edges}
        best = min(distances, key=lambda index: distances[index], default=-1)
        return best if best >= 0 and distances[best] <= GRIP else -1

    def _move(self, seconds: float) -> float:
        """Show the held edge somewhere else, as far as its neighbours let it; where it went."""
        before, after = self.segments[self._edge : self._edge + 2]
        low, high = before.start + SHORTEST, after.end - SHORTEST
        held = min(max(seconds, low), high) if low <= high else before.end
        pieces = (replace(before, end=held), replace(after, start=held))
        self._take((*self.segments[: self._edge], *pieces, *self.segments[self._edge + 2 :]))
        return held

    def take_hold(self, x: float, y: float) -> bool:  # noqa: ARG002 - edges are lane high
        """See `Canvas`."""
        self._edge = self.edge_at(x)
        if self._edge < 0:
            self._select(self.segment_at(self.seconds_at(x)))
            return False
        self._origin = self.segments[self._edge].end
        return True

    def carry(self, x: float) -> None:
        """See `Canvas`."""
        if self._edge >= 0:
            self.edge_dragged.emit(self._edge, self._move(self.seconds_at(x)), False)

    def put_down(self) -> None:
        """See `Canvas`."""
        edge, self._edge = self._edge, -1
        if edge >= 0 and self.segments[edge].end != self._origin:
            self.edge_dragged.emit(edge, self.segments[edge].end, True)

    def put_back(self) -> None:
        """See `Canvas`."""
        if self._edge >= 0:
            self._move(self._origin)
            edge, self._edge = self._edge, -1
            self.edge_dragged.emit(edge, self._origin, True)

    def _select(self, index: int) -> None:
        if index >= 0 and index != self.selected:
            self.selected = index
            self._describe()
            self.refresh()
            self.segment_selected.emit(index)

    # Pointer and keyboard

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """See `Canvas`; edges show that they can be taken."""
        super().mouseMoveEvent(event)
        if not self.in_gesture:
            self._heat(self.edge_at(event.position().x()))

    def _heat(self, edge: int) -> None:
        if edge != self._hot:
            self._hot = edge
            split = Qt.CursorShape.SplitHCursor
            self.setCursor(split if edge >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Split."""
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and self.segments and self.edge_at(event.position().x()) < 0:
            self.split_requested.emit(self.seconds_at(event.position().x()))

    def wants_key(self, event: QKeyEvent) -> bool:
        """See `Canvas`; arrows without Alt are the window's, for frames."""
        arrow = event.key() in _ARROWS and _modifiers(event) == _ALT
        return (arrow and bool(self.segments)) or super().wants_key(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows with Alt move the right edge."""
        step = _ARROWS.get(Qt.Key(event.key()), 0)
        if not step or self.in_gesture or _modifiers(event) != _ALT:
            super().keyPressEvent(event)
        elif 0 <= self.selected < len(self.segments) - 1:
            self._edge = self.selected
            held = self._move(self.segments[self.selected].end + step * self.frame)
            self._edge = -1
            self.edge_dragged.emit(self.selected, held, True)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Offer what can be done with the segment."""
        if not self.segments or self.in_gesture:
            return
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = max(self.selected, 0)
            seconds = self.playhead
            middle = self.scale.x((self.segments[index].start + self.segments[index].end) / 2)
            place = self.mapToGlobal(
                QPoint(int(min(max(middle, 0), self.plot_width)), self.height())
            )
        else:
            seconds = self.seconds_at(event.pos().x())
            index, place = self.segment_at(seconds), event.globalPos()
        self._select(index)
        self.menu_for(index, seconds).popup(place)

    def menu_for(self, index: int, seconds: float) -> SegmentMenu:
        """What can be done with a segment; `seconds` is where it would be split."""
        is_last = index + 1 == len(self.segments)
        menu = SegmentMenu(self, self.theme, self.segments[index], seconds, is_last)
        menu.emotion_chosen.connect(lambda emotion: self.emotion_requested.emit(index, emotion))
        menu.strength_chosen.connect(lambda value: self.strength_requested.emit(index, value))
        menu.split_chosen.connect(lambda: self.split_requested.emit(seconds))
        menu.join_chosen.connect(lambda: self.join_requested.emit(index))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show the focus."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Hide it."""
        super().focusOutEvent(event)
        self.update()


def _modifiers(event: QKeyEvent) -> Qt.KeyboardModifier:
    """Those held down; that a key is on the keypad does not matter."""
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
