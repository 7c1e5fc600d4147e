"""Faces as arrays of pixels. The one part of this package that needs Qt; see `frames.drawer`."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from app.drawing.face_drawing import FacePictures, FacePose, FaceStyle
from app.pictures.settings import PictureSettings
from app.theme import THEMES
from core.errors import ExportError


def drawer(
    head: NDArray[np.float32], picture: PictureSettings
) -> Callable[[NDArray[np.float32]], NDArray[np.uint8]]:
    """A function that draws landmarks (36, 2) of the head (68, 2) as (height, width, 3 or 4)."""
    width, height = picture.size
    style = FaceStyle(background=not picture.transparent)
    faces = FacePictures(QSize(width, height), THEMES[picture.theme], style)
    kind, depth = QImage.Format.Format_RGB888, 3
    if picture.transparent:
        kind, depth = QImage.Format.Format_RGBA8888, 4

    def draw(points: NDArray[np.float32]) -> NDArray[np.uint8]:
        try:
            pose = FacePose(points, head)
        except ValueError as problem:
            raise ExportError(
                f"The face cannot be drawn, so nothing was written: {problem}."
            ) from problem
        image = faces.picture(pose).convertToFormat(kind)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, -1)
        return rows[:, : width * depth].reshape(height, width, depth).copy()

    return draw
