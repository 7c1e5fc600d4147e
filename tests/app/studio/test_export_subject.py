"""What the export dialog offers of a clip: its length, its frame rate, what was heard in it."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.animation import Animation
from tests.app.studio.export_dialogs import (
    Make,
    animation,
    asked,
    cells,
    headers,
    make,
    sounds,
)
from tests.core.animations import make_affect

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


def test_the_preview_has_valence_and_arousal_where_they_are_heard(
    make: Make, animation: Animation
) -> None:
    dialog = make(animation=replace(animation, affect=make_affect(2.0)))
    assert headers(dialog)[-2:] == ["valence", "arousal"]
    assert cells(dialog)[0][-2:] == ["-0.500000", "0.750000"]
    dialog.form.columns.boxes["affect"].click()
    assert headers(dialog)[-1] == "w_top1"
    dialog = make()  # by weights that do not hear them
    assert headers(dialog)[-1] == "w_top1"
    dialog.form.columns.tick(["affect"])
    assert "do not hear valence and arousal" in dialog.preview.summary.text()
