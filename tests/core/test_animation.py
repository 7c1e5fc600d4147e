"""Views of an animation at any frame rate, raw and smoothed."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.interpolate import interp1d

from core.animation import Animation, AnimationSettings, Frames, frames_at, smoothed
from core.shape_model import COMPONENTS, ShapeTrack
from core.timeline import Timeline
from tests.core.animations import make_animation

FRAME_RATES = [12.5, 24, 25, 29.97, 30, 50, 60, 100, 240]


def gathered(animation: Animation, fps: float, smoothing: float | None = None) -> Frames:
    """All runs joined into one."""
    runs = list(frames_at(animation, fps, smoothing))
    return Frames(
        first=runs[0].first,
        times=np.concatenate([run.times for run in runs]),
        points=np.concatenate([run.points for run in runs]),
        probabilities=np.concatenate([run.probabilities for run in runs]),
        mixes=np.concatenate([run.mixes for run in runs]),
    )


def interpolated(
    animation: Animation, values: NDArray[np.float32], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    line = interp1d(
        animation.timeline.times(),
        values.astype(np.float64),
        axis=0,
        bounds_error=False,
        fill_value=(values[0], values[-1]),
    )
    return np.asarray(line(times))


@pytest.mark.parametrize("fps", FRAME_RATES)
def test_frames_are_the_tracks_interpolated_at_frame_centres(
    animation: Animation, fps: float
) -> None:
    frames = gathered(animation, fps)
    centres = np.arange(0.5, round(animation.duration * fps)) / fps
    model = animation.shape_model
    parameters = interpolated(animation, animation.shape.parameters, centres)
    points = parameters @ model.components + model.mean.ravel()
    np.testing.assert_allclose(frames.times, centres, atol=1e-12)
    np.testing.assert_allclose(frames.points.reshape(len(centres), -1), points, atol=1e-6)
    np.testing.assert_allclose(
        frames.probabilities,
        interpolated(animation, animation.emotions.probabilities, centres),
        atol=1e-6,
    )
    np.testing.assert_allclose(
        frames.mixes, interpolated(animation, animation.mixes, centres), atol=1e-6
    )
    np.testing.assert_allclose(frames.probabilities.sum(axis=1), 1.0, atol=1e-6)


@pytest.mark.parametrize("smoothing", [None, 1.0, 8.0])
def test_runs_join_without_a_seam(
    animation: Animation, smoothing: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = gathered(animation, 60, smoothing)
    monkeypatch.setattr("core.animation.CHUNK_FRAMES", 7)
    runs = list(frames_at(animation, 60, smoothing))
    joined = gathered(animation, 60, smoothing)
    assert [run.first for run in runs] == list(range(0, 60, 7))
    np.testing.assert_array_equal(joined.times, whole.times)
    np.testing.assert_allclose(joined.points, whole.points, atol=1e-6)
    np.testing.assert_allclose(joined.probabilities, whole.probabilities, atol=1e-6)


@pytest.mark.parametrize("smoothing", [1.0, 8.0])
def test_smoothed_frames_come_from_the_smoothed_track(
    animation: Animation, smoothing: float
) -> None:
    track = smoothed(animation.shape, smoothing)
    expected = gathered(dataclasses.replace(animation, shape=track), 30)
    np.testing.assert_allclose(
        gathered(animation, 30, smoothing).points, expected.points, atol=1e-6
    )


@given(st.floats(0.001, 0.3), st.floats(1.0, 500.0))
def test_the_shortest_clip_has_a_frame_at_any_rate(duration: float, fps: float) -> None:
    frames = gathered(make_animation(duration), fps, smoothing=5.0)
    assert len(frames.times) >= 1
    assert frames.points.shape == (len(frames.times), 36, 2)
    assert np.isfinite(frames.points).all()


def wave(frequency: float, phase: float = 0.0) -> ShapeTrack:
    timeline = Timeline(100.0, 4000, 0.005)
    sine = np.sin(2 * np.pi * frequency * timeline.times() + phase)
    return ShapeTrack(timeline, np.tile(sine[:, None], COMPONENTS).astype(np.float32))


def gain(track: ShapeTrack, frequency: float) -> complex:
    """How much of a sine is left and how late it is, away from the ends."""
    middle = slice(1000, 3000)  # whole periods of the frequencies used here
    carrier = np.exp(-2j * np.pi * frequency * track.timeline.times()[middle])
    after = (smoothed(track, 4.0).parameters[middle, 0] * carrier).sum()
    before = (track.parameters[middle, 0] * carrier).sum()
    return complex(after / before)


def test_half_the_power_is_left_at_the_cut_off_and_nothing_is_late() -> None:
    kept = gain(wave(4.0, phase=0.3), 4.0)
    assert abs(kept) ** 2 == pytest.approx(0.5, rel=1e-2)
    assert kept.imag == pytest.approx(0.0, abs=1e-4)


def test_slow_movement_stays_and_trembling_goes() -> None:
    assert abs(gain(wave(0.4), 0.4)) == pytest.approx(1.0, abs=0.01)
    assert abs(gain(wave(16.0), 16.0)) < 0.01


def test_a_step_does_not_ring() -> None:
    timeline = Timeline(100.0, 200, 0.005)
    step = np.zeros((200, COMPONENTS), dtype=np.float32)
    step[100:] = 1.0
    values = smoothed(ShapeTrack(timeline, step), 5.0).parameters[:, 0]
    assert (np.diff(values) >= -1e-6).all()
    assert values[0] == pytest.approx(0.0, abs=1e-6)
    assert values[-1] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("cutoff", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_cut_off_is_refused(animation: Animation, cutoff: float) -> None:
    with pytest.raises(ValueError, match="cut-off must be a positive number of Hz"):
        smoothed(animation.shape, cutoff)
    with pytest.raises(ValueError, match="cut-off must be a positive number of Hz"):
        list(frames_at(animation, 25, cutoff))


@pytest.mark.parametrize("fps", [0.0, -25.0, float("nan"), float("inf")])
def test_an_impossible_frame_rate_is_refused(animation: Animation, fps: float) -> None:
    with pytest.raises(ValueError, match="frame rate must be a positive number"):
        list(frames_at(animation, fps))


def test_tracks_that_do_not_belong_together_are_refused(animation: Animation) -> None:
    other = make_animation(duration=2.0)
    with pytest.raises(ValueError, match="must share one timeline"):
        dataclasses.replace(animation, shape=other.shape)
    with pytest.raises(ValueError, match=r"mixes must be \(100, 7\)"):
        dataclasses.replace(animation, mixes=other.mixes)


def test_settings_say_what_would_be_right() -> None:
    with pytest.raises(ValueError, match="unknown emotion 'joy', expected one of auto, angry"):
        AnimationSettings(emotion="joy")
    with pytest.raises(ValueError, match="unknown model 'best', expected one of dependent"):
        AnimationSettings(model="best")
    for strength in (-0.1, 2.1, float("nan")):
        with pytest.raises(ValueError, match="strength must be from 0 to 2"):
            AnimationSettings(strength=strength)
