"""The rows of the clip list, and what they say."""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.clip_state import ANALYSING, DONE, FAILED, MISSING, STOPPED, WAITING
from app.shares import percent
from app.timecode import format_clock

STATES = (WAITING, ANALYSING, DONE, FAILED, MISSING, STOPPED)
ROW_ROLE = Qt.ItemDataRole.UserRole + 1  # ClipRow
FOLDER_ROLE = ROW_ROLE + 1  # str: what tells files of one name apart, or ""
CURRENT_ROLE = ROW_ROLE + 2  # bool
SEARCH_ROLE = ROW_ROLE + 3  # str

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class ClipRow:
    """One clip as the list shows it. Raises ValueError for an unknown state.

    `part` (0 to 1) is how much is analysed; `detail` the stage, or why it failed;
    `emotion` the leading one of a clip that is done, or ""; `duration` in seconds; `speaker`
    who speaks, where somebody said.
    """

    path: Path
    state: str = WAITING
    part: float = 0.0
    detail: str = ""
    emotion: str = ""
    duration: float | None = None
    speaker: str = ""

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"unknown state {self.state!r}, expected one of {', '.join(STATES)}")

    def words(self) -> str:
        """The state in words, on one line."""
        detail = " ".join(self.detail.split())
        if self.state == ANALYSING:
            return f"Analysing {percent(self.part)}" + (f" · {detail}" if detail else "")
        if self.state == DONE:
            parts = [self.emotion.capitalize() or "Done", self.speaker, detail]
            return " · ".join(part for part in parts if part)
        if self.state == FAILED:
            return f"Failed: {detail or 'it cannot be read'}"
        if self.state == MISSING:
            return "Missing sound: find it…"
        if self.state == STOPPED:
            return f"Stopped · {detail}" if detail else "Stopped before it was analysed"
        return f"Waiting · {detail}" if detail else "Waiting"


def telling_folders(paths: Sequence[Path]) -> dict[Path, str]:
    """For files that share their name, as much of the end of their folders as tells them apart."""
    by_name: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        by_name[path.name].append(path)
    result = dict.fromkeys(paths, "")
    for twins in by_name.values():
        depth = 1
        while len(twins) > 1:
            ends = {path: path.parent.parts[-depth:] for path in twins}
            counts: dict[tuple[str, ...], int] = defaultdict(int)
            for end in ends.values():
                counts[end] += 1
            result |= {path: os.path.join(*end) for path, end in ends.items() if end}  # noqa: PTH118
            longest = max(len(path.parent.parts) for path in twins)
            twins = [path for path, end in ends.items() if counts[end] > 1]
            depth += 1
            if depth > longest:
                break
    return result


class ClipModel(QAbstractListModel):
    """Rows in the order of the project, each path once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ClipRow] = []
        self._places: dict[Path, int] = {}
        self._folders: dict[Path, str] = {}
        self.current: Path | None = None

    def set_rows(self, rows: Sequence[ClipRow]) -> None:
        """All rows; where the paths are the same as before, only what they say changes."""
        same = [row.path for row in rows] == [row.path for row in self.rows]
        if same:
            for row in rows:
                self.update_row(row)
            return
        self.beginResetModel()
        self.rows = list(rows)
        self._places = {row.path: place for place, row in enumerate(rows)}
        self._folders = telling_folders(list(self._places))
        self.endResetModel()

    def update_row(self, row: ClipRow) -> None:
        """What one row says; a clip that is no longer in the list is left out."""
        place = self._places.get(row.path)
        if place is not None and self.rows[place] != row:
            self.rows[place] = row
            self._tell(place)

    def set_current(self, path: Path | None) -> None:
        """The clip on the screen."""
        before, self.current = self.current, path
        for changed in {before, path}:
            if changed in self._places:
                self._tell(self._places[changed])

    def place(self, path: Path) -> int | None:
        """The row of a path."""
        return self._places.get(path)

    def _tell(self, place: int) -> None:
        index = self.index(place)
        self.dataChanged.emit(index, index)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        """How many clips."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What delegate, filter, tooltips and screen readers ask for."""
        if not (index.isValid() and index.row() < len(self.rows)):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.path.name
        if role == ROW_ROLE:
            return row
        if role == FOLDER_ROLE:
            return self._folders[row.path]
        if role == CURRENT_ROLE:
            return row.path == self.current
        if role == SEARCH_ROLE:
            return (
                f"{row.path.name} {self._folders[row.path]} {row.state} {row.emotion} {row.speaker}"
            )
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{row.path}\n{row.words()}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        return None

    def _spoken(self, row: ClipRow) -> str:
        folder = self._folders[row.path]
        length = "" if row.duration is None else format_clock(row.duration, 0)
        current = "open" if row.path == self.current else ""
        parts = (row.path.name, f"in {folder}" if folder else "", length, row.words(), current)
        return ", ".join(part for part in parts if part)
