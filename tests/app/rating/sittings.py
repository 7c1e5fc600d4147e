"""A participant who sits at the real window and uses the keyboard only."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from app.rating.pages.page import Page
from app.rating.pages.question import QuestionPage
from app.rating.pages.volume import VolumePage
from app.rating.participant import ParticipantWindow
from app.rating.sitting import Sitting
from core.rating.records import SessionRecord
from core.rating.store import VoteStore
from core.rating.study import Study, Trial
from tests.app.studio.fake_card import FakeCard

KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)
ENTER = Qt.Key.Key_Return
PATIENCE = 10_000  # ms; the machine may be busy
Score = Callable[[Trial], int]


class Seat:
    """A participant at a window. Time passes on the card when, and only when, a clip plays."""

    def __init__(
        self, qtbot: QtBot, study: Study, folder: Path, store: VoteStore,
        record: SessionRecord | None = None, card: FakeCard | None = None,
    ) -> None:  # fmt: skip
        self.qtbot, self.study, self.store = qtbot, study, store
        self.card = card or FakeCard()
        self.sitting = Sitting(study, folder, store, record)
        self.window = ParticipantWindow(self.sitting, self.card)
        self.outcomes: list[str] = []
        self.window.finished.connect(self.outcomes.append)
        self.window.resize(1280, 720)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()

    @property
    def page(self) -> QWidget:
        """What is on the screen."""
        return self.window.shown

    @property
    def title(self) -> str:
        """Of the page on the screen."""
        page = self.window.trial.rating if self.page is self.window.trial else self.page
        assert isinstance(page, Page)
        return page.title.text()

    @property
    def rates(self) -> bool:
        """Whether the scale is on the screen."""
        return self.page is self.window.trial and self.window.trial.rates

    def press(self, key: Qt.Key) -> None:
        """A key, to whatever has the keyboard."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key)

    def type(self, text: str) -> None:
        """Letters, likewise."""
        QTest.keyClicks(QApplication.focusWidget() or self.window, text)

    def enter(self) -> None:
        """Go on."""
        self.press(ENTER)

    def watch(self) -> None:
        """Until the clip is over: the card plays while there is something to be heard."""

        def over() -> bool:
            if self.window.trials.playback.phase == "clip" and self.card.streams:
                self.card.advance(0.05)
            return self.rates or self.page is not self.window.trial

        self.qtbot.waitUntil(over, timeout=PATIENCE)

    def go_to_trials(self) -> None:
        """Through all pages up to the announcement of the first clips."""
        self.enter()  # consent, or welcome back
        if not self.sitting.resumed:
            self.enter()  # the number
        while isinstance(self.page, QuestionPage):
            self.answer()
        assert isinstance(self.page, VolumePage)
        self.enter()  # play
        self.enter()  # heard
        self.enter()  # instructions

    def answer(self) -> None:
        """Something to every question."""
        page = self.page
        assert isinstance(page, QuestionPage)
        if page.field is not None:
            self.type("25")
        else:
            self.enter()  # the first choice
        self.enter()

    def rate(self, score: int) -> None:
        """Watch the clip and give a score."""
        self.watch()
        self.press(KEYS[score - 1])
        self.enter()

    def rate_all(self, score: Score) -> None:
        """All trials there are, with the announcements between."""
        while (position := self.sitting.position()) is not None:
            if self.page is not self.window.trial:
                self.enter()  # practice, or: now it counts
            self.rate(score(position.trial))

    def stand_up(self) -> None:
        """The window goes at once, not whenever garbage is collected."""
        if isValid(self.window):
            self.window.leave()
            delete(self.window)

    def finish(self, score: Score) -> None:
        """From consent to the completion code and out."""
        self.go_to_trials()
        self.rate_all(score)
        while isinstance(self.page, QuestionPage):
            self.answer()
        self.enter()


def three(_trial: Trial) -> int:
    """A rater who always gives the same."""
    return 3
