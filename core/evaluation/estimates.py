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
    classes: Sequence[int] = (),
) -> Estimate:
    """Of `statistic`, a function of indices into rows, whose `speakers` are given.

    A resample takes every row of each speaker drawn, or of each utterance, where `utterances`
    says that several rows are of the same one; without, each row is an utterance. With the
    `classes` of rows, utterances are drawn within them; speakers bring what they have.
    """
    count = len(speakers)
    if not count:
        return Estimate(float("nan"), NO_INTERVAL, NO_INTERVAL, 0, 0)
    names = utterances or [str(row) for row in range(count)]
    return Estimate(
        statistic(np.arange(count)),
        _interval(statistic, names, 2, seed, resamples, classes),
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
    classes: Sequence[int] = (),
) -> Interval:
    """By drawing clusters of rows; each of `clusters` names that of one row."""
    names, own = np.unique(np.asarray(clusters), return_inverse=True)
    if len(names) < fewest:
        return NO_INTERVAL
    members = [np.flatnonzero(own == index) for index in range(len(names))]

    def of_clusters(drawn: Drawn) -> float:
        return statistic(np.concatenate([members[index] for index in drawn]))

    if len(names) == len(clusters):  # each row is its own: they are drawn as they stand
        found = bootstrap_interval(statistic, len(names), seed, resamples, strata=classes)
    else:
        strata = [classes[rows[0]] for rows in members] if len(classes) else ()
        found = bootstrap_interval(of_clusters, len(names), seed, resamples, strata=strata)
    return Interval(*found)


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
