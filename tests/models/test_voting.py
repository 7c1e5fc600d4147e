"""Votes of windows: by hand, against ridge regression as textbooks have it, and ensembles."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import hmean

from models.voting import VoteWeights, fit_vote_weights, harmonic_mean, majority_vote, pooled

# Five windows of three classes; the first two find class 0, then class 1 twice, then class 2.
WINDOWS = np.array(
    [[0.9, 0.1, 0.0], [0.5, 0.3, 0.2], [0.2, 0.6, 0.2], [0.4, 0.6, 0.0], [0.3, 0.3, 0.4]]
)


def many(count: int = 400) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Windows that are right more often the surer they are."""
    choice = np.random.default_rng(3)
    probabilities = choice.dirichlet(np.full(4, 0.6), size=count)
    true = np.array([choice.choice(4, p=row) for row in probabilities])
    return probabilities, true


def test_the_majority_counts_windows() -> None:
    np.testing.assert_allclose(majority_vote(WINDOWS), [0.4, 0.4, 0.2])


def test_weights_by_hand() -> None:
    """Class 0 is trusted as far as it is probable, class 1 always by half, class 2 never."""
    weights = VoteWeights(np.diag([1.0, 0.0, 0.0]), np.array([0.0, 0.5, -3.0]))
    np.testing.assert_allclose(weights.of(WINDOWS), [0.9, 0.5, 0.5, 0.5, 0.0])
    np.testing.assert_allclose(weights.vote(WINDOWS), [1.4 / 2.4, 1.0 / 2.4, 0.0])
    np.testing.assert_allclose(weights.votes(WINDOWS)[0], [0.9, 0.0, 0.0])


def test_where_nothing_is_trusted_the_majority_decides() -> None:
    weights = VoteWeights(np.zeros((3, 3)), np.zeros(3))
    np.testing.assert_allclose(weights.vote(WINDOWS), majority_vote(WINDOWS))


def test_a_ridge_worked_by_hand() -> None:
    """Two classes; class 0 is found at 0.6 (wrong) and 0.8 (right), so its line rises.

    The centred columns are -+0.1 and +-0.1, of the length sqrt(0.02). Divided by it both
    are -+ sqrt(1/2), mirrored, so each takes 1/2.5 of the covariance sqrt(1/2), and the
    slopes are +-0.4 sqrt(1/2) / sqrt(0.02) = +-2.
    """
    probabilities = np.array([[0.6, 0.4], [0.8, 0.2]])
    weights = fit_vote_weights(probabilities, np.array([1, 0]), penalty=0.5)
    np.testing.assert_allclose(weights.slopes[0], [2.0, -2.0])
    np.testing.assert_allclose(weights.of(probabilities), [0.5 - 0.4, 0.5 + 0.4])
    np.testing.assert_array_equal(weights.slopes[1], 0.0)  # no window found class 1


@pytest.mark.parametrize("penalty", [0.5, 10.0])
def test_each_class_has_the_least_penalised_squares(penalty: float) -> None:
    """The minimum of Hoerl and Kennard's criterion, found by scipy."""
    probabilities, true = many()
    weights = fit_vote_weights(probabilities, true, penalty)
    found = probabilities.argmax(axis=1)
    for label in range(4):
        rows, right = probabilities[found == label], (true[found == label] == label).astype(float)
        lengths = np.linalg.norm(rows - rows.mean(axis=0), axis=0)

        def criterion(
            model: NDArray[np.float64],
            rows: NDArray[np.float64] = rows,
            right: NDArray[np.float64] = right,
            lengths: NDArray[np.float64] = lengths,
        ) -> float:
            error = right - rows @ model[:4] - model[4]
            return float(error @ error + penalty * ((model[:4] * lengths) ** 2).sum())

        best = minimize(criterion, np.zeros(5), tol=1e-14)
        ours = np.append(weights.slopes[label], weights.levels[label])
        assert criterion(ours) <= best.fun + 1e-9
        np.testing.assert_allclose(
            rows @ weights.slopes[label] + weights.levels[label],
            rows @ best.x[:4] + best.x[4],
            atol=1e-4,
        )


def test_surer_windows_weigh_more() -> None:
    probabilities, true = many(2_000)
    weights = fit_vote_weights(probabilities, true)
    sure, unsure = np.array([[0.97, 0.01, 0.01, 0.01]]), np.array([[0.31, 0.23, 0.23, 0.23]])
    assert weights.of(sure)[0] > weights.of(unsure)[0] + 0.3


def test_pooled_is_the_weighted_mean() -> None:
    weights = np.array([1.0, 0.0, 3.0, 0.0, 0.0])
    np.testing.assert_allclose(pooled(WINDOWS, weights), (WINDOWS[0] + 3 * WINDOWS[2]) / 4)
    np.testing.assert_allclose(pooled(WINDOWS, np.zeros(5)), WINDOWS.mean(axis=0))


def test_the_harmonic_mean_is_scipys() -> None:
    one, other = np.random.default_rng(0).dirichlet(np.ones(7), size=(2, 5))
    expected = hmean(np.stack([one, other]), axis=0)
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(harmonic_mean([one, other]), expected)


def test_one_zero_does_not_end_a_class_for_good() -> None:
    mean = harmonic_mean([np.array([1.0, 0.0]), np.array([0.0, 1.0])])
    np.testing.assert_allclose(mean, [0.5, 0.5])


def test_weights_of_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="must be"):
        VoteWeights(np.zeros((3, 2)), np.zeros(3))
