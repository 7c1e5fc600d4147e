"""The scale: one button a score, chosen by its number too."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from app.rating.pages.page import button
from app.rating.words import Words

FIRST = Qt.Key.Key_1
COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
# The key of 1 in the row above the letters; those of 2 to 9 follow it.
SCAN_CODES = {"windows": 2, "xcb": 10, "wayland": 10}
MAC_KEYS = (18, 19, 20, 21, 23, 22, 26, 28, 25)  # the same row on a Mac
AZERTY = "&é\"'(-è_ç"  # the same row in France, for where the system tells no key but its text


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


def score_of(event: QKeyEvent, platform: str | None = None) -> int | None:
    """The score of a number key, of either block; None for other keys.

    Where the row of numbers needs Shift, as in France, its keys count without it too.
    `platform` is Qt's name for the system, by default this one's.
    """
    if event.modifiers() & COMMANDS:
        return None
    score = event.key() - FIRST.value + 1
    if 1 <= score <= 9:
        return score
    if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return None  # Shift makes something else of a number
    return _place_of(event, platform or QGuiApplication.platformName())


def _place_of(event: QKeyEvent, platform: str) -> int | None:
    """The place, from 1, of a key in the row above the letters, whatever is written on it."""
    if platform == "cocoa":
        key = event.nativeVirtualKey()
        return MAC_KEYS.index(key) + 1 if key in MAC_KEYS else None
    if platform in SCAN_CODES and event.nativeScanCode():
        place = event.nativeScanCode() - SCAN_CODES[platform] + 1
        return place if 1 <= place <= 9 else None
    text = event.text()
    return AZERTY.index(text) + 1 if len(text) == 1 and text in AZERTY else None
