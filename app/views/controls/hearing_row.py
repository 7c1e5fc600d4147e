"""Who hears the emotions, and whether the speaker is known: one row and one quiet line."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme import Theme
from app.views.controls.calm import CalmCombo
from app.views.controls.drawing import scaled
from core.hearing import TITLES, HeardBy

TIPS = {
    "dern": "Each moment by itself, as in the paper",
    "local-cnn": "Short stretches that vote",
    "functionals": "The voice over whole phrases",
    "ensemble": "All of them together",
}


class HearingRow(QWidget):
    """`chosen` tells of another recogniser, one of TITLES. Hidden where there is no choice."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = QLabel("Heard by")
        self.box = CalmCombo()
        self.box.setAccessibleName("Who hears the emotions")
        self.box.activated.connect(lambda _index: self.chosen.emit(self.box.currentData()))
        self.speaker = QLabel()
        self.speaker.setFont(scaled(self.font(), 0.92))
        self.speaker.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.label)
        row.addWidget(self.box, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self.speaker)
        self.set_theme(theme)
        self.show_choices(())
        self.show_heard("", None)

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

    def show_heard(self, wished: str, heard_by: HeardBy | None, clips: int = 0) -> None:
        """Who is wished for (BEST or one of TITLES), who heard, and of how many clips he knew."""
        name = wished or (heard_by.recogniser if heard_by is not None else "")
        self.box.setCurrentIndex(self.box.findData(name))
        self.box.setToolTip(f"Who hears the emotions. {TIPS.get(name, '')}".strip())
        text = ""
        if heard_by is not None and heard_by.profile:
            whom = heard_by.speaker or "The speaker"
            text = f"{whom} is known from {clips} clips"
        self.speaker.setText(text)
        self.speaker.setToolTip(text and "How this voice usually sounds was told from all of them")
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.speaker.setStyleSheet(f"color: {theme.quiet}; background: transparent;")

    def _show(self) -> None:
        self.speaker.setVisible(bool(self.speaker.text()))
        self.setVisible(self.box.count() > 1 or bool(self.speaker.text()))
