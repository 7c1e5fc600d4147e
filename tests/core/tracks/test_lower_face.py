"""The lower face of a track: head-free, at any rate, against the motion that was put in."""

import numpy as np
import pytest

from core.face import IBUG68, LOWER_INNER
from core.head_pose import interocular
from core.timeline import Timeline
from core.tracks import FaceTrack, TrackFacts, lower_face, seen, speaker_reference
from tests.core.tracks import faces

HUNDRED = Timeline.covering(3.0, 100.0)
LIP = IBUG68.index(faces.LOWER_LIP)


def lip_of(points: np.ndarray) -> np.ndarray:
    """How far the lower lip is down, in pixels of the still face."""
    return np.asarray(points[:, LIP, 1]) * float(interocular(faces.still_face()))


def truth(timeline: Timeline) -> np.ndarray:
    return faces.opening(timeline.times()) + float(
        lip_of(faces.reference()[None, list(IBUG68), :2])[0]
    )


@pytest.mark.parametrize("depth", [True, False], ids=["depth", "flat"])
def test_motion_is_left_when_the_head_is_taken_out(depth: bool) -> None:
    track = faces.track(wobble=0.2, depth=depth)
    points = lower_face(track, HUNDRED, faces.reference(depth))
    inside = slice(3, -3)  # beyond the first and last frame the track is held
    np.testing.assert_allclose(lip_of(points)[inside], truth(HUNDRED)[inside], atol=0.1)
    still = [i for i in range(36) if IBUG68[i] not in (faces.CHIN, faces.LOWER_LIP)]
    wanted = faces.reference(depth)[list(IBUG68)][still, :2]
    np.testing.assert_allclose(points[:, still], np.broadcast_to(wanted, (300, 34, 2)), atol=1e-9)


@pytest.mark.parametrize("fps", [25.0, 29.97, 50.0, 59.94, 12.5])
def test_any_frame_rate_tells_the_same_motion(fps: float) -> None:
    track = faces.track(fps, round(3 * fps))
    points = lower_face(track, HUNDRED, faces.reference())
    # The mouth opens 2.5 times a second: 12.5 frames a second are five a cycle.
    np.testing.assert_allclose(lip_of(points)[12:-12], truth(HUNDRED)[12:-12], atol=0.5)


def test_frames_at_uneven_times_tell_the_same_motion() -> None:
    choice = np.random.default_rng(3)
    times = np.cumsum(choice.uniform(0.01, 0.05, 110))
    times = times[times < 3]
    nothing = np.zeros(len(times), dtype=bool)
    track = FaceTrack(30.0, faces.talking(times, 0.1), ~nothing, times, nothing, TrackFacts())
    points = lower_face(track, HUNDRED, faces.reference())
    np.testing.assert_allclose(lip_of(points)[12:-12], truth(HUNDRED)[12:-12], atol=0.5)


def test_a_track_at_25_fps_passes_through_its_own_frames() -> None:
    track = faces.track(wobble=0.0)
    own = Timeline(25.0, 75, 0.02)
    points = lower_face(track, own, faces.reference())
    np.testing.assert_allclose(lip_of(points), truth(own), atol=1e-9)


def test_a_flat_track_and_a_reference_with_depth_go_together() -> None:
    flat = faces.track(wobble=0.0, depth=False)
    deep = lower_face(flat, HUNDRED, faces.reference())
    np.testing.assert_allclose(deep, lower_face(flat, HUNDRED, faces.reference(False)), atol=1e-9)


def test_without_a_reference_the_eyes_are_one_unit_apart() -> None:
    for depth in (True, False):
        whole = speaker_reference([faces.track(depth=depth)])
        assert whole.shape == (68, 3 if depth else 2)
        assert float(interocular(whole)) == pytest.approx(1.0)
        assert lower_face(faces.track(depth=depth), HUNDRED).shape == (300, 36, 2)
    assert speaker_reference([faces.track(), faces.track(depth=False)]).shape == (68, 2)


def test_a_single_frame_is_held() -> None:
    points = lower_face(faces.track(count=1), Timeline.covering(0.5, 100.0))
    assert points.shape == (50, 36, 2)
    np.testing.assert_array_equal(points, np.repeat(points[:1], 50, axis=0))


def test_seen_tells_where_a_face_was() -> None:
    detected = np.ones(50, dtype=bool)
    detected[10:20] = False  # 0.4 to 0.8 s
    points = faces.talking((np.arange(50) + 0.5) / 25)
    points[10:20] = np.nan
    track = FaceTrack.steady(25.0, points, detected)
    times = HUNDRED.times()
    expected = (times < 2.0 + 0.5 / 25) & ~((times > 0.4) & (times < 0.8))
    np.testing.assert_array_equal(seen(track, HUNDRED), expected)
    assert np.isfinite(lower_face(track, HUNDRED)).all()


def test_the_mouth_is_the_one_that_other_code_measures() -> None:
    assert LIP == LOWER_INNER
