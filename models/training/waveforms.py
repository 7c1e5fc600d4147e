"""Other voices, tempi, rooms and microphones, made from the sound itself.

There are two kinds of augmentation. This one changes samples: it is what it says (a
semitone is a semitone) and costs a reading of the recording, so a recipe asks for a
number of copies (`Copies`), whose features are kept. `models.training.augmentation`
changes features: it is rough and costs nothing, so it is drawn anew for every batch.
Colour, telephones and the like are there; pitch and tempo only here. A recipe can have both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, idct, irfft, rfft
from scipy.signal import ShortTimeFFT, fftconvolve, resample_poly

from core.clip import SAMPLE_RATE
from core.errors import TrainingError
from models.training.schedule import Count

Samples = NDArray[np.float32]
Chance = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Factor = Annotated[float, msgspec.Meta(ge=0.5, le=2)]
_Decay = Annotated[float, msgspec.Meta(ge=0.05, le=5)]
Factors = tuple[_Factor, _Factor]
_FRAME, _HOP = 512, 128  # samples, of the filter that moves formants
ENVELOPE = 40  # cepstral coefficients over 257 bins: 1.2 ms, below any voice's period
FIRST_ECHO = 0.002  # seconds after the sound itself
SIXTY_DECIBELS = 3 * np.log(10)  # nats of amplitude


class Copies(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """[augmentation] of a recipe: how many copies of each recording, and what changes in them.

    Pairs are the least and the most; a number is drawn evenly between for each copy.
    """

    copies: Count = 0  # of each recording that is learned from, beside itself
    semitones: tuple[Annotated[float, msgspec.Meta(ge=-12, le=12)], ...] = (0.0,)  # in turn
    tract: Factors = (1.0, 1.0)  # length of the vocal tract; longer is deeper
    tempo: Factors = (1.0, 1.0)  # 2 is twice as fast
    gain: tuple[float, float] = (0.0, 0.0)  # dB
    noise_chance: Chance = 0.0
    snr: tuple[float, float] = (10.0, 30.0)  # dB, of the speech over the noise
    room_chance: Chance = 0.0
    rt60: tuple[_Decay, _Decay] = (0.2, 0.6)  # seconds until echoes are down by 60 dB
    direct: tuple[float, float] = (0.0, 10.0)  # dB, of the sound over its echoes


@dataclass(frozen=True, slots=True)
class Variant:
    """What is changed in one copy."""

    semitones: float = 0.0
    tract: float = 1.0
    tempo: float = 1.0
    gain: float = 0.0  # dB
    snr: float | None = None  # dB; no noise without it
    rt60: float | None = None  # seconds; no room without it
    direct: float = 5.0  # dB
    seed: int = 0  # of noise and echoes


def draw(copies: Copies, number: int, seed: tuple[int, ...]) -> Variant:
    """The copy `number` (from 0) of the recording and run that `seed` stands for."""
    choice = np.random.default_rng((*seed, number))
    pairs = (copies.tract, copies.tempo, copies.gain, copies.snr, copies.rt60, copies.direct)
    tract, tempo, gain, snr, rt60, direct = (float(choice.uniform(*pair)) for pair in pairs)
    noisy, roomy = choice.random(2) < (copies.noise_chance, copies.room_chance)
    return Variant(
        copies.semitones[number % len(copies.semitones)], tract, tempo, gain,
        snr if noisy else None, rt60 if roomy else None, direct, int(choice.integers(1 << 31)),
    )  # fmt: skip


def varied(
    samples: Samples, voiced: Callable[[Samples], NDArray[np.bool_]], how: Variant
) -> Samples:
    """A copy of mono speech at 16 kHz; of n samples, round(n / tempo).

    `voiced` says of samples which frames of 10 ms are speech, whose level sets the noise.
    Raises TrainingError where pitch or tempo are asked for and python-stretch is not there.
    """
    choice = np.random.default_rng(how.seed)
    result = np.asarray(samples, np.float32)
    if how.semitones or how.tempo != 1:
        result = stretched(result, how.semitones, how.tempo)
    if how.tract != 1:
        result = with_tract(result, how.tract)
    if how.rt60 is not None:
        response = room_response(how.rt60, how.direct, choice)
        result = fftconvolve(result, response)[: len(result)].astype(np.float32)
    if how.snr is not None:
        result = result + noise_for(result, voiced(result), how.snr, choice)
    return (result * 10 ** (how.gain / 20)).astype(np.float32)


def stretched(samples: Samples, semitones: float = 0.0, tempo: float = 1.0) -> Samples:
    """Higher by semitones, faster by `tempo`: round(n / tempo) samples, by Signalsmith Stretch.

    Raises TrainingError, saying what to install, where python-stretch is not there.
    """
    try:
        from python_stretch import Signalsmith
    except ImportError as error:
        raise TrainingError(
            "Changing pitch or tempo needs python-stretch: pip install 'visemo[research]'."
        ) from error
    stretch = Signalsmith.Stretch(0)
    stretch.preset(1, SAMPLE_RATE)
    stretch.setTransposeSemitones(semitones)
    stretch.setTimeFactor(tempo)
    count = round(len(samples) / tempo)
    # Its own delay it takes away itself, with what lies under the delay at the end.
    late = stretch.inputLatency() + stretch.outputLatency()
    padded = np.pad(np.asarray(samples, np.float32), (0, 2 * late))
    result: Samples = np.asarray(stretch.process(padded[None]), np.float32)[0, :count]
    return result


def at_speed(samples: Samples, speed: float) -> Samples:
    """A tape that runs `speed` times as fast: shorter, higher, and from a shorter tract."""
    ratio = Fraction(speed).limit_denominator(100)
    result: Samples = resample_poly(samples, ratio.denominator, ratio.numerator).astype(np.float32)
    return result


def with_tract(samples: Samples, length: float) -> Samples:
    """The same voice from a vocal tract `length` times as long: formants lie at 1 / length.

    The spectral envelope (the cepstrum's beginning) of each frame is moved along the
    frequencies; pitch and timing stay.
    """
    window = np.hanning(_FRAME + 1)[:-1]
    transform = ShortTimeFFT(window, _HOP, SAMPLE_RATE, fft_mode="onesided", mfft=_FRAME)
    count = max(len(samples), _FRAME)
    spectrum = transform.stft(np.pad(np.asarray(samples, np.float64), (0, count - len(samples))))
    level = np.log(np.abs(spectrum) + 1e-6)
    cepstrum = dct(level, type=1, axis=0)
    cepstrum[ENVELOPE:] = 0
    envelope = idct(cepstrum, type=1, axis=0)
    bins = np.arange(len(envelope))
    source = np.clip(bins * length, 0, len(bins) - 1)
    below = np.minimum(source.astype(int), len(bins) - 2)
    part = (source - below)[:, None]
    moved = envelope[below] * (1 - part) + envelope[below + 1] * part
    result: Samples = transform.istft(spectrum * np.exp(moved - envelope), k1=count).astype("f4")
    return result[: len(samples)]


def room_response(rt60: float, direct: float, choice: np.random.Generator) -> Samples:
    """A made impulse response: the sound itself, then noise that dies away by 60 dB in `rt60` s.

    `direct` dB is the energy of the first over that of the rest. Its energy is 1, so
    that loudness stays.
    """
    times = np.arange(round(rt60 * SAMPLE_RATE)) / SAMPLE_RATE
    tail = choice.standard_normal(len(times)) * np.exp(-SIXTY_DECIBELS * times / rt60)
    tail[times < FIRST_ECHO] = 0
    tail *= np.sqrt(10 ** (-direct / 10) / (tail**2).sum())
    tail[0] = 1
    result: Samples = (tail / np.sqrt((tail**2).sum())).astype(np.float32)
    return result


def noise_for(
    samples: Samples, voiced: NDArray[np.bool_], snr: float, choice: np.random.Generator
) -> Samples:
    """Noise (samples,) `snr` dB below the speech, of a colour between white and brown.

    The speech's level is over the frames of 10 ms that are `voiced`, or all without any.
    """
    hop = SAMPLE_RATE // 100
    spoken = np.repeat(voiced, hop)[: len(samples)]
    spoken = np.pad(spoken, (0, len(samples) - len(spoken)), mode="edge")
    speech = samples[spoken] if spoken.any() else samples
    bands = rfft(choice.standard_normal(len(samples)))
    bands[1:] /= np.arange(1, len(bands)) ** (choice.uniform(0, 2) / 2)
    bands[0] = 0
    noise = irfft(bands, len(samples))
    power = np.square(speech, dtype=np.float64).mean() / 10 ** (snr / 10)
    result: Samples = (noise * np.sqrt(power / np.square(noise).mean())).astype(np.float32)
    return result
