"""Training voices: what synthesisers and disguises say, measured from the sound."""

import shutil

import numpy as np
import pytest
from numpy.typing import NDArray

from core.clip import SAMPLE_RATE
from core.errors import TrainingError
from models.training.phones import SILENCE
from models.training.synthesis import Disguise, Voice, disguiser, espeak, flite

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"
)
needs_flite = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed")


def pulses(hertz: float) -> NDArray[np.float32]:
    """A second of a voice-like pulse train through one resonance at 700 Hz."""
    times = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    harmonics = np.arange(1, int(7000 / hertz)) * hertz
    gains = 1 / (1 + ((harmonics - 700) / 150) ** 2)
    wave = sum(g * np.cos(2 * np.pi * h * times) for g, h in zip(gains, harmonics, strict=True))
    return np.asarray(0.3 * wave / np.abs(wave).max(), np.float32)


def period(wave: NDArray[np.float32]) -> float:
    """Fundamental frequency, by autocorrelation of the middle."""
    middle = wave[4000:12000].astype(np.float64)
    both = np.correlate(middle, middle, "full")[len(middle) - 1 :]
    lags = np.arange(40, 300)
    return float(SAMPLE_RATE / lags[both[lags].argmax()])


def resonance(wave: NDArray[np.float32]) -> float:
    """Where the spectrum's energy has its centre, in Hz."""
    power = np.abs(np.fft.rfft(wave[4000:12000] * np.hanning(8000))) ** 2
    frequencies = np.fft.rfftfreq(8000, 1 / SAMPLE_RATE)
    return float((power * frequencies).sum() / power.sum())


def test_a_disguise_moves_pitch_and_tract_apart() -> None:
    pytest.importorskip("pyworld", reason="WORLD comes with the train extra")
    speak = disguiser(pulses(120))
    same = speak(Disguise())
    higher = speak(Disguise(pitch=1.5))
    shorter = speak(Disguise(tract=1.25))
    assert len(same) == len(higher) == len(shorter) == SAMPLE_RATE
    assert period(higher) / period(same) == pytest.approx(1.5, rel=0.03)
    assert period(shorter) / period(same) == pytest.approx(1.0, rel=0.03)
    assert resonance(shorter) / resonance(same) == pytest.approx(1.25, rel=0.08)


@needs_espeak
def test_espeak_tells_its_sounds() -> None:
    speech = espeak("bin blue", Voice("gmw/en-US"))
    assert "".join(sound.symbol for sound in speech.sounds) == "bɪnblu"
    spoken = [sound for sound in speech.sounds if sound.symbol != SILENCE]
    assert spoken[-1].end <= len(speech.samples) / SAMPLE_RATE + 0.01
    slow = espeak("bin blue", Voice("gmw/en-US", words_per_minute=100))
    assert len(slow.samples) > 1.2 * len(speech.samples)


@needs_espeak
def test_an_unknown_voice_is_refused() -> None:
    with pytest.raises(TrainingError, match="espeak-ng has no voice 'no/where'"):
        espeak("bin blue", Voice("no/where"))


@needs_flite
def test_flite_speaks_at_the_tempo_asked_for() -> None:
    plain = flite("bin blue at f two now", Voice("slt", 160))
    slow = flite("bin blue at f two now", Voice("slt", 80))
    assert np.abs(plain).max() > 0.05
    assert len(slow) > 1.5 * len(plain)
