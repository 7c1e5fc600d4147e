"""What the export dialog offers of a clip that is not known yet, and at which frame rate."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.app.studio.export_dialogs import Make, animation, asked, make, sounds

__all__ = ["animation", "make", "sounds"]


def test_a_clip_of_unknown_length_has_no_part_to_choose(make: Make, qtbot: QtBot) -> None:
    dialog = make(animation=None)
    choice = dialog.form.range
    index = choice.findData("part")
    assert not choice.model().flags(choice.model().index(index, 0)) & Qt.ItemFlag.ItemIsEnabled
    assert "not known" in choice.itemData(index, Qt.ItemDataRole.ToolTipRole)
    choice.choose("part")
    assert choice.key() == "whole"
    assert asked(qtbot, dialog).settings.span is None
    other = make()
    known = other.form
    known.range.choose("part")
    assert known.range.key() == "part"
    assert known.end.text() != known.start.text()


def test_the_frame_rate_is_that_of_the_window_until_another_was_chosen(
    make: Make, qtbot: QtBot, sounds: list[Path]
) -> None:
    assert sounds
    dialog = make(fps=29.97)
    assert dialog.form.fps.currentText() == "29.97"
    assert asked(qtbot, dialog).settings.fps == 29.97
    assert make(fps=29.97, choice={"fps": "50"}).form.fps.currentText() == "50"
    assert make().form.fps.currentText() == "25"
