"""The face in the window: what it shows when, and what is painted again."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.drawing.face_drawing import FaceDrawer, FacePose, FaceStyle, framing_of, render_face
from app.drawing.neutral import neutral_head
from app.result import Result
from app.theme import DARK, LIGHT, Theme
from app.views.face_stage import moving_area, panes
from app.views.face_view import NO_FACE, FaceView
from core.animation import points_at
from tests.app.studio.faces import NOTHING, blue, make, mouths, pixels, result, talking


class Paints(QObject):
    """Counts the times that something is painted."""

    def __init__(self, view: FaceView) -> None:
        super().__init__(view)
        self.count = 0
        view.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() == QEvent.Type.Paint
        return False


# What is shown


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("seconds", [0.0, 0.5, 0.9])
def test_the_window_shows_the_picture_that_is_exported(
    qtbot: QtBot, theme: Theme, seconds: float
) -> None:
    view, face = make(qtbot, theme, (420, 510)), talking()
    view.show_result(result(face=face))
    view.set_time(seconds)
    points = points_at(face.animation, np.array([seconds]), face.shape)[0]
    pose = FacePose(points, face.animation.shape_model.head)
    exported = render_face(pose, QSize(420, 510), theme, FaceStyle())
    assert (pixels(view) == pixels(exported)).all()


def test_without_a_result_there_is_a_faded_face_and_what_to_do(qtbot: QtBot) -> None:
    view = make(qtbot)
    empty = pixels(view)
    view.show_result(result())
    assert mouths(pixels(view)) == 1
    assert view.accessibleDescription() == "Animated face."
    view.show_result(None)
    assert (pixels(view) == empty).all()
    assert view.accessibleDescription() == NO_FACE
    view.set_message("Analysing...")
    assert (pixels(view) != empty).any()
    assert view.accessibleDescription() == "Analysing..."
    view.set_message("")
    assert pixels(view).std() > 1  # the faded face alone


def test_a_result_whose_face_is_still_being_made_is_empty_too(qtbot: QtBot) -> None:
    view = make(qtbot)
    empty = pixels(view)
    view.show_result(Result(NOTHING))
    view.set_time(0.3)
    assert (pixels(view) == empty).all()


def test_time_moves_the_mouth_and_is_held_beyond_both_ends(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    view.set_time(0.0)
    closed = pixels(view)
    view.set_time(1.0)
    wide = pixels(view)
    assert (closed != wide).any()
    view.set_time(99.0)
    assert (pixels(view) == wide).all()
    view.set_time(-5.0)
    assert (pixels(view) == closed).all()


def test_another_theme_repaints_everything(qtbot: QtBot) -> None:
    view, dark = make(qtbot, LIGHT), make(qtbot, DARK)
    for each in (view, dark):
        each.show_result(result())
        each.set_time(0.4)
    assert (pixels(view) != pixels(dark)).any()
    view.set_theme(DARK)
    assert (pixels(view) == pixels(dark)).all()


@pytest.mark.parametrize("size", [(200, 200), (161, 900), (900, 161), (3840, 2160)])
def test_any_size_shows_one_whole_face(qtbot: QtBot, size: tuple[int, int]) -> None:
    view = make(qtbot, LIGHT, size)
    view.show_result(result())
    view.set_time(1.0)
    image = pixels(view)
    assert mouths(image) == 1
    ground = np.array(QColor(LIGHT.sunken).getRgb())
    assert (image[0] == ground).all()
    assert (image[:, 0] == ground).all()


# Painting no more than needed


def test_nothing_is_painted_while_the_face_looks_the_same(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result())
    view.set_time(0.5)
    view.show()
    qtbot.waitExposed(view)
    QApplication.processEvents()
    paints = Paints(view)
    view.set_time(0.5)
    QApplication.processEvents()
    assert paints.count == 0
    view.set_time(0.6)
    QApplication.processEvents()
    assert paints.count == 1
    view.set_time(5.0)
    QApplication.processEvents()
    view.set_time(6.0)  # held at the end
    QApplication.processEvents()
    assert paints.count == 2


def test_nothing_changes_outside_what_is_painted_again(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.set_style(points=True, indices=True, onion=2)
    view.show_result(result())
    view.set_time(0.1)
    before = pixels(view)
    view.set_time(1.0)
    changed = (before != pixels(view)).any(axis=2)
    framing = framing_of(QSizeF(500, 500), neutral_head())
    area = moving_area(framing, neutral_head()).toAlignedRect()
    rows, columns = np.nonzero(changed)
    assert len(rows) > 100
    assert rows.min() >= area.top()
    assert columns.min() >= area.left()
    assert columns.max() <= area.right()
    assert rows.max() <= area.bottom()


def test_what_keeps_still_is_drawn_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    view = make(qtbot)
    view.show_result(result())
    made: list[object] = []
    real = FaceDrawer.__init__

    def count(self: FaceDrawer, *given: Any, **named: Any) -> None:
        made.append(self)
        real(self, *given, **named)

    monkeypatch.setattr(FaceDrawer, "__init__", count)
    for step in range(10):
        view.set_time(step / 10)
        view.grab()
    assert len(made) == 1
    view.resize(400, 400)
    view.grab()
    assert len(made) == 2


# Comparing


def test_two_faces_beside_each_other_on_one_clock(qtbot: QtBot) -> None:
    view = make(qtbot, size=(900, 500))
    view.show_result(result(talking("other.wav", 0.2)))
    view.set_captions("emotion dependent", "combined")
    view.set_time(0.9)
    image = pixels(view)
    assert mouths(image) == 2
    assert mouths(image[:, :450]) == mouths(image[:, 450:]) == 1
    assert (image[30:, :449] != image[30:, 451:]).any()  # the mouths are open by different amounts
    view.set_time(0.0)
    image = pixels(view)
    assert (image[30:, :449] == image[30:, 450:899]).mean() > 0.98  # both at rest
    assert "emotion dependent and combined" in view.accessibleDescription()


def test_over_each_other_the_second_is_an_outline(qtbot: QtBot) -> None:
    view = make(qtbot)
    view.show_result(result(talking("other.wav", 0.2)))
    view.set_time(0.9)
    view.set_compare_mode("over")
    image = pixels(view)
    assert image.shape == (500, 500, 4)
    assert blue(image) > 300
    view.set_compare_mode("side")
    assert blue(pixels(view)) == 0
    with pytest.raises(ValueError, match="unknown way to compare 'under', expected side or over"):
        view.set_compare_mode("under")


def test_panes_lie_beside_or_under_each_other_whichever_is_larger() -> None:
    head = neutral_head()
    area = QRectF(0, 0, 900, 500)
    left, right = panes(area, head, 2, 1.5)
    assert left.top() == right.top() == 0
    assert left.right() <= right.left()
    assert (right.left() * 1.5).is_integer()  # on a whole device pixel
    upper, lower = panes(QRectF(0, 0, 300, 900), head, 2, 1.0)
    assert upper.bottom() <= lower.top()
    assert upper.size() == lower.size()
    assert panes(area, head, 1, 1.0) == [area]
