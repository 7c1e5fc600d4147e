"""The emotion panel by mouse and keyboard; it tells what a person does, and nothing else."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.theme import DARK, LIGHT
from app.views.controls.emotion_buttons import CHOICES
from app.views.emotion_panel import EmotionPanel
from core.animation import AnimationSettings
from core.emotion import EMOTIONS, chosen_mix
from core.gains import RegionGains
from tests.app.studio.emotion_settings import HEARD, THREE, show
from tests.app.studio.panels import (
    Told,
    click,
    key,
    nameless,
    reachable,
    reached_by_tab,
    shown,
    untold,
    write,
)


@pytest.fixture
def panel(qtbot: QtBot) -> EmotionPanel:
    made = shown(qtbot, EmotionPanel(DARK), 280, 640)
    show(made, AnimationSettings())
    return made


@pytest.fixture
def told(panel: EmotionPanel) -> Told:
    return Told(panel)


def chosen(panel: EmotionPanel) -> list[str]:
    return [name for name, button in panel.emotions.buttons.items() if button.isChecked()]


@pytest.mark.parametrize(
    ("settings", "scope", "emotion", "strength"),
    [
        (AnimationSettings(), "auto", "auto", 100),
        (AnimationSettings(strength=0.5), "auto", "auto", 50),
        (AnimationSettings(emotion="disgust", strength=2.0), "clip", "disgust", 200),
        (AnimationSettings(segments=THREE), "segments", "fear", 150),
    ],
)
def test_it_shows_what_was_chosen(
    panel: EmotionPanel, settings: AnimationSettings, scope: str, emotion: str, strength: int
) -> None:
    show(panel, settings)
    assert panel.scope.choice == scope
    assert chosen(panel) == [emotion]
    assert panel.strength.slider.value() == strength
    assert panel.strength.value_label.text() == f"{strength} %"


def test_showing_tells_nothing(panel: EmotionPanel, told: Told) -> None:
    others = AnimationSettings(emotion="sad", strength=0.3, model="combined")
    gains = RegionGains(0.1, 1.9, 0.0)
    show(panel, replace(others, gains=gains), 6.5, AnimationSettings(emotion="angry"))
    assert [panel.gains[name].slider.value() for name in ("jaw", "lips", "corners")] == [10, 190, 0]
    assert panel.model.choice == "combined"
    assert panel.smooth.isChecked()
    assert panel.cutoff.value() == 6.5
    assert panel.comparison.switch.choice == "own"
    assert panel.comparison.emotion.currentData() == "angry"
    show(panel, AnimationSettings(segments=THREE), None, AnimationSettings(segments=THREE))
    panel.show_settings(AnimationSettings(), None, None, None, 0, 0)
    panel.set_enabled_for_clip(False)
    panel.set_enabled_for_clip(True)
    panel.set_theme(LIGHT)
    assert told.take() == []


def test_an_emotion_is_chosen_by_mouse(panel: EmotionPanel, told: Told) -> None:
    for emotion in (*EMOTIONS, "auto"):
        click(panel.emotions.buttons[emotion])
        assert chosen(panel) == [emotion]
    assert told.take() == [("emotion_chosen", emotion) for emotion in (*EMOTIONS, "auto")]


def test_digits_choose_from_anywhere_in_the_panel(panel: EmotionPanel, told: Told) -> None:
    for focus in (panel.strength.slider, panel.emotions.buttons["auto"], panel.smooth):
        focus.setFocus()
        write(QApplication.focusWidget() or panel, "12345670")
        assert told.take() == [("emotion_chosen", emotion) for emotion in (*EMOTIONS, "auto")]


def test_a_digit_typed_into_a_field_is_a_digit(panel: EmotionPanel, told: Told) -> None:
    show(panel, AnimationSettings(), 8.0)
    panel.cutoff.setFocus()
    panel.cutoff.selectAll()
    write(panel.cutoff, "3")
    key(panel.cutoff, Qt.Key.Key_Return)
    assert told.take() == [("smoothing_changed", 3.0)]


def test_arrows_go_through_the_emotions(panel: EmotionPanel, told: Told) -> None:
    panel.emotions.buttons["auto"].setFocus()
    key(panel.emotions.buttons["auto"], Qt.Key.Key_Right)
    assert told.take() == [("emotion_chosen", "angry")]
    assert panel.emotions.buttons["angry"].hasFocus()


def test_the_scope_is_told_once(panel: EmotionPanel, told: Told) -> None:
    click(panel.scope.buttons["clip"])
    click(panel.scope.buttons["clip"])
    click(panel.scope.buttons["segments"])
    click(panel.scope.buttons["auto"])
    assert told.take() == [("scope_changed", key) for key in ("clip", "segments", "auto")]


def test_smoothing_is_a_number_or_none(panel: EmotionPanel, told: Told) -> None:
    assert not panel.cutoff.isEnabled()
    click(panel.smooth, QPoint(8, panel.smooth.height() // 2))
    assert panel.cutoff.isEnabled()
    panel.cutoff.setFocus()
    key(panel.cutoff, Qt.Key.Key_Up)
    key(panel.smooth, Qt.Key.Key_Space)
    assert told.take() == [("smoothing_changed", value) for value in (8.0, 8.5, None)]


@pytest.mark.parametrize("typed", ["abc", "0", "", "-3"])
def test_a_cut_off_that_cannot_be_is_not_told(panel: EmotionPanel, told: Told, typed: str) -> None:
    show(panel, AnimationSettings(), 8.0)
    panel.cutoff.setFocus()
    panel.cutoff.selectAll()
    key(panel.cutoff, Qt.Key.Key_Delete)
    write(panel.cutoff, typed)
    key(panel.cutoff, Qt.Key.Key_Return)
    for name, value in told.take():
        assert name == "smoothing_changed"
        assert isinstance(value, float)
        assert 0.5 <= value <= 40.0


def test_the_face_model_is_chosen(panel: EmotionPanel, told: Told) -> None:
    click(panel.model.buttons["combined"])
    panel.model.buttons["combined"].setFocus()
    key(panel.model.buttons["combined"], Qt.Key.Key_Left)
    assert told.take() == [("model_chosen", "combined"), ("model_chosen", "dependent")]


def test_comparing_with_the_other_model(panel: EmotionPanel, told: Told) -> None:
    settings = AnimationSettings(segments=THREE, gains=RegionGains(lips=1.5))
    show(panel, settings)
    click(panel.comparison.switch.buttons["model"])
    other = replace(settings, model="combined")
    assert told.take() == [("comparison_changed", other)]
    assert not panel.comparison.own.isVisible()
    show(panel, settings, None, other)
    assert panel.comparison.switch.choice == "model"
    click(panel.comparison.switch.buttons["off"])
    assert told.take() == [("comparison_changed", None)]


def test_comparing_with_own_wishes(panel: EmotionPanel, told: Told) -> None:
    settings = AnimationSettings(emotion="happy", gains=RegionGains(jaw=1.5))
    show(panel, settings)
    form = panel.comparison
    click(form.switch.buttons["own"])
    assert form.own.isVisible()
    own = replace(settings, emotion="neutral")
    assert told.take() == [("comparison_changed", own)]
    form.emotion.setFocus()
    key(form.emotion, Qt.Key.Key_Down)
    own = replace(own, emotion="sad")
    assert told.take() == [("comparison_changed", own)]
    form.strength.slider.setFocus()
    key(form.strength.slider, Qt.Key.Key_Home)
    own = replace(own, strength=0.0)
    assert told.take() == [("comparison_dragged", own), ("comparison_changed", own)]
    click(form.model.buttons["combined"])
    assert told.take() == [("comparison_changed", replace(own, model="combined"))]


def test_own_wishes_that_differ_in_the_model_only_stay_where_they_are(
    panel: EmotionPanel, told: Told
) -> None:
    settings = AnimationSettings(emotion="neutral")
    show(panel, settings)
    click(panel.comparison.switch.buttons["own"])
    click(panel.comparison.model.buttons["combined"])
    [_first, (_name, comparison)] = told.take()
    assert comparison == replace(settings, model="combined")
    show(panel, settings, None, replace(settings, model="combined"))
    assert panel.comparison.switch.choice == "own"


def test_the_segment_is_told_in_words(panel: EmotionPanel) -> None:
    assert panel.facts.where.text() == "Segment 2 of 3  ·  0:01.25 – 0:02.50"
    assert panel.facts.what.accessibleName() == "Heard happy 60 %, neutral 40 %"
    choice = replace(HEARD, mix=chosen_mix("sad"), origin="user")
    panel.show_settings(AnimationSettings(emotion="sad"), None, None, choice, 0, 1)
    assert panel.facts.what.accessibleName() == "Chosen sad 100 %"
    panel.show_settings(AnimationSettings(), None, None, None, 0, 0)
    assert panel.facts.where.text() == "Nothing was heard yet"


def test_segments_are_split_joined_and_given_back(panel: EmotionPanel, told: Told) -> None:
    show(panel, AnimationSettings(segments=THREE))
    for button in (panel.split, panel.join, panel.reset):
        click(button)
        key(button, Qt.Key.Key_Space)
    names = ("split_requested", "join_requested", "reset_requested")
    assert told.take() == [(name,) for name in names for _time in range(2)]


def test_what_cannot_be_asked_is_off(panel: EmotionPanel) -> None:
    panel.show_settings(AnimationSettings(segments=THREE), None, None, HEARD, 2, 3)
    assert not panel.join.isEnabled()  # the last has no next
    assert panel.split.isEnabled()
    show(panel, AnimationSettings())
    assert not panel.reset.isEnabled()  # all is automatic
    show(panel, AnimationSettings(strength=0.5))
    assert panel.reset.isEnabled()
    panel.show_settings(AnimationSettings(), None, None, None, 0, 0)
    assert not panel.split.isEnabled()  # nothing was heard yet


def test_without_a_clip_nothing_is_told(panel: EmotionPanel, told: Told) -> None:
    panel.set_enabled_for_clip(False)
    for widget in (*panel.emotions.buttons.values(), panel.strength.slider, panel.smooth):
        click(widget)
    write(panel, "1234")
    assert told.take() == []


def test_sections_fold_and_say_what_is_in_them(panel: EmotionPanel) -> None:
    show(panel, AnimationSettings(emotion="sad", gains=RegionGains(jaw=0.0)), 6.0)
    face = panel.sections["face"]
    face.header.setFocus()
    key(face.header, Qt.Key.Key_Space)
    assert not panel.model.isVisible()
    assert face.header.accessibleName() == "Unfold Face"
    assert face.header.accessibleDescription() == "per emotion, gains, 6 Hz"
    click(face.header)
    assert panel.model.isVisible()
    assert panel.sections["emotion"].header.accessibleDescription() == "sad"


def test_it_fits_a_small_window(panel: EmotionPanel, qtbot: QtBot) -> None:
    assert panel.minimumSizeHint().width() <= 260
    for name in ("face", "comparison"):
        panel.sections[name].set_open(False)
    panel.resize(260, 330)
    bar = panel.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() == 0)  # folded, nothing needs scrolling
    panel.sections["face"].set_open(True)
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    inner = panel.area.widget()
    assert inner is not None
    assert inner.width() == panel.area.viewport().width()
    assert inner.minimumSizeHint().width() <= inner.width()  # nothing is cut at the side
    panel.cutoff.setEnabled(True)
    panel.smooth.setFocus()
    key(panel.smooth, Qt.Key.Key_Tab)  # what gets the keyboard is scrolled into sight
    place = panel.cutoff.mapTo(panel, panel.cutoff.rect().center())
    assert panel.rect().contains(place)


def test_large_text_makes_room_for_itself(qtbot: QtBot) -> None:
    small = shown(qtbot, EmotionPanel(DARK), 280, 640).minimumSizeHint().width()
    before = QApplication.font()
    large = QFont(before)
    large.setPointSizeF(before.pointSizeF() * 1.6)
    QApplication.setFont(large)
    try:
        panel = EmotionPanel(DARK)
        assert panel.minimumSizeHint().width() > 1.3 * small
        shown(qtbot, panel, panel.minimumSizeHint().width(), 640)
        words = panel.reset
        assert words.width() >= words.fontMetrics().horizontalAdvance(words.text())
    finally:
        QApplication.setFont(before)


def test_everything_has_a_name_and_is_reached_by_tab(panel: EmotionPanel) -> None:
    show(panel, AnimationSettings(segments=THREE), 6.0, AnimationSettings(emotion="fear"))
    assert nameless(panel) == []
    assert untold(panel) == []
    panel.sections["emotion"].header.setFocus()
    assert reachable(panel) <= reached_by_tab()


def test_the_keys_on_the_buttons_are_those_of_the_conventions(panel: EmotionPanel) -> None:
    assert [panel.emotions.buttons[name].key for name in CHOICES] == list("01234567")
    assert list(CHOICES) == ["auto", *EMOTIONS]
