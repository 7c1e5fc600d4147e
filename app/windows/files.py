"""Projects and exports: what is read from and written to files on a person's word."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.analyst import Analyst
from app.dialogs.export_dialog import ExportDialog
from app.export_job import Claims, ExportRequest, export
from app.jobs import JobRunner
from app.problems import Problems
from app.session import Session
from app.theme import Theme
from core import autosave
from core.autosave import Autosave, Recovered
from core.errors import Cancelled, VisemoError
from core.monitor import Monitor
from core.project import Project, ProjectClip
from core.project_file import SUFFIX, read_project, write_project
from resources import SAMPLE

AUTOSAVE = 3_000  # ms after a change


class Files(QObject):
    """Opens and saves the project, keeps a copy of what is not saved, and exports."""

    opened = Signal(Path)  # a project, for the recent ones
    exported = Signal(list)  # of Path

    def __init__(
        self,
        session: Session,
        analyst: Analyst,
        runner: JobRunner,
        problems: Problems,
        copies: Path | None,
        theme: Callable[[], Theme],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session, self._analyst, self._runner = session, analyst, runner
        self._problems, self._theme, self._window = problems, theme, window
        self._copies = copies
        self._copy = None if copies is None else Autosave(copies)
        self._warned = False
        self.fps = 25.0  # that the window counts in
        self.export_choice: dict[str, object] = {}
        self._later = QTimer(self, singleShot=True, interval=AUTOSAVE)
        self._later.timeout.connect(self._keep_copy)
        session.project_changed.connect(self._changed)

    @property
    def unsaved(self) -> bool:
        """Whether something would be lost. A mere list of files is quickly made again."""
        session = self._session
        return not session.history.is_clean and (
            session.file is not None or _edited(session.project)
        )

    # Projects

    def new(self) -> None:
        """An empty project."""
        if self.may_go():
            self._open(Project(), None)

    def open(self, path: Path) -> None:
        """Open a project file; one that cannot be read leaves everything as it is."""
        try:
            project = read_project(path)
        except VisemoError as problem:
            self._problems.show(problem)
            return
        if self.may_go():
            self._open(project, path)
            self.opened.emit(path)

    def save(self) -> bool:
        """Save; asks for a name the first time. Returns whether it was."""
        if self._session.file is None:
            return self.save_as()
        return self._write(self._session.file)

    def save_as(self) -> bool:
        """Save under another name."""
        dialog = QFileDialog(self._window, "Save the project", filter=f"Projects (*{SUFFIX})")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.lstrip("."))  # and so it asks before it replaces a file
        if self._session.current is not None:
            dialog.setDirectory(str(self._session.current.parent))
        chosen = dialog.exec() == QFileDialog.DialogCode.Accepted
        names = dialog.selectedFiles()
        dialog.deleteLater()
        return chosen and self._write(Path(names[0]))

    def may_go(self) -> bool:
        """Whether what is open may be closed: it is saved, or somebody says so."""
        if not self.unsaved:
            return True
        answer = self._ask_to_save()
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    def recover(self) -> None:
        """Offer the projects that a crash left behind, one after the other."""
        for kept in autosave.recovered(self._copies) if self._copies else ():
            name = kept.project_path.name if kept.project_path else "A project without a name"
            when = datetime.fromtimestamp(kept.saved).strftime("%H:%M on %d %B")
            buttons = QMessageBox.StandardButton
            answer = QMessageBox.question(
                self._window, "Visemo",
                f"{name} was open when Visemo ended unexpectedly at {when}. "
                "Open it as it was then? Otherwise it is kept for the next start, or discarded.",
                buttons.Open | buttons.Ignore | buttons.Discard, buttons.Open,
            )  # fmt: skip
            if answer == buttons.Open:
                self.open_recovered(kept)
                return
            if answer == buttons.Discard:
                autosave.discard(kept)

    def open_recovered(self, kept: Recovered) -> None:
        """Open what a crash left behind; it counts as not saved."""
        self._open(kept.project, kept.project_path, saved=False)
        if self._keep_copy():
            autosave.discard(kept)

    def close(self) -> None:
        """The window ends well: nothing to recover."""
        self._later.stop()
        if self._copy is not None:
            self._copy.close()

    def _open(self, project: Project, file: Path | None, *, saved: bool = True) -> None:
        self._analyst.forget()
        self._session.open_project(project, file, saved=saved)

    def _ask_to_save(self) -> QMessageBox.StandardButton:
        buttons = QMessageBox.StandardButton
        name = self._session.file.name if self._session.file else "this project"
        return QMessageBox.question(
            self._window, "Visemo", f"Save the changes to {name}?",
            buttons.Save | buttons.Discard | buttons.Cancel, buttons.Save,
        )  # fmt: skip

    def _write(self, path: Path) -> bool:
        try:
            write_project(self._session.to_save(), path)
        except VisemoError as problem:
            self._problems.show(problem)
            return False
        self._session.saved(path)
        self._later.stop()
        if self._copy is not None:
            self._copy.discard()
        self.opened.emit(path)
        return True

    def _changed(self) -> None:
        if not self._later.isActive():
            self._later.start()

    def _keep_copy(self) -> bool:
        """What is not saved survives a crash; returns whether it does."""
        if self._copy is None:
            return False
        if not self.unsaved:
            self._copy.discard()
            return False
        try:
            self._copy.write(self._session.to_save(), self._session.file)
        except VisemoError as problem:
            if not self._warned:  # once is enough to be warned
                self._problems.show(problem)
            self._warned = True
            return False
        self._warned = False
        return True

    # Exports

    def export(self, *, everything: bool = False) -> None:
        """Ask what to export, and write it in the worker."""
        clip = self._session.clip
        if clip is None:
            return
        dialog = self.export_dialog(clip, everything=everything)
        dialog.exec()
        self.export_choice = dialog.choice()
        self._analyst.release()
        dialog.deleteLater()

    def export_dialog(self, clip: ProjectClip, *, everything: bool) -> ExportDialog:
        """The dialog about the project's clips, `clip` the one that is shown."""
        result = self._analyst.result
        ready = result is not None and result.face is not None and result.fulfils(clip)
        dialog = ExportDialog(
            clips=[clip.path for clip in self._session.project.clips],
            current=clip.path,
            animation=result.face.animation if ready and result and result.face else None,
            loop=clip.loop,
            smoothing=clip.smoothing,
            choice=self.export_choice,
            everything=everything,
            fps=self.fps,
            theme=self._theme(),
            parent=self._window,
        )
        dialog.export_requested.connect(lambda request: self._export(dialog, request))
        dialog.cancel_requested.connect(self._runner.cancel)
        return dialog

    def _export(self, dialog: ExportDialog, request: ExportRequest) -> None:
        wishes = [self._session.project.clip(path) for path in request.clips]
        if request.folder is None and SAMPLE in request.clips:
            # The sample lies among the program's files, where nobody looks and few may write.
            documents = QStandardPaths.StandardLocation.DocumentsLocation
            request = replace(request, folder=Path(QStandardPaths.writableLocation(documents)))
        self._analyst.hold()
        self._runner.start(
            partial(self._write_all, wishes, request),
            done=partial(self._exported, dialog),
            failed=dialog.failed,
            progressed=dialog.show_progress,
            cancelled=dialog.stopped,
        )

    def _write_all(
        self, wishes: Sequence[ProjectClip], request: ExportRequest, monitor: Monitor
    ) -> tuple[list[Path], list[VisemoError]]:
        """In the worker: what was written, and why other clips were not; all bad raises."""
        claims, written, bad = Claims(), list[Path](), list[VisemoError]()
        for wish in wishes:
            try:
                animation = self._analyst.animation(wish, monitor)
                written += export(animation, wish, request, monitor, claims)
            except Cancelled:
                raise
            except VisemoError as problem:
                bad.append(problem)
        if bad and not written:
            raise bad[0]
        return written, bad

    def _exported(self, dialog: ExportDialog, ending: tuple[list[Path], list[VisemoError]]) -> None:
        written, bad = ending
        dialog.finished_writing(written)
        for problem in bad:
            self._problems.show(problem)


def _edited(project: Project) -> bool:
    """Whether something was chosen for any of the clips."""
    return any(clip != ProjectClip(clip.path, clip.sha256) for clip in project.clips)
