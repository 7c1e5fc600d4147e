"""The dot of valence and arousal: where it is, what it says, when it is there at all."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.affect_words import in_words, number, with_band
from app.studio import Studio
from app.theme import DARK, LIGHT, THEMES, Theme
from app.views.controls.affect_plane import AffectPlane
from app.views.emotion_panel import EmotionPanel
from core.affect import COORDINATES, AffectTrack
from core.animation import AnimationSettings
from core.timeline import Timeline
from tests.app.studio.emotion_settings import show
from tests.app.studio.panels import click, key, nameless, reached_by_tab, shown
from tests.app.studio.studios import look_after, make_studio, wait_for_face
from tests.app.studio.test_window import write_sound
from tests.weights import write_affect

# Machado, Oliveira, Fernandes 2009, table 1, severity 1.0, for linear RGB.
BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def make_track(valence: float, arousal: float, bands: tuple[float, float] = (0, 0)) -> AffectTrack:
    """Four seconds at rest, and then somewhere else at once."""
    timeline = Timeline.covering(8.0, 25.0)
    later = (timeline.times() > 4).astype(np.float32)
    widths = (np.full(timeline.count, band, np.float32) for band in bands)
    return AffectTrack(timeline, later * valence, later * arousal, *widths)


@pytest.fixture
def plane(qtbot: QtBot) -> AffectPlane:
    made = AffectPlane(DARK)
    return shown(qtbot, made, 262, made.sizeHint().height())


def picture(plane: AffectPlane) -> QImage:
    return plane.grab().toImage()


def changed(before: QImage, after: QImage) -> tuple[float, float, float, float]:
    """The box of the pixels that differ: left, top, right, bottom."""
    size = (before.height(), before.width(), 4)
    one, other = (np.frombuffer(i.constBits(), np.uint8).reshape(size) for i in (before, after))
    rows, columns = np.nonzero((one != other).any(axis=2))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


# Where it is


@pytest.mark.parametrize("emotion", [name for name in COORDINATES if name != "neutral"])
def test_the_dot_is_at_its_place_among_the_emotions(plane: AffectPlane, emotion: str) -> None:
    plane.show_track(make_track(*COORDINATES[emotion]))
    plane.set_time(7.9)
    mark = plane._place(*COORDINATES[emotion])
    seen = picture(plane)
    ratio = seen.devicePixelRatio()
    assert seen.pixelColor((mark * ratio).toPoint()) == QColor(DARK.text)


def test_pleasant_is_to_the_right_and_excited_above(plane: AffectPlane) -> None:
    middle = plane._place(0, 0)
    assert plane._place(1, 0) - middle == QPointF(plane._radius, 0)
    assert plane._place(0, 1) - middle == QPointF(0, -plane._radius)
    assert middle.y() == plane.height() / 2


def test_the_ellipse_is_as_wide_as_the_bands(plane: AffectPlane) -> None:
    seen = []
    for bands in ((0.0, 0.0), (0.6, 0.3)):
        plane.show_track(make_track(0.1, -0.3, bands))
        plane.set_time(7.9)
        seen.append(picture(plane).copy(0, 0, int(plane._numbers_left), plane.height()))
    left, top, right, bottom = np.array(changed(*seen)) / seen[0].devicePixelRatio()
    place, radius = plane._place(0.1, -0.3), plane._radius
    expected = (place.x() - 0.6 * radius, place.y() - 0.3 * radius,
                place.x() + 0.6 * radius, place.y() + 0.3 * radius)  # fmt: skip
    np.testing.assert_allclose((left, top, right, bottom), expected, atol=1.5)


def test_what_was_a_moment_ago_fades_behind_it(plane: AffectPlane) -> None:
    plane.show_track(make_track(0.5, -0.5))
    on_the_way, bright = plane._place(0.25, -0.25).toPoint(), []
    for seconds in (4.2, 5.0, 7.0):
        plane.set_time(seconds)
        bright.append(picture(plane).pixelColor(on_the_way).lightness())
    assert bright[0] > bright[1] > bright[2] == QColor(DARK.sunken).lightness()


# What it says


def test_numbers() -> None:
    assert [number(value) for value in (0.314, -0.314, 0.004, -0.004, 1.0)] == [
        "+0.31", "−0.31", "0.00", "0.00", "+1.00",
    ]  # fmt: skip
    assert with_band(-0.5, 0.125) == "−0.50 ± 0.12"
    assert in_words(0.25, -1.0) == "valence +0.25, arousal −1.00"


def test_it_says_the_value_and_says_nothing_without_one(plane: AffectPlane) -> None:
    assert plane.accessibleName()
    assert "95 %" in plane.toolTip()
    empty = picture(plane)
    plane.show_track(make_track(0.25, -0.5))
    assert plane.accessibleDescription() == "valence 0.00, arousal 0.00"
    plane.set_time(6.0)  # while nothing plays
    assert plane.accessibleDescription() == "valence +0.25, arousal −0.50"
    plane.show_track(None)
    assert plane.accessibleDescription() == ""
    assert picture(plane) == empty


def test_it_paints_only_what_is_new(plane: AffectPlane, qtbot: QtBot) -> None:
    plane.show_track(make_track(0.25, -0.5))
    plane.set_time(2.0)
    painted: list[None] = []
    original = plane._paint_dot
    plane._paint_dot = lambda painter: painted.append(original(painter))  # type: ignore[method-assign]
    plane.set_time(2.5)  # at rest all the while
    plane.set_time(6.0)
    qtbot.waitUntil(lambda: bool(painted))
    assert len(painted) == 1


@pytest.mark.parametrize("points", [8, 10, 14, 20])
def test_no_word_lies_over_another_or_outside(qtbot: QtBot, points: int) -> None:
    before = QApplication.font()
    large = QFont(before)
    large.setPointSizeF(points)
    QApplication.setFont(large)
    try:
        panel = EmotionPanel(DARK)
        panel.affect.show()
        shown(qtbot, panel, panel.minimumSizeHint().width(), 60 * points)
        plane = panel.affect.plane
        assert plane.isVisible()
        words = [plane._word(name) for name in COORDINATES if name != "neutral"]
        for index, word in enumerate(words):
            inked = word.adjusted(0, word.height() * 0.2, 0, -word.height() * 0.1)
            assert inked.left() >= 0
            assert inked.top() >= 0
            assert not plane._is_named or inked.right() <= plane._numbers_left
            for other in words[:index]:
                assert not inked.intersects(
                    other.adjusted(0, other.height() * 0.2, 0, -other.height() * 0.1)
                )
    finally:
        QApplication.setFont(before)


def test_a_narrow_plane_leaves_the_words_out(plane: AffectPlane) -> None:
    assert plane._is_named
    plane.resize(150, plane.height())
    assert not plane._is_named
    assert not picture(plane).isNull()


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("kind", BLINDNESS)
def test_valence_and_arousal_are_told_apart_by_everybody(theme: Theme, kind: str) -> None:
    assert distance(theme.valence, theme.arousal, BLINDNESS[kind]) > 20  # 2.3 is just noticeable


def distance(one: str, other: str, matrix: list[list[float]]) -> float:
    """CIE 1976's, as somebody with that colour blindness sees them."""
    labs = []
    for code in (one, other):
        rgb = np.array([int(code[place : place + 2], 16) / 255 for place in (1, 3, 5)])
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        seen = np.clip(np.array(matrix) @ linear, 0, 1)
        xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722],
                        [0.0193, 0.1192, 0.9505]]) @ seen / [0.9505, 1.0, 1.089]  # fmt: skip
        f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
        labs.append(np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]))
    return float(np.linalg.norm(labs[0] - labs[1]))


# In the panel


@pytest.fixture
def panel(qtbot: QtBot) -> EmotionPanel:
    made = shown(qtbot, EmotionPanel(DARK), 280, 640)
    show(made, AnimationSettings())
    made.affect.show_track(make_track(0.25, -0.5))
    made.affect.show()
    return made


def test_folded_it_still_says_the_value(panel: EmotionPanel) -> None:
    header = panel.affect.header
    header.setFocus()
    key(header, Qt.Key.Key_Space)
    assert not panel.affect.plane.isVisible()
    panel.affect.set_time(6.0)
    assert header.accessibleName() == "Unfold Valence, arousal"
    assert header.accessibleDescription() == "+0.25, −0.50"
    click(header)
    assert panel.affect.plane.isVisible()


def test_it_is_named_reached_by_tab_and_follows_the_theme(panel: EmotionPanel) -> None:
    assert nameless(panel) == []
    panel.sections["emotion"].header.setFocus()
    assert panel.affect.header in reached_by_tab()
    before = picture(panel.affect.plane)
    panel.set_theme(LIGHT)
    assert picture(panel.affect.plane) != before


def test_it_gives_way_to_choices_where_there_is_little_room(panel: EmotionPanel) -> None:
    affect = panel.affect
    panel.resize(280, 240)
    assert not affect.is_open
    panel.resize(280, 640)
    assert affect.is_open
    panel.resize(280, 240)
    click(affect.header)  # whoever wants it gets it
    assert affect.is_open
    click(affect.header)
    panel.resize(280, 640)
    assert not affect.is_open  # and keeps it as it is


def test_open_it_covers_none_of_the_emotions_choices(panel: EmotionPanel) -> None:
    opened = set()
    for height in range(200, 641, 20):
        panel.resize(280, height)
        opened.add(panel.affect.is_open)
        lowest = panel.reset.mapTo(panel, panel.reset.rect().bottomLeft()).y()
        assert not panel.affect.is_open or lowest < panel.affect.y()
        assert panel.affect.geometry().bottom() == height - 1  # at once, without a jump
    assert opened == {False, True}


def test_folding_the_emotion_makes_room_for_it(panel: EmotionPanel) -> None:
    panel.resize(280, 300)
    assert not panel.affect.is_open
    panel.sections["emotion"].set_open(False)
    assert panel.affect.is_open


# In the studio


@pytest.fixture
def studio(own_weights: Path, tmp_path: Path, qtbot: QtBot) -> Iterator[Studio]:
    write_affect(own_weights)
    made = look_after(make_studio(tmp_path / "home", own_weights), qtbot)
    made.window.resize(1280, 720)
    made.window.show()
    yield made
    assert made.close()


def test_the_studio_shows_what_the_animation_holds(
    studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    affect, lane = studio.window.emotion.affect, studio.window.lanes.affect
    assert affect.isVisible()  # the weights tell before anything is heard
    assert lane.isVisible()
    assert affect.plane.value == lane.readout(1.0, 0) == ""
    studio.open([write_sound(tmp_path / "speech.wav")])
    wait_for_face(studio, qtbot)
    result = studio.analyst.result
    assert result is not None
    assert result.face is not None
    track = result.face.animation.affect
    assert track is not None
    studio.playing.seek(1.0)
    valence, arousal, *bands = track.at(np.array([1.0]))[0]
    assert affect.plane.value == in_words(valence, arousal)
    assert lane.readout(1.0, 0).endswith(
        f"valence {with_band(valence, bands[0])} · arousal {with_band(arousal, bands[1])}"
    )
    studio.editing.compare(True)
    wait_for_face(studio, qtbot)
    assert affect.plane.value == in_words(valence, arousal)


def test_other_weights_may_not_hear_it(
    studio: Studio, tmp_path: Path, weights: Path, qtbot: QtBot
) -> None:
    studio.open([write_sound(tmp_path / "speech.wav")])
    wait_for_face(studio, qtbot)
    studio.settings.use_weights(weights)
    parts = studio.window.emotion.affect, studio.window.lanes.affect
    assert not any(part.isVisible() for part in parts)
    wait_for_face(studio, qtbot)
    assert not any(part.isVisible() for part in parts)
    assert studio.window.lanes.affect.readout(1.0, 0) == ""
