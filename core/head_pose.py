"""Taking the head's pose out of tracked landmarks, so that only the face's own motion is left.

The nose and the corners of the eyes hardly move on the skull: a similarity per
frame brings those onto one reference, and with them everything else. It has
three dimensions where the track carries depth; without depth it has two, which
takes out place, size and tilt and leaves how far the head turns and nods.
"""

import numpy as np
from numpy.typing import NDArray

from core.face import MIRROR68
from core.shape_model import Array, Similarity, fit_similarity, generalised_procrustes

RIGID68 = (*range(27, 36), 36, 39, 42, 45)  # nose, and the corners of the eyes
NOSE_BASE68 = tuple(range(31, 36))
LEFT_EYE68, RIGHT_EYE68 = tuple(range(36, 42)), tuple(range(42, 48))  # left in the picture
REFERENCE_FRAMES = 500  # spread over all; more change nothing


def interocular(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """Distance between the centres of the eyes; points (..., 68, d) -> (...)."""
    left = points[..., LEFT_EYE68, :].mean(axis=-2)
    right = points[..., RIGHT_EYE68, :].mean(axis=-2)
    distance: NDArray[np.floating] = np.linalg.norm(right - left, axis=-1)
    return distance


def frontal_reference(landmarks: Array) -> Array:
    """The mean face (68, d) of detected frames (k, 68, d) of one person, seen from the front.

    Mirror-symmetric about x = 0, with the nose base at the origin and the eyes
    one unit apart. How far the head nods is left as it was on average. d is 2 or 3.
    """
    chosen = landmarks[:: max(1, len(landmarks) // REFERENCE_FRAMES)]
    _, poses = generalised_procrustes(chosen[:, RIGID68])
    mean = np.mean([pose.apply(face) for pose, face in zip(poses, chosen, strict=True)], axis=0)
    mirrored = mean[list(MIRROR68)] * np.array([-1.0, 1.0, 1.0])[: mean.shape[1]]
    symmetric = (mean + fit_similarity(mirrored, mean).apply(mirrored)) / 2
    across = symmetric[list(RIGHT_EYE68)].mean(axis=0) - symmetric[list(LEFT_EYE68)].mean(axis=0)
    turned = symmetric @ _rotation_to_x(across / np.linalg.norm(across))
    turned = turned / interocular(turned)
    result: Array = turned - turned[list(NOSE_BASE68)].mean(axis=0)
    return result


def _rotation_to_x(direction: Array) -> Array:
    """The smallest rotation R (d, d) with direction @ R = (1, 0, 0), or (1, 0) in a plane."""
    target = np.array([1.0, 0.0, 0.0])
    direction, size = np.append(direction, [0.0] * (3 - len(direction))), len(direction)
    axis = np.cross(direction, target)
    cosine = float(direction @ target)
    skew = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    rotation: Array = (np.eye(3) + skew + skew @ skew / (1 + cosine)).T
    return rotation[:size, :size]


def without_pose(
    landmarks: Array, detected: NDArray[np.bool_], reference: Array, times: Array | None = None
) -> Array:
    """One recording's frames (k, 68, d), posed like `reference`, seen from the front (k, 68, 2).

    d is 2 or 3, and the reference (68, 3), or (68, 2) where d is 2. Frames without a face
    are filled from their neighbours in time; `times` (k,) are the frames' where they are
    not evenly spaced. Raises ValueError when no frame has a face.
    """
    if not detected.any():
        raise ValueError("no frame has a face")
    rigid = list(RIGID68)
    target = reference[rigid, : landmarks.shape[2]]
    found = np.flatnonzero(detected)
    posed = np.empty((len(found), 68, 2))
    for row, frame in enumerate(found):
        pose: Similarity = fit_similarity(landmarks[frame][rigid], target)
        posed[row] = pose.apply(landmarks[frame])[:, :2]
    flat = posed.reshape(len(found), -1)
    moments = np.arange(len(landmarks)) if times is None else times
    filled = np.stack([np.interp(moments, moments[found], column) for column in flat.T], axis=1)
    return filled.reshape(-1, 68, 2)
