"""The menu of one emotion segment."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from app.shares import percent
from app.theme import Theme
from core.emotion import EMOTIONS, EmotionSegment
from core.segments import AUTOMATIC, MAX_STRENGTH, SHORTEST

STEPS = 8  # of strength, from none to the most


class SegmentMenu(QMenu):
    """Emotions, strength, back to automatic, split, join. Keys named here are the window's."""

    emotion_chosen = Signal(str)
    strength_chosen = Signal(float)
    split_chosen = Signal()
    join_chosen = Signal()

    def __init__(
        self, parent: QWidget, theme: Theme, segment: EmotionSegment, seconds: float, is_last: bool
    ) -> None:
        super().__init__(parent)
        self._add_emotions(theme, segment)
        self._add_strengths(segment)
        self.addSeparator()
        split = self.addAction("Split here")
        split.triggered.connect(self.split_chosen)
        split.setEnabled(min(seconds - segment.start, segment.end - seconds) >= SHORTEST)
        join = self.addAction("Join with next")
        join.triggered.connect(self.join_chosen)
        join.setEnabled(not is_last)

    def _add_emotions(self, theme: Theme, segment: EmotionSegment) -> None:
        group = QActionGroup(self)
        by_hand = segment.origin == "user"
        for number, name in enumerate(EMOTIONS, 1):
            action = QAction(_swatch(theme.emotion(name)), f"{name.capitalize()}\t{number}", self)
            action.setCheckable(True)
            action.setChecked(by_hand and segment.mix.first == name)
            font = action.font()
            font.setBold(action.isChecked())  # beside an icon, styles hardly show the check
            action.setFont(font)
            action.triggered.connect(lambda _=False, chosen=name: self.emotion_chosen.emit(chosen))
            group.addAction(action)
            self.addAction(action)
        self.addSeparator()
        back = QAction("Back to automatic\t0", self)
        back.setEnabled(by_hand)
        back.triggered.connect(lambda: self.emotion_chosen.emit(AUTOMATIC))
        self.addAction(back)

    def _add_strengths(self, segment: EmotionSegment) -> None:
        menu = self.addMenu("Strength")
        group = QActionGroup(menu)
        for step in range(STEPS + 1):
            value = MAX_STRENGTH * step / STEPS
            action = QAction(percent(value), menu)
            action.setCheckable(True)
            action.setChecked(abs(value - segment.strength) < 1e-6)
            action.triggered.connect(
                lambda _=False, chosen=value: self.strength_chosen.emit(chosen)
            )
            group.addAction(action)
            menu.addAction(action)


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(12, 12)
    pixmap.fill(Qt.GlobalColor.transparent)
    pixmap.fill(QColor(colour))
    return QIcon(pixmap)
