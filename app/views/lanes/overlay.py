"""What moves over the lanes: playhead, pointer line, loop region, progress, a message."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QWidget

from app.shares import percent
from app.theme import Theme
from app.time_range import TimeRange
from app.views.lanes.canvas import small_font, tinted
from app.views.lanes.pixels import points
from app.views.lanes.scale import Scale

HEAD = 6.0  # pixels, half the width of the playhead's handle
Loop = tuple[float, float]


class Overlay(QWidget):
    """Lies over ruler and lanes and lets the pointer through. Only what moved is painted."""

    def __init__(self, theme: Theme, time_range: TimeRange, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.range = time_range
        self.ruler_height = 0
        self.plot_width = 1
        self.is_open = False
        self.time = 0.0
        self.loop: Loop | None = None
        self.message = ""
        self._pointer = -1.0
        self._shown = -1.0  # x of the playhead on the screen
        self._stage, self._part = "", 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        time_range.changed.connect(self.update)

    @property
    def _scale(self) -> Scale:
        return Scale(self.range.start, self.range.end, max(self.plot_width, 1))

    def _playhead_x(self) -> float:
        """On a pixel of the screen, so that the line is sharp."""
        ratio = self.devicePixelRatioF()
        return round(self._scale.x(self.time) * ratio) / ratio

    def set_time(self, seconds: float) -> None:
        """Move the playhead; nothing is painted until that is a pixel."""
        self.time = seconds
        x = self._playhead_x()
        if x != self._shown and self.is_open:
            self._update_column(self._shown, HEAD)
            self._update_column(x, HEAD)
            self._shown = x

    def set_pointer(self, x: float) -> None:
        """Show a line under the pointer, or, -1, none."""
        self._update_column(self._pointer, 1)
        self._pointer = x
        self._update_column(x, 1)

    def set_loop(self, loop: Loop | None) -> None:
        """Shade another loop region."""
        self.loop = loop
        self.update()

    def set_message(self, text: str) -> None:
        """What to say where there is nothing to show."""
        self.message = text
        self.update()

    def busy(self, stage: str, part: float) -> None:
        """A line under the ruler: `part` of `stage` is done; an empty stage takes it away."""
        self.update(self._busy_box())
        self._stage, self._part = stage, min(max(part, 0.0), 1.0)
        self.update(self._busy_box())
        self.update(0, self.ruler_height - 2, self.width(), 2)

    def _update_column(self, x: float, half: float) -> None:
        if -half <= x <= self.width() + half:
            left = int(x - half) - 2
            self.update(left, 0, int(x + half) + 3 - left, self.height())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Paint what lies in the part that changed."""
        with QPainter(self) as painter:
            painter.setClipRect(event.rect())
            if self.is_open:
                plot = QRectF(0, 0, self.plot_width, self.height())
                self._paint_loop(painter)
                self._paint_pointer(painter)
                if -HEAD <= self._playhead_x() <= plot.width() + HEAD:
                    self._paint_playhead(painter)
            elif self.message:
                self._paint_message(painter)
            if self._stage:
                self._paint_busy(painter)

    def _paint_loop(self, painter: QPainter) -> None:
        if self.loop is None:
            return
        left, right = (min(max(self._scale.x(x), -2.0), self.plot_width + 2.0) for x in self.loop)
        top = float(self.ruler_height)
        painter.fillRect(
            QRectF(left, top, right - left, self.height() - top), tinted(self.theme.accent, 0.13)
        )
        for x in (left, right):
            painter.fillRect(
                QRectF(round(x), top, 1, self.height() - top), tinted(self.theme.accent, 0.8)
            )

    def _paint_pointer(self, painter: QPainter) -> None:
        if self._pointer >= 0:
            line = QRectF(int(self._pointer), self.ruler_height, 1, self.height())
            painter.fillRect(line, tinted(self.theme.text, 0.45))

    def _paint_playhead(self, painter: QPainter) -> None:
        """A line with an outline in the ground's colour: seen on the brightest and the darkest."""
        x, top = self._playhead_x(), self.ruler_height * 0.4
        halo = QRectF(x - 1.5, top, 4, self.height() - top)
        painter.fillRect(halo, tinted(self.theme.sunken, 0.6))
        painter.fillRect(QRectF(x, top, 1, self.height() - top), QColor(self.theme.playhead))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.sunken), 1))
        painter.setBrush(QColor(self.theme.playhead))
        middle, shoulder, tip = x + 0.5, self.ruler_height - 8.0, self.ruler_height - 1.0
        high = shoulder - 6
        painter.drawPolygon(points([(middle - HEAD, high), (middle + HEAD, high),
                                    (middle + HEAD, shoulder), (middle, tip),
                                    (middle - HEAD, shoulder)]))  # fmt: skip
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_message(self, painter: QPainter) -> None:
        font = QFont(QApplication.font())
        font.setPointSizeF(font.pointSizeF() * 1.25)
        painter.setFont(font)
        painter.setPen(QColor(self.theme.quiet))
        place = QRectF(0, self.ruler_height, self.plot_width, self.height() - self.ruler_height)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(place, flags, self.message)

    def _busy_text(self) -> str:
        return f"{self._stage[:1].upper()}{self._stage[1:]} · {percent(self._part)}"

    def _busy_box(self) -> QRect:
        metrics = QFontMetricsF(small_font())
        width = int(metrics.horizontalAdvance(self._busy_text())) + 20
        return QRect(4, self.ruler_height + 4, width, int(metrics.height()) + 6)

    def _paint_busy(self, painter: QPainter) -> None:
        width = self.plot_width * self._part
        line = QRectF(0, self.ruler_height - 2, self.plot_width, 2)
        painter.fillRect(line, QColor(self.theme.line))
        painter.fillRect(QRectF(0, line.top(), width, 2), QColor(self.theme.accent))
        box = self._busy_box()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.line), 1))
        painter.setBrush(tinted(self.theme.panel, 0.95))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(QColor(self.theme.text))
        painter.setFont(small_font())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._busy_text())

    def middle_of_playhead(self) -> QPointF:
        """Where its line crosses the foot of the ruler."""
        return QPointF(self._playhead_x(), self.ruler_height)
