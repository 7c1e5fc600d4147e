"""The clip list by mouse, keyboard and drop."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.theme import DARK, LIGHT
from app.views.clip_list import ClipList, ClipRow
from tests.app.studio.clip_rows import FOLDER, MANY, ROWS, STOPPED, A, B, C, D, select, spoken
from tests.app.studio.panels import (
    Told,
    click,
    double_click,
    key,
    nameless,
    reachable,
    reached_by_tab,
    shown,
    untold,
    write,
)


@pytest.fixture
def clips(qtbot: QtBot) -> ClipList:
    made = shown(qtbot, ClipList(DARK), 280, 400)
    made.set_clips(ROWS)
    return made


@pytest.fixture
def told(clips: ClipList) -> Told:
    return Told(clips)


def middle(clips: ClipList, row: int) -> QPoint:
    return clips.view.visualRect(clips.view.model().index(row, 0)).center()


def drop(clips: ClipList, data: QMimeData) -> bool:
    """Whether it was welcome."""
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(20, 20), Qt.DropAction.CopyAction, data, left, none)
    enter.ignore()
    QApplication.sendEvent(clips, enter)
    if enter.isAccepted():
        event = QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, data, left, none)
        QApplication.sendEvent(clips, event)
    return enter.isAccepted()


def test_a_row_is_opened_by_mouse_and_by_key(clips: ClipList, told: Told) -> None:
    click(clips.view.viewport(), middle(clips, 0))
    assert told.take() == []
    double_click(clips.view.viewport(), middle(clips, 1))
    clips.view.setFocus()
    key(clips.view, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Enter)
    assert told.take() == [("opened", B), ("opened", C), ("opened", B)]


def test_a_missing_sound_is_asked_for(clips: ClipList, told: Told) -> None:
    below = middle(clips, 3) + QPoint(0, 8)
    click(clips.view.viewport(), below)
    assert told.take() == [("locate_requested", D)]
    double_click(clips.view.viewport(), below)
    assert told.take() == [("locate_requested", D)]  # once
    click(clips.view.viewport(), middle(clips, 3) - QPoint(0, 8))  # its name selects it
    assert told.take() == []
    select(clips, 3)
    key(clips.view, Qt.Key.Key_Return)
    assert told.take() == [("locate_requested", D)]


@pytest.mark.parametrize("press", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_rows_are_removed_by_key(clips: ClipList, told: Told, press: Qt.Key) -> None:
    select(clips, 3, 1)
    key(clips.view, press)
    assert told.take() == [("removed", [B, D])]
    select(clips)
    key(clips.view, press)
    assert told.take() == []


def test_after_removing_the_next_row_is_selected(clips: ClipList) -> None:
    select(clips, 1)
    clips.set_clips([row for row in ROWS if row.path != B])
    assert clips.selection() == [C]
    select(clips, 3)
    clips.set_clips(ROWS[:1] + ROWS[2:4])
    assert clips.selection() == [D]


def test_the_selection_outlives_new_rows(clips: ClipList) -> None:
    select(clips, 0, 2)
    clips.set_clips((ClipRow(FOLDER / "0.wav"), *ROWS))
    assert clips.selection() == [A, C]


@pytest.mark.parametrize(
    ("row", "offers"),
    [
        (0, ["Open", "Speaker…", "Remove from the list", "Add sounds…"]),
        (1, ["Open", "Cancel", "Speaker…", "Remove from the list", "Add sounds…"]),
        (2, ["Open", "Try again", "Find the sound…", "Speaker…", "Remove from the list",
             "Add sounds…"]),
        (3, ["Open", "Find the sound…", "Speaker…", "Remove from the list", "Add sounds…"]),
        (4, ["Open", "Try again", "Speaker…", "Remove from the list", "Add sounds…"]),
    ],
)  # fmt: skip
def test_the_menu_offers_what_can_be_done(
    clips: ClipList, told: Told, row: int, offers: list[str]
) -> None:
    clips.update_clip(STOPPED)
    select(clips, row)
    menu = clips.menu(STOPPED if row == 4 else ROWS[row])
    actions = [action for action in menu.actions() if not action.isSeparator()]
    assert [action.text().split("\t")[0] for action in actions] == offers
    for action in actions:
        action.trigger()
    path = ROWS[row].path
    said: dict[str, tuple[object, ...]] = {
        "Open": ("opened", path),
        "Cancel": ("cancel_requested", path),
        "Try again": ("retry_requested", path),
        "Find the sound…": ("locate_requested", path),
        "Speaker…": ("speaker_requested", [path]),
        "Remove from the list": ("removed", [path]),
        "Add sounds…": ("add_requested",),
    }
    assert told.take() == [said[offer] for offer in offers]
    menu.deleteLater()


def test_the_menu_key_has_the_menu_of_the_current_row(clips: ClipList, qtbot: QtBot) -> None:
    select(clips, 2)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(clips.view.viewport(), event)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert "Try again" in [action.text() for action in menu.actions()]
    menu.close()


def test_files_and_folders_are_dropped(clips: ClipList, told: Told, tmp_path: Path) -> None:
    odd = tmp_path / "später ☕ #1 100%.wav"
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl.fromLocalFile(str(odd))])
    assert drop(clips, data)
    assert told.take() == [("dropped", [tmp_path, odd])]


def test_what_is_no_file_is_not_taken(clips: ClipList, told: Told) -> None:
    data = QMimeData()
    data.setText("hello")
    assert not drop(clips, data)
    web = QMimeData()
    web.setUrls([QUrl("https://example.org/a.wav")])
    assert not drop(clips, web)
    assert told.take() == []


def test_an_empty_list_says_what_to_do(clips: ClipList, told: Told) -> None:
    clips.set_clips([])
    assert clips.pages.currentWidget() is clips.empty
    assert clips.empty.text() == "Drop sounds here,\nor open files (Ctrl+O)"
    click(clips.add)
    assert told.take() == [("add_requested",)]
    clips.set_clips(ROWS)
    assert clips.pages.currentWidget() is clips.view


def test_all_can_be_cancelled_while_any_is_busy(clips: ClipList, told: Told) -> None:
    click(clips.cancel_all)
    assert told.take() == [("cancel_all_requested",)]
    for row in (ROWS[1], ROWS[4]):
        clips.update_clip(ClipRow(row.path, "done"))
    assert clips.cancel_all.isHidden()
    clips.update_clip(ClipRow(A, "waiting"))
    assert not clips.cancel_all.isHidden()


def test_showing_tells_nothing(clips: ClipList, told: Told) -> None:
    clips.set_clips(MANY)
    clips.set_clips(ROWS)
    clips.update_clip(ClipRow(A, "failed", detail="gone"))
    clips.update_clip(ClipRow(FOLDER / "unknown.wav"))  # it was removed meanwhile
    clips.set_current(B)
    clips.set_current(None)
    clips.set_current(FOLDER / "unknown.wav")
    clips.set_theme(LIGHT)
    assert told.take() == []
    assert len(spoken(clips)) == 5


def test_only_rows_that_changed_are_drawn_again(clips: ClipList) -> None:
    changed: list[int] = []
    clips.model.dataChanged.connect(lambda first, _last: changed.append(first.row()))
    clips.set_clips(ROWS)
    assert changed == []
    clips.set_clips([*ROWS[:3], ClipRow(D, "waiting"), ROWS[4]])
    assert changed == [3]


def test_the_open_clip_is_selected(clips: ClipList) -> None:
    clips.set_current(C)
    assert clips.selection() == [C]
    assert spoken(clips)[2].endswith("open")


def test_the_open_clip_alone_is_selected_unless_it_is_among_several(clips: ClipList) -> None:
    select(clips, 1)
    clips.set_current(C)
    assert clips.selection() == [C]
    select(clips, 0, 2, 3)
    clips.set_current(C)
    assert clips.selection() == [A, C, D]  # somebody chose these
    clips.set_current(B)
    assert clips.selection() == [B]


def test_undo_selects_nothing_that_nobody_selected(clips: ClipList) -> None:
    clips.set_current(A)
    QTest.keyPress(clips.view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.keyboardModifiers() == Qt.KeyboardModifier.ControlModifier  # as for Ctrl+Z
    without = [row for row in ROWS if row.path != A]
    for rows, current in ((without, B), (ROWS, A), (without, B), (ROWS, A)):
        clips.set_clips(rows)
        clips.set_current(current)
        assert clips.selection() == [current]
    QTest.keyRelease(clips.view, Qt.Key.Key_Control)
    clips.view.clearSelection()
    clips.set_clips(without)
    assert clips.selection() == []


def test_the_filter_shows_up_where_it_is_needed(clips: ClipList) -> None:
    assert clips.filter.isHidden()
    clips.set_clips([*MANY[:10], ClipRow(FOLDER / "x.wav", "failed")])
    assert not clips.filter.isHidden()
    clips.filter.setFocus()
    write(clips.filter, "SCENE 000")
    assert len(spoken(clips)) == 10
    clips.filter.clear()
    write(clips.filter, "failed")
    assert spoken(clips) == ["x.wav, Failed: it cannot be read"]
    clips.update_clip(ClipRow(FOLDER / "x.wav", "done"))
    assert clips.pages.currentWidget() is clips.nothing
    assert "“failed”" in clips.nothing.text()
    clips.set_clips(ROWS)  # a filter that cannot be seen hides nothing
    assert len(spoken(clips)) == 5


def test_everything_has_a_name_and_is_reached_by_tab(clips: ClipList) -> None:
    clips.set_clips(MANY[:20])
    assert nameless(clips) == []
    assert untold(clips) == []
    clips.add.setFocus()
    assert reachable(clips) <= reached_by_tab()
