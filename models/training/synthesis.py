"""Other voices for training: speech synthesisers, and one voice turned into another.

espeak-ng (through its library, which tells when each phone begins) and flite
(through its program) are Debian packages; WORLD comes with the `train` extra.
"""

import ctypes
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from core.clip import SAMPLE_RATE
from core.errors import TrainingError
from models.training.phones import Sound, as_sounds

Samples = NDArray[np.float32]

_SYNCHRONOUS = 2
_PHONEME_EVENTS_IN_IPA = 1 | 2
_PHONEME_EVENT = 7
_RATE, _PITCH, _PITCH_RANGE = 1, 3, 4  # espeak_PARAMETER
_UTF8 = 1


class _EventId(ctypes.Union):
    _fields_ = (
        ("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8),
    )  # fmt: skip


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int), ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int), ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int), ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p), ("id", _EventId),
    )  # fmt: skip


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class Voice:
    """How to speak. `name` is espeak-ng's voice file with a variant, or flite's voice."""

    name: str
    words_per_minute: int = 160
    pitch: int = 50  # 0-100, of espeak-ng
    pitch_range: int = 50  # 0-100, of espeak-ng


@dataclass(frozen=True, slots=True)
class Speech:
    """16 kHz samples and the sounds in them."""

    samples: Samples
    sounds: list[Sound]


class _Espeak:
    """The one espeak-ng of this process."""

    def __init__(self) -> None:
        try:
            self._library: Any = ctypes.CDLL("libespeak-ng.so.1")
        except OSError as error:
            raise TrainingError(
                "making the training voices needs espeak-ng and flite: "
                "apt-get install espeak-ng flite"
            ) from error
        self.rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS_IN_IPA)
        self._audio: list[NDArray[np.int16]] = []
        self._phones: list[tuple[str, int]] = []
        self._callback = _Callback(self._hear)  # kept alive: the library holds only its address
        self._library.espeak_SetSynthCallback(self._callback)

    def _hear(self, wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            self._audio.append(np.ctypeslib.as_array(wave, (count,)).copy())
        index = 0
        while events[index].type != 0:
            if events[index].type == _PHONEME_EVENT:
                symbol = events[index].id.string.decode("utf-8", "ignore")
                self._phones.append((symbol, events[index].sample))
            index += 1
        return 0

    def speak(self, text: str, voice: Voice) -> tuple[NDArray[np.int16], list[tuple[str, int]]]:
        self._audio, self._phones = [], []
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise TrainingError(f"espeak-ng has no voice {voice.name!r}")
        for parameter, value in (
            (_RATE, voice.words_per_minute), (_PITCH, voice.pitch),
            (_PITCH_RANGE, voice.pitch_range),
        ):  # fmt: skip
            self._library.espeak_SetParameter(parameter, value, 0)
        encoded = text.encode()
        self._library.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, _UTF8, None, None)
        if not self._audio:
            raise TrainingError(f"espeak-ng said nothing for {text!r}")
        return np.concatenate(self._audio), self._phones


@cache
def _espeak() -> _Espeak:
    return _Espeak()


def espeak(text: str, voice: Voice) -> Speech:
    """Speak with espeak-ng. Raises TrainingError when it or the voice is not there."""
    engine = _espeak()
    wave, phones = engine.speak(text, voice)
    samples = soxr.resample(wave.astype(np.float32) / 32768, engine.rate, SAMPLE_RATE)
    starts = [(symbol, sample / engine.rate) for symbol, sample in phones]
    return Speech(samples, as_sounds(starts, len(wave) / engine.rate))


def flite(text: str, voice: Voice) -> Samples:
    """Speak with flite, 16 kHz. Raises TrainingError when it is not there."""
    stretch = 160 / voice.words_per_minute
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "speech.wav"
        command = ["flite", "-voice", voice.name, "--setf", f"duration_stretch={stretch:.3f}"]
        try:
            subprocess.run([*command, "-t", text, "-o", str(target)], check=True, timeout=60)
        except (OSError, subprocess.SubprocessError) as error:
            raise TrainingError(f"flite could not speak as {voice.name!r}: {error}") from error
        samples, rate = soundfile.read(target, dtype="float32")
    resampled: Samples = soxr.resample(samples, rate, SAMPLE_RATE)
    return resampled


@dataclass(frozen=True, slots=True)
class Disguise:
    """Another speaker by WORLD (Morise 2016): same words at the same times.

    `pitch` multiplies the fundamental frequency, `monotone` below 1 flattens its
    course, `tract` multiplies formant frequencies (1.15 is a shorter vocal tract),
    `breath` from 0 to 1 turns voicing to noise.
    """

    pitch: float = 1.0
    monotone: float = 1.0
    tract: float = 1.0
    breath: float = 0.0


Disguiser = Callable[[Disguise], Samples]


def disguiser(samples: Samples) -> Disguiser:
    """Analyse a recording once; the result speaks it again in any disguise, equally long."""
    try:
        import pyworld
    except ImportError as error:
        raise TrainingError(
            "turning voices needs the extra: pip install 'visemo[train]'"
        ) from error
    signal = samples.astype(np.float64)
    coarse, times = pyworld.dio(signal, SAMPLE_RATE, f0_floor=60, f0_ceil=500)
    pitch = pyworld.stonemask(signal, coarse, times, SAMPLE_RATE)
    spectrum = pyworld.cheaptrick(signal, pitch, times, SAMPLE_RATE)
    noise = pyworld.d4c(signal, pitch, times, SAMPLE_RATE)
    bins = np.arange(spectrum.shape[1])
    voiced = pitch > 0
    level = np.exp(np.log(pitch[voiced]).mean()) if voiced.any() else 1.0

    def speak(disguise: Disguise) -> Samples:
        course = np.where(voiced, level * (np.maximum(pitch, 1) / level) ** disguise.monotone, 0.0)
        source = np.minimum(bins / disguise.tract, bins[-1])  # where each new bin is taken from
        below = source.astype(int)
        above = np.minimum(below + 1, bins[-1])
        part = source - below
        log_spectrum = np.log(spectrum)
        warped = np.exp(log_spectrum[:, below] * (1 - part) + log_spectrum[:, above] * part)
        rough = noise[:, below] * (1 - part) + noise[:, above] * part
        rough = rough + (1 - rough) * disguise.breath
        wave = pyworld.synthesize(
            course * disguise.pitch,
            np.ascontiguousarray(warped),
            np.ascontiguousarray(rough),
            SAMPLE_RATE,
        )
        result: Samples = np.zeros(len(samples), dtype=np.float32)
        count = min(len(samples), len(wave))
        result[:count] = wave[:count]
        return result

    return speak
