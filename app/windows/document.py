"""What the window says of the project and of the work: its title, what can be chosen, messages."""

from pathlib import Path

from PySide6.QtCore import QObject

from app.analyst import Analyst
from app.clip_state import FAILED, MISSING, STOPPED
from app.problems import Problems
from app.session import Session
from app.windows.files import Files
from app.windows.main_window import MainWindow
from app.windows.settings import Settings


class Document(QObject):
    """Between session and analyst, and the window as a whole."""

    def __init__(
        self,
        session: Session,
        analyst: Analyst,
        files: Files,
        problems: Problems,
        settings: Settings,
        window: MainWindow,
    ) -> None:
        super().__init__(window)
        self._session, self._analyst, self._files = session, analyst, files
        self._problems, self._settings, self._window = problems, settings, window
        analyst.failed.connect(self._failed)
        analyst.progressed.connect(self._progressed)
        analyst.idle.connect(self._idle)
        analyst.result_changed.connect(self._show_result)
        session.project_changed.connect(self.show)
        session.current_changed.connect(self.show)

    def start(self) -> None:
        """Say how things are before anything happened."""
        self.show()
        self._show_result()

    def show(self) -> None:
        """The title, and what can be undone, done and switched off."""
        session, actions = self._session, self._window.actions_by_name
        name = (
            session.file.name if session.file else session.current.name if session.current else ""
        )
        self._window.set_document(name, edited=self._files.unsaved)
        history = session.history
        actions["undo"].setEnabled(history.can_undo)
        actions["undo"].setText(f"Undo: {history.undo_label}" if history.can_undo else "Undo")
        actions["redo"].setEnabled(history.can_redo)
        actions["redo"].setText(f"Redo: {history.redo_label}" if history.can_redo else "Redo")
        clip = session.clip
        actions["loop"].setChecked(clip is not None and clip.loop is not None)
        actions["compare"].setChecked(clip is not None and clip.comparison is not None)
        for action in ("export", "export_all", "save_as", "remove_clip"):
            actions[action].setEnabled(bool(session.project.clips))

    def _show_result(self) -> None:
        result = self._analyst.result
        self._window.set_message(self._message())
        if result is not None and result.face is not None:
            self._settings.device = self._analyst.device
            self._window.status.set_device(self._analyst.device)

    def _message(self) -> str:
        """What stands where there is no face, and nothing where there is one."""
        path = self._session.current
        if path is None:
            return "Drop a sound here"
        state = self._analyst.state(path)
        if state.state in (FAILED, MISSING):
            return state.detail
        return "Stopped" if state.state == STOPPED else "Listening…"

    def _failed(self, error: BaseException, path: Path) -> None:
        self._problems.show(error, path.name if path.name not in str(error) else "")
        self._window.set_message(self._message())

    def _progressed(self, path: Path, stage: str, done: float, total: float) -> None:
        self._window.status.show_progress(stage, done, total, path.name)
        if path == self._session.current:
            self._window.lanes.busy(stage, done / total if total > 0 else 0.0)
        else:
            self._window.lanes.busy("")

    def _idle(self) -> None:
        self._window.status.finished()
        self._window.lanes.busy("")
