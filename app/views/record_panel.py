"""Recording a take: from which device, how loud, when it begins, and what became of it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.theme import Theme
from app.timecode import format_clock
from app.views.controls.calm import CalmCombo
from app.views.controls.count_digits import CountDigits
from app.views.controls.drawing import clear_ground, fill, scaled
from app.views.controls.glyphs import GlyphButton
from app.views.controls.meter import ClipSign, LevelMeter
from app.views.controls.recovered import ElidedLabel, RecoveredTakes
from app.views.controls.slider import LabelledSlider
from app.views.controls.switch import ChoiceButton

STATES = ("idle", "testing", "counting", "recording", "saving")
GAIN = (-24.0, 24.0, 0.0)  # dB: least, greatest, usual
COUNTS = range(6)  # seconds before it begins
_GAP = 8  # logical pixels between controls
# A window 720 px high leaves this many pixels, less so many lines of text that grow elsewhere.
_SPARE, _LINES_ELSEWHERE, _LEAST_LINES = 316, 8, 5
_MOST_LINES = 18  # of text, that it would like to be high
_NARROW, _WIDE = 300, 600  # logical pixels: the least, and where controls stand side by side


class RecordPanel(QWidget):
    """Shows a recorder and asks it for things; every signal comes from the person only."""

    device_chosen = Signal(object)  # as given to `set_devices`
    gain_changed = Signal(float)  # dB
    test_toggled = Signal(bool)
    record_requested = Signal(float)  # seconds to count before
    stop_requested = Signal()
    folder_requested = Signal()  # choose where takes go
    recovered_opened = Signal(Path)
    recovered_discarded = Signal(Path)
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Record")
        self._theme, self._state, self._devices = theme, "idle", list[object]()
        self._make(theme)
        self._lay_out()
        self._connect()
        self.set_devices((), None)
        self.set_state("idle")
        self.set_elapsed(0.0)
        self.set_problem("")
        self.set_theme(theme)

    def _make(self, theme: Theme) -> None:
        self.title = QLabel("Record")
        self.title.setFont(scaled(self.font(), 1.1, bold=True))
        self.close_button = GlyphButton(theme, "close", "Close", "Close the recording panel")
        self.device = CalmCombo()
        self.device.setAccessibleName("Input device")
        self.device.setToolTip("The microphone or other input to record from")
        self.device.setSizeAdjustPolicy(
            CalmCombo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.device.setMinimumContentsLength(14)
        self.gain = LabelledSlider(theme, "Gain", GAIN, unit="dB", scale=1.0)
        self.gain.set_name("Input gain in dB")
        self.test = ChoiceButton(theme, "Test input")
        self.test.setToolTip("Listen to the level without recording")
        self.meter, self.clip_sign = LevelMeter(theme), ClipSign(theme)
        self.record = GlyphButton(theme, "record", "Record", words="Record")
        self.record.set_ink(lambda colours: colours.danger)
        self.count_in = CalmCombo()
        for seconds in COUNTS:
            words = "At once" if seconds == 0 else f"In {seconds} s"
            self.count_in.addItem(words, seconds)
        self.count_in.setCurrentIndex(3)
        self.count_in.setAccessibleName("Count before recording")
        self.count_in.setToolTip("How many seconds it counts before it records")
        self.elapsed = QLabel()
        self.elapsed.setFont(scaled(self.font(), 1.5))
        width = QFontMetrics(self.elapsed.font()).horizontalAdvance("0:00:00.0")
        self.elapsed.setMinimumWidth(width)
        self.folder = ElidedLabel(theme, quiet=True)
        self.change_folder = ChoiceButton(theme, "Change…")
        self.change_folder.setToolTip("Choose the folder for takes")
        for button in (self.test, self.change_folder):
            button.setAccessibleName(button.toolTip())
        self.change_folder.setCheckable(False)
        self.problem = QLabel()
        self.problem.setWordWrap(True)
        self.recovered = RecoveredTakes(theme)
        self.digits = CountDigits(theme, self)

    def _lay_out(self) -> None:
        self._input = _row((self.device, 2), (self.gain, 1), (self.test, 0))
        levels = _row((self.meter, 1), (self.clip_sign, 0))
        levels.setAlignment(self.clip_sign, Qt.AlignmentFlag.AlignTop)
        start = _row((self.record, 0), (self.count_in, 0), (self.elapsed, 0))
        place = _row((self.folder, 0), (self.change_folder, 0))
        place.addStretch(1)
        self._take = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._take.setSpacing(14)
        self._take.addWidget(self.title)
        self._take.addLayout(start, 0)
        self._take.addLayout(place, 1)
        top = QHBoxLayout()
        top.addLayout(self._take, 1)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._inner = QWidget()
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(10, 6, 10, 8)
        column.setSpacing(7)
        for layout in (top, self._input, levels):
            column.addLayout(layout)
        column.addWidget(self.problem)
        column.addWidget(self.recovered)
        column.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self._inner)
        clear_ground(self.area)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSizeConstraint(QBoxLayout.SizeConstraint.SetNoConstraint)  # see minimumSizeHint
        whole.addWidget(self.area)

    def _connect(self) -> None:
        self.close_button.clicked.connect(lambda: self.closed.emit())
        self.device.activated.connect(self._choose_device)
        self.gain.moved.connect(lambda value, _final: self.gain_changed.emit(value))
        self.test.clicked.connect(self.test_toggled)
        self.record.clicked.connect(self._record_or_stop)
        self.change_folder.clicked.connect(lambda: self.folder_requested.emit())
        self.recovered.opened.connect(self.recovered_opened)
        self.recovered.discarded.connect(self.recovered_discarded)

    # What is shown; emits nothing

    def set_devices(self, devices: Sequence[tuple[object, str]], current: object) -> None:
        """Inputs as (what `device_chosen` gives, name), and which is in use."""
        self._devices = [key for key, _name in devices]
        self.device.clear()
        self.device.addItems([name for _key, name in devices] or ["No input device found"])
        if current in self._devices:
            self.device.setCurrentIndex(self._devices.index(current))
        self._enable()

    def set_gain(self, gain: float) -> None:
        """The input gain in dB."""
        self.gain.show_value(gain)

    def set_count_in(self, seconds: int) -> None:
        """How many seconds it counts before it records; raises ValueError beyond 5 s."""
        self.count_in.setCurrentIndex(COUNTS.index(seconds))

    def set_levels(self, peak: float, rms: float, clipped: bool) -> None:
        """Amplitudes of the last moments, of which full scale is 1, and whether it was cut off."""
        self.meter.set_levels(peak, rms)
        if clipped and not self.clip_sign.clipped:
            self.clip_sign.set_clipped(True)

    def set_state(self, state: str) -> None:
        """One of STATES; raises ValueError for another."""
        if state not in STATES:
            raise ValueError(f"unknown state {state!r}, expected one of {', '.join(STATES)}")
        if state in ("counting", "recording") and self._state in ("idle", "testing"):
            self.clip_sign.set_clipped(False)  # a new take has not clipped yet
        self._state = state
        self.test.setChecked(state == "testing")
        running = state in ("counting", "recording")
        self.record.set_glyph("stop" if running else "record")
        words = {"counting": "Cancel", "recording": "Stop", "saving": "Saving…"}
        self.record.setText(words.get(state, "Record"))
        self.record.describe(words.get(state, "Record"), f"{words.get(state, 'Record')} (Ctrl+R)")
        self.record.updateGeometry()
        self.title.setText("● Recording" if state == "recording" else "Record")
        self._colour_title()
        if state == "idle":
            self.meter.clear()
        if state != "counting":
            self.set_count(0)
        self._enable()

    def set_count(self, count: int) -> None:
        """The big digit before it begins; 0 for none."""
        self.digits.show_count(count)

    def set_elapsed(self, seconds: float) -> None:
        """How long the take is."""
        text = format_clock(seconds, 1)
        if text != self.elapsed.text():
            self.elapsed.setText(text)
            self.elapsed.setAccessibleName(f"Recorded {text}")

    def set_problem(self, message: str) -> None:
        """What went wrong and what would be right; "" for nothing."""
        self.problem.setText(f"⚠ {message}" if message else "")
        self.problem.setAccessibleName(message)
        self.problem.setVisible(bool(message))
        self.updateGeometry()

    def set_folder(self, folder: Path) -> None:
        """Where takes go."""
        self.folder.set_text(f"Takes go to {folder}", str(folder))

    def set_recovered(self, paths: Sequence[Path]) -> None:
        """Takes that a crash left behind."""
        self.recovered.show_takes(paths)
        self.updateGeometry()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        fill(self, theme)
        buttons = (self.close_button, self.test, self.record, self.change_folder, self.clip_sign)
        others = (self.gain, self.meter, self.folder, self.recovered, self.digits)
        for part in (*buttons, *others):
            part.set_theme(theme)
        self.problem.setStyleSheet(f"color: {theme.danger}; background: transparent;")
        self._colour_title()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Side by side where it is wide, one below the other where it is narrow."""
        super().resizeEvent(event)
        sideways = self.width() >= _WIDE
        ways = QBoxLayout.Direction
        for row in (self._input, self._take):
            row.setDirection(ways.LeftToRight if sideways else ways.TopToBottom)
        self.updateGeometry()
        self.digits.setGeometry(self.rect())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """As wide as the narrow form, which the layout knows only once it is narrow; as high as
        what a small screen leaves for it, where the rest is scrolled.
        """
        start = sum(w.minimumSizeHint().width() for w in (self.record, self.count_in))
        start += self.elapsed.minimumWidth()
        levels = self.meter.minimumSizeHint().width() + self.clip_sign.sizeHint().width()
        width = max(start + 2 * _GAP, levels + _GAP) + 20  # and the margins
        least = self._inner.minimumSizeHint().height()
        line = self.fontMetrics().height()
        spare = max(_SPARE - _LINES_ELSEWHERE * line, _LEAST_LINES * line)
        return QSize(max(_NARROW, width), min(least, spare))

    def sizeHint(self) -> QSize:  # noqa: N802
        """Everything without scrolling, but that there are many takes."""
        most = _MOST_LINES * self.fontMetrics().height()
        return QSize(_WIDE, min(self._inner.sizeHint().height(), most))

    def _colour_title(self) -> None:
        recording = self._state == "recording"
        name = self._theme.danger if recording else self._theme.text
        self.title.setStyleSheet(f"color: {name}; background: transparent;")

    def _enable(self) -> None:
        free = self._state in ("idle", "testing")
        there = bool(self._devices)
        self.device.setEnabled(free and there)
        self.test.setEnabled(free and there)
        self.count_in.setEnabled(free)
        self.change_folder.setEnabled(free)
        self.record.setEnabled(there and self._state != "saving")

    # What the person does

    def _choose_device(self, index: int) -> None:
        if self._devices:
            self.device_chosen.emit(self._devices[index])

    def _record_or_stop(self) -> None:
        if self._state in ("counting", "recording"):
            self.stop_requested.emit()
        else:
            self.record_requested.emit(float(self.count_in.currentData()))


def _row(*parts: tuple[QWidget, int]) -> QBoxLayout:
    row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    row.setSpacing(_GAP)
    for widget, stretch in parts:
        row.addWidget(widget, stretch)
    return row
