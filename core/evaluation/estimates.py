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
) -> Estimate:
    """Of `statistic`, a function of indices into the utterances, whose `speakers` are given.

    A resample by speakers takes every utterance of each speaker drawn.
    """
    count = len(speakers)
    names = sorted(set(speakers))
    if not count:
        return Estimate(float("nan"), NO_INTERVAL, NO_INTERVAL, 0, 0)
    own = np.asarray(speakers)
    members = [np.flatnonzero(own == name) for name in names]

    def of_speakers(drawn: Drawn) -> float:
        return statistic(np.concatenate([members[index] for index in drawn]))

    return Estimate(
        statistic(np.arange(count)),
        _interval(statistic, count, 2, seed, resamples),
        _interval(of_speakers, len(names), FEWEST_SPEAKERS, seed, resamples),
        count,
        len(names),
    )


def _interval(
    statistic: Callable[[Drawn], float], count: int, fewest: int, seed: int, resamples: int
) -> Interval:
    if count < fewest:
        return NO_INTERVAL
    return Interval(*bootstrap_interval(statistic, count, seed, resamples))


def mean_estimate(values: Sequence[float], speakers: Sequence[str], seed: int = 0) -> Estimate:
    """Of the mean of the utterances' values; those that are NaN do not count."""
    all_of = np.asarray(values, float)
    known = np.flatnonzero(~np.isnan(all_of))
    kept = all_of[known]
    return estimate(
        lambda drawn: float(kept[drawn].mean()), [speakers[int(index)] for index in known], seed
    )
