"""The 36 points: order, names, edges, mirror."""

import numpy as np
import pytest

from core.face import (
    EDGES,
    IBUG68,
    INNER_LIPS,
    JAW,
    MIRROR68,
    NAMES,
    NOSE,
    OUTER_LIPS,
    POINTS,
    LandmarkTrack,
    mouth_opening,
    mouth_width,
)
from core.timeline import Timeline
from tests.core.animations import neutral_face


def test_points_are_jaw_nose_and_lips_of_ibug() -> None:
    assert POINTS == 11 + 5 + 20
    assert [IBUG68[i] for i in JAW] == list(range(3, 14))
    assert [IBUG68[i] for i in NOSE] == [31, 32, 33, 34, 35]
    assert [IBUG68[i] for i in (*OUTER_LIPS, *INNER_LIPS)] == list(range(48, 68))
    assert (*JAW, *NOSE, *OUTER_LIPS, *INNER_LIPS) == tuple(range(POINTS))


def test_names_are_unique_and_count_within_their_part() -> None:
    assert len(set(NAMES)) == POINTS
    assert NAMES[0] == "jaw_3"
    assert NAMES[IBUG68.index(33)] == "nose_6"  # the nose's points begin at iBUG 27
    assert NAMES[IBUG68.index(48)] == "outer_lip_0"
    assert NAMES[IBUG68.index(67)] == "inner_lip_7"


def test_edges_are_two_open_lines_and_two_closed_loops() -> None:
    ends = np.bincount(np.ravel(EDGES), minlength=POINTS)
    line_ends = [JAW[0], JAW[-1], NOSE[0], NOSE[-1]]
    assert len(EDGES) == len(set(EDGES)) == 10 + 4 + 12 + 8
    assert [i for i in range(POINTS) if ends[i] == 1] == line_ends
    assert all(ends[i] == 2 for i in range(POINTS) if i not in line_ends)
    part = {i: name.rsplit("_", 1)[0] for i, name in enumerate(NAMES)}
    assert all(part[a] == part[b] for a, b in EDGES)


def test_mirror_is_its_own_inverse_and_maps_a_symmetric_face_to_itself() -> None:
    assert all(MIRROR68[MIRROR68[i]] == i for i in range(68))
    face = neutral_face()
    np.testing.assert_allclose(face[list(MIRROR68)], face * [-1.0, 1.0], atol=1e-12)


def test_mirror_keeps_the_lower_face_together() -> None:
    assert {MIRROR68[i] for i in IBUG68} == set(IBUG68)


def test_mouth_measures_follow_the_lips() -> None:
    face = neutral_face()[list(IBUG68)]
    lower, right = IBUG68.index(66), IBUG68.index(54)
    opened, widened = face.copy(), face.copy()
    opened[lower, 1] += 0.3
    widened[right, 0] += 0.2
    both = np.stack((face, opened, widened))
    np.testing.assert_allclose(mouth_opening(both) - mouth_opening(face), [0.0, 0.3, 0.0])
    np.testing.assert_allclose(mouth_width(both) - mouth_width(face), [0.0, 0.0, 0.2])


def test_a_track_checks_its_shape_and_becomes_read_only() -> None:
    timeline = Timeline(25.0, 3, 0.02)
    with pytest.raises(ValueError, match=r"points must be \(3, 36, 2\), not \(3, 36, 3\)"):
        LandmarkTrack(timeline, np.zeros((3, 36, 3), dtype=np.float32))
    track = LandmarkTrack(timeline, np.zeros((3, 36, 2), dtype=np.float32))
    with pytest.raises(ValueError, match="read-only"):
        track.points[0] = 1.0
