"""The export dialog: what it asks for, what it says about nonsense, how it shows the writing."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.dialogs.export_dialog import ExportRequest
from app.export_job import export
from app.pictures import PictureSettings
from app.theme import LIGHT
from core.animation import Animation
from core.export import ExportSettings
from core.project import ProjectClip
from tests.app.studio.export_dialogs import (
    Make,
    animation,
    asked,
    cells,
    headers,
    make,
    sounds,
    type_into,
)
from tests.app.studio.picture_files import needs_av

__all__ = ["animation", "make", "sounds"]


def test_the_first_time_it_asks_for_what_the_command_line_writes(
    make: Make, qtbot: QtBot, sounds: list[Path]
) -> None:
    request = asked(qtbot, make())
    assert request == ExportRequest(
        ("csv", "json"), ExportSettings(), clips=(sounds[0],), own_smoothing=True
    )


@needs_av
def test_everything_can_be_chosen(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = make(loop=(0.5, 1.25), theme=LIGHT)
    form = dialog.form
    for name in ("json", "mp4"):
        form.formats.boxes[name].click()
    type_into(form.fps, "29,97")
    form.range.choose("loop")
    form.smoothing.choose("smoothed")
    form.hertz.setValue(4.5)
    form.points.choose("68")
    form.columns.boxes["probabilities"].click()
    type_into(form.pixels, "640x360")
    form.theme.choose("dark")
    type_into(form.folder, str(tmp_path / "out"))
    assert asked(qtbot, dialog) == ExportRequest(
        ("csv", "mp4"),
        ExportSettings(29.97, 4.5, 68, ("points", "top2", "affect"), (0.5, 1.25)),
        PictureSettings((640, 360), "dark"),
        tmp_path / "out",
        (tmp_path / "a.wav",),
    )


def test_all_clips_can_be_asked_for(make: Make, qtbot: QtBot, sounds: list[Path]) -> None:
    dialog = make()
    dialog.form.clips.choose("all")
    assert asked(qtbot, dialog).clips == tuple(sounds)
    assert asked(qtbot, make(everything=True)).clips == tuple(sounds)


def test_a_single_clip_leaves_no_choice_of_clips(make: Make, sounds: list[Path]) -> None:
    assert make().form.clips.isVisible()
    assert not make(clips=sounds[:1]).form.clips.isVisible()


def test_a_part_is_typed_as_times(make: Make, qtbot: QtBot) -> None:
    dialog = make()
    dialog.form.range.choose("part")
    type_into(dialog.form.start, "0:00.5")
    type_into(dialog.form.end, "1.5")
    assert asked(qtbot, dialog).settings.span == (0.5, 1.5)


def test_raw_as_shown_and_smoothed_are_apart(make: Make, qtbot: QtBot) -> None:
    found = []
    for key in ("own", "raw", "smoothed"):
        dialog = make(smoothing=8.0)
        dialog.form.smoothing.choose(key)
        assert dialog.form.hertz.isVisible() == (key == "smoothed")
        request = asked(qtbot, dialog)
        found.append((request.own_smoothing, request.settings.smoothing))
    assert found == [(True, None), (False, None), (False, 8.0)]


@pytest.mark.parametrize(
    ("row", "field", "text", "message"),
    [
        ("Frames a second", "fps", "fast", "“fast” is no frame rate. Type a number such as 25"),
        ("Frames a second", "fps", "0.5", "Frame rate must be from 1 to 1000 frames a second"),
        ("Pictures", "pixels", "big", "“big” is no size. Type a width and a height such as 720"),
        ("Pictures", "pixels", "9x9", "The sides of a picture must be from 64 to 4096 pixels"),
        ("Folder", "folder", "faces", "Type the whole path of a folder, such as "),
        ("Folder", "folder", __file__, "That is a file; name a folder."),
        ("Range", "start", "1.9", "The range must go from a time to a later one"),
        ("Range", "start", "soon", "“soon” is no time. Type seconds (3.5)"),
        ("Range", "end", "0:75", "75 seconds do not fit beside minutes"),
        ("Range", "end", "0.01", "There is no frame from 0 to 0.01 s at 25 frames a second"),
    ],
)
def test_nonsense_is_marked_where_it_is(
    row: str, field: str, text: str, message: str, make: Make
) -> None:
    dialog = make(choice={"formats": ["csv", "gif"]})
    dialog.form.range.choose("part")
    dialog.form.end.setText("1.0")
    assert dialog.export.isEnabled()
    type_into(getattr(dialog.form, field), text)
    errors = {name: r.error for name, r in dialog.form.rows.items() if r.error}
    assert list(errors) == [row]
    assert errors[row].startswith(message)
    assert not dialog.export.isEnabled()
    assert dialog.note.text() == f"⚠ {errors[row]}"
    assert dialog.export.toolTip() == errors[row]
    assert cells(dialog) == []
    shown = [label.text() for label in dialog.form.rows[row].findChildren(QLabel)
             if label.isVisible()]  # fmt: skip
    assert f"⚠ {errors[row]}" in shown
    dialog.accept()  # nothing happens, not even by the keyboard
    assert dialog.form.isEnabled()


def test_nonsense_that_is_put_right_is_no_longer_marked(make: Make, qtbot: QtBot) -> None:
    dialog = make()
    type_into(dialog.form.fps, "x")
    type_into(dialog.form.fps, "50")
    assert dialog.form.rows["Frames a second"].error == ""
    assert asked(qtbot, dialog).settings.fps == 50.0


@pytest.mark.parametrize(
    ("group", "row", "message"),
    [("formats", "Formats", "Choose at least one format."),
     ("columns", "Columns",
      "Choose at least one group of columns: points, probabilities, top2, affect.")],
)  # fmt: skip
def test_something_must_be_ticked(group: str, row: str, message: str, make: Make) -> None:
    dialog = make()
    getattr(dialog.form, group).tick([])
    assert dialog.form.rows[row].error == message
    assert not dialog.export.isEnabled()


def test_what_a_format_does_not_hold_cannot_be_chosen(make: Make, qtbot: QtBot) -> None:
    dialog = make(choice={"points": "68"})
    rows = dialog.form.rows
    assert (rows["Columns"].isEnabled(), rows["Pictures"].isEnabled()) == (True, False)
    dialog.form.formats.boxes["csv"].click()
    dialog.form.formats.boxes["png"].click()
    assert (rows["Columns"].isEnabled(), rows["Pictures"].isEnabled()) == (False, True)
    dialog.form.transparent.click()
    request = asked(qtbot, dialog)
    assert request.settings.points == 36  # the 68 are the table's
    assert request.picture.transparent


def test_the_loop_region_is_there_only_where_it_is_one(make: Make) -> None:
    assert make(choice={"range": "loop"}).form.range.key() == "whole"
    dialog = make(loop=(0.5, 1.0), choice={"range": "loop"})
    assert dialog.form.range.key() == "loop"
    dialog.form.clips.choose("all")
    assert dialog.form.range.key() == "whole"


def test_film_is_not_to_be_had_without_pyav(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.pictures.find_spec", lambda _name: None)
    dialog = make(choice={"formats": ["json", "mp4"]})
    box = dialog.form.formats.boxes["mp4"]
    assert not box.isEnabled()
    assert "pip install 'visemo[video]'" in box.toolTip()
    assert dialog.form.formats.keys() == ("json",)
    assert dialog.export.isEnabled()


# The preview


def test_the_preview_is_the_beginning_of_the_file(
    make: Make, qtbot: QtBot, animation: Animation, tmp_path: Path
) -> None:
    dialog = make(smoothing=6.0)
    dialog.form.points.choose("68")
    dialog.form.columns.boxes["top2"].click()
    type_into(dialog.form.fps, "60")
    request = asked(qtbot, dialog)
    clip = ProjectClip(tmp_path / "a.wav", smoothing=6.0)
    path, _, _ = export(animation, clip, request)
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    assert headers(dialog) == header
    assert cells(dialog) == rows[: len(cells(dialog))]
    assert len(cells(dialog)) >= 8


def test_the_preview_follows_the_fields(make: Make) -> None:
    dialog = make(loop=(1.0, 1.2))
    assert len(headers(dialog)) == 5 + 72 + 7 + 3
    assert dialog.preview.summary.text().startswith("50 frames at 25 a second, 0.00 – 2.00 s")
    dialog.form.columns.tick(["top2"])
    assert len(headers(dialog)) == 5 + 3
    dialog.form.range.choose("loop")
    assert [row[2] for row in cells(dialog)] == [f"{1.02 + k / 25:.6f}" for k in range(5)]
    assert dialog.preview.summary.text().startswith("5 frames at 25 a second, 1.00 – 1.20 s")


def test_a_picture_is_shown_where_pictures_are_asked_for(make: Make) -> None:
    dialog = make()
    assert not dialog.preview.picture.isVisible()
    dialog.form.formats.boxes["gif"].click()
    assert dialog.preview.picture.isVisible()
    dark = dialog.preview.picture.pixmap().toImage()
    dialog.form.theme.choose("light")
    light = dialog.preview.picture.pixmap().toImage()
    assert dark.pixelColor(2, 2).lightness() < 60 < light.pixelColor(2, 2).lightness()
    dialog.form.pixels.setCurrentText("1280 × 720")
    wide = dialog.preview.picture.pixmap()
    assert wide.width() == pytest.approx(wide.height() * 16 / 9, abs=1)


def test_without_an_animation_there_is_no_preview_but_an_export(make: Make, qtbot: QtBot) -> None:
    dialog = make(animation=None)
    assert cells(dialog) == []
    assert dialog.preview.summary.text() == "The rows show when this clip is analysed."
    assert asked(qtbot, dialog).formats == ("csv", "json")


# The files


def test_files_that_will_be_replaced_are_named(make: Make, tmp_path: Path) -> None:
    for name in ("a.csv", "b.meta.json"):
        (tmp_path / name).touch()
    dialog = make()
    assert dialog.note.text() == "Replaces a.csv, there already."
    dialog.form.clips.choose("all")
    assert dialog.note.text() == "Replaces a.csv, b.meta.json, there already."
    dialog.form.formats.boxes["csv"].click()
    assert dialog.note.text() == ""
    for name in ("a.json", "b.json", "c.json", "a.npz"):
        (tmp_path / name).touch()
    dialog.form.formats.boxes["npz"].click()
    assert dialog.note.text() == "Replaces a.json, a.npz, b.json and 1 more, there already."


def test_of_very_many_clips_not_all_files_are_looked_for(make: Make, tmp_path: Path) -> None:
    clips = [tmp_path / f"{number}.wav" for number in range(300)]
    (tmp_path / "7.csv").touch()
    dialog = make(clips=clips, current=clips[0], everything=True)
    assert dialog.note.text() == (
        "Replaces 7.csv, there already. Looked for files of the first 200 clips only."
    )


def test_a_folder_that_is_missing_will_be_made(make: Make, tmp_path: Path) -> None:
    dialog = make()
    dialog.form.folder.setText(str(tmp_path / "new"))
    assert dialog.note.text() == "The folder will be made."
    assert dialog.export.isEnabled()


def test_two_sounds_of_one_name_cannot_go_into_one_folder(make: Make, tmp_path: Path) -> None:
    dialog = make(clips=[tmp_path / "1" / "a.wav", tmp_path / "2" / "a.wav"], everything=True)
    assert dialog.export.isEnabled()
    dialog.form.folder.setText(str(tmp_path))
    assert "would overwrite that of" in dialog.note.text()
    assert not dialog.export.isEnabled()


def test_a_gif_of_too_many_frames_a_second_is_told_before(make: Make) -> None:
    dialog = make(choice={"formats": ["gif"], "fps": "60"})
    assert dialog.note.text() == "A GIF shows at most 50 frames a second and will have those."


def test_browsing_fills_in_the_folder(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = make()
    for chosen in (str(tmp_path), ""):  # "": the dialog was closed
        monkeypatch.setattr(
            "app.dialogs.export_form.QFileDialog.getExistingDirectory", lambda *_, c=chosen: c
        )
        QTest.mouseClick(dialog.form.browse, Qt.MouseButton.LeftButton)
        assert dialog.form.folder.text() == str(tmp_path)
