"""Who is left out, by which rule, on which value; and the bias of raters."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from core.rating.analysis import AFTER_SCREENING, BEFORE_SCREENING, BIAS_REMOVED, Options, analyse
from core.rating.screening import (
    BT500,
    CORRELATION,
    FAILED,
    VARIANCE,
    Rules,
    correlations_with_others,
    far_votes,
    screen,
    subject_biases,
    without_bias,
)
from core.rating.simulation import RaterModel, default_quality, simulate, simulated_raters
from core.rating.study import GOLD, TRAPPING, Vote
from tests.core.rating.rating_studies import make_study, make_vote, votes_of

OFF = Rules(failed_checks=None, least_variance=None, bt500=False, least_correlation=None)
Matrix = NDArray[np.float64]


def drawn(stimuli: int, subjects: int, seed: int, missing: float = 0.1) -> Matrix:
    """Votes of a few who listen and one who does not, with holes."""
    draws = np.random.default_rng(seed)
    quality = draws.uniform(1.2, 4.8, stimuli)[:, None]
    matrix = np.clip(np.rint(quality + draws.normal(0, 0.5, (stimuli, subjects))), 1, 5)
    matrix[:, 0] = draws.integers(1, 6, stimuli)
    matrix[draws.random(matrix.shape) < missing] = np.nan
    return matrix


def bt500_as_written(matrix: Matrix) -> list[tuple[int, int]]:
    """P and Q by the steps of ITU-R BT.500, Annex 1, 2.3.1, one vote after the other."""
    counts = [[0, 0] for _ in range(matrix.shape[1])]
    for row in matrix:
        votes = row[~np.isnan(row)]
        mean, sd = np.mean(votes), np.std(votes, ddof=1)
        normal = 2 <= stats.kurtosis(votes, fisher=False) <= 4
        far = (2 if normal else math.sqrt(20)) * sd
        for subject, vote in enumerate(row):
            if vote >= mean + far:
                counts[subject][0] += 1
            if vote <= mean - far:
                counts[subject][1] += 1
    return [(above, below) for above, below in counts]


@pytest.mark.parametrize("seed", range(6))
def test_far_votes_follow_the_recommendation(seed: int) -> None:
    matrix = drawn(60, 18, seed)
    above, below = far_votes(matrix)
    assert list(zip(above.tolist(), below.tolist(), strict=True)) == bt500_as_written(matrix)
    assert above[0] + below[0] > 0


def test_far_votes_worked_by_hand() -> None:
    """Kurtosis within 2 and 4, and not.

    3 x 8, 4 x 4, 2 x 4, 5: mean 53/17 = 3.118, m2 = 0.692, m4 = 1.248, beta2 = 2.61, S = 0.858:
    far from 3.118 + 2 x 0.858 = 4.83 on, so 5 is; under 1.40 nothing.
    3 x 19, 5: mean 3.1, m2 = 0.19, m4 = 0.652, beta2 = 18.1, S = 0.447: far from
    3.1 + sqrt(20) x 0.447 = 5.10 on, so 5 is not, though two S would be 3.99.
    """
    above, below = far_votes(np.array([[3.0] * 8 + [4.0] * 4 + [2.0] * 4 + [5.0]]))
    assert above.tolist() == [0] * 16 + [1]
    assert below.sum() == 0
    above, below = far_votes(np.array([[3.0] * 19 + [5.0]]))
    assert above.sum() + below.sum() == 0


def test_stimuli_on_which_all_agree_make_nobody_far() -> None:
    above, below = far_votes(np.full((4, 5), 3.0))
    assert above.sum() + below.sum() == 0


@pytest.mark.parametrize("seed", range(4))
def test_correlations_agree_with_scipy(seed: int) -> None:
    matrix = drawn(14, 9, seed)
    found = correlations_with_others(matrix)
    for subject in range(9):
        others = np.nanmean(np.delete(matrix, subject, axis=1), axis=1)
        own = matrix[:, subject]
        here = ~np.isnan(own)
        expected = stats.pearsonr(own[here], others[here]).statistic
        assert found[subject] == pytest.approx(expected, abs=1e-12)


def test_correlations_that_cannot_be_said() -> None:
    assert np.isnan(correlations_with_others(drawn(14, 2, 0))).all()
    assert np.isnan(correlations_with_others(drawn(2, 5, 0, missing=0))).all()
    matrix = drawn(14, 5, 0, missing=0)
    matrix[:, 2] = 4.0
    assert np.flatnonzero(np.isnan(correlations_with_others(matrix))).tolist() == [2]
    assert correlations_with_others(np.empty((14, 0))).shape == (0,)


def test_bias_worked_by_hand() -> None:
    """P.913, 12.4: stimulus means 2, 4, 3; subjects are 1 under, at, and 1 over them."""
    matrix = np.array([[1, 2, 3], [3, 4, 5], [2, 3, 4]], dtype=np.float64)
    assert subject_biases(matrix) == pytest.approx([-1, 0, 1])
    assert without_bias(matrix) == pytest.approx(np.array([[2] * 3, [4] * 3, [3] * 3]))


def test_bias_with_holes_follows_the_recommendation() -> None:
    matrix = drawn(30, 8, 5)
    means = np.nanmean(matrix, axis=1)
    expected = [np.nanmean(matrix[:, subject] - means) for subject in range(8)]
    assert subject_biases(matrix) == pytest.approx(expected)


def test_a_constant_rater_is_named_with_variance() -> None:
    matrix = np.array([[1, 2, 3], [3, 4, 3], [5, 4, 3], [2, 2, 3]], dtype=np.float64)
    found = screen(matrix, ("a", "b", "c"), [], Rules(least_correlation=None))
    assert [(e.subject, e.rule) for e in found.exclusions] == [("c", VARIANCE)]
    assert found.exclusions[0].value == "variance of 4 votes 0.000 < 0.1"
    assert found.raters[0].variance == pytest.approx(np.var([1, 3, 5, 2], ddof=1))


def test_a_failed_check_is_named_with_how_many() -> None:
    study = make_study()
    names = [stimulus.id for stimulus in study.stimuli]
    votes = votes_of(study, {"a": [1, 5] * 7, "b": [2, 4] * 7})
    votes += [
        make_vote(study, "a", names[0], 5, kind=GOLD, passed=True, index=14),
        make_vote(study, "a", names[1], 4, kind=TRAPPING, passed=False, index=15),
        make_vote(study, "b", names[1], 4, kind=TRAPPING, passed=False, fault=True, index=15),
    ]
    found = analyse(study, votes).screening
    assert [(e.subject, e.rule) for e in found.exclusions] == [("a", FAILED)]
    assert found.exclusions[0].value == "1 of 2 gold and trapping trials failed"
    lenient = analyse(study, votes, Options(rules=Rules(failed_checks=2))).screening
    assert not lenient.exclusions


def test_a_rater_against_the_others_is_named_with_correlation() -> None:
    up = np.arange(1, 6, dtype=np.float64)
    matrix = np.column_stack([up, up, up, up[::-1]])
    found = screen(matrix, tuple("abcd"), [], Rules())
    assert [(e.subject, e.rule, e.value) for e in found.exclusions] == [
        ("d", CORRELATION, "r = -1.000 < 0.7")
    ]


def test_bt500_names_who_is_far_on_both_sides_only() -> None:
    """Of 24 votes on 20 stimuli one rater is once far above, once far below; another above only."""
    matrix = np.tile(np.array([3.0] * 8 + [4.0] * 5 + [2.0] * 5 + [3.0] * 2), (20, 1))
    matrix[0, 18], matrix[1, 18] = 5.0, 1.0
    matrix[2:6, 19] = 5.0
    names = tuple(f"r{number:02d}" for number in range(20))
    found = screen(matrix, names, [], Rules(least_variance=None, least_correlation=None))
    assert [(e.subject, e.rule) for e in found.exclusions] == [("r18", BT500)]
    assert found.exclusions[0].value == (
        "P = 1, Q = 1: (P + Q) / N = 0.100 > 0.05, |P - Q| / (P + Q) = 0.000 < 0.3"
    )
    assert (found.raters[19].above, found.raters[19].below) == (4, 0)


def test_rules_can_be_switched_off() -> None:
    assert not screen(drawn(14, 9, 1), tuple("abcdefghi"), [], OFF).exclusions


def test_careless_raters_are_found_and_the_results_change() -> None:
    study = make_study(clips_per_emotion=3)
    raters = simulated_raters(study, 20, 4, RaterModel(default_quality(study), careless=3))
    found = analyse(study, simulate(study, raters))
    assert {"p0018", "p0019", "p0020"} <= found.screening.excluded
    before, after = found.views
    assert (before.name, after.name) == (BEFORE_SCREENING, AFTER_SCREENING)
    assert len(before.subjects) == 20
    assert set(before.subjects) - set(after.subjects) == found.screening.excluded
    assert after.conditions[0].summary.n == 20 - len(found.screening.excluded)


def test_bias_removal_keeps_means_and_narrows_intervals() -> None:
    study = make_study()
    found = analyse(study, simulate(study), Options(rules=OFF, remove_bias=True))
    after, unbiased = found.views[1], found.views[2]
    assert unbiased.name == BIAS_REMOVED
    for row, other in zip(after.conditions, unbiased.conditions, strict=True):
        assert other.summary.mean == pytest.approx(row.summary.mean)
        assert other.summary.sd < row.summary.sd
        assert other.histogram == row.histogram
    assert [c.test for c in unbiased.overall] == [c.test for c in after.overall]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_raters_are_screened_without_fault(count: int) -> None:
    study = make_study()
    votes: tuple[Vote, ...] = simulate(study, simulated_raters(study, count))
    found = analyse(study, votes).screening
    assert len(found.raters) == count
    assert all(math.isnan(rater.correlation) for rater in found.raters)
    assert not found.exclusions
