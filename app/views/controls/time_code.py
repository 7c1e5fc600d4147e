"""The time code: digits that stand still while they count, and a field to type a time."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolTip, QWidget

from app.theme import Theme
from app.timecode import EXPECTED, format_frame, format_time, frame_of, parse_time
from app.views.controls.drawing import FADED, RADIUS, colour, focus_ring, scaled

_BEGIN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)


class TimeCode(QWidget):
    """Click, or Enter, to type; then Enter seeks and Escape leaves it.

    `refused(str)` says why something typed is no time, and what would be one.
    """

    seek_requested = Signal(float)  # seconds
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._fps, self._seconds, self._duration = theme, 25.0, 0.0, 0.0
        self._frame = 0
        self._text, self._total = format_frame(0, 25.0), format_frame(0, 25.0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setToolTip(f"Click to type a time. {EXPECTED}")
        self.setAccessibleDescription(f"Enter: type a time. {EXPECTED}")
        self.editor = QLineEdit(self)
        self.editor.setAccessibleName("Go to time")
        self.editor.setAccessibleDescription(EXPECTED)
        self.editor.hide()
        self.editor.installEventFilter(self)
        self._name()

    @property
    def text(self) -> str:
        """The time code that shows."""
        return self._text

    def set_time(self, seconds: float) -> None:
        """The playhead; nothing is drawn while it stays in one frame."""
        self._seconds = seconds
        frame = frame_of(seconds, self._fps)
        if frame != self._frame:
            self._frame, self._text = frame, format_frame(frame, self._fps)
            self.update(self._now_rect().toAlignedRect())

    def set_duration(self, seconds: float) -> None:
        """How long the clip is."""
        self._duration = seconds
        self._total = format_time(seconds, self._fps)
        self._name()
        self.updateGeometry()
        self.update()

    def set_fps(self, fps: float) -> None:
        """Frames a second that are counted. Raises ValueError for an impossible rate."""
        self._total = format_time(self._duration, fps)
        self._fps, self._frame = fps, frame_of(self._seconds, fps)
        self._text = format_frame(self._frame, fps)
        self._name()
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def edit(self) -> None:
        """Let a time be typed in its place."""
        self.editor.setFont(scaled(self.font(), 1.1))
        self.editor.setGeometry(self.rect())
        self.editor.setText(self._text)
        self.editor.selectAll()
        self.editor.show()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # Typing

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Begin to type."""
        if event.button() == Qt.MouseButton.LeftButton and self.isEnabled():
            self.edit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Begin to type with Enter or F2."""
        if event.key() in _BEGIN_KEYS:
            self.edit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Escape, and going elsewhere, leave the time as it was."""
        if watched is self.editor and not self.editor.isHidden():
            if event.type() == QEvent.Type.ShortcutOverride and _is_key(event, Qt.Key.Key_Escape):
                event.accept()  # a shortcut of the window shall not have it
            if event.type() == QEvent.Type.KeyPress and _is_key(event, Qt.Key.Key_Escape):
                self._leave()
                return True
            if event.type() == QEvent.Type.KeyPress and _is_key(event, *_BEGIN_KEYS[:2]):
                self._seek()  # here, because a field passes Enter on, which would edit again
                return True
            if event.type() == QEvent.Type.FocusOut:
                self.editor.hide()
        return super().eventFilter(watched, event)

    def _leave(self) -> None:
        self.editor.hide()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _seek(self) -> None:
        try:
            seconds = parse_time(self.editor.text(), self._fps)
        except ValueError as problem:
            self.editor.selectAll()
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), str(problem), self)
            self.refused.emit(str(problem))
            return
        self._leave()
        self.seek_requested.emit(seconds)

    def _name(self) -> None:
        self.setAccessibleName(f"Time code, of {self._total}")

    # Drawing

    def _cell(self, large: bool) -> float:
        metrics = QFontMetricsF(scaled(self.font(), 1.3 if large else 0.92))
        return max(metrics.horizontalAdvance(digit) for digit in "0123456789")

    def _width(self, text: str, large: bool) -> float:
        cell = self._cell(large)
        return sum(cell * (0.5 if letter == ":" else 1.0) for letter in text)

    def _now_rect(self) -> QRectF:
        return QRectF(0, 0, 8 + self._width(self._text, True) + 4, self.height())

    def sizeHint(self) -> QSize:  # noqa: N802
        """Both codes on one line."""
        height = QFontMetricsF(scaled(self.font(), 1.3)).height() + 8
        width = self._width(self._text, True) + self._width(self._total, False) + 8 + 14 + 8
        return QSize(round(width + 0.5), round(height))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Digits are never cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """The time, large; the duration, quiet."""
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(1.0 if self.isEnabled() else FADED)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.sunken))
            painter.drawRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)
            painter.setPen(colour(theme.text))
            x = self._digits(painter, 8.0, self._text, large=True)
            painter.setPen(colour(theme.quiet))
            painter.drawText(QRectF(x, 0, 14, self.height()), Qt.AlignmentFlag.AlignCenter, "/")
            self._digits(painter, x + 14, self._total, large=False)
            if self.hasFocus():
                focus_ring(painter, QRectF(self.rect()), theme)

    def _digits(self, painter: QPainter, x: float, text: str, *, large: bool) -> float:
        """Each digit in a cell of the same width, on one base line; gives where they end."""
        painter.setFont(scaled(self.font(), 1.3 if large else 0.92))
        high = QFontMetricsF(scaled(self.font(), 1.3))
        base = self.height() / 2 + (high.ascent() - high.descent()) / 2
        cell, metrics = self._cell(large), QFontMetricsF(painter.font())
        for letter in text:
            width = cell * (0.5 if letter == ":" else 1.0)
            offset = (width - metrics.horizontalAdvance(letter)) / 2
            painter.drawText(round(x + offset), round(base), letter)
            x += width
        return x


def _is_key(event: QEvent, *keys: Qt.Key) -> bool:
    return isinstance(event, QKeyEvent) and event.key() in keys
