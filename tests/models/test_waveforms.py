"""Copies of sounds: each effect is what it says, and the same every time."""

from importlib.util import find_spec
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from scipy.signal import lfilter

from core.clip import SAMPLE_RATE
from core.corpora.utterance import Utterance
from models.training.copies import copies_of, speech_of
from models.training.feature_cache import FeatureCache
from models.training.recordings import Face, listen
from models.training.waveforms import (
    Copies,
    Variant,
    draw,
    noise_for,
    room_response,
    stretched,
    varied,
    with_tract,
)
from resources import SAMPLE
from tests.models.clips import babble

Row = NDArray[np.float64]
needs_stretch = pytest.mark.skipif(
    find_spec("python_stretch") is None,
    reason="python-stretch is not installed",
)


NEUTRAL_LINE = 3.6  # seconds; the next one is spoken so high that autocorrelation is coarse


def voice(seconds: float = 6.0) -> NDArray[np.float32]:
    """The bundled clip's beginning."""
    samples: NDArray[np.float32] = soundfile.read(SAMPLE, dtype="float32")[0]
    return samples[: round(seconds * SAMPLE_RATE)]


def median_pitch(samples: NDArray[np.floating], low: float = 60, high: float = 600) -> float:
    """Hz by plain autocorrelation of 40 ms frames; our own pitch tracker has no part in it."""
    size, found = 640, []
    for begin in range(0, len(samples) - size, 320):
        frame = np.asarray(samples[begin : begin + size], np.float64)
        frame = frame - frame.mean()
        full = np.correlate(frame, frame, "full")[size - 1 :]
        if full[0] < 0.5:
            continue
        full /= np.arange(size, 0, -1)
        first, last = int(SAMPLE_RATE / high), int(SAMPLE_RATE / low)
        lag = first + int(full[first:last].argmax())
        if full[lag] > 0.8 * full[0]:
            found.append(SAMPLE_RATE / lag)
    return float(np.median(found))


@needs_stretch
@pytest.mark.parametrize("semitones", [-3.0, -1.0, 1.0, 4.0])
def test_a_semitone_is_a_semitone(semitones: float) -> None:
    line = voice(NEUTRAL_LINE)
    before, after = line, stretched(line, semitones)
    assert len(after) == len(before)
    wanted = 2 ** (semitones / 12)
    assert median_pitch(after) / median_pitch(before) == pytest.approx(wanted, rel=0.02)


@needs_stretch
@pytest.mark.parametrize("tempo", [0.7, 0.9, 1.0, 1.13, 1.5])
def test_tempo_changes_length_exactly_and_moments_with_it(tempo: float) -> None:
    samples = np.zeros(48_001, np.float32)
    clicks = np.array([8_000, 24_000, 40_000])
    for click in clicks:
        samples[click : click + 40] = np.hanning(40) * np.sin(np.arange(40) * 1.2)
    result = stretched(samples, 0.0, tempo)
    assert len(result) == round(48_001 / tempo)
    parts = [slice(int((c - 6_000) / tempo), int((c + 6_000) / tempo)) for c in clicks]
    found = [part.start + int(np.abs(result[part]).argmax()) for part in parts]
    np.testing.assert_allclose(found, (clicks + 20) / tempo, atol=160)  # a frame
    real = stretched(voice(), 0.0, tempo)
    assert median_pitch(real) == pytest.approx(median_pitch(voice()), rel=0.02)


def formants(samples: NDArray[np.floating]) -> Row:
    """Hz of the resonances, by linear prediction over the middle of the sound."""
    middle = np.asarray(samples[4_000:12_000], np.float64) * np.hanning(8_000)
    r = np.correlate(middle, middle, "full")[len(middle) - 1 :][:9]
    matrix = np.array([[r[abs(i - j)] for j in range(8)] for i in range(8)])
    roots = np.roots(np.append(1, -np.linalg.solve(matrix, r[1:])))
    sharp = roots[(roots.imag > 0) & (np.abs(roots) > 0.9)]
    return np.sort(np.angle(sharp) * SAMPLE_RATE / 2 / np.pi)


def throat(source: Row, resonances: Row) -> NDArray[np.float32]:
    """A source through resonances of 80 Hz width."""
    for hertz in resonances:
        pole = np.exp(-np.pi * 80 / SAMPLE_RATE + 2j * np.pi * hertz / SAMPLE_RATE)
        source = np.asarray(lfilter([1.0], np.poly([pole, pole.conj()]).real, source))
    result: NDArray[np.float32] = (source / np.abs(source).max()).astype(np.float32)
    return result


@pytest.mark.parametrize("length", [0.85, 1.15])
def test_a_longer_tract_has_lower_formants_at_the_same_pitch(length: float) -> None:
    wanted = np.array([700.0, 1_300.0, 2_600.0])
    pulses = np.zeros(16_000)
    pulses[::133] = 1.0  # 120.3 Hz
    breath = np.random.default_rng(0).standard_normal(16_000)  # shows formants between harmonics
    whispered, voiced = throat(breath, wanted), throat(pulses, wanted)
    np.testing.assert_allclose(formants(whispered)[:3], wanted, rtol=0.03)
    changed = with_tract(whispered, length)
    assert len(changed) == len(whispered)
    np.testing.assert_allclose(formants(changed)[:3], wanted / length, rtol=0.04)
    assert median_pitch(with_tract(voiced, length)) == pytest.approx(16_000 / 133, rel=0.01)


@pytest.mark.parametrize("snr", [0.0, 12.0, 25.0])
def test_noise_is_as_far_below_the_speech_as_asked(snr: float) -> None:
    clean = voice()
    noise = noise_for(clean, speech_of(clean), snr, np.random.default_rng(3))
    marked = np.repeat(speech_of(clean), 160)[: len(clean)]
    speech = clean[: len(marked)][marked]
    found = 10 * np.log10(np.mean(speech.astype(float) ** 2) / np.mean(noise.astype(float) ** 2))
    assert found == pytest.approx(snr, abs=0.5)
    again = varied(clean, speech_of, Variant(snr=snr, seed=1))
    other = varied(clean, speech_of, Variant(snr=snr, seed=1))
    np.testing.assert_array_equal(again, other)


@pytest.mark.parametrize("rt60", [0.2, 0.5, 1.0])
def test_echoes_die_away_in_the_time_asked_for(rt60: float) -> None:
    response = room_response(rt60, 3.0, np.random.default_rng(0)).astype(np.float64)
    left = 10 * np.log10(np.cumsum(response[::-1] ** 2)[::-1])  # Schroeder 1965
    left -= left[1]  # without the direct sound
    times = np.arange(len(left)) / SAMPLE_RATE
    chosen = (left < -5) & (left > -25)
    slope = np.polyfit(times[chosen], left[chosen], 1)[0]
    assert -60 / slope == pytest.approx(rt60, rel=0.1)
    direct = response[0] ** 2 / (response[1:] ** 2).sum()
    assert 10 * np.log10(direct) == pytest.approx(3.0, abs=0.01)
    assert (response**2).sum() == pytest.approx(1.0, rel=1e-4)


def test_gain_is_in_decibels() -> None:
    louder = varied(voice(1.0), speech_of, Variant(gain=6.0))
    np.testing.assert_allclose(louder, voice(1.0) * 10**0.3, rtol=1e-5)


SETTINGS = Copies(
    copies=2, semitones=(1.0, -1.0), tempo=(0.8, 0.9), tract=(0.9, 1.1), noise_chance=0.5,
    room_chance=0.5, gain=(-3, 3),
)  # fmt: skip


def test_a_draw_hangs_on_seed_recording_and_number_alone() -> None:
    assert draw(SETTINGS, 0, (1, 2)) == draw(SETTINGS, 0, (1, 2))
    draws = [draw(SETTINGS, n, (seed, 7)) for n in (0, 1) for seed in (1, 2)]
    assert len({one.tract for one in draws}) == 4
    assert [one.semitones for one in draws] == [1.0, 1.0, -1.0, -1.0]
    assert all(0.8 <= one.tempo <= 0.9 for one in draws)


@needs_stretch
def test_copies_are_kept_and_faces_keep_step(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", babble(1.0), SAMPLE_RATE)
    (one,) = listen([Utterance(tmp_path / "a.wav", "made", "x", "happy")]).recordings
    frames = len(one.values)
    ramp = np.tile(np.arange(frames, dtype=np.float32)[:, None, None], (1, 36, 2))
    face = Face(ramp, np.arange(frames) < 50, np.zeros((68, 2), np.float32))
    shown = msgspec.structs.replace(SETTINGS, tempo=(0.8, 0.8))
    recordings = [type(one)(one.utterance, one.values, one.voiced, face)]
    cold = copies_of(recordings, shown, 0, tmp_path / "cache")
    assert len(list((tmp_path / "cache").iterdir())) == 2
    warm = copies_of(recordings, shown, 0, tmp_path / "cache")
    without = copies_of(recordings, shown, 0)
    for first, second, third in zip(cold, warm, without, strict=True):
        np.testing.assert_array_equal(first.values, second.values)
        np.testing.assert_array_equal(first.values, third.values)
        assert first.face is not None
        assert len(first.face.points) == len(first.values) == pytest.approx(frames / 0.8, abs=2)
        np.testing.assert_allclose(first.face.points[50, 0, 0], 40.0, atol=1e-4)
        assert first.face.seen.sum() == pytest.approx(50 / 0.8, abs=2)
    other = copies_of(recordings, shown, 1)
    assert not np.array_equal(other[0].values, cold[0].values)
    small = FeatureCache(tmp_path / "small", 10_000)
    copies_of(recordings, shown, 0, small.folder, limit=small.limit)
    assert sum(path.stat().st_size for path in small.folder.iterdir()) <= 10_000
