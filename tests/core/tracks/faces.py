"""Faces for tracks: one that is still, one that talks, and either put anywhere before a camera."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.face import MIRROR68
from core.head_pose import frontal_reference
from core.tracks import FaceTrack

Array = NDArray[np.float64]
CHIN, LOWER_LIP = 8, 66


def still_face() -> Array:
    """A mirror-symmetric face (68, 3), in pixels."""
    face = np.random.default_rng(4).normal(0, 10, (68, 3))
    face[:17, 1] += 60
    face[36:42, 0] -= 30
    face[42:48, 0] += 30
    face[36:48, 1] -= 40
    mirrored = face[list(MIRROR68)] * [-1, 1, 1]
    return np.asarray((face + mirrored) / 2)


def opening(times: Array) -> Array:
    """How far the mouth is open, in pixels, at moments in seconds: 5 times in 2 s."""
    return 5 - 5 * np.cos(2 * np.pi * 2.5 * times)


def talking(times: Array, wobble: float = 0.0, depth: bool = True, seed: int = 1) -> Array:
    """The face (T, 68, 3 or 2) with its mouth opening; `wobble` in radians turns the head."""
    choice = np.random.default_rng(seed)
    faces = np.repeat(still_face()[None], len(times), axis=0)
    faces[:, [CHIN, LOWER_LIP], 1] += opening(times)[:, None]
    angles = wobble * np.stack([np.sin(times * s) for s in choice.uniform(1, 4, 3)], axis=1)
    if not depth:
        angles[:, :2] = 0  # only what a picture shows whole: tilting
    turned = np.einsum("tpd,tde->tpe", faces, Rotation.from_rotvec(angles).as_matrix())
    shift = np.stack([180 + 8 * np.sin(times), 140 + 5 * np.cos(times), 0 * times], axis=1)
    result = (1 + 0.2 * np.sin(times))[:, None, None] * turned + shift[:, None]
    return np.asarray(result if depth else result[:, :, :2])


def track(fps: float = 25.0, count: int = 75, wobble: float = 0.1, depth: bool = True) -> FaceTrack:
    """Of the talking face, evenly spaced, every frame found."""
    times = np.asarray((np.arange(count) + 0.5) / fps, dtype=np.float64)
    return FaceTrack.steady(fps, talking(times, wobble, depth), np.ones(count, dtype=bool))


def reference(depth: bool = True) -> Array:
    """What the talking face is posed like."""
    face = still_face()[:, : 3 if depth else 2]
    return frontal_reference(np.stack([face, face]))
