"""Tracks of valence and arousal."""

import numpy as np
import pytest

from core.affect import COORDINATES, AffectTrack
from core.emotion import EMOTIONS
from core.timeline import Timeline


def track(count: int = 3) -> AffectTrack:
    ramp = np.linspace(-1, 1, count, dtype=np.float32)
    return AffectTrack(Timeline(25.0, count, 0.0275), ramp, -ramp, ramp * 0 + 0.1, ramp * 0 + 0.2)


def test_values_between_frames_lie_between_and_are_held_beyond_the_ends() -> None:
    found = track().at(np.array([-1.0, 0.0275, 0.0475, 0.0675, 9.0]))
    np.testing.assert_allclose(found[:, 0], [-1, -1, -0.5, 0, 1], atol=1e-6)
    np.testing.assert_allclose(found[:, 1], [1, 1, 0.5, 0, -1], atol=1e-6)
    np.testing.assert_allclose(found[:, 2:], [[0.1, 0.2]] * 5, atol=1e-6)


@pytest.mark.parametrize("count", [1, 2, 1000])
def test_values_at_any_time_are_those_of_numpy(count: int) -> None:
    rng = np.random.default_rng(5)
    values = rng.uniform(-1, 1, (4, count)).astype(np.float32)
    values[2:] = abs(values[2:])
    made = AffectTrack(Timeline(25.0, count, 0.0275), *values)
    seconds = rng.uniform(-1, count / 25 + 1, 500)
    expected = [
        np.interp(seconds, made.timeline.times(), v) for v in (*values[:2], *abs(values[2:]))
    ]
    np.testing.assert_allclose(made.at(seconds).T, expected, atol=1e-6)


def test_every_emotion_has_its_place() -> None:
    assert COORDINATES.keys() == set(EMOTIONS)
    places = np.array(list(COORDINATES.values()))
    assert (np.hypot(*places.T) <= 1).all()


def test_a_track_of_another_length_is_refused() -> None:
    good = track()
    with pytest.raises(ValueError, match=r"arousal must be \(3,\), not \(2,\)"):
        AffectTrack(
            good.timeline, good.valence, good.arousal[:2], good.valence_band, good.arousal_band
        )


def test_a_track_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        track().valence[0] = 0
