"""An utterance in numbers: functionals over its low-level descriptors.

Our own set, small enough for every clip to have it; see `SET` for its version and `NAMES`
for what each number is. Nothing here hangs on how long the utterance is.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from core.descriptors import Rows, descriptors
from core.mfsc import BANDS
from core.timeline import FRAMES_PER_SECOND

SET = "functionals/1"  # profiles and weights name it; another set of numbers is another name
LEAST = 5  # frames that a statistic needs
_STATISTICS = ("mean", "std", "p20", "p50", "p80", "range", "delta", "trend")
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
    parts = [
        _statistics(np.column_stack(list(found.always.values())), speech),
        _statistics(np.column_stack(list(found.voiced.values())), voiced),
        _bands(np.asarray(values, np.float64), speech),
        _rhythm(found.always["loudness"], voiced, speech),
    ]
    result = np.concatenate(parts).astype(np.float32)
    return np.nan_to_num(result, nan=0.0, posinf=0.0, neginf=0.0)


def _statistics(columns: Rows, chosen: NDArray[np.bool_]) -> Rows:
    """(frames, n) -> `_STATISTICS` of the chosen frames of each column, (8 n,)."""
    kept = columns[chosen]
    if len(kept) < LEAST:
        return np.zeros(len(_STATISTICS) * columns.shape[1])
    low, median, high = np.percentile(kept, [20, 50, 80], axis=0)
    together = chosen[1:] & chosen[:-1]
    change = np.abs(np.diff(columns, axis=0))[together]
    delta = change.mean(axis=0) if len(change) else np.zeros(columns.shape[1])
    time = np.flatnonzero(chosen) / FRAMES_PER_SECOND
    time = time - time.mean()
    trend = time @ (kept - kept.mean(axis=0)) / max(float(time @ time), 1e-9)
    rows = [kept.mean(axis=0), kept.std(axis=0), low, median, high, high - low, delta, trend]
    return np.concatenate(rows)


def _bands(values: Rows, speech: NDArray[np.bool_]) -> Rows:
    """Each band's mean beside the others, deviation and mean change, (120,)."""
    kept = values[speech]
    mean = kept.mean(axis=0)
    change = np.abs(np.diff(kept, axis=0))
    delta = change.mean(axis=0) if len(change) else np.zeros(BANDS)
    return np.concatenate([mean - mean.mean(), kept.std(axis=0), delta])


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
    groups = (frames.always, frames.voiced)
    names = [f"{name}.{s}" for group in groups for s in _STATISTICS for name in group]
    names += [f"band_{i}.{s}" for s in ("mean", "std", "delta") for i in range(BANDS)]
    return (*names, *_RHYTHM)


NAMES = _names()
