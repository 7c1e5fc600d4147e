"""What an operator changes in the votes: withdraws and sets aside, and where rows begin."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from app.problems import Problems
from app.rating.results import Opened, Results
from app.rating.study_page import StudyPage
from core.errors import RatingError, VisemoError


class Changing(QObject):
    """Asks before anything is lost; `opened` gives the study."""

    changed = Signal()  # there are other votes

    def __init__(
        self, page: StudyPage, results: Results, problems: Problems,
        opened: Callable[[], Opened | None], window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._page, self._results, self._problems = page, results, problems
        self._opened, self._window = opened, window

    def tell_leftovers(self, left: tuple[Path, ...]) -> None:
        """Damaged files that may hold what was withdrawn, () for none."""
        if left:
            names = ", ".join(f"'{path.name}'" for path in left)
            self._problems.show(RatingError(
                f"Somebody has withdrawn. Damaged votes that were kept, {names}, may still "
                "hold those answers: delete them."
            ))  # fmt: skip

    def ask_withdraw(self) -> None:
        """Whose answers are to be deleted, by number, and whether really."""
        given, wished = QInputDialog.getText(
            self._window,
            "Withdraw a participant",
            "The participant's number:",
            text=self._page.number,
        )
        if not wished or (opened := self._opened()) is None:
            return
        try:
            found = opened.store.session_of(given)
        except VisemoError as problem:
            self._problems.show(problem)
            return
        text = (
            f"All {found.done} votes and all answers of {found.subject_id} are deleted for good, "
            "here and wherever these votes are added. Delete them?"
        )
        self._results.ask(text, "Delete", lambda: self._withdraw(found.session_id))

    def _withdraw(self, session_id: str) -> None:
        try:
            if (opened := self._opened()) is not None:
                self.tell_leftovers(opened.store.withdraw(session_id))
        except VisemoError as problem:
            self._problems.show(problem)
        self.changed.emit()

    def set_first_row(self, row: int) -> None:
        """Where the rows of this machine begin."""
        try:
            if (opened := self._opened()) is not None:
                opened.store.set_first_row(row)
        except VisemoError as problem:
            self._problems.show(problem)
        self.changed.emit()

    def ask_set_aside(self, session_id: str) -> None:
        """A session that will not be gone on with."""
        text = "Its votes stay, marked incomplete, and its row is used again. Set it aside?"
        self._results.ask(text, "Set aside", lambda: self._abandon(session_id))

    def _abandon(self, session_id: str) -> None:
        try:
            if (opened := self._opened()) is not None:
                opened.store.abandon(session_id)
        except VisemoError as problem:
            self._problems.show(problem)
        self.changed.emit()
