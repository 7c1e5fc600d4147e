"""Pitch against tones of known frequency, and against WORLD's on recordings."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import resample_poly

from core.audio_file import read_clip
from core.mfsc import HOP, WINDOW, frame_count
from core.pitch import BLOCK, HIGHEST, LOWEST, halved, pitch

DATA = Path(__file__).parents[3] / "shared" / "data"
RATE = 16_000


def voice(frequency: NDArray[np.float64]) -> NDArray[np.float64]:
    """Twelve harmonics that fall by 6 dB an octave, of a frequency for every sample."""
    phase = 2 * np.pi * np.cumsum(frequency) / RATE
    parts = [np.sin(k * phase) / k for k in range(1, 13)]
    result: NDArray[np.float64] = 0.2 * np.sum(parts, axis=0)
    return result


@pytest.mark.parametrize("count", [0, 1, 2, 39, 40, 41, 1_000, 1_001])
def test_the_rate_is_halved_as_scipy_does(count: int) -> None:
    samples = np.random.default_rng(count).normal(size=count).astype(np.float32)
    expected = resample_poly(samples, 1, 2) if count else samples
    np.testing.assert_allclose(halved(samples), expected, atol=2e-6)


@pytest.mark.parametrize("hertz", [70.0, 100.0, 133.3, 220.0, 311.0, 440.0, 580.0])
def test_steady_voices(hertz: float) -> None:
    samples = voice(np.full(RATE, hertz))
    found = pitch(samples, frame_count(len(samples)))
    inner = found.frequency[5:-5]
    assert np.abs(inner / hertz - 1).max() < 2e-3
    assert found.harmonicity[5:-5].min() > 0.95


def test_a_glide_is_followed() -> None:
    course = np.geomspace(100, 300, 2 * RATE)
    found = pitch(voice(course), frame_count(2 * RATE))
    centres = np.arange(len(found.frequency)) * HOP + WINDOW // 2
    true = course[np.minimum(centres, 2 * RATE - 1)]
    assert np.abs(found.frequency / true - 1)[5:-5].max() < 0.01


def test_harmonicity_tells_the_noise() -> None:
    """Boersma (1993): at a lag of one period it is the periodic share of the power."""
    choice = np.random.default_rng(1)
    clean = voice(np.full(4 * RATE, 150.0))
    for share in (0.9, 0.7):
        hiss = resample_poly(choice.normal(size=len(clean) // 2), 2, 1)  # below 4 kHz
        noise = hiss / hiss.std() * clean.std() * np.sqrt(1 / share - 1)
        found = pitch(clean + noise, frame_count(len(clean)))
        assert np.median(found.harmonicity) == pytest.approx(share, abs=0.03)


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 3 * RATE)
    assert pitch(noise, frame_count(len(noise))).voiced.mean() < 0.02
    assert not pitch(np.zeros(RATE), frame_count(RATE)).voiced.any()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 3_000), st.sampled_from([0.0, 1e-30, 1.0, 1e30]))
def test_short_and_odd_sounds_are_finite(count: int, size: float) -> None:
    samples = size * np.random.default_rng(count).uniform(-1, 1, count)
    found = pitch(samples.astype(np.float32), frame_count(count))
    assert found.frequency.shape == found.harmonicity.shape == (frame_count(count),)
    assert np.isfinite(found.harmonicity).all()
    voiced = found.frequency[found.voiced]
    assert ((voiced > LOWEST * 0.95) & (voiced < HIGHEST * 1.05)).all()


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = voice(np.geomspace(90, 250, 2 * RATE))
    whole = pitch(samples, 199)
    assert BLOCK > 199
    monkeypatch.setattr("core.pitch.BLOCK", 23)
    np.testing.assert_allclose(pitch(samples, 199).frequency, whole.frequency, rtol=1e-5)


@pytest.mark.filterwarnings("ignore:pkg_resources is deprecated")
def test_recordings_agree_with_world() -> None:
    pyworld = pytest.importorskip("pyworld", reason="the extra `train` brings WORLD")
    files = sorted((DATA / "emodb").glob("*.flac"))[::60]
    if not files:
        pytest.skip("needs the corpora in shared/data")
    ratios = []
    for path in files:
        samples = read_clip(path).samples[:]
        found = pitch(samples, frame_count(len(samples)))
        world, times = pyworld.harvest(
            samples.astype(np.float64), RATE, f0_floor=LOWEST, f0_ceil=HIGHEST, frame_period=2.5
        )
        nearest = np.searchsorted(times, np.arange(len(found.frequency)) / 100 + 0.0125)
        theirs = world[np.minimum(nearest, len(world) - 1)]
        both = (theirs > 0) & found.voiced
        ratios.append(found.frequency[both] / theirs[both])
    joined = np.concatenate(ratios)
    assert len(joined) > 500
    assert np.median(np.abs(joined - 1)) < 0.01
    assert (np.abs(joined - 1) < 0.2).mean() > 0.93  # gross errors, where either may be wrong
