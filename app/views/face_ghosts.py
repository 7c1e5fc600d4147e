"""The poses a face had a moment ago, for an onion skin."""

from collections.abc import Sequence

import numpy as np

from app.drawing.face_pose import FacePose
from app.result import Face
from core.animation import points_at
from core.timeline import Timeline

GHOSTS = 3  # previous frames in an onion skin


def poses_at(face: Face, seconds: Sequence[float]) -> list[FacePose]:
    """Raises ValueError for landmarks that are no face."""
    times = np.asarray(seconds, np.float64)
    head = face.animation.shape_model.head
    return [FacePose(points, head) for points in points_at(face.animation, times, face.shape)]


class Ghosts:
    """The poses of the video frames before the one at the playhead.

    Of whole frames, as an animator counts them: they change with the frame and not
    with every picture on the screen, and so does what has to be drawn of them.
    """

    def __init__(self) -> None:
        self.count, self.fps = 0, 25.0
        self.poses: tuple[FacePose, ...] = ()  # nearest first
        self._face: Face | None = None
        self._key: tuple[object, ...] = ()

    def look_up(self, face: Face | None, seconds: float) -> None:
        """Those of a face at a time. Raises ValueError for landmarks that are no face."""
        if face is None or not self.count:
            self.poses, self._face = (), None
            return
        timeline = Timeline.covering(face.animation.duration, self.fps)
        frame = timeline.frame_at(seconds)
        key = (self.count, self.fps, frame)
        if face is self._face and key == self._key:
            return
        first = max(frame - self.count, 0)
        self.poses = tuple(poses_at(face, timeline.times(first, frame).tolist()[::-1]))
        self._face, self._key = face, key
