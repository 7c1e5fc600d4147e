"""How loud the microphone is: peak, RMS, the held peak, and whether it clipped."""

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import Theme
from app.views.controls.drawing import FADED, colour, elided, scaled
from app.views.controls.switch import ChoiceButton

FLOOR = -60.0  # dBFS, the left end
MARKS = (-60, -48, -36, -24, -12, -6, 0)
LOUD, HOT = -12.0, -3.0  # dBFS from which the bar changes its colour
HOLD = 1.5  # seconds for which the highest peak stays
FALL = 24.0  # dB a second, of the bar and of a held peak that is let go


def decibels(amplitude: float) -> float:
    """dBFS of an amplitude of which full scale is 1, from `FLOOR` up; nonsense is the floor."""
    if not (math.isfinite(amplitude) and amplitude > 0):
        return FLOOR
    return max(FLOOR, 20 * math.log10(amplitude))


class LevelMeter(QWidget):
    """A bar for the peak, a brighter one inside for the RMS, a line for the held peak."""

    def __init__(
        self,
        theme: Theme,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._clock = theme, clock
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Input level")
        self.setToolTip("Peak and, brighter, RMS in dB below full scale; the line holds the peak")
        self.clear()

    def clear(self) -> None:
        """Nothing is heard."""
        self.peak = self.rms = self.held = FLOOR
        self._at = self._held_since = self._clock()
        self._show()

    def set_levels(self, peak: float, rms: float) -> None:
        """Amplitudes of the last moments; full scale is 1."""
        now = self._clock()
        fall = FALL * max(now - self._at, 0.0)
        before = (self.peak, self.rms, self.held)
        self._at, newest = now, decibels(peak)
        self.peak = max(newest, self.peak - fall)
        self.rms = min(decibels(rms), self.peak)
        if newest >= self.held:
            self.held, self._held_since = newest, now
        elif now - self._held_since > HOLD:
            self.held = max(self.peak, self.held - fall)
        if (self.peak, self.rms, self.held) != before:
            self._show()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self.update()

    def words(self) -> str:
        """The held peak, for reading."""
        return "silent" if self.held <= FLOOR else f"{self.held:.1f} dB".replace("-", "−")

    def _show(self) -> None:
        self.setAccessibleDescription(f"Peak {self.words()}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """A bar and a line of small figures."""
        return QSize(240, self._bar_height() + 3 + QFontMetrics(scaled(self.font(), 0.8)).height())

    def _bar_height(self) -> int:
        return QFontMetrics(self.font()).height() + 8  # that of the sign beside it

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Room for a few figures."""
        return QSize(160, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Bar, marks and figures."""
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(1.0 if self.isEnabled() else FADED)
            words = painter.fontMetrics().horizontalAdvance("−60.0 dB") + 8
            bar = QRectF(6, 0, self.width() - 6 - words, self._bar_height())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.sunken))
            painter.drawRoundedRect(bar, 3, 3)
            self._bars(painter, bar)
            painter.setPen(colour(theme.line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(bar.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
            painter.setPen(colour(theme.text))
            side = QRectF(bar.right() + 4, 0, words - 4, bar.height())
            elided(painter, side, self.words(), Qt.AlignmentFlag.AlignRight)
            self._figures(painter, bar)

    def _bars(self, painter: QPainter, bar: QRectF) -> None:
        theme = self._theme
        quiet, good = theme.emotion("disgust"), (FLOOR, LOUD)
        zones = ((*good, quiet), (LOUD, HOT, theme.warning), (HOT, 0.0, theme.danger))
        for low, high, name in zones:
            for level, alpha, inset in ((self.peak, 0.5, 2.0), (self.rms, 1.0, 6.0)):
                if level > low:
                    left, right = self._x(bar, low), self._x(bar, min(level, high))
                    part = QRectF(left, bar.top() + inset, right - left, bar.height() - 2 * inset)
                    painter.fillRect(part, colour(name, alpha))
        if self.held > FLOOR:
            x = self._x(bar, min(self.held, 0.0))
            painter.fillRect(QRectF(x - 2, bar.top() + 1, 2, bar.height() - 2), QColor(theme.text))

    def _figures(self, painter: QPainter, bar: QRectF) -> None:
        painter.setFont(scaled(self.font(), 0.8))
        painter.setPen(colour(self._theme.quiet))
        top, shown = bar.bottom() + 3, math.inf
        for mark in reversed(MARKS):  # the loud end matters most where there is little room
            text = str(mark).replace("-", "−")
            width = painter.fontMetrics().horizontalAdvance(text)
            x = self._x(bar, mark)
            left = min(max(x - width / 2, 0.0), bar.right() - width)
            if left + width + 5 < shown:
                painter.fillRect(
                    QRectF(round(x) - 0.5, bar.bottom(), 1, 3), colour(self._theme.line)
                )
                painter.drawText(QRectF(left, top, width + 2, self.height() - top), text)
                shown = left

    @staticmethod
    def _x(bar: QRectF, level: float) -> float:
        return bar.left() + 2 + (min(level, 0.0) - FLOOR) / -FLOOR * (bar.width() - 4)


class ClipSign(ChoiceButton):
    """Says that the sound was cut off, and goes on saying so until it is clicked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", parent)
        self.setCheckable(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clipped = False
        self.clicked.connect(lambda: self.set_clipped(False))
        self.set_clipped(False)

    def set_clipped(self, clipped: bool) -> None:
        """Show or take back the sign."""
        self.clipped = clipped
        self.setText("Clipped" if clipped else "No clipping")
        self.setAccessibleName(self.text())
        tip = "The sound was cut off: lower the gain. Click to take the sign back"
        self.setToolTip(tip if clipped else "The sound was not cut off")
        self.setAccessibleDescription(self.toolTip())
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Of one width, whatever it says."""
        metrics = QFontMetrics(scaled(self.font(), 1.0, bold=True))
        return QSize(metrics.horizontalAdvance("No clipping") + 16, metrics.height() + 8)

    def ground(self) -> QColor:
        """Red once it clipped."""
        return colour(self.theme.danger) if self.clipped else colour(self.theme.sunken)

    def paint_words(self, painter: QPainter, rect: QRectF) -> None:
        """Bold on red, or quiet."""
        theme = self.theme
        painter.setFont(scaled(self.font(), 1.0, bold=self.clipped))
        painter.setPen(colour(theme.window if self.clipped else theme.quiet))
        elided(painter, rect, self.text(), Qt.AlignmentFlag.AlignHCenter)
