"""A track at other moments: cubic interpolation, and where there is a face."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from core.shape_model import Array
from core.timeline import Timeline
from core.tracks.face_track import FaceTrack


def resampled(values: NDArray[np.floating], times: Array, timeline: Timeline) -> Array:
    """Cubic interpolation of values (T, ...) at growing times (T,) -> (timeline.count, ...).

    Held at the ends.
    """
    if len(times) == 1:
        return np.repeat(values.astype(np.float64), timeline.count, axis=0)
    moments = np.clip(timeline.times(), times[0], times[-1])
    result: Array = CubicSpline(times, values, axis=0)(moments)
    return result


def _nearest(track: FaceTrack, moments: Array) -> NDArray[np.intp]:
    after = np.searchsorted(track.times, moments).clip(0, len(track.times) - 1)
    before = np.maximum(after - 1, 0)
    nearer = moments - track.times[before] <= track.times[after] - moments
    return np.where(nearer, before, after)


def seen(track: FaceTrack, timeline: Timeline) -> NDArray[np.bool_]:
    """Which frames of the timeline (timeline.count,) show a face, found or interpolated.

    Those nearest to a frame of the track that does, and at most one frame away from it.
    """
    moments = timeline.times()
    nearest = _nearest(track, moments)
    near = np.abs(track.times[nearest] - moments) <= 1 / track.fps
    result: NDArray[np.bool_] = track.detected[nearest] & near
    return result


def at_rate(track: FaceTrack, fps: float) -> FaceTrack:
    """The same, evenly spaced at `fps` frames a second from second 0 on."""
    timeline = Timeline.covering(track.duration, fps)
    found = track.detected
    points = resampled(track.points[found], track.times[found], timeline)
    there = seen(track, timeline)
    filled = there & track.filled[_nearest(track, timeline.times())]
    points = points.astype(track.points.dtype)
    return replace(
        track, fps=fps, points=points, detected=there, times=timeline.times(), filled=filled
    )
