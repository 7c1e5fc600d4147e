"""Video to landmarks with MediaPipe FaceLandmarker: 478 points a frame, of which we keep iBUG's 68.

MediaPipe is an optional extra and comes without its model, which is given by path.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import TrackError
from core.monitor import SILENT, Monitor
from core.tracks import FaceTrack, TrackFacts
from core.tracks.face_track import POINTS68
from models.video import Picture, Video
from resources import MEDIAPIPE_TO_IBUG68

if TYPE_CHECKING:
    from mediapipe.tasks.python.vision import FaceLandmarker

MODEL_NAME = "face_landmarker.task"
MODEL_ADDRESS = (
    "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/"
    + MODEL_NAME
)
MISSING = (
    "tracking needs the package MediaPipe, which is not here; run: pip install 'visemo[track]'"
)
STAGE = "tracking the face"
TRACKER = "MediaPipe FaceLandmarker"
MISMATCH = 0.2  # seconds by which sound and picture may differ in length before it is told
_PART = "face_landmarks_detector.tflite"  # in every model file, which is a zip archive
MESH_POINTS = 478


class FaceTracker:
    """Tracks one face through videos.

    Raises TrackError where MediaPipe or the model file is missing or the file is none.
    """

    def __init__(self, model: Path) -> None:
        self._mediapipe = _mediapipe()
        self._model = checked_model(model)
        self._map = _averages()

    def track(self, path: Path, monitor: Monitor = SILENT) -> FaceTrack:
        """The face in every frame of a video, with depth.

        Holds one frame and the points. Raises TrackError where the video cannot be
        read to its end or no frame shows a face.
        """
        starts: list[float] = []
        found: list[NDArray[np.float32] | None] = []
        with (
            Video(path) as video,
            closing(video.pictures()) as pictures,
            self._landmarker() as landmarker,
        ):
            last = -1
            for picture in pictures:
                monitor.step(STAGE, len(found), max(video.expected, len(found) + 1))
                last = max(last + 1, round(1000 * picture.start))  # milliseconds that grow
                found.append(self._points(landmarker, picture, last))
                starts.append(picture.start)
            monitor.step(STAGE, len(found), len(found))
        track = _track(starts, found, video)
        _tell(track, video, monitor)
        return track

    @contextmanager
    def _landmarker(self) -> Iterator[FaceLandmarker]:
        vision = self._mediapipe.tasks.vision
        options = vision.FaceLandmarkerOptions(
            base_options=self._mediapipe.tasks.BaseOptions(model_asset_path=str(self._model)),
            running_mode=vision.RunningMode.VIDEO,
            num_faces=1,
        )
        try:
            with _hushed():
                landmarker = vision.FaceLandmarker.create_from_options(options)
                # Its threads say the rest while they look at a first picture.
                blank = np.zeros((64, 64, 3), dtype=np.uint8)
                landmarker.detect_for_video(self._image(blank), 0)
        except (RuntimeError, ValueError, OSError) as problem:
            raise TrackError(
                f"MediaPipe cannot use the model '{self._model}': {problem}"
            ) from problem
        try:
            yield landmarker
        finally:
            with _hushed():
                landmarker.close()

    def _image(self, pixels: NDArray[np.uint8]) -> object:
        image: object = self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB, data=pixels
        )
        return image

    def _points(
        self, landmarker: FaceLandmarker, picture: Picture, milliseconds: int
    ) -> NDArray[np.float32] | None:
        """The 68 points in pixels (68, 3), or None where there is no face."""
        # 0 was the blank picture's time.
        result = landmarker.detect_for_video(self._image(picture.pixels), milliseconds + 1)
        if not result.face_landmarks:
            return None
        mesh = np.array([(p.x, p.y, p.z) for p in result.face_landmarks[0]])
        height, width = picture.pixels.shape[:2]
        # Depth comes in widths of the picture.
        points: NDArray[np.float64] = self._map @ mesh * (width, height, width)
        return points.astype(np.float32)


def _track(starts: list[float], found: list[NDArray[np.float32] | None], video: Video) -> FaceTrack:
    detected = np.array([points is not None for points in found])
    if not detected.any():
        raise TrackError(f"no face in any of its {len(found)} frames")
    nothing = np.zeros((POINTS68, 3), dtype=np.float32)
    points = np.stack([nothing if points is None else points for points in found])
    return FaceTrack.starting(
        np.array(starts), video.rate, points, detected, np.zeros(len(found), dtype=bool),
        TrackFacts(video.path.name, TRACKER, video.size, video.sound_seconds),
    )  # fmt: skip


def _tell(track: FaceTrack, video: Video, monitor: Monitor) -> None:
    """What changes what the track is good for."""
    if video.damaged:
        monitor.notice(f"{video.damaged} pictures are damaged")
    sound, picture = track.facts.sound_seconds, track.duration
    if sound and abs(sound - picture) > MISMATCH:
        monitor.notice(f"the sound is {sound:.2f} s long and the pictures {picture:.2f} s")


def checked_model(path: Path) -> Path:
    """The path again. Raises TrackError where it is not a model of FaceLandmarker."""
    if not path.is_file():
        raise TrackError(
            f"there is no model '{path}'; download {MODEL_ADDRESS} (3.8 MB) and put it there, "
            "or name it with --model"
        )
    try:
        with zipfile.ZipFile(path) as archive:
            there = _PART in archive.namelist() and archive.testzip() is None
    except (OSError, zipfile.BadZipFile) as problem:
        raise TrackError(
            f"'{path}' is not a model of FaceLandmarker: {problem}; download {MODEL_ADDRESS} anew"
        ) from problem
    if not there:
        raise TrackError(f"'{path}' is not a model of FaceLandmarker; download {MODEL_ADDRESS}")
    return path


def _averages() -> NDArray[np.float64]:
    """The map from MediaPipe's mesh to iBUG's points, (68, 478), rows summing to 1."""
    content = json.loads(MEDIAPIPE_TO_IBUG68.read_text(encoding="utf-8"))
    result = np.zeros((POINTS68, MESH_POINTS))
    for point, vertices in enumerate(content["ibug68_from_mediapipe478"]):
        result[point, vertices] = 1 / len(vertices)
    return result


def _mediapipe() -> ModuleType:
    try:
        with _hushed():
            return import_module("mediapipe")
    except ImportError as problem:
        raise TrackError(MISSING) from problem


@contextmanager
def _hushed() -> Iterator[None]:
    """MediaPipe's C++ logs go nowhere, as no setting of its silences them."""
    sys.stderr.flush()
    kept = None
    with suppress(OSError):  # where there is no descriptor 2, nobody hears anything
        kept = os.dup(2)
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        if kept is not None:
            os.dup2(kept, 2)
            os.close(kept)
