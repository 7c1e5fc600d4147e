"""Sliders: live while they are dragged, final when let go; and what leaves them alone."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.theme import DARK
from app.views.emotion_panel import EmotionPanel
from core.animation import AnimationSettings
from core.gains import RegionGains
from tests.app.studio.emotion_settings import show
from tests.app.studio.panels import (
    Told,
    click,
    double_click,
    drag,
    key,
    shown,
)


@pytest.fixture
def panel(qtbot: QtBot) -> EmotionPanel:
    made = shown(qtbot, EmotionPanel(DARK), 280, 640)
    show(made, AnimationSettings())
    return made


@pytest.fixture
def told(panel: EmotionPanel) -> Told:
    return Told(panel)


def turn_wheel(widget: QWidget) -> None:
    place = QPointF(widget.rect().center())
    event = QWheelEvent(
        place, QPointF(widget.mapToGlobal(place)), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_a_drag_is_live_and_then_final(panel: EmotionPanel, told: Told) -> None:
    drag(panel.strength.slider, 0.5, 0.6, 0.7, 0.8)
    values = told.take()
    assert [final for _name, _value, final in values] == [False, False, False, True]
    strengths = [float(str(value)) for _name, value, _final in values]
    assert strengths == sorted(strengths)
    assert strengths[-1] == strengths[-2] == panel.strength.slider.value() / 100
    assert 1.4 < strengths[-1] < 1.8  # 0.8 of the way to 2


def test_what_is_shown_meanwhile_does_not_take_the_slider_out_of_the_hand(
    panel: EmotionPanel, told: Told
) -> None:
    panel.strength_changed.connect(
        lambda _value, final: None if final else show(panel, AnimationSettings())
    )
    drag(panel.strength.slider, 0.5, 0.9)
    name, strength, final = told.take()[-1]
    assert (name, final) == ("strength_changed", True)
    assert isinstance(strength, float)
    assert strength > 1.7
    show(panel, AnimationSettings())
    assert panel.strength.slider.value() == 100  # let go, it shows what is chosen again


def test_a_click_beside_the_handle_jumps_there_once(panel: EmotionPanel, told: Told) -> None:
    slider = panel.strength.slider
    click(slider, QPoint(slider.width() - 2, slider.height() // 2))
    assert told.take() == [("strength_changed", 2.0, False), ("strength_changed", 2.0, True)]


def test_a_click_on_the_handle_changes_nothing(panel: EmotionPanel, told: Told) -> None:
    click(panel.strength.slider)
    assert told.take() == []


def test_a_double_click_resets(panel: EmotionPanel, told: Told) -> None:
    show(panel, AnimationSettings(strength=0.25))
    slider = panel.strength.slider
    double_click(slider, QPoint(slider.width() // 8 + 4, slider.height() // 2))
    assert told.take()[-1] == ("strength_changed", 1.0, True)
    assert slider.value() == 100


@pytest.mark.parametrize("reset", [Qt.Key.Key_Backspace, Qt.Key.Key_Delete])
def test_a_key_resets(panel: EmotionPanel, told: Told, reset: Qt.Key) -> None:
    show(panel, AnimationSettings(strength=0.25))
    panel.strength.slider.setFocus()
    key(panel.strength.slider, reset)
    assert told.take() == [("strength_changed", 1.0, False), ("strength_changed", 1.0, True)]
    key(panel.strength.slider, reset)
    assert told.take() == []  # it is there already


def test_keys_move_a_slider(panel: EmotionPanel, told: Told) -> None:
    slider = panel.strength.slider
    slider.setFocus()
    key(slider, Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_End, Qt.Key.Key_Home)
    finals = [values[1] for values in told.take() if values[2]]
    assert finals == [1.01, 1.11, 2.0, 0.0]


def test_a_wheel_is_left_to_the_panel_until_the_slider_has_the_keyboard(
    panel: EmotionPanel, told: Told, qtbot: QtBot
) -> None:
    panel.smooth.setFocus()
    for field in (panel.strength.slider, panel.cutoff, panel.comparison.emotion):
        turn_wheel(field)
    assert told.take() == []
    panel.strength.slider.setFocus()
    with qtbot.waitSignal(panel.strength_changed, check_params_cb=lambda _value, final: final):
        turn_wheel(panel.strength.slider)
        turn_wheel(panel.strength.slider)
    assert [values[2] for values in told.take()] == [False, False, True]


def test_leaving_a_slider_ends_the_change(panel: EmotionPanel, told: Told) -> None:
    panel.strength.slider.setFocus()
    turn_wheel(panel.strength.slider)
    panel.smooth.setFocus()
    assert [values[2] for values in told.take()] == [False, True]


def test_gains_come_together(panel: EmotionPanel, told: Told) -> None:
    show(panel, AnimationSettings(gains=RegionGains(jaw=0.5)))
    slider = panel.gains["lips"].slider
    slider.setFocus()
    key(slider, Qt.Key.Key_End)
    gains = RegionGains(jaw=0.5, lips=2.0)
    assert told.take() == [("gains_changed", gains, False), ("gains_changed", gains, True)]
