"""How clips look in the list: words, signs, contrast, and a thousand of them."""

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from app import clip_state
from app.theme import DARK, LIGHT, Theme
from app.views.clip_list import ClipList, ClipRow
from app.views.controls.clip_delegate import ClipDelegate
from app.views.controls.clip_model import STATES, telling_folders
from tests.app.studio.clip_rows import FOLDER, MANY, ROWS, A, C, select, spoken
from tests.app.studio.panels import (
    shown,
)


@pytest.fixture
def clips(qtbot: QtBot) -> ClipList:
    made = shown(qtbot, ClipList(DARK), 280, 400)
    made.set_clips(ROWS)
    return made


def test_rows_say_in_words_how_they_are(clips: ClipList) -> None:
    clips.set_current(A)
    assert spoken(clips) == [
        "a.wav, 1:02, Happy, open",
        "b.wav, Analysing 42 % · emotions",
        "c.wav, Failed: it holds no sound; expected a WAV file",
        "d.wav, Missing sound: find it…",
        "e.wav, Waiting",
    ]
    tip = clips.view.model().index(2, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == f"{C}\nFailed: it holds no sound; expected a WAV file"


def test_every_state_a_clip_can_be_in_is_shown(clips: ClipList) -> None:
    names = {name: value for name, value in vars(clip_state).items() if name.isupper()}
    states = [value for value in names.values() if isinstance(value, str)]
    assert len(states) >= 6
    said = set()
    for state in states:
        clips.update_clip(ClipRow(A, state))
        assert clips.view.viewport().grab().width() > 0
        said.add(spoken(clips)[0])
    assert len(said) == len(states)
    clips.update_clip(ClipRow(A, "stopped"))
    assert spoken(clips)[0] == "a.wav, Stopped before it was analysed"
    rect = clips.view.visualRect(clips.view.model().index(0, 0))
    picture = clips.view.viewport().grab(rect).toImage()
    middle, ground = picture.height() // 2, picture.pixelColor(16, 1).lightness()
    solid = [picture.pixelColor(x, middle).lightness() for x in (15, 16)]  # a square in a ring
    assert all(abs(lightness - ground) > 60 for lightness in solid)


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown state 'odd', expected one of waiting"):
        ClipRow(A, "odd")


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_states_differ_in_shape_and_not_by_colour_alone(qtbot: QtBot, theme: Theme) -> None:
    clips = shown(qtbot, ClipList(theme), 280, 400)
    clips.set_clips([ClipRow(FOLDER / f"{place}.wav", s) for place, s in enumerate(STATES)])
    signs = []
    for row in range(len(STATES)):
        rect = clips.view.visualRect(clips.view.model().index(row, 0))
        rect.setWidth(28)
        picture = clips.view.viewport().grab(rect).toImage()
        grey = picture.convertToFormat(QImage.Format.Format_Grayscale8)
        ground = grey.pixelColor(14, 1).lightness()
        signs.append(
            [
                abs(grey.pixelColor(x, y).lightness() - ground) > 40
                for y in range(4, grey.height() - 4)
                for x in range(6, 27)
            ]
        )
    for place, sign in enumerate(signs):
        assert any(sign), STATES[place]
        for other in signs[:place]:
            assert sum(a != b for a, b in zip(sign, other, strict=True)) > 6


def test_files_of_one_name_are_told_apart(clips: ClipList) -> None:
    clips.set_clips([ClipRow(FOLDER / day / "take.wav") for day in ("monday", "tuesday")])
    assert spoken(clips) == ["take.wav, in monday, Waiting", "take.wav, in tuesday, Waiting"]


def test_as_much_of_a_folder_is_told_as_it_takes() -> None:
    paths = [
        Path("/x/1/raw/t.wav"),
        Path("/x/2/raw/t.wav"),
        Path("/x/2/cut/t.wav"),
        Path("/x/u.wav"),
    ]
    told = telling_folders(paths)
    assert [told[path] for path in paths] == [
        os.path.join("1", "raw"), os.path.join("2", "raw"), "cut", "",  # noqa: PTH118
    ]  # fmt: skip
    roots = [Path("/t.wav"), Path("/x/t.wav")]
    assert telling_folders(roots)[roots[1]] == "x"
    assert telling_folders([]) == {}


def test_of_a_thousand_clips_only_what_is_in_view_is_painted(clips: ClipList) -> None:
    painted: list[int] = []

    class Counting(ClipDelegate):
        def paint(self, painter: Any, option: Any, index: Any) -> None:
            painted.append(index.row())
            super().paint(painter, option, index)

    clips.set_clips(MANY)
    clips.view.setItemDelegate(Counting(DARK, clips.view))
    clips.view.viewport().grab()
    row = clips.view.visualRect(clips.view.model().index(0, 0)).height()
    in_view = clips.view.viewport().height() // row + 1
    assert sorted(set(painted)) == list(range(in_view))


def test_of_a_thousand_clips_only_those_that_changed_are_told_anew(clips: ClipList) -> None:
    clips.set_clips(MANY)
    clips.filter.setText("scene")
    model, told, resets = clips.view.model(), list[tuple[int, int]](), list[None]()
    model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    model.modelReset.connect(lambda: resets.append(None))
    clips.update_clip(ClipRow(MANY[7].path, "analysing", 0.5))
    assert told == [(7, 7)]
    clips.update_clip(ClipRow(MANY[7].path, "analysing", 0.5))
    assert told == [(7, 7)]
    clips.set_clips([*MANY[:500], *(ClipRow(r.path, "done", emotion="sad") for r in MANY[500:])])
    assert told == [(7, 7), (7, 7), *((place, place) for place in range(500, 1000))]
    assert resets == []
    clips.filter.setText("scene 09")
    assert len(spoken(clips)) == 100


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_words_of_a_selected_row_have_contrast(qtbot: QtBot, theme: Theme) -> None:
    clips = shown(qtbot, ClipList(theme), 280, 400)
    clips.set_clips(ROWS)
    for row in range(len(ROWS)):
        select(clips, row)
        rect = clips.view.visualRect(clips.view.model().index(row, 0))
        picture = clips.view.viewport().grab(rect).toImage()
        lower = range(picture.height() // 2 + 2, picture.height() - 6)
        ground = luminance(picture.pixelColor(picture.width() - 6, lower[0]))
        words = range(picture.width() // 5, picture.width() - 6)
        inks = [luminance(picture.pixelColor(x, y)) for y in lower for x in words]
        best = max((max(i, ground) + 0.05) / (min(i, ground) + 0.05) for i in inks)
        assert best >= 4.5, ROWS[row].state


def luminance(ink: QColor) -> float:
    """Relative luminance by WCAG 2."""
    parts = [ink.redF(), ink.greenF(), ink.blueF()]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
