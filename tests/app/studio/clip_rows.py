"""What the tests of the clip list show in it."""

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt

from app.views.clip_list import ClipList, ClipRow

FOLDER = Path("/speech").absolute()
A, B, C, D, E = (FOLDER / name for name in ("a.wav", "b.wav", "c.wav", "d.wav", "e.wav"))
ROWS = (
    ClipRow(A, "done", emotion="happy", duration=62.4),
    ClipRow(B, "analysing", 0.42, "emotions"),
    ClipRow(C, "failed", detail="it holds no sound; expected a WAV file"),
    ClipRow(D, "missing"),
    ClipRow(E),
)
STOPPED = ClipRow(E, "stopped")
MANY = [ClipRow(FOLDER / f"scene {number:04}.wav") for number in range(1000)]


def spoken(clips: ClipList) -> list[str]:
    model = clips.view.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [model.index(row, 0).data(role) for row in range(model.rowCount())]


def select(clips: ClipList, *rows: int) -> None:
    chosen, how = clips.view.selectionModel(), QItemSelectionModel.SelectionFlag
    chosen.clear()
    for row in rows:
        chosen.setCurrentIndex(clips.view.model().index(row, 0), how.Select)
    clips.view.setFocus()
