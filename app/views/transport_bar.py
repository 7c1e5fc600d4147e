"""Playing: where, how fast, how loud, and at which frame rate time is counted."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolTip, QWidget

from app.theme import Theme
from app.timecode import FRAME_RATES, check_fps, format_fps, parse_fps
from app.views.controls.calm import CalmCombo
from app.views.controls.drawing import fill
from app.views.controls.glyphs import GlyphButton
from app.views.controls.slider import ResetSlider
from app.views.controls.time_code import TimeCode

_SPACING = 3  # logical pixels between controls
STOP_TIP = "Stop (Space), back to where playing began"
FOLLOW_TIP = "Follow (F): keep the playhead in the picture"
SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


class TransportBar(QWidget):
    """Shows what plays and asks for changes; every signal comes from the person only."""

    start_requested = Signal()  # to second 0
    end_requested = Signal()
    step_requested = Signal(int)  # frames: -1 or 1
    play_requested = Signal()
    pause_requested = Signal()
    stop_requested = Signal()
    seek_requested = Signal(float)  # seconds
    loop_toggled = Signal(bool)
    speed_changed = Signal(float)  # 0.25 to 2
    volume_changed = Signal(float)  # 0 to 1, while it is dragged too
    muted_changed = Signal(bool)
    fps_changed = Signal(float)
    follow_toggled = Signal(bool)
    record_requested = Signal()
    refused = Signal(str)  # why something typed was not taken

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Transport")
        self._playing, self._fps, self._speed, self._silent = False, 25.0, 1.0, ""
        self._make_buttons(theme)
        self._make_fields(theme)
        self._lay_out()
        self._word_width = self.record.sizeHint().width() - self.record.sizeHint().height()
        self._connect()
        self.set_fps(25.0)
        self.set_speed(1.0)
        self.set_theme(theme)

    def _make_buttons(self, theme: Theme) -> None:
        def button(glyph: str, name: str, key: str, words: str = "") -> GlyphButton:
            return GlyphButton(theme, glyph, name, f"{name} ({key})", words)

        self.to_start = button("skip-start", "To the start", "Home")
        self.back = button("step-back", "One frame back", "Left")
        self.play = button("play", "Play", "Space")
        self.stop = GlyphButton(theme, "stop", "Stop", STOP_TIP)
        self.forward = button("step-forward", "One frame on", "Right")
        self.to_end = button("skip-end", "To the end", "End")
        self.loop = button("loop", "Loop", "Ctrl+L")
        self.follow = GlyphButton(theme, "follow", "Follow", FOLLOW_TIP)
        self.mute = GlyphButton(theme, "volume", "Mute", "Mute (M)")
        self.record = button("record", "Record", "Ctrl+R", "Record")
        self.record.set_ink(lambda colours: colours.danger)
        for stepper in (self.back, self.forward):
            stepper.setAutoRepeat(True)
        for toggle in (self.loop, self.follow, self.mute):
            toggle.setCheckable(True)
        self.follow.setChecked(True)

    def _make_fields(self, theme: Theme) -> None:
        self.time = TimeCode(theme)
        self.fps = CalmCombo()
        self.fps.setEditable(True)
        self.fps.setInsertPolicy(CalmCombo.InsertPolicy.NoInsert)
        self.fps.addItems([f"{format_fps(fps)} fps" for fps in FRAME_RATES])
        self.fps.setAccessibleName("Frames per second")
        self.fps.setToolTip("Frames per second of the time code and of a step; type any number")
        self.speed = CalmCombo()
        for speed in SPEEDS:
            self.speed.addItem(_speed_words(speed), speed)
        self.speed.setAccessibleName("Speed")
        self.speed.setToolTip("Speed; the pitch stays")
        self.volume = ResetSlider(theme, 0, 100, 100)
        self.volume.setAccessibleName("Volume")
        self.volume.setToolTip("Volume. Double-click: full")
        self.volume.setFixedWidth(80)
        self.silent = QLabel()
        self.silent.hide()
        metrics = self.fontMetrics()
        self.fps.setFixedWidth(metrics.horizontalAdvance("119.88 fps") + 60)
        self.speed.setFixedWidth(metrics.horizontalAdvance("0.25×") + 44)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 5, 8, 5)
        row.setSpacing(_SPACING)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)  # see minimumSizeHint
        groups: tuple[tuple[QWidget, ...], ...] = (
            (self.to_start, self.back, self.play, self.stop, self.forward, self.to_end),
            (self.loop, self.follow),
            (self.time, self.fps),
            (self.speed,),
            (self.mute, self.volume, self.silent),
            (self.record,),
        )
        for place, group in enumerate(groups):
            if place:
                row.addSpacing(9)
            if place == len(groups) - 1:
                row.addStretch(1)
            for widget in group:
                row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def _connect(self) -> None:
        self.to_start.clicked.connect(lambda: self.start_requested.emit())
        self.to_end.clicked.connect(lambda: self.end_requested.emit())
        self.back.clicked.connect(lambda: self.step_requested.emit(-1))
        self.forward.clicked.connect(lambda: self.step_requested.emit(1))
        self.play.clicked.connect(self._play_or_pause)
        self.stop.clicked.connect(lambda: self.stop_requested.emit())
        self.record.clicked.connect(lambda: self.record_requested.emit())
        self.loop.clicked.connect(self.loop_toggled)
        self.follow.clicked.connect(self.follow_toggled)
        self.mute.clicked.connect(self._mute)
        self.time.seek_requested.connect(self.seek_requested)
        self.time.refused.connect(self.refused)
        self.volume.moved.connect(lambda value, _final: self.volume_changed.emit(value / 100))
        self.speed.activated.connect(self._choose_speed)
        self.fps.activated.connect(lambda _index: self._choose_fps())
        editor = self.fps.lineEdit()
        assert editor is not None, "the combo box is editable"
        editor.setAccessibleName("Frames per second")
        editor.editingFinished.connect(self._choose_fps)

    # What is shown; emits nothing

    def set_time(self, seconds: float) -> None:
        """The playhead, at 60 Hz while playing."""
        self.time.set_time(seconds)

    def set_duration(self, seconds: float) -> None:
        """How long the clip is."""
        self.time.set_duration(seconds)

    def set_playing(self, playing: bool) -> None:
        """Whether sound runs."""
        self._playing = playing
        self.play.set_glyph("pause" if playing else "play")
        self.play.describe(*("Pause", "Pause (P)") if playing else ("Play", "Play (Space)"))

    def set_loop(self, on: bool) -> None:
        """Whether the loop region is played over and over."""
        self.loop.setChecked(on)

    def set_follow(self, on: bool) -> None:
        """Whether the lanes follow the playhead."""
        self.follow.setChecked(on)

    def set_speed(self, speed: float) -> None:
        """How fast; a speed that is not in the list is shown too."""
        self._speed = speed
        place = self.speed.findData(speed)
        if place < 0:
            place = sum(self.speed.itemData(i) < speed for i in range(self.speed.count()))
            self.speed.insertItem(place, _speed_words(speed), speed)
        self.speed.setCurrentIndex(place)

    def set_volume(self, volume: float) -> None:
        """How loud, from 0 to 1."""
        self.volume.show_value(round(volume * 100))

    def set_muted(self, muted: bool) -> None:
        """Whether the sound is off."""
        self.mute.setChecked(muted)
        self.mute.set_glyph("mute" if muted else "volume")
        self.mute.describe("Mute", "Sound on again (M)" if muted else "Mute (M)")

    def set_fps(self, fps: float) -> None:
        """Frames a second. Raises ValueError for a rate no picture can be shown at."""
        self._fps = check_fps(fps)
        self.time.set_fps(fps)
        self.fps.setEditText(f"{format_fps(fps)} fps")
        editor = self.fps.lineEdit()
        assert editor is not None, "the combo box is editable"
        editor.setCursorPosition(0)  # its beginning shows, however narrow it is

    def set_silent(self, reason: str | None) -> None:
        """Say that playing is silent, and why; None: there is sound."""
        self._silent = reason or ""
        self.silent.setText("Silent: no sound card" if reason else "")
        self.silent.setToolTip(self._silent)
        self.silent.setAccessibleName(f"Playing is silent: {reason}" if reason else "")
        self._show_volume()

    def set_enabled_for_clip(self, enabled: bool) -> None:
        """Whether there is something to play; recording and settings are always there."""
        buttons = (self.to_start, self.back, self.play, self.stop, self.forward, self.to_end)
        for part in (*buttons, self.loop, self.time):
            part.setEnabled(enabled)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        for part in self.findChildren(GlyphButton):
            part.set_theme(theme)
        fill(self, theme)
        self.time.set_theme(theme)
        self.volume.set_theme(theme)
        self.silent.setStyleSheet(f"color: {theme.warning}; background: transparent;")

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Where it is narrow, the volume's slider goes, then the word of the record button."""
        super().resizeEvent(event)
        self._show_volume()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Without what goes where it is narrow."""
        less = self._word_width + (0 if self._silent else self._volume_width())
        return QSize(self._full_width() - less, super().minimumSizeHint().height())

    def _volume_width(self) -> int:
        return self.volume.width() + _SPACING

    def _full_width(self) -> int:
        """With everything, also what is hidden now."""
        words = 0 if self.record.text() else self._word_width
        volume = self._volume_width() if self.volume.isHidden() and not self._silent else 0
        return super().minimumSizeHint().width() + words + volume

    def _show_volume(self) -> None:
        room = self.width() - self._full_width()
        self.silent.setVisible(bool(self._silent))
        self.mute.setVisible(not self._silent)
        self.volume.setVisible(not self._silent and room >= 0)
        spare = 0 if self._silent else self._volume_width()
        self.record.setText("Record" if room >= -spare else "")

    # What the person does

    def _play_or_pause(self) -> None:
        (self.pause_requested if self._playing else self.play_requested).emit()

    def _mute(self, muted: bool) -> None:
        self.set_muted(muted)
        self.muted_changed.emit(muted)

    def _choose_speed(self, index: int) -> None:
        speed = self.speed.itemData(index)
        if speed != self._speed:
            self._speed = speed
            self.speed_changed.emit(speed)

    def _choose_fps(self) -> None:
        typed, before = self.fps.currentText(), self._fps
        if typed == f"{format_fps(before)} fps":
            return  # left as it was: 24000/1001 is shown, and kept, as 23.976
        try:
            self.set_fps(parse_fps(typed))
        except ValueError as problem:
            self.set_fps(before)
            QToolTip.showText(self.mapToGlobal(self.fps.geometry().bottomLeft()), str(problem))
            self.refused.emit(str(problem))
            return
        if self._fps != before:
            self.fps_changed.emit(self._fps)


def _speed_words(speed: float) -> str:
    return f"{speed:g}×"
