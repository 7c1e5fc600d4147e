"""A slider that says what it shows while it is dragged and when it is let go, and can be reset."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from app.theme import Theme
from app.views.controls.drawing import FADED, colour, focus_ring, scaled

_HANDLE = 6.5  # radius in logical pixels
_GROOVE = 4.0
_SETTLED_MS = 400  # after the last notch of a wheel, the value counts as chosen
_RESET_KEYS = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)


class ResetSlider(QSlider):
    """Whole numbers; `moved(value, final)` comes from the person only, never from `show_value`.

    A drag is many values with final False and one with final True when it ends;
    so are a held key and a turned wheel.
    """

    moved = Signal(int, bool)

    def __init__(
        self, theme: Theme, low: int, high: int, rest: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._theme, self._rest, self._fill = theme, rest, ""
        self._showing = self._unfinished = False
        self._settle = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settle.timeout.connect(self._finish)
        self.setRange(low, high)
        self.setPageStep(max(1, (high - low) // 20))
        self.show_value(rest)
        # Not by a click or the wheel: arrows step through frames after a drag too.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.valueChanged.connect(self._changed)

    def show_value(self, value: int) -> None:
        """Show a value that was chosen elsewhere; what is being dragged stays in the hand."""
        if self.isSliderDown():
            return
        self._unfinished = self._unfinished and value == self.value()
        self._showing = True
        self.setValue(value)
        self._showing = False

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def set_fill(self, name: str) -> None:
        """The colour of the groove up to the handle; "" is the accent."""
        self._fill = name
        self.update()

    def reset(self) -> None:
        """Back to where it stands by default, as a person's choice."""
        self.setSliderDown(False)
        self.setValue(self._rest)
        self._finish()

    def _changed(self, value: int) -> None:
        if not self._showing:
            self._unfinished = True
            self._settle.start()
            self.moved.emit(value, False)

    def _finish(self) -> None:
        self._settle.stop()
        if self._unfinished and not self.isSliderDown():
            self._unfinished = False
            self.moved.emit(self.value(), True)

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take the handle, or have it jump to the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._finish()
        self.setSliderDown(True)
        if abs(event.position().x() - self._place(self.value())) > _HANDLE:
            self.setValue(self._value_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag."""
        if self.isSliderDown():
            self.setValue(self._value_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go: the value is chosen."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)
            self._finish()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Back to the default."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.reset()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Arrows and page keys move it, Backspace and Delete reset it."""
        if event.key() in _RESET_KEYS:
            self.reset()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A held key that is let go ends the change."""
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self._finish()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Only where it has the keyboard, so that scrolling a panel changes nothing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Whatever was begun is chosen."""
        self._finish()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """A drag that lost its window has ended."""
        self.setSliderDown(False)
        self._finish()
        super().hideEvent(event)

    # Drawing

    def _place(self, value: int) -> float:
        part = (value - self.minimum()) / max(self.maximum() - self.minimum(), 1)
        return _HANDLE + 2 + part * (self.width() - 2 * _HANDLE - 4)

    def _value_at(self, x: float) -> int:
        part = (x - _HANDLE - 2) / max(self.width() - 2 * _HANDLE - 4, 1)
        return self.minimum() + round(min(max(part, 0.0), 1.0) * (self.maximum() - self.minimum()))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Groove, mark of the default, handle."""
        theme, middle = self._theme, self.height() / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(1.0 if self.isEnabled() else FADED)
            painter.setPen(Qt.PenStyle.NoPen)
            left, right = self._place(self.minimum()), self._place(self.maximum())
            here, rest = self._place(self.value()), self._place(self._rest)
            groove = QRectF(left, middle - _GROOVE / 2, right - left, _GROOVE)
            painter.setBrush(colour(theme.quiet, 0.35))
            painter.drawRoundedRect(groove, _GROOVE / 2, _GROOVE / 2)
            painter.fillRect(QRectF(rest - 0.5, middle - 6, 1, 12), colour(theme.quiet, 0.8))
            painter.setBrush(colour(self._fill or theme.accent))
            painter.drawRoundedRect(
                QRectF(left, groove.top(), max(here - left, 0.0), _GROOVE), _GROOVE / 2, _GROOVE / 2
            )
            painter.setBrush(colour(theme.text))
            held = self.isSliderDown() or self.underMouse()
            radius = _HANDLE + 1 if held and self.isEnabled() else _HANDLE
            painter.drawEllipse(QPointF(here, middle), radius, radius)
            if self.hasFocus():
                ring = QRectF(here - _HANDLE - 2, middle - _HANDLE - 2, 2 * _HANDLE + 4, 0)
                ring.setHeight(ring.width())
                focus_ring(painter, ring.adjusted(-1, -1, 1, 1), theme, _HANDLE + 2)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As high as a line of text."""
        return QSize(110, max(20, QFontMetrics(self.font()).height() + 4))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Short enough for a narrow panel."""
        return QSize(48, self.sizeHint().height())


class LabelledSlider(QWidget):
    """A name, a slider in units of 1 / `scale`, and the value in words.

    `moved(value, final)` as in ResetSlider, but in the value's own units.
    """

    moved = Signal(float, bool)

    def __init__(
        self,
        theme: Theme,
        name: str,
        span: tuple[float, float, float],
        unit: str = "%",
        scale: float = 100.0,
        shown: float | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`span` is least, greatest, default; `shown` multiplies the value for reading."""
        super().__init__(parent)
        low, high, rest = (round(value * scale) for value in span)
        self._scale, self._shown, self._unit = scale, scale if shown is None else shown, unit
        self.label = QLabel(name)
        self.slider = ResetSlider(theme, low, high, rest)
        self.value_label = QLabel()
        self.value_label.setFont(scaled(self.font(), 1.0))
        widest = max((self._words(v) for v in span[:2]), key=len)
        self.value_label.setMinimumWidth(
            QFontMetrics(self.value_label.font()).horizontalAdvance(widest)
        )
        self.value_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.label.setBuddy(self.slider)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.value_label)
        self.slider.setAccessibleName(name)
        back = f"Double-click or Backspace: back to {self._words(span[2])}"
        self.slider.setToolTip(f"{name}. {back}")
        self.slider.setAccessibleDescription(back)
        self.slider.moved.connect(lambda value, final: self.moved.emit(value / self._scale, final))
        self.slider.valueChanged.connect(self._tell)
        self._tell()

    @property
    def value(self) -> float:
        """What it shows."""
        return self.slider.value() / self._scale

    def show_value(self, value: float) -> None:
        """Show a value that was chosen elsewhere; emits nothing."""
        self.slider.show_value(round(value * self._scale))

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.slider.set_theme(theme)

    def set_name(self, accessible: str) -> None:
        """What a screen reader says, where the label is short for a longer name."""
        self.slider.setAccessibleName(accessible)

    def _words(self, value: float) -> str:
        number = f"{value * self._shown:.0f}"
        if self._unit == "dB":  # a gain: which way it goes is said of it
            number = f"+{number}" if value > 0 else number.replace("-", "−")
        return f"{number} {self._unit}"

    def _tell(self) -> None:
        self.value_label.setText(self._words(self.value))
