"""Parts of the export dialog's form: rows that say what is wrong, choices, groups of ticks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.theme import Theme
from app.views.controls.calm import CalmCombo

GAP = 6  # pixels between the parts of a row


class Row(QWidget):
    """Fields side by side, and below them what is wrong."""

    def __init__(self, name: str, fields: Sequence[QWidget], theme: Theme) -> None:
        super().__init__()
        self.label = QLabel(name)
        self.label.setBuddy(fields[0])
        self._error = QLabel(wordWrap=True)
        self._error.hide()
        self._error.setTextFormat(Qt.TextFormat.PlainText)
        side_by_side = beside(GAP)
        for field in fields:
            side_by_side.addWidget(field)
        if all(f.sizePolicy().horizontalPolicy() != QSizePolicy.Policy.Expanding for f in fields):
            side_by_side.addStretch(1)
        layout = below(self, 2)
        layout.addLayout(side_by_side)
        layout.addWidget(self._error)
        self.set_theme(theme)

    @property
    def error(self) -> str:
        """What is wrong, or nothing."""
        return str(self._error.text()).removeprefix("⚠ ")

    def show_error(self, message: str) -> None:
        """Say what is wrong, or with "" that nothing is."""
        self._error.setText(f"⚠ {message}" if message else "")
        self._error.setVisible(bool(message))

    def set_theme(self, theme: Theme) -> None:
        """Colour what is wrong."""
        self._error.setStyleSheet(f"color: {theme.danger}")


class Choice(CalmCombo):
    """One of several, known by keys."""

    chosen = Signal()  # another one, by a person or not

    def __init__(self, name: str, labels: Mapping[str, str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        for key, label in labels.items():
            self.addItem(label, key)
        self.currentIndexChanged.connect(lambda _index: self.chosen.emit())

    def key(self) -> str:
        """Of the one that is chosen."""
        return str(self.currentData())

    def choose(self, key: object) -> None:
        """Choose by key; one that is not there or not to be had changes nothing."""
        index = self.findData(key)
        item_flags = self.model().flags(self.model().index(index, 0)) if index >= 0 else None
        if item_flags is not None and item_flags & Qt.ItemFlag.ItemIsEnabled:
            self.setCurrentIndex(index)

    def allow(self, key: str, allowed: bool, why_not: str = "") -> None:
        """Let one be chosen or not; one that no longer may be gives way to the first."""
        index = self.findData(key)
        enabled = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        flags = enabled if allowed else Qt.ItemFlag.NoItemFlags
        self.setItemData(index, flags.value, Qt.ItemDataRole.UserRole - 1)
        self.setItemData(index, why_not, Qt.ItemDataRole.ToolTipRole)
        if not allowed and self.currentIndex() == index:
            self.setCurrentIndex(0)


class Ticks(QWidget):
    """Some of several, known by keys, in a grid."""

    changed = Signal()

    def __init__(self, name: str, labels: Mapping[str, str], columns: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        grid = QGridLayout(self)
        grid.setHorizontalSpacing(3 * GAP)
        grid.setVerticalSpacing(GAP)
        grid.setContentsMargins(0, 0, 0, 0)
        self.boxes = {key: QCheckBox(label) for key, label in labels.items()}
        for index, (key, box) in enumerate(self.boxes.items()):
            box.setAccessibleName(f"{name}: {labels[key]}")
            box.toggled.connect(lambda _on: self.changed.emit())
            grid.addWidget(box, index // columns, index % columns)

    def keys(self) -> tuple[str, ...]:
        """Of those that are ticked, in order."""
        return tuple(k for k, box in self.boxes.items() if box.isChecked() and box.isEnabled())

    def tick(self, keys: Iterable[object]) -> None:
        """Tick these that can be, and no others."""
        wanted = set(map(str, keys))
        for key, box in self.boxes.items():
            box.setChecked(key in wanted and box.isEnabled())


def open_choice(name: str, texts: Iterable[str]) -> CalmCombo:
    """A field to type into, with what is usual to choose from."""
    combo = CalmCombo()
    combo.setEditable(True)
    combo.setInsertPolicy(CalmCombo.InsertPolicy.NoInsert)
    combo.setAccessibleName(name)
    combo.addItems(list(texts))
    return combo


def rows_of(form: QWidget, rows: Iterable[Row]) -> QFormLayout:
    """Lay rows below each other, their labels at the left."""
    layout = QFormLayout(form)
    layout.setVerticalSpacing(10)
    layout.setHorizontalSpacing(14)
    layout.setContentsMargins(0, 0, 0, 0)
    for row in rows:
        layout.addRow(row.label, row)
    return layout


def beside(gap: int) -> QHBoxLayout:
    """A layout from left to right."""
    layout = QHBoxLayout()
    layout.setSpacing(gap)
    return layout


def below(parent: QWidget, gap: int) -> QVBoxLayout:
    """A layout from top to bottom, without margins."""
    layout = QVBoxLayout(parent)
    layout.setSpacing(gap)
    layout.setContentsMargins(0, 0, 0, 0)
    return layout


def size_of(text: str) -> tuple[int, int]:
    """The size in "720 × 720" or "720x720"; raises ValueError with what would be right."""
    match = re.fullmatch(r"\s*([0-9]{1,5})\s*[x×*]\s*([0-9]{1,5})\s*", text.lower())
    if match is None:
        raise ValueError(f"“{text}” is no size. Type a width and a height such as 720 × 720.")
    return int(match[1]), int(match[2])


def folder_of(text: str) -> Path | None:
    """The folder that was typed, or None for nothing; raises ValueError for what is none."""
    if not text.strip():
        return None
    example = Path.home() / "faces"
    if "\0" in text:
        raise ValueError(f"that is no name of a folder. Type one such as {example}.")
    folder = Path(text.strip())
    if not folder.is_absolute():
        raise ValueError(f"type the whole path of a folder, such as {example}")
    if folder.exists() and not folder.is_dir():
        raise ValueError("that is a file; name a folder")
    return folder


def short(name: str) -> str:
    """A file name that leaves room for others."""
    return name if len(name) <= 32 else f"{name[:20]}…{name[-10:]}"


def sentence(text: str) -> str:
    """A message as a sentence."""
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."
