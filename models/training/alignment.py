"""Which sound is spoken when: forced alignment of a known sentence to a recording.

A Gaussian per third of a sound over cepstra, learned first on synthetic voices,
whose sounds have known times, then on the recordings themselves by Viterbi
training (Rabiner 1989), each speaker leaning on the common model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct

from core.mfsc import mfsc_timeline
from models.training.phones import SILENCE, SYMBOLS, Sound

Array = NDArray[np.float64]
CEPSTRA = 13
STATES = 3  # of one sound; silence has one that may be left out
VARIANCE_FLOOR = 0.05  # of cepstra that are normalised to 1
PRIOR_FRAMES = 30.0  # how many frames of its own outweigh the common model
IMPOSSIBLE = -1e30


def cepstra(mfsc_values: NDArray[np.floating], voiced: NDArray[np.bool_]) -> Array:
    """MFSC (frames, 40) -> normalised cepstra and their slopes, (frames, 26)."""
    static = dct(np.asarray(mfsc_values, np.float64), axis=1, norm="ortho")[:, :CEPSTRA]
    chosen = static[voiced] if voiced.any() else static
    static = (static - chosen.mean(axis=0)) / (chosen.std(axis=0) + 1e-6)
    padded = np.pad(static, ((2, 2), (0, 0)), mode="edge")
    slope = (2 * (padded[4:] - padded[:-4]) + padded[3:-1] - padded[1:-3]) / 4
    return np.concatenate([static, slope], axis=1).clip(-6, 6)


def states_of(symbol: str) -> int:
    """How many states stand for a sound."""
    return 1 if symbol == SILENCE else STATES


_FIRST_STATE = dict(
    zip(SYMBOLS, np.cumsum([0] + [states_of(s) for s in SYMBOLS[:-1]]), strict=True)
)
ALL_STATES = sum(states_of(symbol) for symbol in SYMBOLS)


@dataclass(frozen=True, slots=True)
class SoundModel:
    """One diagonal Gaussian per state: means and variances (states, 26), and frames behind each."""

    means: Array
    variances: Array
    counts: Array  # (states,)

    def scores(self, features: Array, states: NDArray[np.intp]) -> Array:
        """Log likelihood of frames in states, (frames, len(states))."""
        mean, variance = self.means[states], self.variances[states]
        constant = -0.5 * (np.log(variance) + mean**2 / variance).sum(axis=1)
        result: Array = (
            constant + features @ (mean / variance).T - 0.5 * features**2 @ (1 / variance).T
        )
        return result


def fit_sounds(
    features: list[Array], states: list[NDArray[np.intp]], prior: SoundModel | None = None
) -> SoundModel:
    """Gaussians from frames (n, 26) and their states (n,); few frames lean on `prior`."""
    frames, labels = np.concatenate(features), np.concatenate(states)
    width = frames.shape[1]
    counts = np.bincount(labels, minlength=ALL_STATES).astype(np.float64)
    sums = np.zeros((ALL_STATES, width))
    squares = np.zeros((ALL_STATES, width))
    np.add.at(sums, labels, frames)
    np.add.at(squares, labels, frames**2)
    if prior is None:
        overall = SoundModel(
            np.tile(frames.mean(axis=0), (ALL_STATES, 1)),
            np.tile(frames.var(axis=0), (ALL_STATES, 1)),
            np.zeros(ALL_STATES),
        )
        prior = overall
    weight = (counts + PRIOR_FRAMES)[:, None]
    means = (sums + PRIOR_FRAMES * prior.means) / weight
    second = (squares + PRIOR_FRAMES * (prior.variances + prior.means**2)) / weight
    variances = np.maximum(second - means**2, VARIANCE_FLOOR)
    return SoundModel(means, variances, counts)


def states_from_sounds(sounds: list[Sound], times: Array) -> NDArray[np.intp]:
    """The state at each time (frames,) when the sounds' times are known."""
    labels = np.full(len(times), _FIRST_STATE[SILENCE], dtype=np.intp)
    for sound in sounds:
        first, last = np.searchsorted(times, [sound.start, sound.end])
        count = states_of(sound.symbol)
        part = ((times[first:last] - sound.start) / (sound.end - sound.start) * count).astype(int)
        labels[first:last] = _FIRST_STATE[sound.symbol] + np.clip(part, 0, count - 1)
    return labels


@dataclass(frozen=True, slots=True)
class Alignment:
    """The states of a recording's frames (frames,), its sounds, and the mean score of a frame."""

    states: NDArray[np.intp]
    sounds: list[Sound]
    score: float


def align(features: Array, symbols: list[str], model: SoundModel, samples: int) -> Alignment:
    """Viterbi: lay the sounds `symbols` over frames (n, 26) of a clip of `samples` samples.

    Silences among the symbols may be left out, no other sound may.
    """
    chain = [
        (position, _FIRST_STATE[symbol] + k)
        for position, symbol in enumerate(symbols)
        for k in range(states_of(symbol))
    ]
    optional = np.array([symbols[position] == SILENCE for position, _ in chain])
    emission = model.scores(features, np.array([state for _, state in chain], dtype=np.intp))
    path, score = _best_path(emission, optional)
    timeline = mfsc_timeline(samples)
    half = 0.5 / timeline.rate
    times = timeline.times()
    positions = np.array([chain[index][0] for index in path])
    cuts = np.flatnonzero(np.diff(positions)) + 1
    sounds = [
        Sound(symbols[positions[a]], times[a] - half, times[b - 1] + half)
        for a, b in zip([0, *cuts], [*cuts, len(path)], strict=True)
    ]
    states = np.array([chain[index][1] for index in path], dtype=np.intp)
    return Alignment(states, sounds, score / len(path))


def _best_path(emission: Array, optional: NDArray[np.bool_]) -> tuple[NDArray[np.intp], float]:
    """The best way through a chain: stay, go one on, or step over one optional state."""
    frames, count = emission.shape
    over = np.zeros(count, dtype=bool)
    over[2:] = optional[1:-1]
    best = np.full(count, IMPOSSIBLE)
    best[0] = emission[0, 0]
    if count > 1 and optional[0]:
        best[1] = emission[0, 1]
    came = np.zeros((frames, count), dtype=np.int8)
    for frame in range(1, frames):
        one = np.concatenate([[IMPOSSIBLE], best[:-1]])
        two = np.where(over, np.concatenate([[IMPOSSIBLE, IMPOSSIBLE], best[:-2]]), IMPOSSIBLE)
        steps = np.stack([best, one, two])
        came[frame] = steps.argmax(axis=0)
        best = steps.max(axis=0) + emission[frame]
    last = count - 1
    if count > 1 and optional[-1] and best[-2] > best[-1]:
        last = count - 2
    path = np.empty(frames, dtype=np.intp)
    path[-1] = last
    for frame in range(frames - 1, 0, -1):
        path[frame - 1] = path[frame] - came[frame, path[frame]]
    return path, float(best[last])
