"""The participant's window: full screen, one thing at a time, from consent to completion code."""

from collections import deque
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QFontMetricsF, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QStackedLayout, QWidget

from app.rating.look import points_for, sheet
from app.rating.pages import plain
from app.rating.pages.page import Page
from app.rating.pages.question import QuestionPage
from app.rating.pages.volume import VolumePage
from app.rating.sitting import Sitting, device_name
from app.rating.trial_page import TrialPage
from app.rating.trials import Trials
from app.sound.card import Card
from app.sound.player import Player
from core.errors import RatingError
from core.rating import records
from core.rating.study import AFTER, BEFORE, Question

RETRY_MS = 2000  # between two tries to save what could not be saved
Step = Callable[[], None]


class ParticipantWindow(QWidget):
    """`finished` tells how it ended: DONE, LEFT, WITHDRAWN or DECLINED; the window is then gone."""

    DONE, LEFT, WITHDRAWN, DECLINED = "done", "left", "withdrawn", "declined"
    finished = Signal(str)

    def __init__(
        self, sitting: Sitting, card: Card, silent_reason: str = "", device: str | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """`device` plays the sound; None for the usual one."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("participant")
        self.setWindowTitle("Visemo")  # a study's title may tell what is tested
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sitting = sitting
        self._words = sitting.words
        self.player = Player(card, silent_reason, self)
        self.player.use_device(device)
        sitting.machine["audio_device"] = silent_reason or device_name(card, device)
        study = sitting.study
        self.trial = TrialPage(self._words, study.task, study.scale, study.picture_size)
        self.trials = Trials(sitting, self.player, self.trial, self._save, self)
        self._steps: deque[Step] = deque()
        self._over: list[QWidget] = []  # pages that wait under a pause or a question
        self._outcome = ""  # how it ended, once it has
        self._unsaved: tuple[Step, Step] | None = None
        self._retry = QTimer(self)
        self._retry.setInterval(RETRY_MS)
        self._retry.timeout.connect(self._try_again)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.trial)
        self.trials.over.connect(self._next)
        self.trials.wanted.connect(self._show)
        self.trial.rating.retry.connect(self._try_again)
        self._points = 0.0
        self._gone = False
        self._plan()
        self._next()

    # The way through

    def _plan(self) -> None:
        sitting, words = self.sitting, self._words
        if sitting.resumed:
            back = plain.message(
                words("back.title", subject=sitting.subject), words("back.text"), words("continue")
            )
            sitting.note(records.RESUMED, None, **sitting.machine)
            self._steps.append(partial(self._page, back))
        else:
            self._steps.extend((self._consent, self._number))
        self._steps.extend((
            partial(self._ask_all, BEFORE), self._volume, self._instructions, self.trials.begin,
            partial(self._ask_all, AFTER), self._finish,
        ))  # fmt: skip

    def _next(self) -> None:
        """The next step; one that must wait for the disk stays the next, whoever asks again."""
        step, self._unsaved = self._steps.popleft(), None
        step()
        if self._unsaved is not None:
            self._steps.appendleft(step)
            self._unsaved = (lambda: None), self._next

    def _page(self, page: Page) -> None:
        """A page after which it goes on."""
        page.done.connect(self._next)
        self._show(page)

    def _consent(self) -> None:
        page = plain.consent(self._words, self.sitting.study.consent)
        page.done.connect(lambda: self._save(self.sitting.begin, self._next))
        page.aside.connect(self._decline)
        self._show(page)

    def _decline(self) -> None:
        self._say_goodbye("declined", self.DECLINED)

    def _number(self) -> None:
        self._page(plain.number(self._words, self.sitting.subject))

    def _ask_all(self, when: str) -> None:
        """A page for each question, which come before what is planned."""
        found: list[Question] = []

        def plan() -> None:
            self._steps.extendleft(partial(self._ask, question) for question in reversed(found))
            self._next()

        self._save(lambda: found.extend(self.sitting.questions(when)), plan)

    def _ask(self, question: Question) -> None:
        page = QuestionPage(self._words, question)
        page.done.connect(
            lambda: self._save(partial(self.sitting.answer, question, page.answer), self._next)
        )
        self._show(page)

    def _volume(self) -> None:
        page = VolumePage(self._words, self.player, self.trials.try_sound())
        page.heard.connect(lambda volume: self.sitting.note(records.VOLUME, volume=volume))
        self._page(page)

    def _instructions(self) -> None:
        study = self.sitting.study
        self._page(plain.instructions(self._words, study.instructions, study.scale))

    def _finish(self) -> None:
        codes: list[str] = []
        self._save(lambda: codes.append(self.sitting.finish()), lambda: self._end(codes[-1]))

    def _end(self, code: str) -> None:
        self._outcome = self.DONE
        page = plain.ending(self._words, code)
        page.done.connect(self.close)
        self._show(page)

    # Saving

    def _save(self, action: Step, then: Step) -> None:
        """Do `then` once `action` has put something on the disk, and not before."""
        try:
            action()
        except RatingError as problem:
            self._unsaved = action, then
            self._wait(str(problem))
            return
        self._forget()
        self.trial.rating.tell("")
        then()

    def _forget(self) -> None:
        """Nothing waits to be saved."""
        self._unsaved = None
        self._retry.stop()

    def _wait(self, reason: str) -> None:
        """Say so, and try again every now and then."""
        shown = self.trial.rating if self.shown is self.trial else self.shown
        if isinstance(shown, Page):
            shown.tell(self._words("unsaved", reason=reason))
        if not self._retry.isActive():
            self._retry.start()

    def _try_again(self) -> None:
        if self._unsaved is not None and not self._over:
            self._save(*self._unsaved)

    # Pages over pages

    def _pause(self) -> None:
        self.sitting.note(records.PAUSED)
        page = plain.pause(self._words, withdrawal=self.sitting.begun)
        page.aside.connect(self._ask_withdrawal)
        self._lay_over(page)

    def _ask_withdrawal(self) -> None:
        page = plain.either(self._words, "withdraw")
        page.aside.connect(partial(self._withdraw, page))
        self._lay_over(page)

    def _withdraw(self, page: Page) -> None:
        """There is no way back from here, even if the disk lets it wait."""
        if page.primary is not None:
            page.primary.setEnabled(False)
        self._over.clear()
        self._save(self.sitting.withdraw, partial(self._say_goodbye, "withdrawn", self.WITHDRAWN))

    def _ask_leave(self) -> None:
        page = plain.either(self._words, "leave")
        page.aside.connect(self.leave)
        self._lay_over(page)

    def _lay_over(self, page: Page) -> None:
        """Show a page; its main button goes back to what was there."""
        page.done.connect(self._go_back)
        if not self._over:
            self.trials.interrupt()
            self.player.stop()
            self._over = [self.shown]
        self._show(page)

    def _go_back(self) -> None:
        page = self._over.pop()
        self._over.clear()
        self._show(page)
        if page is self.trial:
            self.trials.go_on()

    def _say_goodbye(self, name: str, outcome: str) -> None:
        self._forget()
        self._over.clear()
        self._outcome = outcome
        page = plain.message(
            self._words(f"{name}.title"), self._words(f"{name}.text"), self._words("close")
        )
        page.done.connect(self.close)
        self._show(page)

    def leave(self) -> None:
        """Close without a question; what was answered is kept."""
        self._forget()
        self._outcome = self._outcome or self.LEFT
        self.close()

    @property
    def shown(self) -> QWidget:
        """The page on the screen."""
        page = self._stack.currentWidget()
        assert page is not None, "there is always one"
        return page

    def _show(self, page: QWidget) -> None:
        before = self.shown
        if self._stack.indexOf(page) < 0:
            self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        if before not in (page, self.trial, *self._over):
            self._stack.removeWidget(before)
            before.deleteLater()
        if isinstance(page, Page | TrialPage):
            page.take_focus()

    # The window

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape is for a pause, and closes nothing."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._over:
            self._go_back()
        elif not self._outcome:
            self._pause()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Log when another window comes to the front."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self._outcome:
            kind = records.FOCUS_BACK if self.isActiveWindow() else records.FOCUS_LOST
            self.sitting.note(kind, self.trials.place)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Type grows with the screen."""
        super().resizeEvent(event)
        font = QApplication.font()
        points = points_for(self.height(), font.pointSizeF(), QFontMetricsF(font).height())
        if abs(points - self._points) > 0.05:
            self._points = points
            self.setStyleSheet(sheet(points))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Ask, unless it is over."""
        if not self._outcome and not self.sitting.begun:
            self._outcome = self.DECLINED
        if not self._outcome:
            event.ignore()
            self._ask_leave()
            return
        super().closeEvent(event)
        if not self._gone:
            self._gone = True
            self._forget()
            self.trials.close()
            self.player.close()
            self.finished.emit(self._outcome)
