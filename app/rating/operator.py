"""The operator's window: makes and opens studies, and seats participants one after another."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu, QMessageBox, QWidget

from app.jobs import JobRunner
from app.problems import Problems
from app.rating import work
from app.rating.changing import Changing
from app.rating.new_study import NewStudy
from app.rating.participant import ParticipantWindow
from app.rating.results import Opened, Results, free_folder, studies
from app.rating.sitting import Sitting
from app.rating.study_page import StudyPage
from app.sound.card import Card
from core.errors import VisemoError
from core.monitor import Monitor
from core.rating import backups
from core.rating.orders import design_state
from core.rating.records import DONE, SessionRecord
from core.rating.schema import VotesDamaged
from core.rating.store import VoteStore
from core.rating.study import Study
from resources import WEIGHTS


def full_screen(window: QWidget) -> None:
    """On the screen where it would open, also where no window manager sees to it."""
    window.setGeometry(window.screen().geometry())
    window.showFullScreen()


class OperatorWindow(QMainWindow):
    """One study at a time. `close` it before the runner, which is not its own, is closed."""

    working = Signal(bool)  # the runner is about to be used, or free again
    closed = Signal()

    def __init__(
        self, runner: JobRunner, card: Card, silent_reason: str = "", *,
        weights: Path | None = None, device: str = "auto", output: str | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`output` is the sound device for participants, None for the usual one."""
        super().__init__(parent)
        self.setWindowTitle("Rating study")
        self.opened: Opened | None = None
        self.participant: ParticipantWindow | None = None
        self.show_participant: Callable[[ParticipantWindow], object] = full_screen
        self._runner, self._card, self._silent_reason = runner, card, silent_reason
        self._weights, self._device, self._output = weights or WEIGHTS, device, output
        self.page = StudyPage()
        self.setCentralWidget(self.page)
        self.problems = Problems(self)
        self.results = Results(runner, self.page, self.problems, lambda: self.opened, self)
        self.changing = Changing(self.page, self.results, self.problems, lambda: self.opened, self)
        self.changing.changed.connect(self.refresh)
        self.results.working.connect(self._show_work)
        self.results.changed.connect(self.refresh)
        self.results.unpacked.connect(self.open)
        self.results.told.connect(self.statusBar().showMessage)
        self.page.new_requested.connect(self.ask_new)
        self.page.open_requested.connect(self.ask_open)
        self.page.start_requested.connect(lambda: self.seat(None))
        self.page.resume_requested.connect(self._resume)
        self.page.set_aside_requested.connect(self.changing.ask_set_aside)
        self.page.first_row_requested.connect(self.changing.set_first_row)
        self.page.cancel_requested.connect(runner.cancel)
        self.actions_by_name: dict[str, QAction] = {}
        self._fill_menus()
        self.page.show_study(None)
        self._enable()
        metrics = self.fontMetrics()
        self.resize(110 * metrics.averageCharWidth(), 36 * metrics.height())

    def _fill_menus(self) -> None:
        study = self.menuBar().addMenu("Study")
        self._add(study, "new", "New…", self.ask_new, "Ctrl+N")
        self._add(study, "open", "Open…", self.ask_open, "Ctrl+O")
        self._add(study, "unpack", "Open a bundle…", self.results.ask_unpack)
        study.addSeparator()
        self._add(study, "verify", "Verify", self.results.verify)
        self._add(study, "pack", "Pack the study for another machine…", self.results.ask_pack)
        study.addSeparator()
        self._add(study, "close", "Close", self.close, "Ctrl+W")
        votes = self.menuBar().addMenu("Results")
        self._add(votes, "report", "Report", self.results.report, "Ctrl+R")
        self._add(votes, "export", "Export tables…", self.results.ask_export, "Ctrl+E")
        votes.addSeparator()
        self._add(votes, "send", "Pack the votes for another machine…", self.results.ask_send)
        self._add(votes, "merge", "Add votes of another machine…", self.results.ask_merge)
        votes.addSeparator()
        self._add(votes, "withdraw", "Withdraw a participant…", self.changing.ask_withdraw)

    def _add(
        self, menu: QMenu, name: str, text: str, doing: Callable[[], object], keys: str = ""
    ) -> None:
        action = QAction(text, self)
        action.setObjectName(name)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked: doing())
        menu.addAction(action)
        self.actions_by_name[name] = action

    # Opening

    def ask_new(self) -> None:
        """The dialog for a new study."""
        dialog = NewStudy(free_folder(), self)
        dialog.accepted.connect(lambda: self.make(dialog.source, dialog.target, dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def make(self, source: Path | None, folder: Path, dialog: NewStudy) -> None:
        """Make a study in the worker, and open it."""
        weights, device = self._weights, self._device
        try:
            wishes, choices = dialog.wishes, dialog.choices
        except VisemoError as problem:  # of the files of texts or questions
            self.problems.show(problem)
            return

        def making(monitor: Monitor) -> Study:
            return work.make_study(source, folder, wishes, choices, weights, device, monitor)

        self.results.work(making, lambda _study: self.open(folder))

    def begin(self, folder: Path, *, participant: bool) -> None:
        """Open a study, and seat its next participant if wished."""
        self.open(folder)
        opened = self.opened
        if participant and opened and opened.folder == folder and not opened.store.read_only:
            self.seat(None)

    def ask_open(self) -> None:
        """A study's folder."""
        chosen = QFileDialog.getExistingDirectory(self, "Folder of a study", str(studies()))
        if chosen:
            self.open(Path(chosen))

    def open(self, folder: Path) -> None:
        """Open a study; where it cannot be, another that is open stays.

        One that is open already, by whatever path, and whole stays as it is.
        """
        try:
            study = work.open_study(folder)
            now = self.opened
            if now is not None and now.folder.resolve() == folder.resolve():
                if self.participant is not None:
                    return
                if study == now.study and not now.store.read_only:
                    backups.check_votes(folder, study)
                    self.refresh()
                    return
                self._leave()
            store = VoteStore.open(folder, study)
        except VisemoError as problem:
            self._not_opened(folder, problem)
            return
        self._leave()
        self.opened = Opened(study, folder, store)
        self.page.show_study(study, str(folder))
        self.refresh()

    def _not_opened(self, folder: Path, problem: VisemoError) -> None:
        """Say why; nothing is left that looks open and is not."""
        damaged = isinstance(problem, VotesDamaged)
        if damaged and self.opened and self.opened.folder.resolve() == folder.resolve():
            self._leave()
        if self.opened is None:
            self.page.show_study(None)
            self._enable()
        if isinstance(problem, VotesDamaged):
            self._offer_repair(folder, problem)
        else:
            self.problems.show(problem)

    def _offer_repair(self, folder: Path, problem: VotesDamaged) -> None:
        """Damaged votes: the backup or nothing in their place; the original is kept."""
        box = QMessageBox(QMessageBox.Icon.Warning, "Damaged votes", str(problem), parent=self)
        role = QMessageBox.ButtonRole.AcceptRole
        if problem.backup is not None:
            restore = box.addButton("Restore the backup", role)
            restore.clicked.connect(partial(self._repair, folder, True))
        anew = box.addButton("Begin without them", QMessageBox.ButtonRole.DestructiveRole)
        anew.clicked.connect(partial(self._repair, folder, False))
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.finished.connect(box.deleteLater)
        box.open()

    def _repair(self, folder: Path, restore: bool, _checked: bool = False) -> None:
        try:
            if restore:
                backups.restore_backup(folder, work.open_study(folder))
            else:
                backups.start_anew(folder)
        except VisemoError as problem:
            self.problems.show(problem)
            return
        self.open(folder)

    def refresh(self) -> None:
        """Show how far the study is now."""
        if self.opened is None:
            return
        store, study = self.opened.store, self.opened.study
        try:
            overview = store.overview()
        except VisemoError as problem:
            self.problems.show(problem)
            return
        rows = [record.row for record in overview.sessions if record.state == DONE]
        writes = not store.read_only and self.participant is None
        self.page.tell(store.notice)
        self.page.show_overview(overview, design_state(study, rows), writes=writes)
        self._enable()

    def _enable(self) -> None:
        opened, busy = self.opened is not None, self.page.is_busy
        for name, action in self.actions_by_name.items():
            needs = name not in ("new", "open", "unpack", "close")
            action.setEnabled((not busy and (opened or not needs)) or name == "close")
        if self.opened is None or self.opened.store.read_only:
            self.actions_by_name["merge"].setEnabled(False)
            self.actions_by_name["withdraw"].setEnabled(False)
        if self.participant is not None:
            self.actions_by_name["withdraw"].setEnabled(False)

    # Participants

    def seat(self, record: SessionRecord | None) -> None:
        """Begin with the next participant, or go on with one."""
        opened = self.opened
        if opened is None or opened.store.read_only or self.participant is not None:
            return
        try:
            work.open_study(opened.folder)  # stimuli are looked at before each session
        except VisemoError as problem:
            self.problems.show(problem)
            return
        sitting = Sitting(opened.study, opened.folder, opened.store, record)
        window = ParticipantWindow(sitting, self._card, self._silent_reason, self._output)
        window.finished.connect(self._stood_up)
        self.participant = window
        self.refresh()
        self.show_participant(window)
        window.activateWindow()

    def _stood_up(self, _outcome: str) -> None:
        window, self.participant = self.participant, None
        if window is not None:
            window.deleteLater()
            self.changing.tell_leftovers(window.sitting.leftovers)
        self.refresh()
        self.page.start.setFocus()

    def _resume(self, session_id: str) -> None:
        if self.opened is not None:
            self.seat(self.opened.store.session(session_id))

    def _show_work(self, on: bool) -> None:
        self._enable()
        self.working.emit(on)

    def _leave(self) -> None:
        if self.opened is not None:
            self.opened.store.close()
            self.opened = None

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Not while a participant sits; work in hand is stopped."""
        if self.participant is not None:
            event.ignore()
            return
        if self.page.is_busy:
            self._runner.cancel()
        self._leave()
        super().closeEvent(event)
        self.closed.emit()
