"""Pages of words: consent, number, instructions, pause, the end, and what went wrong."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea

from app.rating.pages.page import Page, label
from app.rating.words import Words


def message(title: str, text: str, primary: str = "", aside: str = "") -> Page:
    """A page of words with one or two buttons."""
    page = Page(title, text)
    if primary:
        page.set_primary(primary)
    if aside:
        page.set_aside(aside)
    return page


def pause(words: Words, *, withdrawal: bool) -> Page:
    """Go on, or withdraw where there is something to delete."""
    aside = words("pause.withdraw") if withdrawal else ""
    return message(words("pause.title"), words("pause.text"), words("continue"), aside)


def either(words: Words, name: str) -> Page:
    """A question whose main button says no: nothing happens by mistake."""
    title, text, no, yes = (words(f"{name}.{part}") for part in ("title", "text", "no", "yes"))
    return message(title, text, no, yes)


BORDERS = 10  # pixels, above and below words that can have the focus


class Reading(QScrollArea):
    """Words that are as high as they need, and scroll by keys and wheel where that is too much."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.setAccessibleDescription(text)
        self._words = label(text, "reading")
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._words.setContentsMargins(0, 0, 16, 0)
        self.setWidget(self._words)

    def sizeHint(self) -> QSize:  # noqa: N802
        """All of the words at the present width."""
        width = max(self.viewport().width(), 200)
        return QSize(width, self._words.heightForWidth(width) + BORDERS)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Another width needs another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


def consent(words: Words, text: str) -> Page:
    """Agree, or go."""
    page = Page(words("consent.title"))
    page.body.addWidget(Reading(text, words("consent.title")))
    page.set_primary(words("consent.agree"))
    page.set_aside(words("consent.decline"))
    return page


def number(words: Words, subject: str) -> Page:
    """The automatic number of the participant."""
    page = Page(words("number.title"))
    page.body.addWidget(label(subject, "code"))
    page.body.addWidget(label(words("number.text")))
    page.set_primary(words("next"))
    page.setAccessibleName(f"{words('number.title')} {subject}")
    return page


def instructions(words: Words, text: str, labels: Sequence[str]) -> Page:
    """What is to be done, and the scale beside it, the best on top."""
    page = Page(words("instructions.title"))
    ladder = QGridLayout()
    ladder.setHorizontalSpacing(20)
    ladder.setVerticalSpacing(10)
    for score, name in enumerate(labels, start=1):
        row, steps = len(labels) - score, label(name)
        steps.setWordWrap(False)
        ladder.addWidget(label(str(score), "step"), row, 0, Qt.AlignmentFlag.AlignRight)
        ladder.addWidget(steps, row, 1)
    ladder.setRowStretch(len(labels), 1)
    across = QHBoxLayout()
    across.setSpacing(48)
    across.addWidget(Reading(text, words("instructions.title")), 1)
    across.addLayout(ladder)
    page.body.addLayout(across)
    page.body.addWidget(label(words("instructions.keys", most=len(labels)), "small"))
    page.set_primary(words("next"))
    return page


def ending(words: Words, code: str) -> Page:
    """Thanks and the completion code, which can be copied."""
    page = Page(words("end.title"), words("end.text"))
    shown = label(code, "code")
    shown.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    shown.setAccessibleName(code)
    page.body.addWidget(shown)
    page.set_primary(words("close"))
    return page
