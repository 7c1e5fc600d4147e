"""A face looked at closely: landmarks, zoom, words; and what it does when something is wrong."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from app.drawing.face_drawing import FaceDrawer, framing_of
from app.drawing.neutral import neutral_head
from app.theme import LIGHT
from app.views.face_stage import Zoom
from app.views.face_view import NOT_DRAWN, FaceView
from core.face import IBUG68
from core.shape_model import ShapeTrack
from core.timeline import Timeline
from tests.app.studio.faces import (
    CTRL,
    LEFT,
    NO_MODIFIER,
    blue,
    broken,
    make,
    mouths,
    pixels,
    place_of,
    result,
    talking,
)

# Points, onion skin


def test_the_onion_skin_shows_that_many_previous_frames(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    view.set_time(0.9)
    seen = []
    for ghosts in (0, 1, 4):
        view.set_style(onion=ghosts)
        seen.append(blue(pixels(view)))
    assert seen[0] == 0
    assert seen[0] < seen[1] < seen[2]
    view.set_time(0.0)  # there is nothing before
    assert blue(pixels(view)) == 0
    view.set_time(0.9)
    view.set_fps(5.0)
    wider = pixels(view)
    view.set_fps(50.0)
    assert (pixels(view) != wider).any()


def test_styles_left_out_stay_as_they_are(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    plain = pixels(view)
    view.set_style(points=True)
    dots = pixels(view)
    view.set_style(onion=2)
    view.set_style(onion=0)
    assert (pixels(view) == dots).all()
    view.set_style(points=False)
    assert (pixels(view) == plain).all()


def test_pointing_at_a_landmark_names_it(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    view.set_time(0.0)
    chin = place_of(5, QSizeF(500, 500))
    assert view.landmark_at(chin) == ""  # no points are shown
    view.set_style(points=True)
    assert view.landmark_at(chin) == "jaw_8: landmark 5, iBUG 8"
    assert view.landmark_at(QPoint(10, 10)) == ""
    view.show()
    qtbot.waitExposed(view)
    event = QHelpEvent(QEvent.Type.ToolTip, chin, view.mapToGlobal(chin))
    QApplication.sendEvent(view, event)
    assert QToolTip.text() == "jaw_8: landmark 5, iBUG 8"
    QToolTip.hideText()


def test_pointing_at_a_landmark_of_the_second_face_names_it(qtbot: QtBot) -> None:
    view = make(qtbot, size=(1000, 500))
    view.show_result(result(talking("other.wav")))
    view.set_time(0.0)
    view.set_style(points=True)
    found = {view.landmark_at(QPoint(x, y)) for x in range(500, 1000, 4) for y in range(0, 500, 4)}
    assert len(found) == 37  # all 36, and nothing


# Looking closely


def wheel(view: FaceView, at: QPointF, notches: float, keys: Qt.KeyboardModifier = CTRL) -> bool:
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, int(120 * notches)),
        Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    return event.isAccepted()


def test_the_wheel_zooms_at_the_pointer(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    view.set_style(points=True)
    corner = place_of(IBUG68.index(54), QSizeF(500, 500))
    name = view.landmark_at(corner)
    assert name.startswith("outer_lip_6")
    assert wheel(view, QPointF(corner), 4)
    assert view.zoom == pytest.approx(1.25**4)
    assert view.landmark_at(corner) == name  # still under the pointer
    wheel(view, QPointF(corner), 100)
    assert view.zoom == 12
    wheel(view, QPointF(corner), -200)
    assert view.zoom == 1


def test_the_bare_wheel_is_left_to_others(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    assert not wheel(view, QPointF(250, 250), 3, NO_MODIFIER)
    assert view.zoom == 1


def test_keys_zoom_and_move_and_show_all_again(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    whole = pixels(view)
    QTest.keyClicks(view, "++")
    assert view.zoom == pytest.approx(1.25**2)
    closer = pixels(view)
    QTest.keyClick(view, Qt.Key.Key_Left, CTRL)
    assert (pixels(view) != closer).any()
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.zoom == pytest.approx(1.25)
    QTest.keyClick(view, Qt.Key.Key_0)
    assert view.zoom == 1
    assert (pixels(view) == whole).all()


def test_zooming_by_keys_keeps_the_mouth_in_sight(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    view.set_style(points=True)
    corner = place_of(IBUG68.index(66), QSizeF(500, 500))  # the middle of the lower lip
    for _press in range(12):
        QTest.keyClick(view, Qt.Key.Key_Plus)
        found = {view.landmark_at(corner + QPoint(0, by)) for by in range(-250, 250, 3)}
        assert any("lip" in name for name in found)
    assert view.zoom == 12
    for _press in range(12):
        QTest.keyClick(view, Qt.Key.Key_Minus)
    assert view.zoom == 1


def test_keys_of_the_window_are_its_own_until_the_face_is_zoomed(qtbot: QtBot) -> None:
    view = make(qtbot)

    def takes(key: Qt.Key, keys: Qt.KeyboardModifier = NO_MODIFIER) -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, keys)
        event.ignore()
        QApplication.sendEvent(view, event)
        return event.isAccepted()

    assert not takes(Qt.Key.Key_0)
    assert not takes(Qt.Key.Key_Left, CTRL)
    view.zoom_in()
    assert takes(Qt.Key.Key_0)
    assert takes(Qt.Key.Key_Left, CTRL)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_1):
        assert not takes(key)
    assert not takes(Qt.Key.Key_0, CTRL)


def test_a_zoomed_face_is_dragged_and_a_whole_one_stays(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    whole = pixels(view)

    def drag() -> None:
        QTest.mousePress(view, LEFT, NO_MODIFIER, QPoint(250, 250))
        QTest.mouseMove(view, QPoint(300, 230))
        QTest.mouseRelease(view, LEFT, NO_MODIFIER, QPoint(300, 230))

    view.show()
    qtbot.waitExposed(view)
    drag()
    assert (pixels(view) == whole).all()
    view.zoom_in()
    view.zoom_in()
    view.zoom_in()
    zoomed = pixels(view)
    drag()
    moved = pixels(view)
    assert (moved[:450, 60:] == zoomed[20:470, 10:-50]).mean() > 0.97  # 50 right, 20 up
    QTest.mouseDClick(view, LEFT)
    assert view.zoom == 1
    assert (pixels(view) == whole).all()


def test_the_face_cannot_be_dragged_out_of_sight() -> None:
    size, head = QSizeF(500, 500), neutral_head()
    zoom = Zoom(3.0, QPointF(1e6, -1e6)).within(size, head)
    framing = framing_of(size, head, zoom.factor, zoom.pan)
    xs, ys = head[:, 0] * framing.scale + framing.x, head[:, 1] * framing.scale + framing.y
    assert (xs.min() < 500) & (xs.max() > 0)
    assert (ys.min() < 500) & (ys.max() > 0)
    assert Zoom(1.0, QPointF(50, 50)).within(size, head) == Zoom()


# Words


def test_the_caption_is_seen_and_read_out(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    plain = pixels(view)
    view.set_caption("happy 72 %")
    assert (pixels(view)[450:] != plain[450:]).any()
    assert (pixels(view)[:430] == plain[:430]).all()
    assert view.accessibleName() == "Face"
    assert view.accessibleDescription() == "Animated face: happy 72 %."
    view.set_caption("")
    assert (pixels(view) == plain).all()


def test_the_keyboard_s_place_is_seen_but_a_click_leaves_no_frame(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    clicked = pixels(view)
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    tabbed = pixels(view)
    accent = QColor(LIGHT.accent).getRgb()
    assert tuple(tabbed[250, 0]) == accent
    assert tuple(clicked[250, 0]) != accent


# What goes wrong


def test_landmarks_that_are_not_numbers_are_said_and_the_face_comes_back(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.set_style(points=True, onion=3)
    view.show_result(result(face=broken()))
    view.set_time(0.1)
    good = pixels(view)
    view.set_time(0.5)
    assert (pixels(view) != good).any()
    assert view.landmark_at(place_of(5, QSizeF(500, 500))) == ""
    assert view.accessibleDescription() == NOT_DRAWN
    view.set_time(0.1)
    assert view.accessibleDescription() == "Animated face."
    assert (pixels(view) == good).all()


def test_a_fault_while_painting_is_told_once_and_a_new_face_is_shown(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = make(qtbot)
    view.show_result(result())
    good = pixels(view)

    def fail(*_given: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr(FaceDrawer, "draw", fail)
        with pytest.raises(RuntimeError, match="a fault of ours"):
            view.grab()
        for step in range(5):
            view.set_time(step / 10)
            ground = pixels(view)
    assert (ground == QColor(LIGHT.sunken).getRgb()).all()
    view.set_time(0.0)
    view.show_result(result())
    assert (pixels(view) == good).all()


def test_a_clip_of_a_single_frame_is_shown(qtbot: QtBot) -> None:
    face = talking()
    short = ShapeTrack(Timeline(100.0, 1, 0.0), face.shape.parameters[:1])
    view = make(qtbot)
    view.show_result(result(face=replace(face, shape=short)))
    view.set_time(3.0)
    assert mouths(pixels(view)) == 1
