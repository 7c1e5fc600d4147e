"""Who decides what the one worker does next: the clip on the screen first, then those that wait.

Opening another clip supersedes the work on the last one. While somebody drags, a
face that is nearly ready is finished and shown rather than begun anew each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.clip_state import ANALYSING, DONE, STOPPED, WAITING, ClipState, failure, part_done
from app.engine import Engine
from app.jobs import JobRunner
from app.kept_results import KeptResults
from app.listenings import Listenings
from app.result import Result, wished_faces
from app.session import Session
from core.animation import Animation
from core.errors import VisemoError
from core.monitor import Monitor
from core.project import Listening, ProjectClip

T = TypeVar("T")
Work = Callable[[Monitor], T]
Done = Callable[[Path, T], None]
PATIENCE = 200  # ms that a face may still take after somebody wished for another one
OUT_OF_MEMORY = "There is not enough memory for it; close other programs, or cut it in parts."


class Analyst(QObject):
    """Makes what the session wishes for and tells when it is there."""

    result_changed = Signal()  # of the clip on the screen
    clip_changed = Signal(object)  # Path, whose state is another
    progressed = Signal(object, str, float, float)  # Path, stage, done, total
    idle = Signal()
    failed = Signal(object, object)  # exception, Path
    noticed = Signal(str)  # something that changes how a result was made
    speed_changed = Signal(float)  # seconds of sound per second

    def __init__(
        self, session: Session, engine: Engine, runner: JobRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._engine, self._runner = session, engine, runner
        self._states: dict[Path, ClipState] = {}
        self._kept = KeptResults()
        self._working: Path | None = None
        self._doing: object = None  # what exactly, so that it is not begun twice
        self._listenings = Listenings()
        self._held = False  # somebody else uses the worker
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self._next)
        session.current_changed.connect(self._current_changed)
        session.project_changed.connect(self._wish_changed)

    # What is there

    @property
    def result(self) -> Result | None:
        """Of the clip on the screen."""
        path = self._session.current
        return None if path is None else self._kept.get(path)

    @property
    def busy(self) -> bool:
        """Whether a clip is being worked on."""
        return self._working is not None

    @property
    def device(self) -> str:
        """What the networks run on: "cpu", "cuda", "mps", or "" before they are loaded."""
        return self._engine.device

    def state(self, path: Path) -> ClipState:
        """How far a clip is."""
        return self._states.get(path, ClipState())

    # What is asked for

    def cancel(self, path: Path) -> None:
        """Leave a clip alone until it is asked for again."""
        if self.state(path).waits:
            self._set(path, state=STOPPED, part=0.0)
            if path == self._working:
                self._next()

    def cancel_all(self) -> None:
        """Leave every clip alone that is not done."""
        for clip in self._session.project.clips:
            if self.state(clip.path).waits:
                self._set(clip.path, state=STOPPED, part=0.0)
        self._next()

    def retry(self, path: Path) -> None:
        """Try a clip again that failed or was stopped."""
        self._kept.drop(path)
        self._set(path, state=WAITING, detail="")
        if path == self._session.current:
            self.result_changed.emit()
        self._next()

    def forget(self) -> None:
        """Another project is open: its files may not be those seen before."""
        self._states.clear()
        self._kept.clear()
        self._listenings.forget()

    def use(self, engine: Engine) -> None:
        """Make everything anew with other weights or on another device."""
        self._engine = engine
        self._stop()
        self._kept.keep_sounds()
        for path in list(self._states):
            self._set(path, state=WAITING, part=0.0, detail="", emotion="")
        self.result_changed.emit()
        self._next()

    def hold(self) -> None:
        """Stop; the worker belongs to an export until `release`."""
        self._held = True
        self._listenings.settle()
        self._stop()

    def release(self) -> None:
        """Go on."""
        self._held = False
        self._listenings.unsettle()
        self._next()

    def animation(self, wish: ProjectClip, monitor: Monitor) -> Animation:
        """For an export, in the worker: the one on the screen where it is as wished for."""
        result, listening = self._kept.get(wish.path), self._listenings.settled(wish)
        if (
            result is not None
            and result.face is not None
            and result.fulfils(wish)
            and not self._engine.differs(result.listening, listening)
        ):
            return result.face.animation
        return self._engine.prepare(wish, monitor, listening)

    # What happens

    def _current_changed(self) -> None:
        path = self._session.current
        if path is not None:
            self._kept.look_at(path)
            if self.state(path).rests:
                self._set(path, state=WAITING, detail="")
        self.result_changed.emit()
        self._next()

    def _wish_changed(self) -> None:
        clips = {clip.path for clip in self._session.project.clips}
        self._states = {path: self._states[path] for path in self._states if path in clips}
        self._kept.drop_others(clips)
        self._listenings.follow(self._session.project)
        if self._working is not None and self._working == self._session.current:
            if not self._patience.isActive():
                self._patience.start()
        else:
            self._next()

    def _next(self) -> None:
        """Start what matters most, unless it runs; anything else is superseded."""
        if self._held:
            return
        self._patience.stop()
        wish = self._session.clip
        if wish is not None and self._start_current(wish):
            return
        for clip in self._session.project.clips:
            if self.state(clip.path).waits and clip != wish:
                self._prepare(clip)
                return
        for clip in self._session.project.clips:  # what was done before its speaker was known
            if self.state(clip.path).state == DONE and clip != wish and self._is_stale(clip):
                self._prepare(clip)
                return
        self._rest()

    def _prepare(self, clip: ProjectClip) -> None:
        listening = self._listenings.of(clip)
        work = partial(self._engine.prepare, clip, listening=listening)
        what = ("prepare", listening, *wished_faces(clip))
        self._start(clip.path, what, work, partial(self._prepared, listening))

    def _is_stale(self, clip: ProjectClip) -> bool:
        heard = self._listenings.heard(clip.path)
        return heard is not None and self._engine.differs(heard, self._listenings.of(clip))

    def _start_current(self, wish: ProjectClip) -> bool:
        if self.state(wish.path).rests:
            return False
        result, listening = self._kept.get(wish.path), self._listenings.of(wish)
        if result is None:
            work = partial(self._engine.listen, wish.path)
            self._start(wish.path, "listen", work, self._listened)
        elif result.analysis is None:
            work = partial(self._engine.hear, result, listening=listening)
            self._start(wish.path, "hear", work, self._made)
        elif not result.fulfils(wish):
            work = partial(self._engine.animate, result, wish)
            self._start(wish.path, ("animate", *wished_faces(wish)), work, self._animated)
        elif self._engine.differs(result.listening, listening):
            work = partial(self._engine.hear_again, result, wish, listening)
            what = ("hear again", listening, *wished_faces(wish))
            self._start(wish.path, what, work, self._animated)
        else:
            return False
        return True

    def _rest(self) -> None:
        if self._working is not None:
            self._stop()
        self.idle.emit()

    def _stop(self) -> None:
        self._runner.cancel()
        self._working = self._doing = None

    def _start(self, path: Path, what: object, work: Work[T], done: Done[T]) -> None:
        if self._doing == (path, what):
            return
        before = self._working
        self._working, self._doing = path, (path, what)
        if before is not None and before != path and self.state(before).state == ANALYSING:
            self._set(before, state=WAITING, part=0.0)
        if self.state(path).state != DONE:
            self._set(path, state=ANALYSING)
        self._runner.start(
            work,
            done=partial(done, path),
            failed=partial(self._failed, path),
            progressed=partial(self._progressed, path),
            noticed=self.noticed.emit,
        )

    def _listened(self, path: Path, result: Result) -> None:
        self._kept.keep(path, result)
        if not self._session.note_hash(path, result.heard.clip.source.sha256):
            self.noticed.emit(f"'{path.name}' is not the sound that the project was saved with.")
        for notice in result.heard.notices:
            self.noticed.emit(notice)
        self._set(path, duration=result.heard.clip.duration, detail=" ".join(result.heard.notices))
        self._tell(path)

    def _made(self, path: Path, result: Result) -> None:
        self._kept.keep(path, result)
        self._tell(path)

    def _animated(self, path: Path, result: Result) -> None:
        self._kept.keep(path, result)
        if result.speed is not None:
            self.speed_changed.emit(result.speed)
        assert result.face is not None
        self._prepared(result.listening, path, result.face.animation)

    def _prepared(self, listening: Listening, path: Path, animation: Animation) -> None:
        self._listenings.note(path, listening)
        self._set(
            path, state=DONE, part=1.0,
            emotion=animation.utterance.first, duration=animation.duration,
        )  # fmt: skip
        self._tell(path)

    def _tell(self, path: Path) -> None:
        self._working = self._doing = None
        if path == self._session.current:
            self.result_changed.emit()
        self._next()

    def _failed(self, path: Path, error: BaseException) -> None:
        self._working = self._doing = None
        if isinstance(error, MemoryError):
            if self._kept.make_room(path):  # once more, with all the room there is
                self.result_changed.emit()
                self._next()
                return
            error = VisemoError(OUT_OF_MEMORY)
        state, reason = failure(path, error)
        self._set(path, state=state, part=0.0, detail=reason)
        self.failed.emit(error, path)
        self._next()

    def _progressed(self, path: Path, stage: str, done: float, total: float) -> None:
        self.progressed.emit(path, stage, done, total)
        if self.state(path).state == ANALYSING and total > 0:
            self._set(path, part=part_done(stage, done / total))

    def _set(self, path: Path, **changes: object) -> None:
        self._states[path] = replace(self.state(path), **changes)  # type: ignore[arg-type]
        self.clip_changed.emit(path)
