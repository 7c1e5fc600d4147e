"""Motion against the truth: known lags, known speeds, scipy's correlation."""

import numpy as np
import pytest
from scipy import stats

from core.evaluation.motion import CLOSED, closure, compare, correlation, lag, velocity_error
from core.face import LOWER_INNER, UPPER_INNER, LandmarkTrack
from core.shape_model import Array, Similarity
from core.timeline import Timeline
from tests.core.animations import make_shape_model

RATE = 25.0
COUNT = 100


def opening_at(times: Array) -> Array:
    """A mouth that opens and closes without ever repeating itself."""
    waves: Array = (
        0.2 + 0.06 * np.sin(2 * np.pi * 1.3 * times) + 0.04 * np.sin(2 * np.pi * 3.1 * times)
    )
    return waves


def talking(times: Array, rate: float, face: Array | None = None) -> LandmarkTrack:
    """A face of which the lower lip alone moves, at these times."""
    rest = make_shape_model().mean.astype(float) if face is None else face
    points = np.repeat(rest[None], len(times), axis=0)
    points[:, LOWER_INNER] = points[:, UPPER_INNER] + [0.0, 1.0] * opening_at(times)[:, None]
    return LandmarkTrack(Timeline(rate, len(times), 0.5 / rate), points.astype(np.float32))


def times_of(rate: float, count: int, late: float = 0.0) -> Array:
    return (np.arange(count, dtype=np.float64) + 0.5) / rate - late


@pytest.mark.parametrize("late", [0.0, 0.04, -0.07, 0.125])
def test_a_late_mouth_is_found_to_be_late(late: float) -> None:
    true = talking(times_of(RATE, COUNT), RATE)
    shown = talking(times_of(100.0, 4 * COUNT, late), 100.0)
    figures = compare(shown, true)
    assert figures.lag == pytest.approx(late, abs=0.004)


def test_the_same_motion_has_no_error_whatever_the_resolution() -> None:
    true = talking(times_of(RATE, COUNT), RATE)
    figures = compare(talking(times_of(100.0, 4 * COUNT), 100.0), true)
    assert figures.error < 1e-3
    assert figures.opening == pytest.approx(1.0, abs=1e-3)
    assert figures.opening_range == pytest.approx(1.0, abs=0.01)
    assert figures.closure != figures.closure  # this mouth never closes


def test_a_person_s_own_face_and_pose_are_no_error() -> None:
    true = talking(times_of(RATE, COUNT), RATE)
    turn = 0.3
    pose = Similarity(
        1.7, np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]),
        np.array([5.0, -2.0]),
    )  # fmt: skip
    moved = LandmarkTrack(true.timeline, pose.apply(true.points.astype(float)).astype(np.float32))
    assert compare(moved, true).error < 1e-5
    assert compare(moved, true).velocity_error < 1e-4


def test_squared_error_by_hand() -> None:
    """One landmark of 36 swings by 0.06 to both sides: 0.06^2 in one of 72 coordinates."""
    points = np.random.default_rng(1).normal(size=(1, 36, 2)).repeat(40, axis=0)
    swinging = points.copy()
    swinging[:, 7, 1] += 0.06 * (-1.0) ** np.arange(40)
    timeline = Timeline(RATE, 40, 0.5 / RATE)
    still, moved = (LandmarkTrack(timeline, p.astype(np.float32)) for p in (points, swinging))
    assert compare(moved, still).squared == pytest.approx(0.06**2 / 72, rel=1e-3)


def test_correlation_is_pearson_s() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=50)
    b = 0.4 * a + rng.normal(size=50)
    assert correlation(a, b) == pytest.approx(stats.pearsonr(a, b).statistic, abs=1e-12)
    assert np.isnan(correlation(a, np.full(50, 0.3)))


def test_velocities_by_hand() -> None:
    """One face drifts by 0.02 a frame at 25 Hz and the other stands: 0.5 units a second."""
    still = np.zeros((5, 36, 2))
    drifting = still + np.arange(5)[:, None, None] * [0.02, 0.0]
    everything = np.ones(5, dtype=bool)
    assert velocity_error(drifting, still, 25.0, everything) == pytest.approx(0.5)
    hidden = np.array([True, True, False, True, True])
    jump = drifting.copy()
    jump[2] = 99.0
    assert velocity_error(jump, still, 25.0, hidden) == pytest.approx(0.5)


def test_frames_without_a_face_do_not_count() -> None:
    true = talking(times_of(RATE, COUNT), RATE)
    points = true.points.copy()
    points[10:30] = 7.0
    seen = np.ones(COUNT, dtype=bool)
    seen[10:30] = False
    shown = talking(times_of(100.0, 4 * COUNT), 100.0)
    assert compare(shown, LandmarkTrack(true.timeline, points), seen).error < 1e-3
    with pytest.raises(ValueError, match="no frame has a face"):
        compare(shown, true, np.zeros(COUNT, dtype=bool))


def test_closed_lips_by_hand() -> None:
    """True closures at 0, 1, 2; shown at 1, 2, 3: precision and recall 2/3, F1 2/3."""

    def gaps(*values: float) -> Array:
        points = np.zeros((len(values), 36, 2))
        points[:, LOWER_INNER, 1] = values
        return points

    shut, wide = CLOSED / 2, 2 * CLOSED
    true, shown = gaps(shut, shut, shut, wide, wide), gaps(wide, shut, shut, shut, wide)
    assert closure(shown, true) == pytest.approx(2 / 3)


def test_no_lag_is_told_where_nothing_can_be() -> None:
    still = np.full(200, 0.3)
    assert np.isnan(lag(still, still, 100.0))
    ramp = np.linspace(0, 1, 200)
    assert np.isnan(lag(ramp, np.sin(ramp), 100.0, most=0.001))
