"""What a video shows of a face: 68 points per frame, and whether there was a face."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import TrackError

POINTS68 = 68  # of iBUG
GAP_LIMIT = 0.2  # seconds without a face that are interpolated; a longer one stays a gap
_STEADY = 0.5  # a step that differs from the usual one by more than this part of it is a jump


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """Where a track comes from, as far as that is known."""

    source: str = ""  # name of the video or of the file that was read, without its folder
    tracker: str = ""  # what found the points
    size: tuple[int, int] = (0, 0)  # of the picture in pixels, as it is shown; 0 unknown
    sound_seconds: float = 0.0  # of the video's sound; 0 where it has none or nobody knows


@dataclass(frozen=True, slots=True)
class FaceTrack:
    """One face through one recording. Raises TrackError for what cannot be a track.

    Times count from the beginning of the sound that belongs to the pictures.
    Points are in pixels of the picture, x to the right, y down, and where there
    is depth, z away from the camera in the same unit; iBUG-68 order. Where
    `detected` is False they mean nothing and may be NaN.
    """

    fps: float  # frames a second; the usual one where frames are not evenly spaced
    points: NDArray[np.floating]  # (T, 68, 2) or (T, 68, 3)
    detected: NDArray[np.bool_]  # (T,), a face is there, found or interpolated
    times: NDArray[np.float64]  # (T,), seconds, the middle of each frame, growing
    filled: NDArray[np.bool_]  # (T,), those of `detected` that were interpolated
    facts: TrackFacts = field(default_factory=TrackFacts)

    def __post_init__(self) -> None:
        count = len(self.points)
        if self.points.ndim != 3 or self.points.shape[1:] not in ((POINTS68, 2), (POINTS68, 3)):
            raise TrackError(
                f"a face track is (frames, 68, 2) or (frames, 68, 3), not {self.points.shape}"
            )
        for name in ("detected", "times", "filled"):
            if getattr(self, name).shape != (count,):
                raise TrackError(f"{name} must be ({count},), not {getattr(self, name).shape}")
        if not (np.isfinite(self.fps) and self.fps > 0):
            raise TrackError(f"frames a second must be a positive number, not {self.fps!r}")
        check_times(self.times)
        bad = self.detected & ~np.isfinite(self.points).all(axis=(1, 2))
        if bad.any():
            raise TrackError(
                f"frame {int(bad.argmax()) + 1} holds points that are not numbers; a frame "
                "without a face is marked as such"
            )
        if not self.detected.any():
            raise TrackError("no frame has a face")
        if (self.filled & ~self.detected).any():
            raise TrackError("a frame cannot be interpolated and without a face")
        for array in (self.points, self.detected, self.times, self.filled):
            array.setflags(write=False)

    @classmethod
    def steady(
        cls,
        fps: float,
        points: NDArray[np.floating],
        detected: NDArray[np.bool_],
        facts: TrackFacts | None = None,
    ) -> "FaceTrack":
        """Frames evenly spaced from second 0 on, none interpolated."""
        times = np.asarray((np.arange(len(points)) + 0.5) / fps, dtype=np.float64)
        nothing = np.zeros(len(points), dtype=bool)
        return cls(fps, points, detected, times, nothing, facts or TrackFacts())

    @classmethod
    def starting(
        cls,
        starts: NDArray[np.float64],
        fps: float,
        points: NDArray[np.floating],
        detected: NDArray[np.bool_],
        filled: NDArray[np.bool_],
        facts: TrackFacts,
    ) -> "FaceTrack":
        """Frames that are shown from these moments (T,) on; `fps` counts only for a single one."""
        check_times(starts)
        rate = usual_rate(starts, fps)
        return cls(rate, points, detected, starts + 0.5 / rate, filled, facts)

    @property
    def duration(self) -> float:
        """Seconds from 0 to the end of the last frame."""
        return float(self.times[-1]) + 0.5 / self.fps


def check_times(times: NDArray[np.float64]) -> None:
    """Raises TrackError unless there are some, all numbers, each later than the one before."""
    if not len(times):
        raise TrackError("there are no frames")
    if not np.isfinite(times).all():
        raise TrackError(
            f"the time of frame {int((~np.isfinite(times)).argmax()) + 1} is not a number"
        )
    late = np.flatnonzero(np.diff(times) <= 0)
    if len(late):
        at = int(late[0])
        raise TrackError(
            f"times must grow from frame to frame, but frame {at + 2} is at {times[at + 1]:g} s "
            f"after one at {times[at]:g} s"
        )


def usual_rate(times: NDArray[np.float64], otherwise: float) -> float:
    """Frames a second of growing times, jumps left out; `otherwise` where there is one frame."""
    if len(times) < 2:
        return otherwise
    steps = np.diff(times)
    middle = float(np.median(steps))
    return float(1 / steps[np.abs(steps - middle) <= _STEADY * middle].mean())


@dataclass(frozen=True, slots=True)
class Gaps:
    """Stretches without a face: (first, beyond the last) frame of each, from 0."""

    filled: Sequence[tuple[int, int]]
    left: Sequence[tuple[int, int]]


def gaps(track: FaceTrack) -> Gaps:
    """Which stretches were interpolated, and in which there is still no face."""
    return Gaps(_stretches(track.filled), _stretches(~track.detected))


def _stretches(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(first), int(beyond)) for first, beyond in edges.reshape(-1, 2)]


def fill_gaps(track: FaceTrack, limit: float = GAP_LIMIT) -> FaceTrack:
    """The same with stretches of at most `limit` seconds without a face interpolated linearly.

    Only between two faces: before the first and after the last nothing is known.
    """
    points, detected = np.array(track.points), track.detected.copy()
    filled = track.filled.copy()
    for first, beyond in _stretches(~track.detected):
        if first == 0 or beyond == len(detected):
            continue
        before, after = track.times[first - 1], track.times[beyond]
        if after - before - 1 / track.fps > limit + 1e-6:
            continue
        part = (track.times[first:beyond] - before) / (after - before)
        weights = part[:, None, None].astype(points.dtype)
        points[first:beyond] = (1 - weights) * points[first - 1] + weights * points[beyond]
        detected[first:beyond] = filled[first:beyond] = True
    return replace(track, points=points, detected=detected, filled=filled)
