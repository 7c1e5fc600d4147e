"""A click leaves the keyboard where it was, so that Space plays and arrows step after it."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.theme import DARK
from app.views.clip_list import ClipList
from app.views.controls.slider import ResetSlider
from app.views.emotion_panel import EmotionPanel
from app.views.hint import Hint
from app.views.record_panel import RecordPanel
from app.views.transport_bar import TransportBar
from core.animation import AnimationSettings
from tests.app.studio.clip_rows import MANY
from tests.app.studio.emotion_settings import THREE, show
from tests.app.studio.panels import LEFT, Told, click, drag, key, shown, write


class Window(QWidget):
    """A panel above something else that has the keyboard."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__()
        self.panel, self.other = panel, QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(panel, 1)
        column.addWidget(self.other)


def beside(qtbot: QtBot, panel: QWidget) -> Window:
    window = shown(qtbot, Window(panel), 1200, 760)
    window.other.setFocus()
    return window


def emotion_panel() -> EmotionPanel:
    panel = EmotionPanel(DARK)
    show(panel, AnimationSettings(segments=THREE), 6.0, AnimationSettings(emotion="fear"))
    return panel


def clip_list() -> ClipList:
    clips = ClipList(DARK)
    clips.set_clips(MANY[:20])
    return clips


@pytest.mark.parametrize(
    "make",
    [lambda: TransportBar(DARK), emotion_panel, clip_list, lambda: RecordPanel(DARK), Hint],
    ids=["transport", "emotion", "clips", "record", "hint"],
)
def test_a_clicked_button_or_slider_does_not_take_the_keyboard(
    qtbot: QtBot, make: type[QWidget]
) -> None:
    panel = make()
    window = beside(qtbot, panel)
    kinds = (QAbstractButton, ResetSlider)
    parts = [part for part in panel.findChildren(QWidget) if isinstance(part, kinds)]
    ours = [part for part in parts if not isinstance(part.parent(), QLineEdit)]
    assert ours
    ours.sort(key=lambda part: isinstance(part, QAbstractButton))  # headers fold sliders away
    for part in ours:
        if part.isVisible() and part.isEnabled():
            click(part)
            assert QApplication.focusWidget() is window.other, part.accessibleName()


def test_space_after_a_click_does_not_press_the_button_again(qtbot: QtBot) -> None:
    bar = TransportBar(DARK)
    window = beside(qtbot, bar)
    told = Told(bar)
    click(bar.forward)
    drag(bar.volume, 0.9, 0.4)
    volume = bar.volume.value()
    told.take()
    focus = QApplication.focusWidget()
    assert focus is window.other
    key(focus, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right)
    assert told.take() == []
    assert bar.volume.value() == volume


def test_a_list_opened_by_mouse_does_not_take_the_keyboard(qtbot: QtBot) -> None:
    bar = TransportBar(DARK)
    window = beside(qtbot, bar)
    for combo in (bar.speed, bar.fps):
        arrow = QPoint(combo.width() - 8, combo.height() // 2)
        QTest.mousePress(combo, LEFT, pos=arrow)
        QTest.mouseRelease(combo, LEFT, pos=arrow)
        qtbot.waitUntil(combo.view().isVisible)
        combo.hidePopup()
        assert QApplication.focusWidget() is window.other


def test_a_number_is_typed_where_it_was_clicked(qtbot: QtBot) -> None:
    bar = TransportBar(DARK)
    first = beside(qtbot, bar)
    told = Told(bar)
    editor = bar.fps.lineEdit()
    assert editor is not None
    click(editor)
    assert editor.hasFocus()
    editor.selectAll()
    write(editor, "48")
    key(editor, Qt.Key.Key_Return)
    assert told.take() == [("fps_changed", 48.0)]
    first.close()
    panel = emotion_panel()
    window = beside(qtbot, panel)
    click(panel.cutoff, QPoint(12, panel.cutoff.height() // 2))
    assert panel.cutoff.hasFocus()
    assert not window.other.hasFocus()


def test_undo_shows_the_value_in_use_unless_somebody_is_typing(qtbot: QtBot) -> None:
    panel = emotion_panel()
    window = beside(qtbot, panel)
    panel.cutoff.setFocus()
    key(panel.cutoff, Qt.Key.Key_Up)
    assert panel.cutoff.value() == 6.5
    show(panel, AnimationSettings(), 6.0)  # undone
    assert panel.cutoff.value() == 6.0
    panel.cutoff.selectAll()
    write(panel.cutoff, "11")
    show(panel, AnimationSettings(), 6.0)
    assert panel.cutoff.text().startswith("11")  # it stays in the hand
    key(panel.cutoff, Qt.Key.Key_Return)
    assert panel.cutoff.value() == 11.0
    show(panel, AnimationSettings(), 6.0)
    assert panel.cutoff.value() == 6.0
    window.close()


def test_tips_name_the_keys(qtbot: QtBot) -> None:
    bar = shown(qtbot, TransportBar(DARK))
    assert bar.play.toolTip() == "Play (Space)"
    assert bar.stop.toolTip().startswith("Stop (Space)")
    assert bar.mute.toolTip() == "Mute (M)"
    assert bar.follow.toolTip().startswith("Follow (F)")
    assert bar.loop.toolTip() == "Loop (Ctrl+L)"
    bar.set_playing(True)
    assert bar.play.toolTip() == "Pause (P)"
    bar.set_muted(True)
    assert bar.mute.toolTip() == "Sound on again (M)"
