"""Who hears the emotions, and whether the speaker is to be known by his clips: two rows."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.controls.calm import CalmCombo
from app.views.controls.drawing import scaled
from app.voices import LEAST_CLIPS
from core.hearing import TITLES, HeardBy

TIPS = {
    "dern": "Each moment by itself, as in the paper",
    "local-cnn": "Short stretches that vote",
    "functionals": "The voice over whole phrases",
    "ensemble": "Several of the others together",
}
SPEAKER_TIP = (
    "What stands out in a voice is told by how it usually sounds. That helps from "
    f"{LEAST_CLIPS} clips on, in several moods; switch it off where all are in one mood"
)
LONGEST = 16  # letters of a name that are shown


class HearingRow(QWidget):
    """`chosen` tells of another recogniser, one of TITLES; `known` whether speakers are to be.

    Hidden where there is no choice.
    """

    chosen = Signal(str)
    known = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._several = False  # clips of the speaker
        self.label = QLabel("Heard by")
        self.box = CalmCombo()
        self.box.setAccessibleName("Who hears the emotions")
        self.box.activated.connect(lambda _index: self.chosen.emit(self.box.currentData()))
        self.speaker = QCheckBox()
        self.speaker.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.speaker.setToolTip(SPEAKER_TIP)
        self.speaker.clicked.connect(self.known)
        self.told = QLabel()
        self.told.setFont(scaled(self.font(), 0.92))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.label)
        row.addWidget(self.box, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(row)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.speaker)
        below.addStretch(1)
        below.addWidget(self.told)
        column.addLayout(below)
        self.set_theme(theme)
        self.show_choices(())
        self.show_heard("", None)
        self.show_speaker("", True, 0, "")

    def show_choices(self, names: Sequence[str]) -> None:
        """Those that there are weights for."""
        if names == tuple(self.box.itemData(index) for index in range(self.box.count())):
            return
        self.box.clear()
        for index, name in enumerate(names):
            self.box.addItem(TITLES[name], name)
            self.box.setItemData(index, TIPS[name], 3)  # Qt.ItemDataRole.ToolTipRole
        for part in (self.label, self.box):
            part.setVisible(len(names) > 1)
        self._show()

    def show_heard(self, wished: str, heard_by: HeardBy | None) -> None:
        """Who is wished for (BEST or one of TITLES), and who heard."""
        name = wished or (heard_by.recogniser if heard_by is not None else "")
        self.box.setCurrentIndex(self.box.findData(name))
        self.box.setToolTip(f"Who hears the emotions. {TIPS.get(name, '')}".strip())
        self._show()

    def show_speaker(self, name: str, known: bool, clips: int, told: str) -> None:
        """Who speaks in how many clips, whether he is to be known by them, and what came of it."""
        whom = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
        self.speaker.setText(f"Know {whom or 'the speaker'}")
        self.speaker.setAccessibleName(f"Know {name or 'the speaker'} by {clips} clips")
        self.speaker.setChecked(known)
        self.told.setText(told)
        self._several = clips > 1
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.told.setStyleSheet(f"color: {theme.quiet}; background: transparent;")

    def _show(self) -> None:
        for part in (self.speaker, self.told):
            part.setVisible(self._several)
        self.setVisible(self.box.count() > 1 or self._several)
