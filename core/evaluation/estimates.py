"""A figure with how sure it is: bootstrapped over utterances, and over speakers as clusters.

Utterances of one speaker are alike, so the first interval is for these speakers and the
second for speakers at large; the second is none where there are too few of them.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.evaluation.recognition import RESAMPLES, bootstrap_interval
from core.interval import NO_INTERVAL, Estimate, Interval

FEWEST_SPEAKERS = 4  # with three there are ten different resamples
Drawn = NDArray[np.intp]


def estimate(
    statistic: Callable[[Drawn], float],
    speakers: Sequence[str],
    seed: int = 0,
    resamples: int = RESAMPLES,
    utterances: Sequence[str] = (),
) -> Estimate:
    """Of `statistic`, a function of indices into rows, whose `speakers` are given.

    A resample takes every row of each speaker drawn, or of each utterance, where `utterances`
    says that several rows are of the same one; without, each row is an utterance.
    """
    count = len(speakers)
    if not count:
        return Estimate(float("nan"), NO_INTERVAL, NO_INTERVAL, 0, 0)
    names = utterances or [str(row) for row in range(count)]
    return Estimate(
        statistic(np.arange(count)),
        _interval(statistic, names, 2, seed, resamples),
        _interval(statistic, speakers, FEWEST_SPEAKERS, seed, resamples),
        len(set(names)),
        len(set(speakers)),
    )


def _interval(
    statistic: Callable[[Drawn], float],
    clusters: Sequence[str],
    fewest: int,
    seed: int,
    resamples: int,
) -> Interval:
    """By drawing clusters of rows; each of `clusters` names that of one row."""
    names, own = np.unique(np.asarray(clusters), return_inverse=True)
    if len(names) < fewest:
        return NO_INTERVAL
    members = [np.flatnonzero(own == index) for index in range(len(names))]

    def of_clusters(drawn: Drawn) -> float:
        return statistic(np.concatenate([members[index] for index in drawn]))

    alone = len(names) == len(clusters)
    statistic_of = statistic if alone else of_clusters
    return Interval(*bootstrap_interval(statistic_of, len(names), seed, resamples))


def mean_estimate(
    values: Sequence[float], speakers: Sequence[str], seed: int = 0, utterances: Sequence[str] = ()
) -> Estimate:
    """Of the mean of the rows' values, as `estimate`; those that are NaN do not count."""
    all_of = np.asarray(values, float)
    known = np.flatnonzero(~np.isnan(all_of))
    kept = all_of[known]
    return estimate(
        lambda drawn: float(kept[drawn].mean()),
        [speakers[index] for index in known.tolist()],
        seed,
        utterances=[utterances[index] for index in known.tolist()] if utterances else (),
    )
