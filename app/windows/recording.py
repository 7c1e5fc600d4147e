"""Recording: the recorder, its panel, and the takes that a crash left behind."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from app.sound.player import PLAYING, Player
from app.sound.recorder import COUNTING, RECORDING, TESTING, Recorder
from app.sound.take import recover, recoverable
from app.views.record_panel import RecordPanel
from core.errors import VisemoError


class Recording(QObject):
    """Between the recorder and the panel."""

    taken = Signal(Path)  # a finished take, to be opened
    takes_changed = Signal(Path)  # the folder they go to
    closed = Signal()

    def __init__(
        self,
        recorder: Recorder,
        player: Player,
        panel: RecordPanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._recorder, self._player, self._panel = recorder, player, panel
        self.takes = Path()
        self._device: str | None = None
        panel.device_chosen.connect(self._choose)
        panel.gain_changed.connect(recorder.set_gain)
        panel.test_toggled.connect(self._test)
        panel.record_requested.connect(self._record)
        panel.stop_requested.connect(recorder.stop)
        panel.recovered_opened.connect(self._open_recovered)
        panel.recovered_discarded.connect(self._discard)
        panel.closed.connect(self.close)
        panel.folder_requested.connect(self._ask_folder)
        recorder.levels.connect(self._show_levels)
        recorder.state_changed.connect(panel.set_state)
        recorder.counted.connect(panel.set_count)
        recorder.problem.connect(panel.set_problem)
        recorder.finished.connect(self.taken)

    def use_device(self, device: str | None) -> None:
        """Record with the device of this id; None for the usual one."""
        self._device = device

    def use_folder(self, folder: Path) -> None:
        """Where takes go."""
        self.takes = folder

    @property
    def active(self) -> bool:
        """Whether the microphone is open."""
        return self._recorder.state in (TESTING, COUNTING, RECORDING)

    def open(self) -> None:
        """Show the devices there are now and what a crash left behind."""
        self._panel.set_problem("")
        self._panel.set_folder(self.takes)
        if self._player.state != PLAYING:
            self._player.close()  # the list of devices is only made anew while none is open
        devices = self._recorder.devices(refresh=self._player.state != PLAYING)
        if self._device not in {device.id for device in devices}:
            self._device = None
        known = [(device.id, device.name) for device in devices]
        self._panel.set_devices(
            [(None, "Default microphone"), *known] if known else [], self._device
        )
        if not devices:
            self._panel.set_problem("No microphone was found; plug one in and open this again.")
        self.look_for_takes()

    def close(self) -> None:
        """Stop whatever the recorder does; a take is kept."""
        self._recorder.stop()
        self.closed.emit()

    def look_for_takes(self) -> bool:
        """Show the takes that a crash left behind; returns whether there are any."""
        found = recoverable(self.takes)
        self._panel.set_recovered(found)
        return bool(found)

    def _show_levels(self, peak: float, rms: float, clipped: bool) -> None:
        self._panel.set_levels(peak, rms, clipped)
        if self._recorder.state == RECORDING:
            self._panel.set_elapsed(self._recorder.seconds)

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self._panel, "Where do takes go?", str(self.takes))
        if name:
            self.takes = Path(name)
            self.takes_changed.emit(self.takes)
            self._panel.set_folder(self.takes)
            self.look_for_takes()

    def _choose(self, device: str | None) -> None:
        self._device = device
        if self._recorder.state == TESTING:
            self._test(True)

    def _test(self, on: bool) -> None:
        self._recorder.stop()
        if on:
            self._attempt(lambda: self._recorder.test(self._device))

    def _record(self, count_in: float) -> None:
        self._player.pause()
        self._attempt(
            lambda: self._recorder.start(self.takes, device=self._device, count_in=count_in)
        )

    def _attempt(self, doing: Callable[[], object]) -> None:
        self._panel.set_problem("")
        try:
            doing()
        except VisemoError as problem:
            self._panel.set_problem(str(problem))

    def _open_recovered(self, path: Path) -> None:
        try:
            take = recover(path)
        except VisemoError as problem:
            self._panel.set_problem(str(problem))
            return
        self.look_for_takes()
        self.taken.emit(take)

    def _discard(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self.look_for_takes()
