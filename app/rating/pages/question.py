"""One question, before or after the clips."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPushButton, QVBoxLayout

from app.rating.pages.page import Page, button, label
from app.rating.words import Words
from core.rating.study import CHOICE, NUMBER, YES_NO, Question

LONGEST = 1000  # letters of an answer


class QuestionPage(Page):
    """`answer` is what was typed or chosen, "" for nothing; Next waits where one must answer."""

    def __init__(self, words: Words, question: Question) -> None:
        super().__init__(question.text)
        self._question = question
        self.field: QLineEdit | None = None
        self._choices = QButtonGroup(self)
        self._texts: list[str] = []
        if question.kind in (YES_NO, CHOICE):
            self._add_choices(
                (words("yes"), words("no")) if question.kind == YES_NO else question.choices,
                ("yes", "no") if question.kind == YES_NO else question.choices,
            )
        else:
            self._add_field()
        if not question.required:
            self.body.addWidget(label(words("question.optional"), "small"))
        self.set_primary(words("next"))
        self._changed()

    @property
    def answer(self) -> str:
        """In the study's own words, whatever the language."""
        if self.field is not None:
            return self.field.text().strip()
        chosen = self._choices.checkedId()
        return self._texts[chosen] if chosen >= 0 else ""

    def take_focus(self) -> None:
        """To the answer."""
        first = self.field or self._choices.button(0)
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def entered(self, wanted: QPushButton | None) -> None:
        """On a choice Enter chooses it; once chosen it goes on."""
        if wanted in self._choices.buttons() and wanted is not None and wanted.isChecked():
            wanted = self.primary
        super().entered(wanted)

    def _add_choices(self, shown: tuple[str, ...], texts: tuple[str, ...]) -> None:
        self._texts = list(texts)
        rows = QVBoxLayout()
        rows.setSpacing(10)
        for index, text in enumerate(shown):
            made = button(text, "choice", checkable=True)
            made.clicked.connect(self._changed)
            self._choices.addButton(made, index)
            rows.addWidget(made)
        self.body.addLayout(rows)

    def _add_field(self) -> None:
        self.field = QLineEdit()
        self.field.setMaxLength(LONGEST)
        self.field.setAccessibleName(self._question.text)
        self.field.textChanged.connect(self._changed)
        self.body.addWidget(self.field)

    def _changed(self) -> None:
        assert self.primary is not None, "it was made before"
        self.primary.setEnabled(self._fits())

    def _fits(self) -> bool:
        """Whether this may be an answer."""
        answer = self.answer
        if not answer:
            return not self._question.required
        if self._question.kind == NUMBER:
            try:
                return abs(float(answer.replace(",", "."))) < float("inf")
            except ValueError:
                return False
        return True
