"""Fundamental frequency and harmonicity of speech, after Boersma (1993).

Each frame's autocorrelation is divided by that of its window; its maxima are the
candidates, and the path through them that changes least from frame to frame is the
pitch. Frames are those of the MFSC, so both lie on one timeline.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from core.clip import SAMPLE_RATE
from core.mfsc import HOP, WINDOW

LOWEST, HIGHEST = 65.0, 600.0  # Hz
RATE = SAMPLE_RATE // 2  # Hz; voices have no pitch above
LENGTH = round(0.05 * RATE)  # samples: three periods of the lowest voice
FFT_SIZE = 1024
LAG_RATE = 2 * RATE  # Hz; between samples the autocorrelation is interpolated by its spectrum
BLOCK = 2_000  # frames at a time
LOUDEST = 1e6  # full scale is 1

CANDIDATES = 4  # of one frame, beside "unvoiced"
VOICING = 0.45  # Boersma's thresholds and costs, for frames 10 ms apart
SILENCE = 0.03
OCTAVE = 0.01
JUMP = 0.35  # per octave
CHANGE = 0.14  # between voiced and unvoiced
UNUSED = -1e9  # the strength of a candidate that there is not

_WINDOW = np.hanning(LENGTH + 2)[1:-1].astype(np.float32)
_REACH = 20  # samples to both sides that halving the rate hears, as many as scipy's does
_LAGS = np.arange(int(LAG_RATE / HIGHEST) - 1, int(LAG_RATE / LOWEST) + 3)
Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pitch:
    """Of each frame: Hz, 0 where there is none, and how periodic it is, 0 to 1; both (frames,)."""

    frequency: Row
    harmonicity: Row

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """Where there is a pitch, (frames,)."""
        return self.frequency > 0


def halved(samples: NDArray[np.floating]) -> Row:
    """Samples at `RATE`, absurd ones held where their squares can be reckoned with.

    By the filter of `scipy.signal.resample_poly`, whose import costs a start half a second.
    Its even taps but the middle one are zero.
    """
    held = np.clip(np.asarray(samples, np.float32), -LOUDEST, LOUDEST)
    padded = np.pad(held, (_REACH, _REACH + len(held) % 2))
    count = -(-len(held) // 2)
    odd = np.convolve(padded[1::2], _LOW_PASS[1::2], mode="valid")[:count]
    result: Row = odd + _LOW_PASS[_REACH] * padded[_REACH::2][:count]
    return result


def _low_pass() -> Row:
    """Half of the band: an ideal filter under Kaiser's window, (2 * 20 + 1,)."""
    taps = np.sinc(0.5 * np.arange(-_REACH, _REACH + 1)) * np.kaiser(2 * _REACH + 1, 5.0)
    result: Row = (taps / taps.sum()).astype(np.float32)
    return result


_LOW_PASS = _low_pass()


def long_frames(half: Row, first: int, last: int) -> Row:
    """Windowed stretches of 50 ms of `halved` samples around MFSC frames, (frames, LENGTH)."""
    hop, centre = HOP // 2, WINDOW // 4
    start = first * hop + centre - LENGTH // 2
    stop = (last - 1) * hop + centre - LENGTH // 2 + LENGTH
    inside = half[max(start, 0) : max(stop, 0)]
    lead = max(-start, 0)
    padded = np.pad(inside, (lead, max(stop - start - lead - len(inside), 0)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, LENGTH)[::hop]
    result: Row = (frames - frames.mean(axis=1, keepdims=True)) * _WINDOW
    return result


def pitch(samples: NDArray[np.floating], frames: int) -> Pitch:
    """Pitch of the first `frames` MFSC frames of 16 kHz samples, which are padded with zeros."""
    half = halved(samples)
    lags = np.zeros((frames, CANDIDATES), np.float32)
    strengths = np.full((frames, CANDIDATES), UNUSED, np.float32)
    peaks = np.zeros(frames, np.float32)
    for first in range(0, frames, BLOCK):
        last = min(first + BLOCK, frames)
        block = long_frames(half, first, last)
        peaks[first:last] = np.abs(block).max(axis=1)
        lags[first:last], strengths[first:last] = _candidates(block)
    loudest = max(float(peaks.max(initial=0.0)), 1e-9)
    quiet = np.maximum(0.0, 2.0 - peaks / loudest / (SILENCE / (1.0 + VOICING)))
    return _tracked(lags, strengths, VOICING + quiet)


def _candidates(frames: Row) -> tuple[Row, Row]:
    """Lags in samples and heights of the highest maxima of each autocorrelation, (n, 4)."""
    correlation = _autocorrelation(frames)[:, : _LAGS[-1] + 1]
    correlation /= np.maximum(correlation[:, :1], 1e-12)
    correlation /= _OF_WINDOW[: _LAGS[-1] + 1]
    values = correlation[:, _LAGS]
    before, here, after = values[:, :-2], values[:, 1:-1], values[:, 2:]
    maximum = (here > before) & (here >= after) & (here > 0.5 * VOICING)
    found = np.where(maximum, here - OCTAVE * np.log2(_LAGS[1:-1] / LAG_RATE * LOWEST), UNUSED)
    chosen = np.argpartition(-found, CANDIDATES - 1, axis=1)[:, :CANDIDATES]
    rows = np.arange(len(frames))[:, None]
    left, middle, right = before[rows, chosen], here[rows, chosen], after[rows, chosen]
    bend = np.minimum(left - 2 * middle + right, -1e-6)
    offset = np.clip(0.5 * (left - right) / bend, -0.5, 0.5)
    height = np.clip(middle - 0.25 * (left - right) * offset, 0.0, 1.0)
    there = maximum[rows, chosen]
    lags = np.where(there, _LAGS[1:-1][chosen] + offset, 1.0).astype(np.float32)
    return lags, np.where(there, height, UNUSED).astype(np.float32)


def _autocorrelation(frames: Row) -> Row:
    spectrum = rfft(frames, FFT_SIZE, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    result: Row = irfft(power, FFT_SIZE * LAG_RATE // RATE, axis=1)
    return result


_OF_WINDOW = _autocorrelation(_WINDOW[None])[0]
_OF_WINDOW = _OF_WINDOW / _OF_WINDOW[0]


def _tracked(lags: Row, heights: Row, unvoiced: NDArray[np.floating]) -> Pitch:
    """The best path (Viterbi) through each frame's candidates, the last of which is "unvoiced"."""
    count = len(lags)
    octaves = np.log2(LAG_RATE / lags)
    strength = heights + OCTAVE * np.log2(LAG_RATE / lags / LOWEST)
    strength = np.concatenate([strength, unvoiced[:, None]], axis=1)
    change = np.full((max(count - 1, 0), CANDIDATES + 1, CANDIDATES + 1), CHANGE)
    change[:, :-1, :-1] = JUMP * np.abs(octaves[:-1, :, None] - octaves[1:, None, :])
    change[:, -1, -1] = 0.0
    best = strength[0] if count else strength
    came = np.zeros((count, CANDIDATES + 1), np.intp)
    for index in range(1, count):
        totals = best[:, None] - change[index - 1]
        came[index] = totals.argmax(axis=0)
        best = totals.max(axis=0) + strength[index]
    path = np.zeros(count, np.intp)
    if count:
        path[-1] = best.argmax()
    for index in range(count - 1, 0, -1):
        path[index - 1] = came[index, path[index]]
    rows = np.arange(count)
    voiced = path < CANDIDATES
    kept = np.minimum(path, CANDIDATES - 1)
    frequency = np.where(voiced, LAG_RATE / lags[rows, kept], 0.0)
    harmonicity = np.maximum(heights.max(axis=1, initial=0.0), 0.0)
    harmonicity = np.where(voiced, heights[rows, kept], harmonicity)
    return Pitch(frequency.astype(np.float32), harmonicity.astype(np.float32))
