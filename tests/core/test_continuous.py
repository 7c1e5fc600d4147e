"""Figures of contours."""

import numpy as np
import pytest

from core.evaluation.continuous import concordance, root_mean_square_error, roughness


def test_concordance_of_a_hand_worked_example() -> None:
    # means 2 and 3, variances 2/3 and 2/3, covariance 2/3: 2 * 2/3 / (4/3 + 1) = 4/7
    assert concordance(np.array([1.0, 2, 3]), np.array([2.0, 3, 4])) == pytest.approx(4 / 7)
    # means 2 and 4, variances 2/3 and 8/3, covariance 4/3: 8/3 / (10/3 + 4) = 4/11
    assert concordance(np.array([1.0, 2, 3]), np.array([2.0, 4, 6])) == pytest.approx(4 / 11)


def test_concordance_is_one_for_equal_minus_one_for_opposite_and_zero_for_constant() -> None:
    contour = np.array([0.5, -0.5, 0.25, -0.25])
    assert concordance(contour, contour) == pytest.approx(1.0)
    assert concordance(contour, -contour) == pytest.approx(-1.0)
    assert concordance(contour, np.zeros(4)) == 0.0
    assert concordance(np.zeros(4), np.zeros(4)) == 0.0


def test_root_mean_square_error_by_hand() -> None:
    assert root_mean_square_error(np.array([0.0, 0]), np.array([3.0, 4])) == pytest.approx(
        np.sqrt(12.5)
    )


def test_roughness_is_that_of_a_bend_and_none_on_a_line() -> None:
    assert roughness(np.arange(5.0)) == pytest.approx(0.0)
    assert roughness(np.array([0.0, 1, 0, 1])) == pytest.approx(2.0)
