"""Many local opinions, one answer: votes and ensembles of Milde and Biemann 2015."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
PENALTY = 0.5  # of the published code, where columns have the length 1
LEAST_PROBABILITY = 1e-6  # in harmonic means, which one zero would decide


def majority_vote(probabilities: NDArray[np.floating]) -> Array:
    """Shares of the windows that find each class most probable: (windows, C) -> (C,)."""
    counts = np.bincount(probabilities.argmax(axis=1), minlength=probabilities.shape[1])
    shares: Array = counts / counts.sum()
    return shares


def pooled(probabilities: NDArray[np.floating], weights: NDArray[np.floating]) -> Array:
    """An utterance's class probabilities: its windows' (windows, C), by weights (windows,)."""
    total = float(weights.sum())
    share = weights / total if total > 0 else np.full(len(weights), 1 / len(weights))
    result: Array = share @ probabilities
    return result


@dataclass(frozen=True, slots=True)
class VoteWeights:
    """For each class a linear model of how far a window that finds it can be trusted.

    Row c of `slopes` (C, C) and `levels` (C,) take the probabilities of a window whose
    most probable class is c.
    """

    slopes: Array
    levels: Array

    def __post_init__(self) -> None:
        classes = len(self.levels)
        if self.slopes.shape != (classes, classes) or self.levels.shape != (classes,):
            raise ValueError(
                f"weights of votes must be (C, C) and (C,), "
                f"not {self.slopes.shape} and {self.levels.shape}"
            )

    def of(self, probabilities: NDArray[np.floating]) -> Array:
        """The weights of windows' votes, (windows, C) -> (windows,), from 0 to 1."""
        found = probabilities.argmax(axis=1)
        weights = (self.slopes[found] * probabilities).sum(axis=1) + self.levels[found]
        held: Array = np.clip(weights, 0.0, 1.0)
        return held

    def votes(self, probabilities: NDArray[np.floating]) -> Array:
        """What each window gives to each class: its weight to the most probable, (windows, C)."""
        result = np.zeros(probabilities.shape)
        found = probabilities.argmax(axis=1)
        result[np.arange(len(found)), found] = self.of(probabilities)
        return result

    def vote(self, probabilities: NDArray[np.floating]) -> Array:
        """The weighted vote of an utterance's windows: (windows, C) -> shares (C,).

        The simple one where no window can be trusted.
        """
        sums = self.votes(probabilities).sum(axis=0)
        shares: Array = sums / sums.sum() if sums.sum() > 0 else majority_vote(probabilities)
        return shares


def fit_vote_weights(
    probabilities: NDArray[np.floating], true: NDArray[np.integer], penalty: float = PENALTY
) -> VoteWeights:
    """Ridge regressions (Hoerl and Kennard 1970) from windows (n, C) and their labels (n,).

    Class c learns from the windows that find it most probable, 1 where they are right and 0
    where not. Columns are centred and divided by their length before the penalty, as in the
    published code. A class that no window finds gets the weight 0.
    """
    classes = probabilities.shape[1]
    slopes, levels = np.zeros((classes, classes)), np.zeros(classes)
    found = probabilities.argmax(axis=1)
    for label in np.unique(found):
        own = np.asarray(probabilities[found == label], np.float64)
        right = (true[found == label] == label).astype(np.float64)
        mean, share = own.mean(axis=0), right.mean()
        centred = own - mean
        length = np.linalg.norm(centred, axis=0)
        length[length < 1e-12] = 1.0  # a column that never changes says nothing
        columns = centred / length
        solved = np.linalg.solve(
            columns.T @ columns + penalty * np.eye(classes), columns.T @ (right - share)
        )
        slopes[label] = solved / length
        levels[label] = share - slopes[label] @ mean
    return VoteWeights(slopes, levels)


def harmonic_mean(members: Sequence[NDArray[np.floating]]) -> Array:
    """Class probabilities of several classifiers, each (..., C), as one that sums to 1."""
    stack = np.maximum(np.stack(members).astype(np.float64), LEAST_PROBABILITY)
    mean = 1.0 / (1.0 / stack).mean(axis=0)
    result: Array = mean / mean.sum(axis=-1, keepdims=True)
    return result
