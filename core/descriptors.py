"""What a voice does in each frame: the low-level descriptors that functionals summarise.

After eGeMAPS (Eyben et al. 2016), on the frames of the MFSC: level and its colour, cepstra,
pitch and its small disturbances, harmonics, and resonances of the vocal tract.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, irfft, rfft

from core.mfsc import BANDS
from core.pitch import FFT_SIZE, RATE, Pitch, halved, long_frames, pitch

CEPSTRA = 12
FORMANTS = 3
ORDER = 10  # of linear prediction: four resonances below 4 kHz and the source's slope
PRE_EMPHASIS = 0.97
LOWEST_FORMANT = 150.0  # Hz
REFERENCE = 27.5  # Hz of semitone 0, as in eGeMAPS
FLOOR = 1e-10  # of power

_BIN = RATE / FFT_SIZE  # Hz
_MEL_TOP = 2595 * np.log10(1 + 8000 / 700)
_CENTRES = 700 * (10 ** (np.linspace(0, _MEL_TOP, BANDS + 2)[1:-1] / 2595) - 1)  # Hz of the bands
Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Descriptors:
    """Columns (frames, n) by name: of all frames, and of those with a pitch only."""

    always: dict[str, Rows]
    voiced: dict[str, Rows]
    pitch: Pitch


def descriptors(samples: NDArray[np.floating], values: NDArray[np.floating]) -> Descriptors:
    """Of 16 kHz samples and their MFSC (frames, 40)."""
    bands = np.asarray(values, np.float64)
    heard = pitch(samples, len(bands))
    spectra = _spectra(samples, len(bands))
    colour = _colour(bands)
    always = _levels(bands) | colour | _cepstra(bands)
    voiced = _source(heard, spectra, bands) | _formants(spectra, heard)
    voiced |= {f"{name}_voiced": column for name, column in colour.items()}
    return Descriptors(always, voiced, heard)


def _spectra(samples: NDArray[np.floating], frames: int) -> Rows:
    """Power of 50 ms around each frame up to 4 kHz, (frames, 513)."""
    spectrum = rfft(long_frames(halved(samples), 0, frames), FFT_SIZE, axis=1)
    power: Rows = (spectrum.real**2 + spectrum.imag**2).astype(np.float64)
    return power


def _levels(bands: Rows) -> dict[str, Rows]:
    energy = np.exp(bands)
    change = np.abs(np.diff(bands, axis=0, prepend=bands[:1]))
    return {
        "level": np.log(energy.sum(axis=1)),
        "loudness": (energy**0.3).sum(axis=1),
        "flux": change.mean(axis=1),
    }


def _log_mean(bands: Rows, low: float, high: float) -> Rows:
    inside = (low <= _CENTRES) & (high > _CENTRES)
    result: Rows = np.log(np.exp(bands[:, inside]).sum(axis=1))
    return result


def _slope(bands: Rows, low: float, high: float) -> Rows:
    """Of log energy over kHz between two frequencies, by least squares."""
    inside = (low <= _CENTRES) & (high > _CENTRES)
    axis = _CENTRES[inside] / 1000
    axis = axis - axis.mean()
    result: Rows = bands[:, inside] @ axis / (axis**2).sum()
    return result


def _colour(bands: Rows) -> dict[str, Rows]:
    """How energy is spread over frequency, whatever the level."""
    shares = np.exp(bands - bands.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    centroid = shares @ _CENTRES / 1000
    spread = np.sqrt(np.maximum(shares @ (_CENTRES / 1000) ** 2 - centroid**2, 0.0))
    top = bands[:, _CENTRES < 2000].max(axis=1)
    high = bands[:, (_CENTRES >= 2000) & (_CENTRES < 5000)].max(axis=1)
    return {
        "alpha_ratio": _log_mean(bands, 1000, 5000) - _log_mean(bands, 50, 1000),
        "hammarberg": top - high,
        "slope_500": _slope(bands, 0, 500),
        "slope_1500": _slope(bands, 500, 1500),
        "slope_5000": _slope(bands, 1500, 5000),
        "hiss": _log_mean(bands, 4000, 8000) - _log_mean(bands, 50, 4000),
        "centroid": centroid,
        "spread": spread,
        "flatness": bands.mean(axis=1) - np.log(np.exp(bands).mean(axis=1)),
    }


def _cepstra(bands: Rows) -> dict[str, Rows]:
    cepstra = dct(bands, type=2, norm="ortho", axis=1)[:, 1 : CEPSTRA + 1]
    return {f"mfcc_{i + 1}": cepstra[:, i] for i in range(CEPSTRA)}


def _source(heard: Pitch, spectra: Rows, bands: Rows) -> dict[str, Rows]:
    """The voice: semitones, harmonicity, and how they tremble from frame to frame."""
    frequency = np.where(heard.voiced, heard.frequency, REFERENCE).astype(np.float64)
    semitones = 12 * np.log2(frequency / REFERENCE)
    level = np.log(np.exp(bands).sum(axis=1))
    periodic = np.clip(heard.harmonicity.astype(np.float64), 1e-3, 1 - 1e-4)
    first, second, third = (_harmonic(spectra, frequency * k) for k in (1, 2, 3))
    return {
        "f0": semitones,
        "harmonicity": np.log(periodic / (1 - periodic)),
        "jitter": _tremble(semitones, heard.voiced),
        "shimmer": _tremble(level, heard.voiced),
        "h1_h2": first - second,
        "h1_h3": first - third,
        "level_voiced": level,
        "h1_level": first - _log_sum(spectra),
    }


def _tremble(column: Rows, voiced: NDArray[np.bool_]) -> Rows:
    """How far a frame is off the line between its neighbours, 0 where one has no pitch."""
    padded = np.pad(column, 1, mode="edge")
    whole = np.pad(voiced, 1)
    inner = whole[:-2] & whole[1:-1] & whole[2:]
    return np.where(inner, np.abs(padded[1:-1] - 0.5 * (padded[:-2] + padded[2:])), 0.0)


def _log_sum(spectra: Rows) -> Rows:
    result: Rows = np.log(spectra.sum(axis=1) + FLOOR)
    return result


def _harmonic(spectra: Rows, frequency: Rows) -> Rows:
    """Log power of the loudest of three bins around a frequency."""
    centre = np.clip(np.rint(frequency / _BIN).astype(int), 1, spectra.shape[1] - 2)
    near = centre[:, None] + np.array([-1, 0, 1])
    loudest = np.take_along_axis(spectra, near, axis=1).max(axis=1)
    result: Rows = np.log(loudest + FLOOR)
    return result


def _formants(spectra: Rows, heard: Pitch) -> dict[str, Rows]:
    """kHz, log bandwidth and level of the first three peaks of the prediction's envelope.

    Around a resonance of width B the log of the envelope bends by -8 / B^2.
    """
    envelope = np.full((len(spectra), spectra.shape[1]), 0.0)
    rows = np.flatnonzero(heard.voiced)
    if len(rows):
        envelope[rows] = _envelope(spectra[rows])
    before, here, after = envelope[:, :-2], envelope[:, 1:-1], envelope[:, 2:]
    axis = np.arange(1, spectra.shape[1] - 1) * _BIN
    peak = (here > before) & (here >= after) & (axis >= LOWEST_FORMANT)
    rank = peak.cumsum(axis=1)
    every = np.arange(len(spectra))
    result = {}
    for number in range(1, FORMANTS + 1):
        at = (peak & (rank == number)).argmax(axis=1)
        there = peak[every, at] & heard.voiced
        bend = (before - 2 * here + after)[every, at]
        width = np.sqrt(8 / np.maximum(-bend, 1e-4)) * _BIN
        level = here[every, at] - envelope[:, : int(LOWEST_FORMANT / _BIN)].mean(axis=1)
        for name, column in (("", axis[at] / 1000), ("_width", np.log(width)), ("_level", level)):
            result[f"f{number}{name}"] = _filled(column, there)
    return result


def _envelope(power: Rows) -> Rows:
    """Log of the all-pole envelope, (n, 513), by Levinson's recursion over all rows at once."""
    turn = 2 * np.pi * np.arange(power.shape[1]) / FFT_SIZE
    emphasis = 1 + PRE_EMPHASIS**2 - 2 * PRE_EMPHASIS * np.cos(turn)
    lags = irfft(power * emphasis, FFT_SIZE, axis=1)[:, : ORDER + 1]
    lags[:, 0] = lags[:, 0] * (1 + 1e-4) + FLOOR
    predictor = np.zeros((len(power), ORDER + 1))
    predictor[:, 0] = 1.0
    error = lags[:, 0].copy()
    for order in range(1, ORDER + 1):
        inner = (predictor[:, :order] * lags[:, order:0:-1]).sum(axis=1)
        reflection = -inner / error
        predictor[:, 1 : order + 1] += (
            reflection[:, None] * predictor[:, order - 1 :: -1][:, :order]
        )
        error *= 1 - reflection**2
    response = rfft(predictor, FFT_SIZE, axis=1)
    result: Rows = -np.log(response.real**2 + response.imag**2 + FLOOR)
    return result


def _filled(column: Rows, there: NDArray[np.bool_]) -> Rows:
    """Frames without the peak get what lies between those with it; none at all, zero."""
    if not there.any():
        return np.zeros(len(column))
    places = np.flatnonzero(there)
    return np.interp(np.arange(len(column)), places, column[places])
