"""The pictures of an animation, drawn by the same code as the window, one after the other."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.pictures.settings import PictureSettings
from core.animation import Animation
from core.export.exporter import ExportSettings, runs, target_frames
from core.export.metadata import document
from core.monitor import SILENT, Monitor

SCHEMA = "visemo-pictures/1"
Picture = NDArray[np.uint8]  # (height, width, 3), or 4 with what is transparent


def pictures(
    animation: Animation,
    settings: ExportSettings,
    picture: PictureSettings,
    monitor: Monitor,
    stage: str,
) -> Iterator[Picture]:
    """Each frame as (height, width, 3), or (height, width, 4) where transparent was asked for.

    Reports each when it is done with. Raises ExportError for faces that cannot be drawn.
    """
    draw = drawer(animation, picture)
    done, count = 0, len(target_frames(animation, settings))
    monitor.step(stage, done, count)
    for frames in runs(animation, settings, SILENT, stage):
        for points in frames.points:
            yield draw(points)
            done += 1
            monitor.step(stage, done, count)


def drawer(
    animation: Animation, picture: PictureSettings
) -> Callable[[NDArray[np.float32]], Picture]:
    """A function that draws landmarks (36, 2) of the animation's face."""
    # By name, so that a command line that makes no pictures loads no Qt, and is seen not to.
    drawing: Any = import_module("app.pictures.drawing")
    draw: Callable[[NDArray[np.float32]], Picture] = drawing.drawer(
        animation.shape_model.head, picture
    )
    return draw


def description(
    animation: Animation, settings: ExportSettings, picture: PictureSettings
) -> dict[str, object]:
    """What pictures say about themselves; the names are those of the JSON format."""
    about = {"width": picture.size[0], "height": picture.size[1], "theme": picture.theme}
    return {**document(SCHEMA, animation, settings), "picture": about}
