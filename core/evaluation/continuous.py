"""How well a contour is followed: Khorram et al. 2017, section 3."""

import numpy as np
from numpy.typing import NDArray

Contour = NDArray[np.floating]


def concordance(true: Contour, found: Contour) -> float:
    """CCC (Lin 1989) of two contours (frames,): 1 only where they are equal.

    Unlike correlation it takes off for another mean or range. 0 where neither moves.
    """
    x, y = np.asarray(true, np.float64), np.asarray(found, np.float64)
    covariance = np.mean((x - x.mean()) * (y - y.mean()))
    spread = x.var() + y.var() + (x.mean() - y.mean()) ** 2
    return float(2 * covariance / spread) if spread > 0 else 0.0


def root_mean_square_error(true: Contour, found: Contour) -> float:
    """RMSE of two contours (frames,)."""
    difference = np.asarray(true, np.float64) - np.asarray(found, np.float64)
    return float(np.sqrt(np.mean(difference**2)))


def roughness(contour: Contour) -> float:
    """Mean absolute second difference of a contour (frames,), at least three frames long."""
    return float(np.abs(np.diff(np.asarray(contour, np.float64), 2)).mean())
