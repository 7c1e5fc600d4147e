"""An utterance in numbers: functionals over its low-level descriptors.

Our own set, small enough for every clip to have it; see `SET` for its version and `NAMES`
for what each number is. Nothing here hangs on how long the utterance is.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft
from scipy.ndimage import uniform_filter1d

from core.descriptors import Rows, descriptors
from core.mfsc import BANDS
from core.timeline import FRAMES_PER_SECOND

SET = "functionals/2"  # profiles and weights name it; another set of numbers is another name
LEAST = 5  # frames that a statistic needs
MODULATIONS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)  # Hz between which the swing of bands is told
_GROUPS = 5  # of eight neighbouring bands
_MODULATION_FFT = 1024  # frames
_DYNAMICS = ("delta", "delta_5", "delta_20", "rise", "fall")
_STATISTICS = ("mean", "std", "skew", "p5", "p20", "p50", "p80", "p95", "trend", *_DYNAMICS)
_OF_BANDS = ("mean", "std", "skew", "p5", "p95", *_DYNAMICS)
_OF_VOICED_BANDS, _OF_OTHER_BANDS = ("mean", "std"), ("mean",)
_RHYTHM = ("peaks", "voiced_share", "voiced_rate", "voiced_length", "voiced_length_std",
           "gap_length", "gap_length_std", "spoken_share")  # fmt: skip


def functionals(
    samples: NDArray[np.floating], values: NDArray[np.floating], spoken: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Functionals (features,) of 16 kHz samples, their MFSC (frames, 40) and speech (frames,).

    Always finite; what cannot be told, as the pitch of a whisper, is 0.
    """
    found = descriptors(samples, values)
    speech = spoken if spoken.any() else np.ones(len(spoken), dtype=bool)
    voiced = found.pitch.voiced & speech
    bands = np.asarray(values, np.float64)
    relative = bands - bands[speech].mean()  # whatever the level
    parts = [
        _statistics(np.column_stack(list(found.always.values())), speech, _STATISTICS),
        _statistics(np.column_stack(list(found.voiced.values())), voiced, _STATISTICS),
        _statistics(relative, voiced, _OF_VOICED_BANDS),
        _statistics(relative, speech, _OF_BANDS),
        _statistics(relative, speech & ~voiced, _OF_OTHER_BANDS),
        _modulation(bands),
        _rhythm(found.always["loudness"], voiced, speech),
    ]
    result = np.concatenate(parts).astype(np.float32)
    return np.nan_to_num(result, nan=0.0, posinf=0.0, neginf=0.0)


def _statistics(columns: Rows, chosen: NDArray[np.bool_], names: tuple[str, ...]) -> Rows:
    """Those named of the chosen frames of each column, (frames, n) -> (names n,)."""
    kept = columns[chosen]
    if len(kept) < LEAST:
        return np.zeros(len(names) * columns.shape[1])
    mean, std = kept.mean(axis=0), kept.std(axis=0)
    away = kept - mean
    percentiles = np.percentile(kept, [5, 20, 50, 80, 95], axis=0)
    changes = {lag: _changes(columns, chosen, lag) for lag in (1, 5, 20)}
    rises = np.maximum(changes[1], 0)
    time = np.flatnonzero(chosen) / FRAMES_PER_SECOND
    time = time - time.mean()
    rows = {
        "mean": mean,
        "std": std,
        "skew": (away**3).mean(axis=0) / np.maximum(std, 1e-6) ** 3,
        **dict(zip(("p5", "p20", "p50", "p80", "p95"), percentiles, strict=True)),
        "trend": time @ away / float(time @ time),
        "delta": np.abs(changes[1]).mean(axis=0),
        "delta_5": np.abs(changes[5]).mean(axis=0),
        "delta_20": np.abs(changes[20]).mean(axis=0),
        "rise": rises.sum(axis=0) / np.maximum((rises > 0).sum(axis=0), 1),
        "fall": (changes[1] - rises).sum(axis=0) / np.maximum((changes[1] < 0).sum(axis=0), 1),
    }
    return np.concatenate([rows[name] for name in names])


def _changes(columns: Rows, chosen: NDArray[np.bool_], lag: int) -> Rows:
    """From frames to those `lag` later, both chosen, (changes, n); a row of 0 without any."""
    pairs = np.flatnonzero(chosen[lag:] & chosen[:-lag])
    if len(pairs) == 0:
        return np.zeros((1, columns.shape[1]))
    result: Rows = columns[pairs + lag] - columns[pairs]
    return result


def _modulation(bands: Rows) -> Rows:
    """Log power of the swing of groups of bands between `MODULATIONS`, groups first."""
    groups = bands.reshape(len(bands), _GROUPS, -1).mean(axis=2)
    columns = np.column_stack([bands.mean(axis=1), groups])
    swing = (columns - columns.mean(axis=0)) * np.hanning(len(columns))[:, None]
    size = max(_MODULATION_FFT, len(swing))
    power = np.abs(rfft(swing, size, axis=0)) ** 2 / len(swing)
    hertz = np.arange(len(power)) * FRAMES_PER_SECOND / size
    edges = np.searchsorted(hertz, MODULATIONS)
    sums = np.add.reduceat(power, edges, axis=0)[:-1] / np.diff(edges)[:, None]
    result: Rows = np.log(sums + 1e-6).ravel()
    return result


def _rhythm(loudness: Rows, voiced: NDArray[np.bool_], speech: NDArray[np.bool_]) -> Rows:
    seconds = max(int(speech.sum()), 1) / FRAMES_PER_SECOND
    smooth = uniform_filter1d(loudness, 5, mode="nearest")
    middle = smooth[1:-1]
    peaks = (middle > smooth[:-2]) & (middle >= smooth[2:]) & speech[1:-1]
    runs = _lengths(voiced)
    inside = np.flatnonzero(voiced)
    gaps = _lengths(~voiced[inside[0] : inside[-1] + 1]) if len(inside) else np.zeros(0)
    spans = [v for row in (runs, gaps) for v in ((row.mean(), row.std()) if len(row) else (0, 0))]
    return np.array(
        [peaks.sum() / seconds, voiced.sum() / max(int(speech.sum()), 1), len(runs) / seconds,
         *spans, speech.mean()]
    )  # fmt: skip


def _lengths(flags: NDArray[np.bool_]) -> Rows:
    """Seconds of each run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return (edges[1::2] - edges[::2]) / FRAMES_PER_SECOND


def _names() -> tuple[str, ...]:
    frames = descriptors(np.zeros(400), np.zeros((1, BANDS)))
    names = [
        f"{name}.{s}" for g in (frames.always, frames.voiced) for s in _STATISTICS for name in g
    ]
    for group, statistics in (("voiced_band", _OF_VOICED_BANDS), ("band", _OF_BANDS),
                              ("other_band", _OF_OTHER_BANDS)):  # fmt: skip
        names += [f"{group}_{band}.{s}" for s in statistics for band in range(BANDS)]
    bands = ("all", *(f"group_{group}" for group in range(_GROUPS)))
    names += [f"modulation_{low:.0f}.{band}" for low in MODULATIONS[:-1] for band in bands]
    return (*names, *_RHYTHM)


NAMES = _names()
# Where those lie that only a voice has; all are 0 where none was heard.
VOICED = slice(NAMES.index("f0.mean"), NAMES.index("band_0.mean"))
