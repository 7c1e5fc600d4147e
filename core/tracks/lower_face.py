"""From a track to what the networks learn: the lower face, head-free, at any frame rate.

Sadiq et al. 2019, section II-B: 25 fps video, landmarks brought to 100 Hz by
cubic interpolation.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import TrackError
from core.face import IBUG68
from core.head_pose import frontal_reference, without_pose
from core.shape_model import Array
from core.timeline import Timeline
from core.tracks.face_track import FaceTrack
from core.tracks.resampling import resampled

VIDEO_RATE = 25.0  # every video is brought to it first, as the paper's 60 fps were


def speaker_reference(tracks: Sequence[FaceTrack]) -> Array:
    """The frontal mean face of one person (68, d), from every frame with a face in their tracks.

    d is 3 where all tracks carry depth, otherwise 2.
    """
    depth = min(track.points.shape[2] for track in tracks)
    faces = [track.points[track.detected][:, :, :depth] for track in tracks]
    return frontal_reference(np.concatenate(faces).astype(np.float64))


def lower_faces(
    points: Array, detected: NDArray[np.bool_], reference: Array, times: Array | None = None
) -> Array:
    """Frames (T, 68, d) -> the 36 points without head pose (T, 36, 2), in inter-ocular units.

    As `core.head_pose.without_pose`, frame by frame.
    """
    return without_pose(points, detected, reference, times)[:, list(IBUG68)]


def lower_face(track: FaceTrack, timeline: Timeline, reference: Array | None = None) -> Array:
    """The track's lower face on a timeline (timeline.count, 36, 2), in inter-ocular units.

    The head's pose is taken out frame by frame: in three dimensions where the track
    has depth and the reference too, otherwise by a similarity in the picture. Then it
    is brought to 25 fps and to the timeline's rate by cubic interpolation. `reference` is
    the face it is posed like, of `speaker_reference`: of all the speaker's tracks
    where there are several; without one it is the track's own. Where no face was
    seen, points come from the neighbours: see `seen`.
    """
    if reference is None:
        reference = speaker_reference([track])
    if reference.shape not in ((68, 2), (68, 3)):
        raise TrackError(f"a reference face is (68, 2) or (68, 3), not {reference.shape}")
    points = track.points[:, :, : reference.shape[1]].astype(np.float64)
    shapes = lower_faces(points, track.detected, reference, track.times)
    video = Timeline.covering(track.duration, VIDEO_RATE)
    return resampled(resampled(shapes, track.times, video), video.times(), timeline)
