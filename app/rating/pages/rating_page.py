"""Where a clip that was seen and heard to its end gets its score."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.rating.pages.page import Page
from app.rating.pages.scale import Scale, score_of
from app.rating.words import Words


class RatingPage(Page):
    """Number keys choose, Enter commits; Next waits for a choice."""

    committed = Signal(int)  # the score
    retry = Signal()  # save now what could not be saved

    def __init__(self, words: Words, task: str, labels: Sequence[str]) -> None:
        super().__init__(task)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._words, self._task = words, task
        self.scale = Scale(labels, words)
        self.scale.chosen.connect(self._chose)
        self.body.addSpacing(12)
        self.body.addWidget(self.scale)
        self.next = self.set_primary(words("next"))
        self.next.clicked.connect(self._commit)
        self.replay = self.set_aside(words("replay"))
        self._waiting = False  # for the disk
        self.open("", replays=False)

    def open(self, message: str, *, replays: bool) -> None:
        """For the next clip: nothing chosen. `message` takes the place of the task."""
        self.title.setText(message or self._task)
        self.setAccessibleName(message or self._task)
        self.scale.clear()
        self.scale.setEnabled(True)
        self.replay.setVisible(replays)
        self.tell("")
        self.next.setEnabled(False)

    def tell(self, text: str) -> None:
        """Say why the score could not be saved, and wait; with "" go on."""
        super().tell(text)
        self._waiting = bool(text)
        self.scale.setEnabled(not text)
        self.replay.setEnabled(not text)
        self.next.setText(self._words("retry" if text else "next"))
        self.next.setAccessibleName(self.next.text())
        self.next.setEnabled(self._waiting or self.scale.score is not None)
        if text:
            self.next.setFocus(Qt.FocusReason.TabFocusReason)

    def take_focus(self) -> None:
        """To what is chosen; before that to no score, or Space and Enter would give it."""
        score = self.scale.score
        if self._waiting:
            wanted: QWidget = self.next
        else:
            wanted = self if score is None else self.scale.button(score)
        wanted.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A number chooses its score."""
        score = score_of(event)
        if score is None or not self.scale.choose(score):
            super().keyPressEvent(event)

    def entered(self, wanted: QPushButton | None) -> None:
        """On a score Enter commits what is chosen."""
        super().entered(wanted if wanted is self.replay else self.next)

    def _chose(self, _score: int) -> None:
        self.next.setEnabled(True)

    def _commit(self) -> None:
        score = self.scale.score
        if self._waiting:
            self.retry.emit()
        elif score is not None:
            self.next.setEnabled(False)
            self.committed.emit(score)
