"""The ruler: time codes, and the loop region that is drawn on it."""

import math

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.theme import Theme
from app.time_range import TimeRange
from app.timecode import format_clock, format_frame, frame_of
from app.views.lanes.canvas import Canvas, tinted
from app.views.lanes.pixels import points
from app.views.lanes.placing import FRAME, tick_step
from app.views.lanes.scale import Scale

GRIP = 6.0  # pixels left and right of an end of the loop that take hold of it
LEAST_LOOP = 0.02  # seconds; a shorter drag is a click
LEAST_TICK = 7.0  # pixels between ticks
PARTS = (10, 5, 4, 2)  # that a labelled stretch may be divided into
Loop = tuple[float, float]


class Ruler(Canvas):
    """Click moves the playhead, drag makes a loop, double click clears it."""

    loop_requested = Signal(float, float)
    loop_cleared = Signal()
    loop_shown = Signal(object)  # while it is dragged: Loop or None

    def __init__(self, theme: Theme, time_range: TimeRange, parent: QWidget | None = None) -> None:
        super().__init__(theme, time_range, parent)
        self.fps = 25.0
        self.loop: Loop | None = None
        self._before: Loop | None = None
        self._anchor = 0.0  # the end of the loop that stays
        self._is_making = False

    def set_fps(self, fps: float) -> None:
        """The frame rate that time codes count in."""
        self.fps = fps
        self.refresh()

    def set_loop(self, loop: Loop | None) -> None:
        """Show another loop region, in seconds."""
        self.loop = loop
        self.refresh()
        self.loop_shown.emit(loop)

    # Painting

    def render_plot(self, painter: QPainter, scale: Scale) -> None:  # noqa: ARG002 - whole pixels
        """See `Canvas`."""
        painter.setClipRect(QRectF(0, 0, self.width(), self.height()))
        self._paint_loop(painter)
        per_pixel = (self.range.end - self.range.start) / self.plot_width
        widest = format_frame(round(self.range.end * self.fps), self.fps) + "  "
        room = painter.fontMetrics().horizontalAdvance(widest) * 1.25
        unit, count = tick_step(room * per_pixel, self.fps)
        step = count / self.fps if unit == FRAME else float(count)
        for number in range(
            math.floor(self.range.start / step), math.ceil(self.range.end / step) + 1
        ):
            text = (
                format_frame(number * count, self.fps)
                if unit == FRAME
                else format_clock(number * count, 0)
            )
            self._paint_tick(painter, number * step, text)
        self._paint_minor(painter, step, per_pixel, count if unit == FRAME else 0)
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.drawLine(
            QPointF(0, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5)
        )

    def _paint_tick(self, painter: QPainter, seconds: float, text: str) -> None:
        x = round(self.scale.x(seconds)) + 0.5
        if x > self.plot_width + 1:  # beyond the end of the clip
            return
        painter.setPen(QPen(QColor(self.theme.quiet), 1))
        painter.drawLine(QPointF(x, self.height() * 0.45), QPointF(x, self.height()))
        box = QRectF(x + 4, 0, 200, self.height() - 4)
        if box.left() + painter.fontMetrics().horizontalAdvance(text) <= self.width():
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_minor(self, painter: QPainter, step: float, per_pixel: float, frames: int) -> None:
        """Ticks between; those of frames stand where frames begin."""
        options = (frames,) if frames else PARTS
        parts = next((n for n in options if step / max(n, 1) / per_pixel >= LEAST_TICK), 1)
        if parts <= 1:
            return
        painter.setPen(QPen(QColor(self.theme.line), 1))
        first = math.floor(self.range.start * parts / step)
        for number in range(first, math.ceil(self.range.end * parts / step) + 1):
            x = round(self.scale.x(number * step / parts)) + 0.5
            if number % parts and x <= self.plot_width:
                painter.drawLine(QPointF(x, self.height() - 5), QPointF(x, self.height()))

    def _paint_loop(self, painter: QPainter) -> None:
        if self.loop is None:
            return
        left, right = (min(max(self.scale.x(end), -50), self.plot_width + 50) for end in self.loop)
        painter.fillRect(
            QRectF(left, 0, right - left, self.height()), tinted(self.theme.accent, 0.3)
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.accent))
        for x, way in ((left, 1), (right, -1)):
            painter.drawPolygon(points([(x, 0), (x + 7 * way, 0), (x, 7)]))
            painter.drawRect(QRectF(min(x, x + 2 * way), 0, 2, self.height()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def readout(self, seconds: float, y: float) -> str:  # noqa: ARG002 - the time is all
        """See `Canvas`."""
        return f"{format_clock(seconds)} · {format_frame(frame_of(seconds, self.fps), self.fps)}"

    # The loop

    def end_at(self, x: float) -> int:
        """The end of the loop under a pixel, 0 or 1; or -1."""
        ends = self.loop or ()
        near = [i for i, end in enumerate(ends) if abs(self.scale.x(end) - x) <= GRIP]
        return min(near, key=lambda i: abs(self.scale.x(ends[i]) - x), default=-1)

    def take_hold(self, x: float, y: float) -> bool:  # noqa: ARG002 - ends are ruler high
        """See `Canvas`."""
        self._before, end = self.loop, self.end_at(x)
        self._is_making = end < 0
        self._anchor = self.seconds_at(x) if self._is_making else (self.loop or (0.0, 0.0))[1 - end]
        if self._is_making:  # it may still be a click
            self.pressed.emit(self.seconds_at(x))
        return True

    def carry(self, x: float) -> None:
        """See `Canvas`."""
        low, high = sorted((self._anchor, self.seconds_at(x)))
        if high - low >= LEAST_LOOP:
            self.set_loop((low, high))

    def put_down(self) -> None:
        """See `Canvas`."""
        if self.loop is not None and self.loop != self._before:
            self.loop_requested.emit(*self.loop)

    def put_back(self) -> None:
        """See `Canvas`."""
        self.set_loop(self._before)
        if self._is_making:
            self.cancelled.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Clear the loop."""
        if event.button() == Qt.MouseButton.LeftButton and self.is_open:
            self.set_loop(None)
            self.loop_cleared.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """See `Canvas`; ends of the loop show that they can be taken."""
        super().mouseMoveEvent(event)
        if not self.in_gesture:
            is_end = self.end_at(event.position().x()) >= 0
            self.setCursor(Qt.CursorShape.SizeHorCursor if is_end else Qt.CursorShape.ArrowCursor)
