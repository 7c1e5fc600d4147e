"""The list of clips: files that were opened, dropped or recorded, and how far each is."""

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from app.analyst import Analyst
from app.batch import SOUND_SUFFIXES
from app.clip_state import FAILED, MISSING
from app.problems import Problems
from app.session import Session
from app.views.clip_list import ClipList, ClipRow
from core.errors import VisemoError
from core.project_file import SUFFIX as PROJECT_SUFFIX

SOUNDS = " ".join(f"*{suffix}" for suffix in sorted(SOUND_SUFFIXES))
LONGEST_NAME = 200  # letters of a speaker's name
MOST_FROM_FOLDERS = 5_000  # files; whoever drops a whole disk did not mean it


class Clips(QObject):
    """Between the session, the analyst and the list."""

    project_opened = Signal(Path)  # one of the files asked for is a project
    sounds_opened = Signal(list)  # of Path, for the recent files

    def __init__(
        self,
        session: Session,
        analyst: Analyst,
        view: ClipList,
        problems: Problems,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._analyst, self._view = session, analyst, view
        self._problems, self._window = problems, window
        self.last_folder = ""  # of the dialogs
        self._speakers: dict[Path, str] = {}
        view.opened.connect(session.show_clip)
        view.removed.connect(session.remove)
        view.dropped.connect(self.open)
        view.cancel_requested.connect(analyst.cancel)
        view.cancel_all_requested.connect(analyst.cancel_all)
        view.retry_requested.connect(analyst.retry)
        view.locate_requested.connect(self.locate)
        view.add_requested.connect(self.ask)
        view.speaker_requested.connect(self.ask_speaker)
        session.project_changed.connect(self._show)
        session.current_changed.connect(lambda: view.set_current(session.current))
        analyst.clip_changed.connect(self._update)

    def ask(self) -> None:
        """Ask for files to open."""
        names, _ = QFileDialog.getOpenFileNames(
            self._window, "Open sounds or a project", self.last_folder,
            f"Sounds and projects ({SOUNDS} *{PROJECT_SUFFIX});;All files (*)",
        )  # fmt: skip
        if names:
            self.open([Path(name) for name in names])

    def ask_folder(self) -> None:
        """Ask for a folder whose sounds are opened, those in folders within it too."""
        name = QFileDialog.getExistingDirectory(
            self._window, "Open the sounds of a folder", self.last_folder
        )
        if name:
            self.open([Path(name)])

    def open(self, paths: Sequence[Path]) -> None:
        """Open sounds, folders of sounds, or a project.

        A path that gives nothing is told of, and the others are opened.
        """
        projects = [path for path in paths if path.suffix.lower() == PROJECT_SUFFIX]
        if projects:
            self.project_opened.emit(projects[0])
            if self._session.file != projects[0]:
                return  # it was refused, or somebody thought better of it
        sounds: dict[Path, None] = {}
        for path in paths:
            try:
                sounds |= dict.fromkeys(_sounds(path) if path not in projects else ())
            except OSError as problem:
                reason = problem.strerror or str(problem)
                self._problems.show(VisemoError(f"'{path.name}' cannot be opened: {reason}."))
            except VisemoError as problem:
                self._problems.show(problem)
        if not sounds:
            return
        again = [path for path in sounds if self._analyst.state(path).state in (FAILED, MISSING)]
        self._session.add(list(sounds))
        for path in again:  # perhaps it was mended
            self._analyst.retry(path)
        self.last_folder = str(next(iter(sounds)).parent)
        self.sounds_opened.emit(list(sounds))

    def step(self, steps: int) -> None:
        """Show a clip further down or up the list."""
        paths = [clip.path for clip in self._session.project.clips]
        if paths:
            current = self._session.current
            place = paths.index(current) + steps if current in paths else 0
            self._session.show_clip(paths[min(max(place, 0), len(paths) - 1)])

    def remove_current(self) -> None:
        """Take the clip on the screen off the list."""
        if self._session.current is not None:
            self._session.remove([self._session.current])

    def locate(self, path: Path) -> None:
        """Ask where a sound that is not where it was has gone."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, f"Where is {path.name}?", str(path.parent), f"Sounds ({SOUNDS})"
        )
        if name:
            self.relink(path, Path(name))

    def ask_speaker(self, paths: Sequence[Path]) -> None:
        """Ask who speaks in some clips: a name that is there already, or another."""
        clips = self._session.project.clips
        names = list(dict.fromkeys(clip.speaker for clip in clips if clip.speaker))
        now = next((clip.speaker for clip in clips if clip.path in paths), "")
        question = (
            "Many clips of one speaker help to hear each other. Without a name, all are of one."
        )
        place = names.index(now) if now in names else -1
        name, said = QInputDialog.getItem(
            self._window, "Who speaks?", question, ["", *names], place + 1, editable=True
        )
        if said:
            self._session.set_speaker(paths, name.strip()[:LONGEST_NAME])

    def relink(self, path: Path, found: Path) -> None:
        """Take another file for a clip's sound, with everything that was chosen for it.

        Other missing sounds that lie beside it are found along with it.
        """
        found = found.absolute()
        project, moved = self._session.project, {path: found}
        if found != path and project.has(found):
            self._problems.show(
                VisemoError(f"'{found.name}' is a clip already; choose another file, or remove it.")
            )
            return
        for clip in project.clips:
            if self._analyst.state(clip.path).state == MISSING:
                moved.setdefault(clip.path, found.with_name(clip.path.name))
        try:
            for old, new in moved.items():
                if old == path or (new.is_file() and not project.has(new)):
                    # The old hash stays: reading the sound tells whether it is another one.
                    project = project.relinked(old, new, project.clip(old).sha256)
        except (OSError, ValueError, VisemoError) as problem:
            self._problems.show(VisemoError(f"'{found.name}' cannot be taken: {problem}"))
            return
        self._session.relink(project, moved)

    def _show(self) -> None:
        self._speakers = {clip.path: clip.speaker for clip in self._session.project.clips}
        self._view.set_clips([self._row(clip.path) for clip in self._session.project.clips])
        self._view.set_current(self._session.current)

    def _update(self, path: Path) -> None:
        self._view.update_clip(self._row(path))

    def _row(self, path: Path) -> ClipRow:
        state = self._analyst.state(path)
        return ClipRow(
            path, state.state, state.part, state.detail, state.emotion, state.duration,
            self._speakers.get(path, ""),
        )  # fmt: skip


def _sounds(path: Path) -> list[Path]:
    """A file as it is; of a folder, every sound file in it and the folders within.

    Raises VisemoError where a folder has none.
    """
    path = path.absolute()
    if not path.is_dir():
        return [path]
    found = []
    for root, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [
            Path(root, name)
            for name in sorted(files)
            if Path(name).suffix.lower() in SOUND_SUFFIXES and not name.startswith(".")
        ]
        if len(found) > MOST_FROM_FOLDERS:
            raise VisemoError(
                f"'{path}' holds more than {MOST_FROM_FOLDERS} sounds; open parts of it."
            )
    if not found:
        raise VisemoError(f"There are no sounds in '{path}'; expected WAV, FLAC, OGG or MP3 files.")
    return found
