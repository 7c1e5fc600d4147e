"""Functionals of sounds whose descriptors are known."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import lfilter

from core.functionals import NAMES, functionals
from core.mfsc import frame_count, mfsc
from core.utterance_features import MOST_FRAMES, spoken_features, spoken_pieces

RATE = 16_000


def of(samples: NDArray[np.floating], spoken: NDArray[np.bool_] | None = None) -> dict[str, float]:
    values = mfsc(np.asarray(samples, np.float32)).values
    speech = np.ones(len(values), dtype=bool) if spoken is None else spoken
    return dict(zip(NAMES, functionals(samples, values, speech).tolist(), strict=True))


def pulses(hertz: float, seconds: float = 2.0) -> NDArray[np.float64]:
    """One unit pulse a period, placed between samples by two of them."""
    result = np.zeros(round(seconds * RATE) + 1)
    for place in np.arange(0, seconds * RATE - 1, RATE / hertz):
        low = int(place)
        result[low] += 1 - (place - low)
        result[low + 1] += place - low
    return result


def vowel(hertz: float, formants: dict[float, float]) -> NDArray[np.float64]:
    """Pulses of a pitch through resonances (Hz -> bandwidth)."""
    result = lfilter([1.0], [1.0, -0.97], pulses(hertz))  # the source's slope
    for centre, width in formants.items():
        radius = np.exp(-np.pi * width / RATE)
        result = lfilter([1.0], [1, -2 * radius * np.cos(2 * np.pi * centre / RATE), radius**2],
                         result)  # fmt: skip
    scaled: NDArray[np.float64] = 0.3 * result / np.abs(result).max()
    return scaled


def test_names_are_unique_and_as_many_as_numbers() -> None:
    assert len(set(NAMES)) == len(NAMES) == len(of(np.zeros(RATE)))


def test_pitch_in_semitones() -> None:
    low, high = of(vowel(110, {500: 80})), of(vowel(220, {500: 80}))
    assert low["f0.mean"] == pytest.approx(12 * np.log2(110 / 27.5), abs=0.1)  # two octaves
    assert high["f0.mean"] - low["f0.mean"] == pytest.approx(12, abs=0.1)
    assert low["f0.std"] < 0.1


def test_changes_of_a_voice_that_rises_an_octave_a_second() -> None:
    """12 semitones a second are 0.12 in a frame, 0.6 in five, 2.4 in twenty."""
    course = 110 * 2 ** (np.arange(2 * RATE) / RATE)
    phase = 2 * np.pi * np.cumsum(course) / RATE
    found = of(0.2 * np.sum([np.sin(k * phase) / k for k in range(1, 9)], axis=0))
    assert found["f0.rise"] == pytest.approx(0.12, abs=0.01)
    assert found["f0.fall"] == pytest.approx(0, abs=0.05)
    assert found["f0.delta_5"] == pytest.approx(0.6, abs=0.02)
    assert found["f0.delta_20"] == pytest.approx(2.4, abs=0.05)


def test_formants_of_a_made_vowel() -> None:
    """/a/ of a man: Peterson and Barney (1952)."""
    found = of(vowel(110, {730: 80, 1090: 90, 2440: 120}))
    assert found["f1.p50"] == pytest.approx(0.730, abs=0.06)
    assert found["f2.p50"] == pytest.approx(1.090, abs=0.08)
    assert found["f3.p50"] == pytest.approx(2.440, abs=0.12)


def test_wider_resonances_are_wider() -> None:
    narrow, wide = (of(vowel(110, {700: w, 1500: 90, 2500: 120})) for w in (50, 250))
    assert wide["f1_width.p50"] > narrow["f1_width.p50"] + 0.5  # nats


def test_colour_follows_a_tilt_and_not_the_level() -> None:
    dull = vowel(120, {500: 80, 1500: 90, 2500: 120})
    bright = lfilter([1.0, -0.9], [1.0], dull)
    one, louder, other = of(0.1 * dull), of(0.4 * dull), of(bright)
    assert other["alpha_ratio.mean"] > one["alpha_ratio.mean"] + 1
    assert other["hammarberg.mean"] < one["hammarberg.mean"] - 1
    for name in ("alpha_ratio.mean", "hammarberg.p50", "f0.mean", "h1_h2.mean", "band_7.mean"):
        assert louder[name] == pytest.approx(one[name], abs=1e-3)
    gain = 2 * np.log(4)  # nats of energy
    assert louder["level.mean"] - one["level.mean"] == pytest.approx(gain, abs=1e-3)


def test_trembling_is_heard() -> None:
    choice = np.random.default_rng(0)
    course = 120 * np.repeat(1 + 0.05 * choice.normal(size=200), 160)
    rough = np.sum([np.sin(k * 2 * np.pi * np.cumsum(course) / RATE) / k for k in range(1, 9)], 0)
    assert of(0.2 * rough)["jitter.mean"] > 5 * of(vowel(120, {500: 80}))["jitter.mean"]


def test_rhythm_counts_syllables_and_gaps() -> None:
    beat = np.clip(np.sin(2 * np.pi * 4 * np.arange(2 * RATE) / RATE), 0, None)  # four a second
    found = of(beat * vowel(120, {500: 80})[: 2 * RATE])
    assert found["peaks"] == pytest.approx(4, abs=0.6)
    assert found["voiced_rate"] == pytest.approx(4, abs=0.6)
    steady = of(vowel(120, {500: 80}))
    assert steady["voiced_share"] > 0.95
    assert steady["gap_length"] == 0


def test_silence_around_speech_makes_no_difference() -> None:
    spoken = vowel(120, {500: 80, 1500: 90})
    alone = of(spoken)
    around = np.concatenate([np.zeros(8_000), spoken, np.zeros(8_000)])
    mask = np.zeros(frame_count(len(around)), dtype=bool)
    mask[50 : 50 + frame_count(len(spoken))] = True
    padded = of(around, mask)
    for name in ("f0.p50", "alpha_ratio.p50", "f1.p50", "band_12.mean"):
        assert padded[name] == pytest.approx(alone[name], abs=0.05)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 5_000), st.sampled_from([0.0, 1e-6, 0.3, 40.0]))
def test_odd_sounds_are_finite(count: int, size: float) -> None:
    """Nothing, one sample, silence, and clipping."""
    noise = np.random.default_rng(count).normal(size=count)
    found = of(np.clip(size * noise, -1, 1))
    assert np.isfinite(list(found.values())).all()


def test_long_speech_is_cut_in_even_pieces_that_hold_speech() -> None:
    spoken = np.zeros(6_000, dtype=bool)
    spoken[100:1_400] = True  # 13 s
    spoken[2_000:2_300] = True
    pieces = spoken_pieces(spoken)
    assert pieces[0][0] == 100
    assert pieces[-1] == (2_000, 2_300)
    assert sum(b - a for a, b in pieces) == spoken.sum()
    assert max(b - a for a, b in pieces) <= MOST_FRAMES
    assert all(a[1] <= b[0] for a, b in pairwise(pieces))
    assert spoken_pieces(np.zeros(500, dtype=bool)) == []


def test_pieces_of_a_clip_are_heard_as_if_alone() -> None:
    one, other = vowel(110, {500: 80}), vowel(200, {700: 80})
    samples = np.concatenate([one, np.zeros(2 * RATE), other]).astype(np.float32)
    features = mfsc(samples).values
    spoken = features.mean(axis=1) > -20
    found = spoken_features(samples, lambda a, b: features[a:b], spoken)
    assert len(found.pieces) == 2
    pitches = found.values[:, NAMES.index("f0.p50")]
    assert pitches == pytest.approx(12 * np.log2(np.array([110, 200]) / 27.5), abs=0.1)
