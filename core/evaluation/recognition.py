"""How well labels are recognised: confusion, recall, and intervals by resampling."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
RESAMPLES = 2_000


def confusion(true: Sequence[int], found: Sequence[int], classes: int) -> Counts:
    """How often each true class (row) was taken for each class (column), (classes, classes)."""
    table = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(table, (np.asarray(true, int), np.asarray(found, int)), 1)
    return table


def recalls(table: Counts) -> NDArray[np.float64]:
    """Of each class, (classes,); not a number where there was none of it."""
    totals = table.sum(axis=1)
    with np.errstate(invalid="ignore"):
        result: NDArray[np.float64] = np.diag(table) / totals
    return result


def unweighted_average_recall(table: Counts) -> float:
    """UAR: the mean of the recalls of the classes that occur."""
    return float(np.nanmean(recalls(table)))


def weighted_accuracy(table: Counts) -> float:
    """WA: the share of all that was found right."""
    return float(np.diag(table).sum() / table.sum())


def bootstrap_interval(
    statistic: Callable[[NDArray[np.intp]], float],
    count: int,
    seed: int = 0,
    resamples: int = RESAMPLES,
    level: float = 0.95,
    strata: Sequence[int] = (),
) -> tuple[float, float]:
    """Percentile interval (Efron 1979) of `statistic`, a function of indices drawn of `count`.

    With `strata`, one of each index, as many are drawn of each stratum as it has: a class of
    few is in every resample then.
    """
    choice = np.random.default_rng(seed)
    of = np.asarray(strata if len(strata) else [0] * count)
    groups = [np.flatnonzero(of == stratum) for stratum in np.unique(of)]
    values = [
        statistic(np.concatenate([g[choice.integers(len(g), size=len(g))] for g in groups]))
        for _ in range(resamples)
    ]
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
