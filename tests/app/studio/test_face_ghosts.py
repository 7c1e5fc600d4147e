"""The onion skin: poses of whole frames before the playhead, drawn once and kept."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.drawing.face_drawing import PICTURE, FaceDrawer, FacePose, framing_of
from app.result import Face
from app.theme import LIGHT
from app.views.face_ghosts import Ghosts, poses_at
from tests.app.studio.faces import blue, make, pixels, result

SIDE = 400  # pixels


def face() -> Face:
    found = result().face
    assert found is not None
    return found


def ghosts(count: int, fps: float) -> Ghosts:
    made = Ghosts()
    made.count, made.fps = count, fps
    return made


def test_they_are_the_frames_before_the_one_that_is_shown() -> None:
    made, shown = ghosts(3, 10.0), face()
    made.look_up(shown, 0.57)  # in the sixth frame, whose centre is 0.55
    wanted = poses_at(shown, [0.45, 0.35, 0.25])
    assert len(made.poses) == 3
    for pose, other in zip(made.poses, wanted, strict=True):
        np.testing.assert_array_equal(pose.points, other.points)


def test_they_stay_while_the_frame_does() -> None:
    made, shown = ghosts(2, 10.0), face()
    made.look_up(shown, 0.51)
    before = made.poses
    made.look_up(shown, 0.59)
    assert made.poses is before
    made.look_up(shown, 0.61)
    assert made.poses is not before
    np.testing.assert_array_equal(made.poses[1].points, before[0].points)


def test_another_face_or_rate_has_others() -> None:
    made, shown = ghosts(2, 10.0), face()
    made.look_up(shown, 0.55)
    before = made.poses
    made.look_up(replace(shown), 0.55)
    assert made.poses is not before
    made.fps = 25.0
    before = made.poses
    made.look_up(shown, 0.55)
    assert made.poses is not before


@pytest.mark.parametrize(("seconds", "count"), [(0.0, 0), (0.15, 1), (0.55, 3)])
def test_there_are_none_before_the_first_frame(seconds: float, count: int) -> None:
    made = ghosts(3, 10.0)
    made.look_up(face(), seconds)
    assert len(made.poses) == count
    made.look_up(None, seconds)
    assert made.poses == ()


def drawn(drawer: FaceDrawer, pose: FacePose, alpha: float, *, kept: bool) -> NDArray[np.int16]:
    picture = QImage(QSize(SIDE, SIDE), PICTURE)
    picture.fill(QColor(LIGHT.skin))
    with QPainter(picture) as painter:
        (drawer.put_ghost if kept else drawer.draw_ghost)(painter, pose, alpha)
    flat = np.frombuffer(picture.constBits(), np.uint8).reshape(SIDE, SIDE, 4)
    return flat.astype(np.int16)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_a_kept_ghost_looks_like_one_just_drawn(alpha: float) -> None:
    (pose,) = poses_at(face(), [0.55])
    size = QSizeF(SIDE, SIDE)
    drawer = FaceDrawer(framing_of(size, pose.head), size, LIGHT, pose.head)
    fresh = drawn(drawer, pose, alpha, kept=False)
    assert blue(fresh[:, :, 2::-1]) > 0 or alpha < 1
    for _ in range(2):  # drawn, then taken from what is kept
        assert np.abs(drawn(drawer, pose, alpha, kept=True) - fresh).max() <= 3


def test_the_onion_skin_on_the_screen_is_still_within_a_frame(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    view.set_fps(10.0)
    view.set_style(onion=3)
    view.set_time(0.55)
    assert blue(pixels(view)) > 0
    before = view._ghosts.poses
    view.set_time(0.58)
    assert view._ghosts.poses is before
