"""Statistics of votes, against scipy and published worked examples."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from core.rating.statistics import (
    EXACT_UP_TO,
    effect_interval,
    holm,
    rank_biserial,
    sample_size,
    signed_rank,
    summarise,
)

# Heights of cross- less self-fertilised maize, Darwin 1876: the example of scipy.stats.wilcoxon.
MAIZE = np.array([6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75], dtype=np.float64)
# Hamilton depression scale, Hollander and Wolfe 1973, p. 29: the example of R's wilcox.test.
BEFORE = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
AFTER = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
# With ties, but none with zero: Sawyer's course, Washington University, T- = 5.5, T+ = 60.5.
TIED = np.array([11, 4, 3, -2, 13, 2, 7, 4, 3, -3, 12], dtype=np.float64)


def whole_differences(n: int, seed: int, shift: float = 0.4) -> NDArray[np.float64]:
    """Differences of single votes, with many ties and zeros."""
    drawn = np.random.default_rng(seed).normal(shift, 1.1, n)
    return np.clip(np.rint(drawn), -4, 4)


def scipy_exact(differences: NDArray[np.float64]) -> float:
    """Over all signs, by scipy, given the ranks that Pratt's method leaves."""
    every = stats.PermutationMethod(n_resamples=1_000_000)
    return float(stats.wilcoxon(differences, zero_method="pratt", method=every).pvalue)


def scipy_approximate(differences: NDArray[np.float64]) -> float:
    """With ties and continuity corrected for."""
    found = stats.wilcoxon(differences, zero_method="pratt", method="approx", correction=True)
    return float(found.pvalue)


def test_summary_agrees_with_scipy() -> None:
    votes = np.array([3, 4, 2, 5, 3, 3, 4, 1, 4, 3, 2, 4, 3, 5, 3], dtype=np.float64)
    found = summarise(votes)
    error = stats.sem(votes)
    assert found.n == 15
    assert found.mean == pytest.approx(49 / 15)
    assert found.sd == pytest.approx(np.std(votes, ddof=1))
    by_t = stats.t.interval(0.95, 14, loc=votes.mean(), scale=error)
    assert (found.t.low, found.t.high) == pytest.approx(by_t)
    by_normal = stats.norm.interval(0.95, loc=votes.mean(), scale=error)
    assert (found.normal.low, found.normal.high) == pytest.approx(by_normal)


def test_summary_of_the_nist_example() -> None:
    """NIST/SEMATECH e-Handbook 1.3.5.2, heat flow meter: 195 values, 9.261460 +/- 0.003233."""
    mean, sd, n = 9.261460, 0.02278881, 195
    half = n // 2  # any values of that mean and deviation will do
    away = sd * math.sqrt((n - 1) / (2 * half))
    found = summarise(np.array([mean - away] * half + [mean] + [mean + away] * half))
    assert found.sd == pytest.approx(sd)
    assert found.t.low == pytest.approx(9.258242, abs=2e-6)
    assert found.t.high == pytest.approx(9.264679, abs=2e-6)


def test_too_few_values_have_no_interval() -> None:
    nobody, one = summarise(np.array([])), summarise(np.array([4.0]))
    assert (nobody.n, one.n, one.mean) == (0, 1, 4.0)
    assert math.isnan(nobody.mean)
    assert math.isnan(one.sd)
    assert math.isnan(one.t.low)
    assert math.isnan(one.normal.high)


def test_equal_votes_have_an_interval_without_width() -> None:
    found = summarise(np.full(5, 3.0))
    assert (found.sd, found.t.low, found.t.high) == (0.0, 3.0, 3.0)


def test_holm_of_a_published_example() -> None:
    """The example of Wikipedia's Holm-Bonferroni method: 0.01, 0.04, 0.03, 0.005."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_holm_leaves_out_what_was_not_tested() -> None:
    adjusted = holm([0.02, math.nan, 0.9, 0.6])
    assert adjusted[0] == pytest.approx(0.06)
    assert math.isnan(adjusted[1])
    assert adjusted[2:] == (1.0, 1.0)
    assert holm([]) == ()


def test_signed_rank_of_darwins_maize() -> None:
    found = signed_rank(MAIZE)
    assert (found.plus, found.minus, found.zeros, found.exact) == (96.0, 24.0, 0, True)
    assert found.p == pytest.approx(0.041259765625, abs=1e-12)


def test_signed_rank_of_the_depression_scale() -> None:
    """R: wilcox.test(x, y, paired = TRUE, alternative = "greater"): V = 40, p = 0.01953."""
    found = signed_rank(BEFORE - AFTER)
    assert found.plus == 40.0
    assert found.p / 2 == pytest.approx(0.01953, abs=5e-6)


def test_signed_rank_with_ties() -> None:
    found = signed_rank(TIED)
    assert (found.minus, found.plus) == (5.5, 60.5)
    assert found.p == pytest.approx(scipy_exact(TIED), abs=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_exact_p_is_that_of_all_permutations(seed: int) -> None:
    differences = whole_differences(11, seed)
    found = signed_rank(differences)
    assert found.zeros == np.count_nonzero(differences == 0) > 0
    assert found.p == pytest.approx(scipy_exact(differences), abs=1e-12)


@pytest.mark.parametrize("n", [90, 400])
def test_normal_approximation_agrees_with_scipy(n: int) -> None:
    differences = whole_differences(n, seed=3, shift=0.1)
    found = signed_rank(differences)
    assert not found.exact
    assert found.p == pytest.approx(scipy_approximate(differences), rel=1e-9)


def test_exact_and_approximate_p_meet() -> None:
    differences = whole_differences(EXACT_UP_TO, seed=9, shift=0.2)
    more = np.concatenate([differences, whole_differences(EXACT_UP_TO, seed=10, shift=0.2)])
    exact = signed_rank(differences)
    assert exact.exact
    assert exact.p == pytest.approx(scipy_approximate(differences), abs=0.01)
    assert not signed_rank(more).exact


def test_differences_of_means_that_are_equal_but_for_rounding_are_ties() -> None:
    third = np.mean([1.0, 2.0, 2.0]) - np.mean([2.0, 2.0, 2.0])
    differences = np.array([third, -1 / 3, 1 / 3, 0.1 + 0.2 - 0.3, 2 / 3])
    assert signed_rank(differences).zeros == 1
    assert signed_rank(differences).minus == 6.0  # twice the mid-rank of places 2, 3, 4


@pytest.mark.parametrize(
    ("differences", "p", "zeros"),
    [([], math.nan, 0), ([0, 0, 0], 1.0, 3), ([1], 1.0, 0), ([1, 1, 1, 1, 1, 1], 1 / 32, 0)],
)
def test_signed_rank_of_little(differences: list[float], p: float, zeros: int) -> None:
    found = signed_rank(np.array(differences, dtype=np.float64))
    assert found.zeros == zeros
    assert found.p == pytest.approx(p, nan_ok=True)


def test_rank_biserial_of_published_data() -> None:
    """Kerby 2014, simple difference: favourable less unfavourable share of the rank sum."""
    assert rank_biserial(MAIZE) == pytest.approx((96 - 24) / 120)
    assert rank_biserial(BEFORE - AFTER) == pytest.approx(40 / 45 - 5 / 45)
    assert rank_biserial(TIED) == pytest.approx((60.5 - 5.5) / 66)


def test_zeros_draw_the_effect_to_zero() -> None:
    assert rank_biserial(np.array([1.0, 2.0, 0.0, 0.0])) == pytest.approx((3 + 4) / 10)
    assert rank_biserial(np.zeros(4)) == 0.0
    assert math.isnan(rank_biserial(np.array([])))


@pytest.mark.parametrize("differences", [MAIZE, BEFORE - AFTER, whole_differences(15, 2)])
def test_effect_interval_agrees_with_scipy(differences: NDArray[np.float64]) -> None:
    found = effect_interval(differences, seed=1, resamples=20_000)
    expected = stats.bootstrap(
        (differences,),
        lambda drawn: rank_biserial(drawn),
        vectorized=False,
        n_resamples=2000,
        method="BCa",
        rng=np.random.default_rng(2),
    ).confidence_interval
    assert found.low == pytest.approx(expected.low, abs=0.08)
    assert found.high == pytest.approx(expected.high, abs=0.04)
    assert found.low < rank_biserial(differences) < found.high


def test_effect_interval_covers_the_truth() -> None:
    """With 300 raters of whole differences: about 95 of 100 intervals hold the true effect."""
    truth = rank_biserial(whole_differences(200_000, seed=99))
    inside = 0
    for seed in range(100):
        found = effect_interval(whole_differences(300, seed), seed, resamples=500)
        inside += found.low <= truth <= found.high
    assert 88 <= inside <= 99


def test_effect_interval_depends_on_the_seed_alone() -> None:
    assert effect_interval(MAIZE, 5) == effect_interval(MAIZE[::-1], 5)
    assert effect_interval(MAIZE, 5) != effect_interval(MAIZE, 6)


@pytest.mark.parametrize("differences", [[], [1.0], [2.0, 2.0, 2.0], [0.0, 0.0], [1.0, 2.0, 3.0]])
def test_no_effect_interval_from_what_does_not_vary(differences: list[float]) -> None:
    assert math.isnan(effect_interval(np.array(differences), 0).low)


@pytest.mark.parametrize(("effect", "expected"), [(0.5, 35), (0.8, 16), (0.2, 208)])
def test_sample_size_of_published_tables(effect: float, expected: int) -> None:
    """G*Power 3.1, signed-rank test (matched pairs), A.R.E., two-sided, power 0.8: 35, 15-16, 208.

    Faul et al. 2007; G*Power itself uses the noncentral t distribution.
    """
    found = sample_size(1.0, effect)
    assert found is not None
    assert abs(found - expected) <= 1
    n = found * 3 / math.pi  # t test with as much to see
    limit = stats.t.ppf(0.975, n - 1)
    power = stats.nct.sf(limit, n - 1, effect * math.sqrt(n))
    assert 0.795 < power < 0.83


def test_no_sample_is_too_small_to_reach_five_per_cent() -> None:
    assert sample_size(0.1, 2.0) == 6
    assert signed_rank(np.arange(1.0, 7.0)).p < 0.05 < signed_rank(np.arange(1.0, 6.0)).p


def test_sample_size_where_nothing_can_be_said() -> None:
    assert sample_size(math.nan, 0.5) is None
    assert sample_size(0.0, 0.5) is None
    assert sample_size(1.0, 0.0) is None
    assert sample_size(1.0, math.nan) is None
    assert sample_size(2.0, -1.0) == sample_size(1.0, 0.5)
