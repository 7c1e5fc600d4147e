"""Region gains: what moves, what does not, and that lips stay lips."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.animation import AnimationSettings, frames_at, points_at
from core.face import INNER_LIPS, JAW, LOWER_INNER, NOSE, OUTER_LIPS, UPPER_INNER, of_ibug
from core.gains import AS_LEARNED, CHIN, RegionGains, with_gains
from core.shape_model import ShapeModel
from tests.core.animations import make_animation, make_shape_model, talking_shapes

Points = NDArray[np.float32]
GAIN = st.floats(0.0, 2.0)
GAINS = st.builds(RegionGains, GAIN, GAIN, GAIN)
UPPER_LIP = list(of_ibug(50, 51, 52, 61, 62, 63))
LOWER_LIP = list(of_ibug(56, 57, 58, 66))
CORNERS = list(of_ibug(48, 54, 60, 64))
LIPS = [*OUTER_LIPS, *INNER_LIPS]


def rest() -> Points:
    """The resting face with its lips a little apart, so that none of these tests closes them."""
    return make_shape_model().rest


def talking(scale: float = 1.0) -> Points:
    """Faces (200, 36, 2) that move by so much."""
    return (rest() + scale * (talking_shapes() - rest())).astype(np.float32)


def moved(points: Points, gains: RegionGains) -> Points:
    """Displacements from rest."""
    return with_gains(points, rest(), gains) - rest()


def test_as_learned_is_the_very_same() -> None:
    points = talking()
    assert with_gains(points, rest(), RegionGains(1.0, 1.0, 1.0)) is points
    assert AS_LEARNED.changes_nothing


def test_just_beside_as_learned_is_nearly_the_same() -> None:
    points = talking(0.1)
    beside = with_gains(points, rest(), RegionGains(1.0 + 1e-6, 1.0, 1.0))
    assert np.allclose(beside, points, atol=1e-6)


def test_no_gain_is_rest_but_for_the_nose() -> None:
    still = moved(talking(), RegionGains(0.0, 0.0, 0.0))
    still[:, NOSE, :] = 0.0
    assert np.abs(still).max() < 1e-6


@given(GAINS, GAINS, st.floats(0.0, 1.0))
def test_between_two_gains_a_face_goes_along_a_straight_line(
    one: RegionGains, other: RegionGains, part: float
) -> None:
    points = talking(0.05)  # so little that lips do not meet

    def mixed(a: float, b: float) -> float:
        return min(max(a + part * (b - a), 0.0), 2.0)

    between = RegionGains(
        mixed(one.jaw, other.jaw), mixed(one.lips, other.lips), mixed(one.corners, other.corners)
    )
    expected = (1 - part) * moved(points, one) + part * moved(points, other)
    assert np.allclose(moved(points, between), expected, atol=1e-5)


def test_the_jaw_carries_the_lower_lip() -> None:
    points = talking(0.2)
    learned, doubled = points - rest(), moved(points, RegionGains(jaw=2.0))
    chin = learned[:, CHIN, :].mean(axis=1)
    assert np.allclose(doubled[:, JAW, :], 2 * learned[:, JAW, :], atol=1e-6)
    for point in LOWER_LIP:
        assert np.allclose(doubled[:, point], learned[:, point] + chin, atol=1e-6)
    unmoved = [*UPPER_LIP, *CORNERS, *NOSE]
    assert np.allclose(doubled[:, unmoved], learned[:, unmoved], atol=1e-6)


def test_a_mouth_opened_by_the_jaw_alone_follows_its_gain() -> None:
    """Chin and lower lip go down together, nothing else moves: so they stay together."""
    points = np.tile(rest(), (1, 1, 1)).copy()
    points[:, [*JAW, *LOWER_LIP, *of_ibug(65, 67)], 1] += 0.1
    for jaw in (0.0, 0.5, 1.5, 2.0):
        result = moved(points, RegionGains(jaw=jaw))
        assert np.allclose(result[:, LOWER_LIP, 1], 0.1 * jaw, atol=1e-6)
        assert np.allclose(result[:, CHIN, 1], 0.1 * jaw, atol=1e-6)


def test_the_lips_leave_the_jaw_alone() -> None:
    points = talking(0.2)
    for gain in (0.0, 2.0):
        result = moved(points, RegionGains(lips=gain))
        others = [*JAW, *NOSE, *CORNERS]
        assert np.allclose(result[:, others], (points - rest())[:, others], atol=1e-6)
    still = moved(points, RegionGains(lips=0.0))
    assert np.abs(still[:, list(of_ibug(51, 62))]).max() < 1e-6
    chin = (points - rest())[:, CHIN, :].mean(axis=1)
    assert np.allclose(still[:, of_ibug(57)[0]], chin, atol=1e-6)  # rides on the jaw


def test_the_corners_widen_the_mouth() -> None:
    points = np.tile(rest(), (1, 1, 1)).copy()
    left, right = of_ibug(48, 54)
    points[0, left, 0] -= 0.1
    points[0, right, 0] += 0.1
    result = moved(points, RegionGains(corners=2.0))
    assert result[0, [left, right], 0] == pytest.approx([-0.2, 0.2], abs=1e-6)
    middle = list(of_ibug(51, 57, 62, 66))
    assert np.allclose(result[0, [*JAW, *NOSE, *middle]], 0.0, atol=1e-6)


@given(GAINS, st.floats(0.5, 8.0), st.integers(0, 9))
def test_lips_never_pass_through_each_other(gains: RegionGains, scale: float, seed: int) -> None:
    points = (rest() + scale * (talking_shapes(20, seed) - rest())).astype(np.float32)
    if gains.changes_nothing:
        return
    result = with_gains(points, rest(), gains)
    for upper, lower in ((61, 67), (62, 66), (63, 65)):
        gap = result[:, of_ibug(lower)[0], 1] - result[:, of_ibug(upper)[0], 1]
        assert gap.min() >= -1e-5


def test_lips_that_meet_stay_as_thick_as_they_were() -> None:
    points = np.tile(rest(), (1, 1, 1)).copy()
    points[0, LOWER_INNER, 1] -= 0.2  # by itself, without the chin
    points[0, of_ibug(57)[0], 1] -= 0.2
    gains = RegionGains(lips=2.0)
    result = with_gains(points, rest(), gains)[0]
    assert result[LOWER_INNER, 1] == pytest.approx(result[UPPER_INNER, 1], abs=1e-6)
    for inner, outer in ((62, 51), (66, 57)):
        a, b = of_ibug(inner, outer)
        assert result[a, 1] - result[b, 1] == pytest.approx(rest()[a, 1] - rest()[b, 1], abs=1e-5)


@given(GAINS)
def test_one_face_and_many_are_the_same(gains: RegionGains) -> None:
    points = talking()[:6]
    many = with_gains(points.reshape(2, 3, 36, 2), rest(), gains)
    assert many.shape == (2, 3, 36, 2)
    assert many.dtype == np.float32
    for index, face in enumerate(points):
        assert np.array_equal(with_gains(face, rest(), gains), many[index // 3, index % 3])


def test_the_input_is_left_alone() -> None:
    points, model = talking(), make_shape_model()
    points.setflags(write=False)
    before = points.copy()
    with_gains(points, model.rest, RegionGains(2.0, 0.0, 0.5))
    assert np.array_equal(points, before)


@pytest.mark.parametrize("region", ["jaw", "lips", "corners"])
@pytest.mark.parametrize("gain", [-0.1, 2.1, math.nan, math.inf])
def test_impossible_gains_are_refused(region: str, gain: float) -> None:
    with pytest.raises(ValueError, match=f"gain of the {region} must be from 0 to 2, not"):
        RegionGains(**{region: gain})


def test_exports_and_the_window_show_the_same_gains(shape_model: ShapeModel) -> None:
    learned = make_animation()
    gains = RegionGains(1.5, 0.5, 2.0)
    animation = replace(learned, settings=AnimationSettings(gains=gains))
    (frames,) = frames_at(animation, 100.0)
    expected = with_gains(shape_model.points(learned.shape.parameters), shape_model.rest, gains)
    assert np.allclose(frames.points, expected, atol=1e-6)
    assert np.allclose(points_at(animation, frames.times), frames.points, atol=1e-6)
