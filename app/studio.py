"""The studio put together: what is open, the worker, the sound, the window, and who tells whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.analyst import Analyst
from app.clip_state import FAILED, MISSING, STOPPED
from app.engine import Engine
from app.folders import Folders
from app.jobs import JobRunner
from app.preferences import PreferencesFile
from app.problems import Problems
from app.quiet_import import import_torch
from app.session import Session
from app.sound.card import Card
from app.sound.player import Player
from app.sound.recorder import Recorder
from app.style import chosen_theme
from app.windows.clips import Clips
from app.windows.editing import Editing
from app.windows.files import Files
from app.windows.main_window import MainWindow
from app.windows.playing import Playing
from app.windows.recording import Recording
from app.windows.settings import NOTICE, Settings
from core.animation_store import AnimationStore
from core.emotion import EMOTIONS
from core.errors import SoundCardError, VisemoError
from core.segments import AUTOMATIC
from resources import SAMPLE, WEIGHTS

if TYPE_CHECKING:
    from models.cascade import Cascade

CLOSING = 10.0  # seconds that the work in hand may take to stop
MEGABYTE = 1_000_000
ONION = 3  # frames
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
        """`weights` and `device` take the place of those that are preferred."""
        super().__init__()
        self._folders, self._load = folders, load
        file = PreferencesFile(folders.preferences)
        preferences, notice = file.read()
        if weights is not None:
            preferences = replace(preferences, weights=str(weights))
        if device is not None:
            preferences = replace(preferences, device=device)
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
        self.analyst = Analyst(self.session, self._engine(), self.runner, self)
        self._make_parts()
        self._wire()
        self.window.install(self._doings())
        self._restore()
        if notice:
            self.window.status.showMessage(notice, NOTICE)

    def _engine(self) -> Engine:
        preferences = self.settings.preferences
        weights = Path(preferences.weights) if preferences.weights else WEIGHTS
        limit = preferences.cache_megabytes * MEGABYTE
        self.store = AnimationStore(self._folders.results if limit else None, limit)
        return Engine(partial(self._load, weights, preferences.device), self.store)

    def _make_parts(self) -> None:
        session, analyst, window, problems = self.session, self.analyst, self.window, self.problems
        self.clips = Clips(session, analyst, window.clips, problems, window)
        self.playing = Playing(
            session, analyst, self.player, window.time_range, window.face, window.lanes,
            window.transport, window,
        )  # fmt: skip
        self.editing = Editing(
            session, analyst, self.player, window.face, window.lanes, window.emotion, window
        )
        self.files = Files(
            session, analyst, self.runner, problems, self._folders.copies,
            lambda: self.settings.theme, window,
        )  # fmt: skip
        self.recording = Recording(self.recorder, self.player, window.record, window)

    def _wire(self) -> None:
        window, session, analyst, settings = self.window, self.session, self.analyst, self.settings
        window.dropped.connect(self.open)
        window.may_close = self._may_close
        window.hint.closed.connect(lambda: settings.remember(hints_seen=True))
        window.status.cancel_requested.connect(analyst.cancel_all)
        self.clips.project_opened.connect(self.files.open)
        self.clips.sounds_opened.connect(lambda paths: settings.opened(paths[0]))
        self.files.opened.connect(lambda path: settings.opened(path, project=True))
        self.recording.taken.connect(lambda path: self.open([path]))
        self.recording.takes_changed.connect(lambda p: settings.remember(takes_folder=str(p)))
        self.recording.closed.connect(lambda: self.show_recorder(False))
        window.transport.record_requested.connect(lambda: self.show_recorder(True))
        window.transport.refused.connect(lambda text: window.status.showMessage(text, NOTICE))
        self.editing.told.connect(lambda text: window.status.showMessage(text, NOTICE))
        self.player.problem.connect(lambda text: self.problems.show(SoundCardError(text)))
        self.player.silent_changed.connect(lambda why: window.status.set_sound("", why))
        analyst.failed.connect(self._failed)
        analyst.progressed.connect(self._progressed)
        analyst.idle.connect(self._idle)
        analyst.noticed.connect(lambda text: self.problems.show(VisemoError(text)))
        analyst.speed_changed.connect(window.status.set_speed)
        analyst.result_changed.connect(self._show_result)
        session.project_changed.connect(self._show_document)
        session.current_changed.connect(self._show_document)
        settings.changed.connect(self._use_preferences)
        settings.engine_changed.connect(lambda: analyst.use(self._engine()))
        settings.opened_again.connect(lambda path: self.open([path]))

    def _restore(self) -> None:
        preferences = self.settings.preferences
        self.files.export_choice = dict(preferences.export_choice)
        self.playing.set_volume(preferences.volume)
        self._use_preferences()
        self.window.status.set_sound("", self.player.silent_reason)
        self.window.hint.setVisible(not preferences.hints_seen)
        self.window.restore(preferences)
        self._show_document()

    def _use_preferences(self) -> None:
        preferences = self.settings.preferences
        self.playing.set_fps(preferences.fps)
        self.recording.use_device(preferences.input_device or None)
        takes = preferences.takes_folder
        self.recording.use_folder(Path(takes) if takes else self._folders.takes)

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
        playing = self.playing
        self.settings.remember(
            fps=playing.fps, volume=playing.volume, export_choice=self.files.export_choice,
            **self.window.state(),
        )  # fmt: skip
        self.settings.write()
        self.recorder.close()
        self.player.close()
        ended = self.runner.close(CLOSING)
        self.files.close()
        self.problems.close()
        return ended

    def _may_close(self) -> bool:
        self.recorder.stop()
        return self.files.may_go()

    def _doings(self) -> dict[str, Callable[..., object]]:
        """What each command does that the window cannot do by itself."""
        playing, editing, files, clips, face = (
            self.playing, self.editing, self.files, self.clips, self.window.face,
        )  # fmt: skip
        second = 1.0
        return {
            "new": files.new, "open": clips.ask, "open_folder": clips.ask_folder,
            "recent": _nothing, "record": self.show_recorder, "save": files.save,
            "save_as": files.save_as, "export": files.export,
            "export_all": partial(files.export, everything=True),
            "preferences": self.settings.ask,
            "undo": self.session.undo, "redo": self.session.redo,
            "previous_clip": partial(clips.step, -1), "next_clip": partial(clips.step, 1),
            "remove_clip": clips.remove_current, "cancel_all": self.analyst.cancel_all,
            "toggle": self.player.toggle, "pause": self.player.pause,
            "back": partial(playing.step, -1), "forward": partial(playing.step, 1),
            "back_second": partial(playing.skip, -second),
            "forward_second": partial(playing.skip, second),
            "to_start": playing.to_start, "to_end": playing.to_end,
            "shuttle_back": partial(self.player.shuttle, -1),
            "shuttle_stop": partial(self.player.shuttle, 0),
            "shuttle_forward": partial(self.player.shuttle, 1),
            "loop": playing.set_loop, "loop_in": playing.loop_from_here,
            "loop_out": playing.loop_to_here, "slower": partial(playing.change_speed, -1),
            "faster": partial(playing.change_speed, 1), "mute": playing.set_muted,
            "emotion_auto": partial(editing.choose, AUTOMATIC),
            **{f"emotion_{name}": partial(editing.choose, name) for name in EMOTIONS},
            "previous_segment": partial(editing.select, -1),
            "next_segment": partial(editing.select, 1),
            "split": editing.split, "join": editing.join,
            "edge_back": lambda: editing.nudge(-1 / playing.fps),
            "edge_forward": lambda: editing.nudge(1 / playing.fps),
            "all_auto": editing.all_automatic, "compare": editing.compare,
            "compare_over": lambda over: face.set_compare_mode("over" if over else "side"),
            "points": lambda on: face.set_style(points=on),
            "indices": lambda on: face.set_style(indices=on),
            "onion": lambda on: face.set_style(onion=ONION if on else 0),
            "zoom_second": playing.zoom_to_second, "zoom_in": partial(playing.zoom, True),
            "zoom_out": partial(playing.zoom, False), "follow": playing.set_follow,
            "theme": self.settings.other_theme, "shortcuts": self.settings.show_shortcuts,
            "about_models": self.settings.show_models, "about": self.settings.show_about,
        }  # fmt: skip

    # What happens

    def _show_result(self) -> None:
        result = self.analyst.result
        self.window.set_message(self._message())
        if result is not None and result.face is not None:
            self.settings.device = self.analyst.device
            self.window.status.set_device(self.analyst.device)
        clip = self.session.clip
        shown = clip is not None and clip.comparison is not None
        self.window.actions_by_name["compare"].setChecked(shown)

    def _show_document(self) -> None:
        session, actions = self.session, self.window.actions_by_name
        name = (
            session.file.name if session.file else session.current.name if session.current else ""
        )
        self.window.set_document(name, edited=not session.history.is_clean)
        history = session.history
        actions["undo"].setEnabled(history.can_undo)
        actions["undo"].setText(f"Undo: {history.undo_label}" if history.can_undo else "Undo")
        actions["redo"].setEnabled(history.can_redo)
        actions["redo"].setText(f"Redo: {history.redo_label}" if history.can_redo else "Redo")
        actions["loop"].setChecked(session.clip is not None and session.clip.loop is not None)
        actions["compare"].setChecked(
            session.clip is not None and session.clip.comparison is not None
        )
        for action in ("export", "export_all", "save_as", "remove_clip"):
            actions[action].setEnabled(bool(session.project.clips))

    def _message(self) -> str:
        """What stands where there is no face, and nothing where there is one."""
        path = self.session.current
        if path is None:
            return "Drop a sound here"
        state = self.analyst.state(path)
        if state.state in (FAILED, MISSING):
            return state.detail
        return "Stopped" if state.state == STOPPED else "Listening…"

    def _failed(self, error: BaseException, path: Path) -> None:
        self.problems.show(error, path.name if path.name not in str(error) else "")
        self.window.set_message(self._message())

    def _progressed(self, stage: str, done: float, total: float) -> None:
        self.window.status.show_progress(stage, done, total)
        self.window.lanes.busy(stage, done / total if total > 0 else 0.0)

    def _idle(self) -> None:
        self.window.status.finished()
        self.window.lanes.busy("")


def _nothing() -> None:
    """The menu itself is what the command is for."""
