"""The export dialog: what it remembers, how it shows the writing, how it is used by keyboard."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.theme import DARK, LIGHT
from core.errors import ExportError
from core.export import ALL_COLUMNS, EXPORTERS, ExportSettings
from tests.app.studio.export_dialogs import Make, animation, asked, make, sounds

__all__ = ["animation", "make", "sounds"]


# Remembering


def test_the_last_choice_comes_back(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    first = make(loop=(0.5, 1.0))
    form = first.form
    form.formats.tick(["npz", "png", "csv"])
    form.fps.setCurrentText("48")
    form.range.choose("loop")
    form.smoothing.choose("smoothed")
    form.hertz.setValue(3.5)
    form.points.choose("68")
    form.columns.tick(["points"])
    form.pixels.setCurrentText("100 × 200")
    form.theme.choose("light")
    form.transparent.setChecked(True)
    form.folder.setText(str(tmp_path))
    form.clips.choose("this")
    kept = json.loads(json.dumps(first.choice()))
    assert asked(qtbot, make(loop=(0.5, 1.0), choice=kept)) == asked(qtbot, first)
    assert make(choice=kept).choice() == {**kept, "range": "whole"}


@pytest.mark.parametrize("wrong", [None, 7, "x", ["x"], {"x": 1}, float("nan"), True])
def test_a_choice_that_makes_no_sense_is_as_usual(wrong: object, make: Make, qtbot: QtBot) -> None:
    keys = make().choice()
    dialog = make(choice=dict.fromkeys(keys, wrong))
    if wrong == "x":
        assert not dialog.export.isEnabled()  # the frame rate is marked
        dialog.form.fps.setCurrentText("25")
        dialog.form.pixels.setCurrentText("720 × 720")
        dialog.form.folder.clear()
    if wrong == ["x"]:
        dialog.form.formats.tick(["csv"])
        dialog.form.columns.tick(ALL_COLUMNS)
    assert asked(qtbot, dialog).settings == ExportSettings()


# Writing


def test_progress_and_the_end_are_shown(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    dialog = make()
    asked(qtbot, dialog)
    assert not dialog.form.isEnabled()
    assert not dialog.export.isEnabled()
    dialog.show_progress("writing csv", 25, 100)
    assert dialog.progress.isVisible()
    assert dialog.progress.value() == dialog.progress.maximum() // 4
    assert dialog.note.text() == "Writing csv, 25 %"
    dialog.show_progress("reading", 0, 0)
    assert dialog.progress.value() == 0
    dialog.finished_writing([tmp_path / "a.csv", tmp_path / "a.meta.json"])
    assert dialog.note.text() == f"✓ Wrote a.csv, a.meta.json into {tmp_path}."
    assert not dialog.progress.isVisible()
    assert dialog.stop.text() == "Close"
    assert dialog.focusWidget() is dialog.stop
    assert dialog.show_folder.isVisible()
    assert dialog.export.isEnabled()


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (
            ExportError("Cannot write 'a': the disk is full."),
            "⚠ Cannot write 'a': the disk is full.",
        ),
        ("it went wrong", "⚠ It went wrong."),
        (ZeroDivisionError("x"), "⚠ A fault of this program: ZeroDivisionError('x')."),
    ],
)
def test_a_failure_is_told_and_can_be_tried_again(
    problem: BaseException | str, message: str, make: Make, qtbot: QtBot
) -> None:
    dialog = make()
    first = asked(qtbot, dialog)
    dialog.failed(problem)
    assert dialog.note.text() == message
    assert not dialog.progress.isVisible()
    assert asked(qtbot, dialog) == first


def test_what_was_just_written_will_be_replaced_next(
    make: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = make()
    asked(qtbot, dialog)
    (tmp_path / "a.csv").touch()
    dialog.finished_writing([tmp_path / "a.csv"])
    dialog.form.theme.choose("light")
    dialog.form.points.choose("68")
    assert dialog.note.text() == "Replaces a.csv, there already."
    assert not dialog.show_folder.isVisible()


@pytest.mark.parametrize("how", ["button", "escape", "close"])
def test_closing_while_writing_stops_that_first(how: str, make: Make, qtbot: QtBot) -> None:
    dialog = make()
    asked(qtbot, dialog)
    with qtbot.waitSignal(dialog.cancel_requested):
        if how == "button":
            QTest.mouseClick(dialog.stop, Qt.MouseButton.LeftButton)
        elif how == "escape":
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
        else:
            dialog.close()
    assert dialog.isVisible()
    assert not dialog.stop.isEnabled()
    dialog.show_progress("writing csv", 30, 100)  # late news
    assert dialog.note.text() == "Stopping…"
    dialog.stopped()
    assert dialog.note.text() == "Stopped. Files that were not whole were not kept."
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_one_press_asks_once(make: Make, qtbot: QtBot) -> None:
    dialog = make()
    heard: list[object] = []
    dialog.export_requested.connect(heard.append)
    asked(qtbot, dialog)
    dialog.accept()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert len(heard) == 1


def test_the_folder_can_be_shown(
    make: Make, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "app.dialogs.export_dialog.QDesktopServices.openUrl",
        lambda url: opened.append(url.toLocalFile()),
    )
    dialog = make()
    asked(qtbot, dialog)
    dialog.finished_writing([tmp_path / "a b.csv"])
    QTest.mouseClick(dialog.show_folder, Qt.MouseButton.LeftButton)
    assert opened == [str(tmp_path)]


# By keyboard and by ear


def test_the_keyboard_does_it_all(make: Make, qtbot: QtBot) -> None:
    dialog = make()
    boxes = dialog.form.formats.boxes
    boxes["csv"].setFocus()
    QTest.keyClick(boxes["csv"], Qt.Key.Key_Space)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert dialog.focusWidget() is boxes["json"]
    seen = set()
    for _ in range(60):
        focused = dialog.focusWidget()
        seen.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    form = dialog.form
    for field in (form.fps, form.range, form.smoothing, form.folder, form.browse, form.clips,
                  dialog.preview.table, dialog.stop, dialog.export):  # fmt: skip
        assert field in seen
    boxes["json"].setFocus()
    with qtbot.waitSignal(dialog.export_requested) as signal:
        QTest.keyClick(dialog.form.fps, Qt.Key.Key_Return)
    assert signal.args[0].formats == ("json",)


def test_every_control_has_a_name(make: Make) -> None:
    dialog = make()
    form = dialog.form
    for field in (form.formats, form.fps, form.range, form.start, form.end, form.smoothing,
                  form.hertz, form.points, form.columns, form.folder, form.browse, form.clips,
                  form.pixels, form.theme, dialog.preview.table, dialog.preview.picture,
                  dialog.note, dialog.progress):  # fmt: skip
        assert field.accessibleName()
    assert len({box.accessibleName() for box in form.formats.boxes.values()}) == 6
    assert all(EXPORTERS[name].description in form.formats.boxes[name].text() for name in EXPORTERS)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_it_fits_a_small_screen(theme: Any, make: Make) -> None:
    dialog = make(theme=theme, choice={"formats": ["csv", "gif"]})
    assert dialog.width() <= 1200
    assert dialog.height() <= 680
    assert dialog.minimumSizeHint().height() <= 680
