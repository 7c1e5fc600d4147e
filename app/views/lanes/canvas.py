"""What the ruler and every lane have in common: one time axis, a kept picture, and gestures."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QWidget

from app.theme import Theme
from app.time_range import TimeRange
from app.views.lanes.scale import Scale

SMALL = 0.82  # of the application's font
WIDEST = "compared"  # of the labels
LABEL_GAP = 15  # pixels of the right margin that are not text: swatch and connector


def small_font() -> QFont:
    """The font of labels and readouts, in proportion to the system's."""
    font = QFont(QApplication.font())
    font.setPointSizeF(max(font.pointSizeF() * SMALL, 1.0))
    return font


def label_height(metrics: QFontMetricsF | QFontMetrics) -> float:
    """Pixels from one name to the next."""
    return float(metrics.ascent()) + 1.0


def end_margin() -> int:
    """Pixels right of every lane, for the labels at the ends of curves."""
    return int(QFontMetricsF(small_font()).horizontalAdvance(WIDEST)) + LABEL_GAP + 6


def tinted(colour: str, alpha: float) -> QColor:
    """A colour of the theme, let through."""
    result = QColor(colour)
    result.setAlphaF(alpha)
    return result


class Canvas(QWidget):
    """A plot along the time axis.

    The plot is painted once into a pixmap and copied from it while the playhead
    moves over it: measured with five lanes of 1,100 columns, that costs 0.1 ms a
    tick; graphics views 1.4 ms, or 0.4 ms with their items cached.
    """

    pressed = Signal(float)  # seconds, of the left button
    dragged = Signal(float)
    let_go = Signal(bool)  # whether it was dragged
    cancelled = Signal()  # Escape before that
    hovered = Signal(str)
    pointed = Signal(float)  # x under the pointer, or -1

    def __init__(self, theme: Theme, time_range: TimeRange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.range = time_range
        self.is_open = False  # whether there is a clip to point at
        self._picture: QPixmap | None = None
        self._readout = ""
        self._margin = end_margin()
        self._press: QPointF | None = None
        self._is_dragging = False
        self._is_holding = False
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # so that Escape is heard during a drag
        time_range.changed.connect(self.refresh)

    # Geometry

    @property
    def plot_width(self) -> int:
        """Pixels of the time axis; the labels at the right end follow."""
        return max(self.width() - self._margin, 1)

    @property
    def scale(self) -> Scale:
        """Seconds to pixels of this widget."""
        return Scale(self.range.start, self.range.end, self.plot_width)

    def rows_of(self, scale: Scale) -> int:
        """How many of the screen's own pixels this widget is high."""
        return max(round(self.height() * scale.columns / self.plot_width), 1)

    @property
    def plot(self) -> QRectF:
        """Where the time axis lies."""
        return QRectF(0, 0, self.plot_width, self.height())

    def seconds_at(self, x: float) -> float:
        """The time under a pixel, inside the clip."""
        return min(max(self.scale.seconds(x), 0.0), self.range.duration)

    # Painting

    def render_plot(self, painter: QPainter, scale: Scale) -> None:
        """Paint everything but the playhead; `scale` counts the screen's own pixels."""
        raise NotImplementedError

    def readout(self, seconds: float, y: float) -> str:  # noqa: ARG002 - for those who have one
        """What is known of a point."""
        return ""

    def refresh(self) -> None:
        """Paint the plot anew at the next opportunity."""
        self._picture = None
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.theme = theme
        self._margin = end_margin()
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Copy what was painted, and add what is on top."""
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._picture is None or self._picture.size() != size:
            self._picture = self._painted(ratio)
        with QPainter(self) as painter:
            part = event.rect()
            source = QRectF(part.x() * ratio, part.y() * ratio,
                            part.width() * ratio, part.height() * ratio)  # fmt: skip
            painter.drawPixmap(QRectF(part), self._picture, source)
            self.paint_on_top(painter)
            if self._readout:
                self._paint_readout(painter)

    def paint_on_top(self, painter: QPainter) -> None:
        """Paint what changes more often than the plot."""

    def name_end(
        self, painter: QPainter, name: str, colour: str, ink: str, y: tuple[float, float]
    ) -> None:
        """A name at the right end, at `y[1]`, and a line in its `colour` from `y[0]` to it."""
        left, (end, place), height = float(self.plot_width), y, label_height(painter.fontMetrics())
        painter.setPen(QPen(QColor(colour), 1.6))
        painter.drawLine(QPointF(left + 1, end), QPointF(left + 8, place))
        painter.drawLine(QPointF(left + 8, place), QPointF(left + 12, place))
        painter.setPen(QColor(ink))
        box = QRectF(left + LABEL_GAP, place - height, 120, 2 * height)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)

    def _painted(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.theme.sunken))
        if self.is_open and self.width() > self._margin and self.height() > 4:
            with QPainter(picture) as painter:
                painter.setFont(small_font())
                columns = round(self.plot_width * ratio)
                self.render_plot(painter, Scale(self.range.start, self.range.end, columns))
        return picture

    def _readout_box(self) -> QRect:
        metrics = QFontMetricsF(small_font())
        width = int(metrics.horizontalAdvance(self._readout)) + 14
        return QRect(self.plot_width - width - 3, 2, width, int(metrics.height()) + 4)

    def _paint_readout(self, painter: QPainter) -> None:
        box = self._readout_box()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self.theme.line))
        painter.setBrush(tinted(self.theme.panel, 0.93))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(QColor(self.theme.text))
        painter.setFont(small_font())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._readout)

    def show_readout(self, text: str) -> None:
        """Say something quietly at the end of the lane, and to `hovered`."""
        if text == self._readout:
            return
        self.update(self._readout_box().adjusted(-1, -1, 1, 1))
        self._readout = text
        self.update(self._readout_box().adjusted(-1, -1, 1, 1))
        self.hovered.emit(text)

    # Gestures

    def take_hold(self, x: float, y: float) -> bool:  # noqa: ARG002 - for those with handles
        """Start a drag of the canvas's own; False leaves it to move the playhead."""
        return False

    def carry(self, x: float) -> None:
        """Go on with a drag of its own."""

    def put_down(self) -> None:
        """End a drag of its own."""

    def put_back(self) -> None:
        """Undo a drag of its own."""

    @property
    def in_gesture(self) -> bool:
        """Whether the left button is held."""
        return self._press is not None

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of something, or move the playhead."""
        if event.button() != Qt.MouseButton.LeftButton or not self.is_open:
            return
        self._press, self._is_dragging = event.position(), False
        self._is_holding = self.take_hold(event.position().x(), event.position().y())
        if not self._is_holding:
            self.pressed.emit(self.seconds_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go on with a drag, or say what is under the pointer."""
        if self._press is None:
            self._hover(event.position())
            return
        distance = abs(event.position().x() - self._press.x())
        if not self._is_dragging and distance < QApplication.startDragDistance() / 3:
            return
        self._is_dragging = True
        self.pointed.emit(-1.0)
        if self._is_holding:
            self.carry(event.position().x())
        else:
            self.dragged.emit(self.seconds_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End a drag."""
        if event.button() != Qt.MouseButton.LeftButton or self._press is None:
            return
        was_dragging, self._press, self._is_dragging = self._is_dragging, None, False
        if self._is_holding:
            self.put_down()
        else:
            self.let_go.emit(was_dragging)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape puts back what a drag changed."""
        if event.key() == Qt.Key.Key_Escape and self._press is not None:
            self._press, self._is_dragging = None, False
            if self._is_holding:
                self.put_back()
            else:
                self.cancelled.emit()
        else:
            event.ignore()

    def wants_key(self, event: QKeyEvent) -> bool:
        """Whether a key is meant for this canvas and not for a shortcut of the window."""
        return event.key() == Qt.Key.Key_Escape and self._press is not None

    def event(self, event: QEvent) -> bool:
        """Claim keys before the window's shortcuts do."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self.wants_key(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802, ARG002
        """Say nothing any more."""
        self.show_readout("")
        self.pointed.emit(-1.0)

    def _hover(self, place: QPointF) -> None:
        inside = self.is_open and 0 <= place.x() < self.plot_width
        self.show_readout(self.readout(self.seconds_at(place.x()), place.y()) if inside else "")
        self.pointed.emit(place.x() if inside else -1.0)
