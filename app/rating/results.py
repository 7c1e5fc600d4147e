"""What an operator asks of a study that is open: look it over, report, export, send and take in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QStandardPaths, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.jobs import JobRunner
from app.problems import Problems
from app.rating import work
from app.rating.study_page import StudyPage
from core.errors import RatingError, VisemoError
from core.monitor import Monitor
from core.rating import bundle
from core.rating.analysis import Options
from core.rating.merging import merge_votes
from core.rating.store import VoteStore
from core.rating.study import Study

T = TypeVar("T")
STUDIES = f"Studies (*{bundle.STUDY_SUFFIX})"
VOTES = f"Votes (*{bundle.VOTES_SUFFIX})"
UNBLINDS = (
    "The report names the models and tells how they were rated. Who has read it should not "
    "seat participants any more."
)
NOT_DONE = " Some sessions are not done yet."


@dataclass(frozen=True, slots=True)
class Opened:
    """A study that is open, with its votes."""

    study: Study
    folder: Path
    store: VoteStore


class Results(QObject):
    """Works in the job thread and tells on the page; `opened` gives the study."""

    working = Signal(bool)  # the runner is about to be used, or free again
    changed = Signal()  # there are other votes
    told = Signal(str)  # what was done
    unpacked = Signal(Path)  # a study's folder

    def __init__(
        self, runner: JobRunner, page: StudyPage, problems: Problems,
        opened: Callable[[], Opened | None], window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._runner, self._page, self._problems = runner, page, problems
        self._opened, self._window = opened, window

    def verify(self) -> None:
        """See that stimuli and orders are what they should be."""
        folder = self._now.folder

        def tell(found: work.Verified) -> None:
            if found.problems:
                self._problems.show(RatingError("; ".join(found.problems)))
            else:
                self.told.emit(
                    f"{found.stimuli} stimuli and {found.sessions} sessions are as they should be."
                )

        self.work(lambda _monitor: work.verify(folder), tell, "verifying")

    def report(self) -> None:
        """Make the report, and open it in the browser."""
        partial = self._now.store.overview().partial
        self.ask(UNBLINDS + (NOT_DONE if partial else ""), "Make the report", self._report)

    def _report(self) -> None:
        folder = self._now.folder

        def show(path: Path) -> None:
            self.told.emit(str(path))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

        self.work(lambda _m: work.make_report(folder, None, Options()), show, "making the report")

    def ask_export(self) -> None:
        """Where the tables go."""
        chosen = QFileDialog.getExistingDirectory(
            self._window, "A folder for the tables", str(self._now.folder)
        )
        if chosen:
            folder = self._now.folder
            self.work(
                lambda _m: work.export_tables(folder, Path(chosen), [*work.TABLES], Options()),
                lambda paths: self.told.emit(", ".join(map(str, paths))),
                "exporting",
            )

    def ask_pack(self) -> None:
        """The study in one file."""
        path = self._save_as("The study for another machine", STUDIES, bundle.STUDY_SUFFIX)
        if path is not None:
            folder = self._now.folder
            self._packing(lambda _monitor: bundle.export_study(folder, path), path)

    def ask_send(self) -> None:
        """The votes in one file."""
        path = self._save_as("The votes for another machine", VOTES, bundle.VOTES_SUFFIX)
        if path is None:
            return
        folder, study = self._now.folder, self._now.study

        def packing(_monitor: Monitor) -> None:
            with VoteStore.open(folder, study, write=False) as store:  # one for each thread
                bundle.export_votes(store, study, path)

        self._packing(packing, path)

    def _packing(self, doing: Callable[[Monitor], None], path: Path) -> None:
        self.work(doing, lambda _none: self.told.emit(str(path)), "packing")

    def ask_unpack(self) -> None:
        """A study from another machine."""
        chosen = QFileDialog.getOpenFileName(self._window, "A study's bundle", "", STUDIES)[0]
        if not chosen:
            return
        folder = free_folder(Path(chosen).stem)
        self.work(
            lambda _monitor: bundle.import_study(Path(chosen), folder),
            lambda _study: self.unpacked.emit(folder), "unpacking",
        )  # fmt: skip

    def ask_merge(self) -> None:
        """Votes from another machine."""
        chosen = QFileDialog.getOpenFileName(self._window, "Votes of another machine", "", VOTES)[0]
        if not chosen:
            return
        try:
            merged = merge_votes(self._now.store, self._now.study, Path(chosen))
            self.told.emit(merged.sentence)
        except VisemoError as problem:
            self._problems.show(problem)
        self.changed.emit()

    # How

    @property
    def _now(self) -> Opened:
        opened = self._opened()
        assert opened is not None, "a study is open"
        return opened

    def work(
        self, doing: Callable[[Monitor], T], then: Callable[[T], object], stage: str = work.MAKING
    ) -> None:
        """Have the worker do something, and show that it does."""
        self._page.busy(stage)
        self.working.emit(True)

        def done(result: T) -> None:
            self._rested()
            then(result)

        def failed(error: BaseException) -> None:
            self._rested()
            self._problems.show(error)

        self._runner.start(
            doing, done=done, failed=failed, cancelled=self._rested, progressed=self._page.busy
        )

    def _rested(self) -> None:
        self._page.busy("")
        self.working.emit(False)

    def ask(self, text: str, yes: str, then: Callable[[], object]) -> None:
        """A question that can be called off."""
        box = QMessageBox(QMessageBox.Icon.Question, "Rating study", text, parent=self._window)
        box.addButton(yes, QMessageBox.ButtonRole.AcceptRole).clicked.connect(lambda: then())
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.finished.connect(box.deleteLater)
        box.open()

    def _save_as(self, title: str, kinds: str, suffix: str) -> Path | None:
        name = self._now.folder.with_suffix(suffix)
        chosen = QFileDialog.getSaveFileName(self._window, title, str(name), kinds)[0]
        return Path(chosen).with_suffix(suffix) if chosen else None


def studies() -> Path:
    """Where studies are kept unless somebody says otherwise."""
    places = QStandardPaths.StandardLocation
    return Path(QStandardPaths.writableLocation(places.DocumentsLocation) or ".") / "Visemo studies"


def free_folder(name: str = "Study") -> Path:
    """A folder that is not there yet."""
    number, folder = 1, studies() / name
    while folder.exists():
        number += 1
        folder = studies() / f"{name} {number}"
    return folder
