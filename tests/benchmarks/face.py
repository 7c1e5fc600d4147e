"""What drawing the face costs: `python -m tests.benchmarks.face`, offscreen or under Xvfb.

Medians in milliseconds of the processor's time that one frame takes of the window's
thread: looking up the pose at a time, and painting it. `QT_QPA_PLATFORM=offscreen` needs
no display.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from app.drawing.face_drawing import FacePictures, FacePose, FaceStyle, render_face
from app.result import Face, Heard, Result
from app.theme import LIGHT
from app.views.face_view import FaceView
from core.animation import points_at
from core.audio_file import read_clip
from models.cascade import Cascade
from resources import SAMPLE

FRAMES = 200
FPS = 60.0


def median(work: Callable[[int], object]) -> float:
    """Milliseconds of one of FRAMES calls."""
    work(0)
    spent = []
    for frame in range(1, FRAMES + 1):
        begun = time.thread_time()
        work(frame)
        spent.append(1000 * (time.thread_time() - begun))
    return statistics.median(spent)


def measure_view(view: FaceView, result: Result, size: int) -> float:
    """One frame of playing in a square view."""
    view.resize(size, size)
    view.show_result(result)
    view.show()
    QApplication.processEvents()

    def frame(number: int) -> None:
        view.set_time(1.0 + number / FPS)
        QApplication.processEvents()  # paints what has changed

    return median(frame)


def measure_sequence(poses: list[FacePose], size: int) -> float:
    """One square picture of a clip's."""
    pictures = FacePictures(QSize(size, size), LIGHT, FaceStyle())
    return median(lambda frame: pictures.picture(poses[frame]))


def measure_picture(poses: list[FacePose], size: int) -> float:
    """One square picture, of which nothing is kept."""
    return median(lambda frame: render_face(poses[frame], QSize(size, size), LIGHT, FaceStyle()))


def main() -> None:
    """Print the table."""
    application = QApplication([])
    animation = Cascade.load(device="cpu").animate(read_clip(Path(SAMPLE)))
    face = Face(animation, animation.shape, np.zeros(animation.timeline.count, np.float32))
    heard = cast(Heard, cast(Any, None))  # no view of faces looks at it
    single, double = Result(heard, face=face), Result(heard, face=face, comparison=face)
    print(f"{application.platformName()}, Qt's raster engine\n\n| what | 500 px | 1000 px |")
    print("| --- | --- | --- |")
    for name, result, points, onion in (
        ("face", single, False, 0), ("with points and numbers", single, True, 0),
        ("with onion skin of 3", single, False, 3), ("two faces", double, False, 0),
    ):  # fmt: skip
        cells = []
        for size in (500, 1000):
            view = FaceView(LIGHT)
            view.set_style(points=points, indices=points, onion=onion)
            cells.append(measure_view(view, result, size))
            view.close()
        print(f"| {name} | {cells[0]:.2f} | {cells[1]:.2f} |")
    poses = [
        FacePose(points, animation.shape_model.head)
        for points in points_at(animation, 1.0 + np.arange(FRAMES + 1) / FPS)
    ]
    cells = [measure_sequence(poses, size) for size in (500, 1000)]
    print(f"| picture, of a sequence | {cells[0]:.2f} | {cells[1]:.2f} |")
    cells = [measure_picture(poses, size) for size in (500, 1000)]
    print(f"| picture, alone | {cells[0]:.2f} | {cells[1]:.2f} |")


if __name__ == "__main__":
    main()
