"""Which weights are loaded, what they learned from, under what licence, and how well they do."""

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QTextTable
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QListWidget,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.model_card import ModelCard
from resources import WEIGHTS


class _Card(QTextBrowser):
    """Shows a card and fetches nothing that it names."""

    def loadResource(self, _kind: int, _name: QUrl | str) -> object:  # noqa: N802
        """Nothing: a card comes with weights from anywhere."""
        return None


class AboutModels(QDialog):
    """`load_requested` tells the folder of other weights that somebody wants."""

    load_requested = Signal(Path)

    def __init__(
        self,
        folder: Path,
        cards: Sequence[ModelCard],
        problems: Sequence[str] = (),
        device: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("About the models")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folder, self._cards = folder, list[ModelCard]()
        self.where = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.problems = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.problems.setProperty("warning", True)
        self.list = QListWidget()
        self.list.setAccessibleName("Models")
        self.list.ensurePolished()  # or rows are laid out without the style's padding
        self.card = _Card()
        self.card.setAccessibleName("About this model")
        self.card.setOpenLinks(False)
        self.card.setTabChangesFocus(True)
        self.list.currentRowChanged.connect(self._show)
        across = QSplitter(Qt.Orientation.Horizontal)
        across.setChildrenCollapsible(False)
        across.addWidget(self.list)
        across.addWidget(self.card)
        across.setStretchFactor(1, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.load = buttons.addButton("Load others…", QDialogButtonBox.ButtonRole.ActionRole)
        self.load.clicked.connect(self._ask)
        self.bundled = buttons.addButton("Load the bundled", QDialogButtonBox.ButtonRole.ActionRole)
        self.bundled.clicked.connect(lambda: self.load_requested.emit(WEIGHTS))
        for button in (self.load, self.bundled):
            button.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.where)
        layout.addWidget(self.problems)
        layout.addWidget(across, 1)
        layout.addWidget(buttons)
        self.show_cards(folder, cards, problems, device)
        metrics = self.fontMetrics()
        across.setSizes([self.list.sizeHintForColumn(0) + 24, 80 * metrics.averageCharWidth()])
        self.resize(110 * metrics.averageCharWidth(), 38 * metrics.height())

    def show_cards(
        self, folder: Path, cards: Sequence[ModelCard], problems: Sequence[str], device: str
    ) -> None:
        """Show the weights of another folder, beginning with the first card.

        `device` is what they run on, or "" before they do.
        """
        self._folder, self._cards = folder, list(cards)
        bundled = folder == WEIGHTS
        where = "The weights that come with Visemo." if bundled else f"Weights in {folder}."
        self.where.setText(where + (f" They run on {device}." if device else ""))
        self.problems.setText("\n".join(problems))
        self.problems.setVisible(bool(problems))
        self.bundled.setEnabled(not bundled)
        self.card.clear()
        self.list.clear()
        self.list.addItems([card.title for card in self._cards])
        self.list.setCurrentRow(0)

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._cards):
            # The file's name stands in the heading for those who read the card by itself.
            text = re.sub(r"^# ([^(\n]*)(\(`[^`]*`\))?", r"## \1", self._cards[row].text)
            self.card.setMarkdown(text)
            _quieten_tables(self.card)

    def _ask(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self, "A folder of weights: a recogniser and dsrn-*.safetensors", str(self._folder)
        )
        if chosen:
            self.load_requested.emit(Path(chosen))


def _quieten_tables(card: QTextBrowser) -> None:
    """Without the lines, which would be in the colour of text."""
    for frame in card.document().rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            shape = frame.format().toTableFormat()
            shape.setBorder(0)
            shape.setCellPadding(4)
            frame.setFormat(shape)
