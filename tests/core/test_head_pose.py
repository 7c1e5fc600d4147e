"""Head pose: put on by a rotation, taken out again."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from core.face import MIRROR68
from core.head_pose import NOSE_BASE68, frontal_reference, interocular, without_pose


def symmetric_face() -> NDArray[np.float64]:
    """Any mirror-symmetric 68 points, eyes and mouth where they belong."""
    face = np.random.default_rng(4).normal(0, 10, (68, 3))
    face[:17, 1] += 60
    face[36:42, 0] -= 30
    face[42:48, 0] += 30
    face[36:48, 1] -= 40
    mirrored = face[list(MIRROR68)] * [-1, 1, 1]
    return np.asarray((face + mirrored) / 2)


def posed(face: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    choice = np.random.default_rng(seed)
    turn = Rotation.from_rotvec(choice.normal(0, 0.15, 3)).as_matrix()
    return np.asarray(choice.uniform(0.8, 1.2) * face @ turn + choice.normal(0, 50, 3))


def test_the_reference_is_frontal_symmetric_and_one_between_the_eyes() -> None:
    face = symmetric_face()
    reference = frontal_reference(np.stack([posed(face, seed) for seed in range(40)]))
    assert float(interocular(reference)) == pytest.approx(1.0)
    np.testing.assert_allclose(reference[list(MIRROR68)] * [-1, 1, 1], reference, atol=1e-9)
    np.testing.assert_allclose(reference[list(NOSE_BASE68)].mean(axis=0), 0, atol=1e-12)


def test_pose_is_taken_out_and_motion_is_left() -> None:
    face = symmetric_face()
    still = np.stack([posed(face, seed) for seed in range(40)])
    reference = frontal_reference(still)
    moved = np.stack([face.copy() for _ in range(6)])
    moved[:, 57, 1] += np.arange(6) * 2.0  # the lower lip goes down
    frames = np.stack([posed(moved[i], 100 + i) for i in range(6)])
    shapes = without_pose(frames, np.ones(6, bool), reference)
    unit = float(interocular(face))
    drop = np.linalg.norm(shapes[:, 57] - shapes[0, 57], axis=1) * unit
    assert drop[-1] == pytest.approx(10, rel=0.1)  # seen under the mean nod
    others = [i for i in range(68) if i != 57]
    still_points = np.broadcast_to(shapes[0, others], (6, 67, 2))
    np.testing.assert_allclose(shapes[:, others], still_points, atol=1e-9)


def test_frames_without_a_face_come_from_their_neighbours() -> None:
    face = symmetric_face()
    reference = frontal_reference(np.stack([posed(face, seed) for seed in range(5)]))
    frames = np.stack([face] * 3)
    frames[1] = 0
    shapes = without_pose(frames, np.array([True, False, True]), reference)
    np.testing.assert_allclose(shapes[1], shapes[0], atol=1e-9)
    with pytest.raises(ValueError, match="no frame has a face"):
        without_pose(frames, np.zeros(3, bool), reference)
