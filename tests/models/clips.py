"""Clips that are something like speech: voiced stretches with changing colour, and pauses."""

import numpy as np
from numpy.typing import NDArray

from core.clip import SAMPLE_RATE, Clip, Source


def make_clip(samples: NDArray[np.floating]) -> Clip:
    values = np.asarray(samples, np.float32)
    return Clip(values, Source("a.wav", "0" * 64, SAMPLE_RATE, 1, len(values) / SAMPLE_RATE))


def babble(seconds: float, seed: int = 0) -> NDArray[np.float64]:
    """A buzz through slowly changing filters, silent now and then, (samples,)."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sound = rng.normal(0.0, 0.003, len(time))
    for harmonic in range(1, 30):
        loud = 1 + np.sin(2 * np.pi * rng.uniform(1, 6) * time + rng.uniform(0, 6))
        sound += 0.1 / harmonic * loud * np.sin(2 * np.pi * 120 * harmonic * time)
    result: NDArray[np.float64] = np.where(np.sin(2 * np.pi * 0.4 * time) > -0.6, sound, 0.0)
    return result


def babbling_clip(seconds: float, seed: int = 0) -> Clip:
    return make_clip(babble(seconds, seed))
