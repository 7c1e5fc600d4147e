"""The studio put together: what is open, the worker, the sound, the window, and who tells whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.analyst import Analyst
from app.engine import Engine
from app.folders import Folders
from app.jobs import JobRunner
from app.preferences import PreferencesFile
from app.problems import Problems
from app.quiet_import import import_torch
from app.rating.studies import Studies
from app.session import Session
from app.sound.card import Card
from app.sound.player import Player
from app.sound.recorder import Recorder
from app.style import chosen_theme
from app.windows.clips import Clips
from app.windows.document import Document
from app.windows.doings import doings
from app.windows.editing import Editing
from app.windows.files import Files
from app.windows.main_window import MainWindow
from app.windows.playing import Playing
from app.windows.recording import Recording
from app.windows.settings import NOTICE, Settings
from core.affect import is_heard_with
from core.animation_store import AnimationStore
from core.errors import CheckpointError, SoundCardError, VisemoError
from core.hearing import there_are
from resources import SAMPLE

if TYPE_CHECKING:
    from models.cascade import Cascade

CLOSING = 10.0  # seconds that the work in hand may take to stop
MEGABYTE = 1_000_000
Load = Callable[[Path, str], "Cascade"]


def load_cascade(weights: Path, device: str) -> Cascade:
    """The trained networks; imports torch, so only the worker calls it."""
    import_torch()
    from models.cascade import Cascade

    return Cascade.load(weights, device)


class Studio(QObject):
    """One window and everything behind it. `close` when the window has gone."""

    def __init__(
        self,
        folders: Folders,
        card: Card,
        silent_reason: str,
        weights: Path | None = None,
        device: str | None = None,
        load: Load = load_cascade,
    ) -> None:
        """`weights` and `device` take the place of those that are preferred, this time."""
        super().__init__()
        self._folders, self._load, self._device = folders, load, device
        file = PreferencesFile(folders.preferences)
        preferences, notice = file.read()
        self.session = Session(self)
        self.runner = JobRunner(self)
        self.player = Player(card, silent_reason, self)
        self.recorder = Recorder(card, self)
        theme = chosen_theme(preferences.theme, cast(QApplication, QApplication.instance()))
        self.window = MainWindow(theme)
        self.problems = Problems(self.window)
        self.settings = Settings(
            preferences, file, theme, card, self.player, folders.takes, lambda: self.store,
            self.window,
        )  # fmt: skip
        self.settings.weights = weights or self.settings.weights
        self.analyst = Analyst(self.session, self._engine(), self.runner, self)
        self._make_parts()
        self.studies = Studies(
            self.runner, self.analyst, self.player, card, lambda: self.settings.preferences,
            self.window,
        )  # fmt: skip
        self._wire()
        self.window.install(doings(self))
        self._restore()
        if notice:
            self.window.status.showMessage(notice, NOTICE)

    def _engine(self) -> Engine:
        preferences = self.settings.preferences
        device = self._device or preferences.device
        limit = preferences.cache_megabytes * MEGABYTE
        self.store = AnimationStore(self._folders.results if limit else None, limit)
        return Engine(partial(self._load, self.settings.weights, device), self.store)

    def _make_parts(self) -> None:
        session, analyst, window, problems = self.session, self.analyst, self.window, self.problems
        self.clips = Clips(session, analyst, window.clips, problems, window)
        self.playing = Playing(
            session, analyst, self.player, window.time_range, window.face, window.lanes,
            window.transport, window.emotion.affect, window,
        )  # fmt: skip
        self.editing = Editing(
            session, analyst, self.player, window.face, window.lanes, window.emotion, window
        )
        self.files = Files(
            session, analyst, self.runner, problems, self._folders.copies,
            lambda: self.settings.theme, window,
        )  # fmt: skip
        self.recording = Recording(self.recorder, self.player, window.record, window)
        self.document = Document(session, analyst, self.files, problems, self.settings, window)

    def _wire(self) -> None:
        window, analyst, settings = self.window, self.analyst, self.settings
        window.dropped.connect(self.open)
        window.may_close = self._may_close
        window.hint.closed.connect(lambda: settings.remember(hints_seen=True))
        window.status.cancel_requested.connect(analyst.cancel_all)
        self.clips.project_opened.connect(self.files.open)
        self.clips.sounds_opened.connect(self._opened)
        self.files.opened.connect(lambda path: settings.opened(path, project=True))
        self.recording.taken.connect(lambda path: self.open([path]))
        self.recording.takes_changed.connect(lambda p: settings.remember(takes_folder=str(p)))
        self.recording.closed.connect(lambda: self.show_recorder(False))
        window.transport.record_requested.connect(lambda: self.show_recorder(True))
        window.transport.refused.connect(lambda text: window.status.showMessage(text, NOTICE))
        self.editing.told.connect(lambda text: window.status.showMessage(text, NOTICE))
        self.player.problem.connect(lambda text: self.problems.show(SoundCardError(text)))
        self.player.silent_changed.connect(lambda why: window.status.set_sound("", why))
        analyst.noticed.connect(lambda text: self.problems.show(VisemoError(text)))
        analyst.speed_changed.connect(window.status.set_speed)
        settings.changed.connect(self._use_preferences)
        settings.refused.connect(lambda text: self.problems.show(CheckpointError(text)))
        self.playing.fps_changed.connect(self._show_fps)
        window.lanes.why_toggled.connect(lambda on: window.actions_by_name["why"].setChecked(on))
        self.playing.mute_changed.connect(self._show_muted)
        self.playing.follow_changed.connect(self._show_follow)
        settings.engine_changed.connect(self._use_engine)
        settings.opened_again.connect(lambda path: self.open([path]))

    def _restore(self) -> None:
        preferences = self.settings.preferences
        self.files.export_choice = dict(preferences.export_choice)
        self.playing.set_volume(preferences.volume)
        self._use_preferences()
        self.window.status.set_sound("", self.player.silent_reason)
        self.window.hint.setVisible(not preferences.hints_seen)
        self.window.restore(preferences)
        self.clips.last_folder = preferences.last_folder
        self._show_weights()
        self.window.transport.set_enabled_for_clip(False)
        self.document.start()

    def _opened(self, paths: Sequence[Path]) -> None:
        self.settings.opened(paths[0])
        self.settings.remember(last_folder=self.clips.last_folder)

    def _show_fps(self, fps: float) -> None:
        self.settings.remember(fps=fps)
        self.files.fps = fps

    def _show_muted(self, muted: bool) -> None:
        self.settings.remember(volume=self.playing.volume)
        self.window.actions_by_name["mute"].setChecked(muted)

    def _show_follow(self, follows: bool) -> None:
        self.window.actions_by_name["follow"].setChecked(follows)

    def _use_preferences(self) -> None:
        preferences = self.settings.preferences
        if self.playing.fps != preferences.fps:
            self.playing.set_fps(preferences.fps)
        self.recording.use_device(preferences.input_device or None)
        takes = preferences.takes_folder
        self.recording.use_folder(Path(takes) if takes else self._folders.takes)

    def _use_engine(self) -> None:
        self.analyst.use(self._engine())
        self._show_weights()

    def _show_weights(self) -> None:
        """What the weights in use can hear, before they have heard anything."""
        self.editing.show_recognisers(there_are(self.settings.weights))
        self.window.show_affect(is_heard_with(self.settings.weights))

    # What it is asked to do

    def open(self, paths: Sequence[Path]) -> None:
        """Open sounds, folders, or a project."""
        self.clips.open(paths)

    def start(self, paths: Sequence[Path]) -> None:
        """Open what was asked for; else what a crash left, or the sample the first time."""
        self.files.recover()
        if paths:
            self.open(paths)
        elif not self.session.project.clips and not self.settings.preferences.recent_files:
            self.session.add([SAMPLE])
        if self.recording.look_for_takes():
            self.show_recorder(True)

    def show_recorder(self, shown: bool) -> None:
        """The panel for recording."""
        self.window.record.setVisible(shown)
        self.window.actions_by_name["record"].setChecked(shown)
        if shown:
            self.recording.open()
        elif self.recording.active:
            self.recording.close()

    def close(self) -> bool:
        """Stop everything and remember; returns whether the worker has ended."""
        if self.window.isFullScreen():
            self.window.show_face_alone(False)
        self.settings.remember(export_choice=self.files.export_choice, **self.window.state())
        self.settings.write()
        self.analyst.hold()
        self.recorder.close()
        self.studies.close()
        self.player.close()
        ended = self.runner.close(CLOSING)
        self.files.close()
        self.problems.close()
        return ended

    def _may_close(self) -> bool:
        if not self.files.may_go():
            return False
        self.recorder.stop()
        return True

    def set_loop(self, on: bool) -> None:
        """Loop over what is visible, where there is a sound, or no more."""
        self.playing.set_loop(on)
        self.document.show()

    def compare(self, on: bool) -> None:
        """Show two faces, where there is a clip, or one."""
        self.editing.compare(on)
        self.document.show()

    def toggle(self) -> None:
        """Play or stop; a microphone that is open would hear it."""
        if not self.recording.active:
            self.player.toggle()
