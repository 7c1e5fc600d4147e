"""What publications ask of votes: intervals, paired tests, effect sizes, how many raters.

Nothing here knows studies or files; arrays come in, small frozen records go out. NaN
means "cannot be said from so little", never an error.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from core.interval import NO_INTERVAL, Interval

CONFIDENCE = 0.95
ALPHA, POWER = 0.05, 0.8
FEWEST_TO_SEE = 6  # with five pairs the least p of a two-sided signed-rank test is 1/16
EXACT_UP_TO = 50  # differences other than zero; beyond, the normal approximation
RESAMPLES = 4000
_SAME = 9  # decimals to which differences of means are told apart; 1/3 - 1/3 must be zero
_ASYMPTOTIC_EFFICIENCY = 3 / math.pi  # of the signed-rank test against the t test, normal data

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Summary:
    """Mean and spread of `n` independent values, one from each rater."""

    n: int
    mean: float
    sd: float  # of a sample: ddof 1
    t: Interval  # 95 %, Student's t with n - 1 degrees of freedom
    normal: Interval  # 95 %, mean +/- 1.96 sd / sqrt(n), as ITU-R BT.500 has it


@dataclass(frozen=True, slots=True)
class SignedRank:
    """Wilcoxon's signed-rank test, two-sided, zeros by Pratt's method.

    Zero differences are ranked with the others and their ranks then left out. `exact`
    is the permutation distribution of these very ranks, so that ties are no trouble;
    else the normal approximation with tie and continuity correction.
    """

    n: int  # pairs, zeros among them
    zeros: int
    plus: float  # rank sum of the positive differences
    minus: float
    p: float  # NaN without a pair
    exact: bool


def summarise(values: Values) -> Summary:
    """Of values (n,) without NaN; what n of 0 or 1 does not allow is NaN."""
    n = len(values)
    mean = float(values.mean()) if n else math.nan
    if n < 2:
        return Summary(n, mean, math.nan, NO_INTERVAL, NO_INTERVAL)
    sd = float(values.std(ddof=1))
    error = sd / math.sqrt(n)
    upper = (1 + CONFIDENCE) / 2
    by_t, by_normal = float(stats.t.ppf(upper, n - 1)) * error, float(stats.norm.ppf(upper)) * error
    return Summary(
        n,
        mean,
        sd,
        Interval(mean - by_t, mean + by_t),
        Interval(mean - by_normal, mean + by_normal),
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjusted by Holm 1979, in the order given; NaN stays NaN and is not counted."""
    tested = sorted((p, place) for place, p in enumerate(p_values) if not math.isnan(p))
    adjusted = [math.nan] * len(p_values)
    least = 0.0
    for done, (p, place) in enumerate(tested):
        least = max(least, min(1.0, (len(tested) - done) * p))
        adjusted[place] = least
    return tuple(adjusted)


def signed_rank(differences: Values) -> SignedRank:
    """Of paired differences (n,), each of one rater."""
    differences = differences.round(_SAME)
    n = len(differences)
    if n == 0:
        return SignedRank(0, 0, 0.0, 0.0, math.nan, exact=True)
    ranks = stats.rankdata(np.abs(differences))
    plus, minus = float(ranks[differences > 0].sum()), float(ranks[differences < 0].sum())
    used = ranks[differences != 0]
    exact = len(used) <= EXACT_UP_TO
    p = _exact_p(used, plus) if exact else _normal_p(used, plus)
    return SignedRank(n, n - len(used), plus, minus, p, exact)


def _exact_p(ranks: Values, plus: float) -> float:
    """P of a rank sum at least so far from its mean when every sign is a fair coin.

    The distribution is built rank by rank; mid-ranks are halves, doubled they are whole.
    """
    doubled = np.rint(2 * ranks).astype(np.int64)
    total = int(doubled.sum())
    chance = np.zeros(total + 1)
    chance[0] = 1.0
    for rank in doubled:
        moved = np.zeros_like(chance)
        moved[rank:] = chance[: len(chance) - rank]
        chance = (chance + moved) / 2
    away = np.abs(2 * np.arange(total + 1) - total)
    return min(1.0, float(chance[away >= abs(2 * round(2 * plus) - total)].sum()))


def _normal_p(ranks: Values, plus: float) -> float:
    """Variance from the very ranks, which is the tie correction; half a rank for continuity."""
    spread = math.sqrt(float(np.square(ranks).sum()) / 4)
    away = max(0.0, abs(plus - float(ranks.sum()) / 2) - 0.5)
    return float(2 * stats.norm.sf(away / spread))


def rank_biserial(differences: Values) -> float:
    """Matched-pairs rank-biserial correlation, -1 to 1 (Kerby 2014; King, Rosopa & Minium).

    (rank sum of + less rank sum of -) / (sum of all ranks); zeros are ranked and count
    for neither side, so that they draw the value to 0. NaN without a pair.
    """
    sizes, ups, downs = _grouped(differences)
    return float(_effects(sizes, ups[None], downs[None])[0]) if len(differences) else math.nan


def effect_interval(differences: Values, seed: int, resamples: int = RESAMPLES) -> Interval:
    """95 % interval of `rank_biserial`: bootstrap, bias-corrected and accelerated (Efron 1987).

    Raters are drawn with replacement; draws depend on `seed` alone. Where all draws give
    one value (all differences of one sign, fewer than two raters), there is no interval.
    """
    n = len(differences)
    if n < 2:
        return NO_INTERVAL
    sizes, ups, downs = _grouped(differences)
    counts = np.concatenate([ups, downs])
    # Equal differences are exchangeable: drawing how often each occurs is drawing raters.
    draws = np.random.default_rng(seed).multinomial(n, counts / n, size=resamples)
    drawn = _effects(sizes, draws[:, : len(sizes)], draws[:, len(sizes) :])
    if np.ptp(drawn) == 0:
        return NO_INTERVAL
    observed = rank_biserial(differences)
    share = float(((drawn < observed).mean() + (drawn <= observed).mean()) / 2)
    bias = float(stats.norm.ppf(np.clip(share, 0.5 / resamples, 1 - 0.5 / resamples)))
    acceleration = _acceleration(sizes, counts)
    ends = stats.norm.ppf([(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]) + bias
    levels = np.asarray(stats.norm.cdf(bias + ends / (1 - acceleration * ends)))
    low, high = np.quantile(drawn, levels).tolist()
    return Interval(low, high)


def _grouped(differences: Values) -> tuple[Values, NDArray[np.int64], NDArray[np.int64]]:
    """Sizes of differences, ascending (k,), and how many are up and down; zeros are up."""
    differences = differences.round(_SAME)
    sizes, places = np.unique(np.abs(differences), return_inverse=True)
    ups = np.bincount(places[differences >= 0], minlength=len(sizes))
    downs = np.bincount(places[differences < 0], minlength=len(sizes))
    return sizes, ups.astype(np.int64), downs.astype(np.int64)


def _effects(sizes: Values, ups: NDArray[np.int64], downs: NDArray[np.int64]) -> Values:
    """Rank-biserial correlation of each row of counts (rows, k); every row has as many pairs."""
    groups = ups + downs
    ranks = groups.cumsum(axis=1) - (groups - 1) / 2  # mid-rank of each group
    signs = np.where(sizes > 0, ups - downs, 0)
    n = groups.sum(axis=1)
    effects: Values = (ranks * signs).sum(axis=1) * 2 / (n * (n + 1.0))
    return effects


def _acceleration(sizes: Values, counts: NDArray[np.int64]) -> float:
    """From the jackknife: each distinct difference left out once, weighted by its number."""
    present = np.flatnonzero(counts)
    without = counts - np.eye(len(counts), dtype=np.int64)[present]
    left = _effects(sizes, without[:, : len(sizes)], without[:, len(sizes) :])
    weights = counts[present]
    away = np.average(left, weights=weights) - left
    square = float((weights * away**2).sum())
    return float((weights * away**3).sum()) / (6 * square**1.5) if square > 0 else 0.0


def sample_size(sd: float, difference: float, power: float = POWER) -> int | None:
    """Raters needed to see a paired `difference` with a two-sided signed-rank test at 5 %.

    n = (((z(0.975) + z(power)) sd / difference)^2 + z(0.975)^2 / 2) / (3 / pi), rounded up:
    the paired t test's n with Guenther's (1981) correction, over the asymptotic relative
    efficiency of the signed-rank test; at least six, as fewer cannot reach 5 %. `sd` is
    that of the paired differences. None where it cannot be said.
    """
    if not (math.isfinite(sd) and sd > 0 and math.isfinite(difference) and difference != 0):
        return None
    z = float(stats.norm.ppf(1 - ALPHA / 2))
    t_test = ((z + float(stats.norm.ppf(power))) * sd / difference) ** 2 + z**2 / 2
    return max(FEWEST_TO_SEE, math.ceil(t_test / _ASYMPTOTIC_EFFICIENCY))
