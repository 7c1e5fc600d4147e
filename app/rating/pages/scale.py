"""The scale: one button a score, chosen by its number too."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from app.rating.pages.page import button
from app.rating.words import Words

FIRST = Qt.Key.Key_1


class Scale(QWidget):
    """Labels from the worst (1) to the best. `chosen` tells the score, from 1."""

    chosen = Signal(int)

    def __init__(self, labels: Sequence[str], words: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for score, text in enumerate(labels, start=1):
            made = button(f"{score}\n{text}", "score", checkable=True)
            made.setAccessibleName(words("score", score=score, label=text))
            made.clicked.connect(lambda _checked, score=score: self.chosen.emit(score))
            self._group.addButton(made, score)
            row.addWidget(made, 1)

    @property
    def score(self) -> int | None:
        """What is chosen."""
        chosen = self._group.checkedId()
        return chosen if chosen > 0 else None

    def button(self, score: int) -> QPushButton:
        """That of a score."""
        found = self._group.button(score)
        assert isinstance(found, QPushButton), f"there is no score {score}"
        return found

    def choose(self, score: int) -> bool:
        """Choose as a click would; whether there is such a score, and it may be chosen now."""
        found = self._group.button(score)
        if found is None or not self.isEnabled():
            return False
        found.setFocus(Qt.FocusReason.TabFocusReason)
        found.click()
        return True

    def clear(self) -> None:
        """Nothing is chosen."""
        self._group.setExclusive(False)
        for made in self._group.buttons():
            made.setChecked(False)
        self._group.setExclusive(True)

    def take_focus(self) -> None:
        """To the middle, which suggests nothing; it is not chosen."""
        self.button((len(self._group.buttons()) + 1) // 2).setFocus(Qt.FocusReason.TabFocusReason)


def score_of(key: int) -> int | None:
    """The score of a number key, of either block; None for other keys."""
    score = key - FIRST.value + 1
    return score if 1 <= score <= 9 else None
