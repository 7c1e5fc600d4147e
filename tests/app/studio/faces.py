"""Faces to show, and what is seen of them."""

from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSizeF, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from scipy.ndimage import binary_dilation, label

from app.drawing.face_drawing import framing_of
from app.drawing.neutral import neutral_head, neutral_pose
from app.result import Face, Heard, Result
from app.theme import LIGHT, Theme
from app.views.face_view import FaceView
from core.animation import Animation
from core.face import IBUG68
from core.shape_model import COMPONENTS, ShapeModel, ShapeTrack
from tests.core.animations import make_animation

NOTHING = cast(Heard, cast(Any, None))  # the view looks at faces only
NO_MODIFIER = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def talking(file: str = "speech.wav", amount: float = 1.0) -> Face:
    """A neutral face whose mouth opens (first component) in the course of a second."""
    animation = make_animation(1.0, file)
    head = neutral_head()
    rest = head[list(IBUG68)]
    components = np.zeros((COMPONENTS, 72), np.float32)
    moved = [IBUG68.index(i) for i in (*range(55, 60), *range(65, 68), *range(5, 12))]
    components[0, [2 * i + 1 for i in moved]] = 1.0
    ones = np.ones(COMPONENTS, np.float32)
    model = ShapeModel(rest, components, ones, 1.0, head)
    timeline = animation.timeline
    parameters = np.zeros((timeline.count, COMPONENTS), np.float32)
    parameters[:, 0] = amount * np.linspace(0.0, 0.3, timeline.count)
    animation = replace(animation, shape_model=model, shape=ShapeTrack(timeline, parameters))
    return _face(animation)


def _face(animation: Animation) -> Face:
    return Face(animation, animation.shape, np.zeros(animation.timeline.count, np.float32))


def result(comparison: Face | None = None, face: Face | None = None) -> Result:
    return Result(NOTHING, face=face or talking(), comparison=comparison)


def broken() -> Face:
    """A face with a stretch that is not numbers, in its middle."""
    face = talking()
    parameters = face.shape.parameters.copy()
    parameters[40:60] = np.nan
    return replace(face, shape=ShapeTrack(face.shape.timeline, parameters))


def make(qtbot: QtBot, theme: Theme = LIGHT, size: tuple[int, int] = (500, 500)) -> FaceView:
    view = FaceView(theme)
    qtbot.addWidget(view)
    view.resize(*size)
    return view


def pixels(source: FaceView | QImage) -> NDArray[np.int16]:
    image = source if isinstance(source, QImage) else source.grab().toImage()
    image = image.convertToFormat(QImage.Format.Format_RGBA8888)
    data = cast(memoryview, image.constBits())
    rows = np.frombuffer(data, np.uint8).reshape(image.height(), -1, 4)
    return rows.astype(np.int16)


def mouths(image: NDArray[np.int16]) -> int:
    """How many mouths there are: patches of the colour of lips."""
    lips = (image[:, :, 0] - image[:, :, 1] > 50) & (image[:, :, 0] > 120)
    joined = binary_dilation(lips, iterations=max(2, len(image) // 80))  # over seam and teeth
    patches, count = label(joined)
    sizes = np.bincount(patches.ravel())[1:]
    assert count
    return int((sizes > 0.2 * sizes.max()).sum())


def blue(image: NDArray[np.int16]) -> int:
    """Pixels of the light theme's ghost, over skin or lips."""
    return int((image[:, :, 2] - image[:, :, 0] > 50).sum())


def place_of(index: int, size: QSizeF) -> QPoint:
    x, y = neutral_pose().points[index].tolist()
    return framing_of(size, neutral_head()).pixel(x, y).toPoint()
