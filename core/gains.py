"""Region gains: how far the jaw, the lips and the corners of the mouth move from rest.

A gain multiplies the displacement of its region from the resting face: 0 holds
it still, 1 leaves it as learned, 2 doubles it.
"""

import math
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from core.face import IBUG68, INNER_LIPS, JAW, OUTER_LIPS, POINTS, of_ibug

MAX_GAIN = 2.0
# How much of each lip point belongs to the corner beside it; the rest is lips.
_CORNER_SHARES = {48: 1.0, 54: 1.0, 60: 1.0, 64: 1.0, 49: 0.5, 53: 0.5, 55: 0.5, 59: 0.5,
                  61: 0.25, 63: 0.25, 65: 0.25, 67: 0.25}  # fmt: skip
# Upper and lower points of the inner lips that may not pass through each other.
_INNER_PAIRS = ((of_ibug(61, 62, 63)), (of_ibug(67, 66, 65)))


@dataclass(frozen=True, slots=True)
class RegionGains:
    """Gains from 0 to 2. Raises ValueError for any other number."""

    jaw: float = 1.0
    lips: float = 1.0
    corners: float = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            gain = getattr(self, field.name)
            if not (math.isfinite(gain) and 0.0 <= gain <= MAX_GAIN):
                raise ValueError(
                    f"the gain of the {field.name} must be from 0 to {MAX_GAIN:g}, not {gain!r}"
                )

    @property
    def changes_nothing(self) -> bool:
        """Whether every region moves as learned."""
        return astuple(self) == (1.0, 1.0, 1.0)


AS_LEARNED = RegionGains()


def with_gains(
    points: NDArray[np.float32], rest: NDArray[np.float32], gains: RegionGains
) -> NDArray[np.float32]:
    """Landmarks (..., 36, 2) with each region's displacement from `rest` (36, 2) multiplied.

    Where lips would pass through each other, they meet half way.
    """
    if gains.changes_nothing:
        return points
    result = (rest + (points - rest) * _point_gains(gains)[:, None]).astype(np.float32)
    upper, lower = (list(row) for row in _INNER_PAIRS)
    crossed = np.maximum(result[..., upper, 1] - result[..., lower, 1], 0.0) / 2
    result[..., upper, 1] -= crossed
    result[..., lower, 1] += crossed
    return result


def _point_gains(gains: RegionGains) -> NDArray[np.float32]:
    """The gain of each landmark, (36,); the nose keeps its own."""
    result = np.ones(POINTS, dtype=np.float32)
    result[list(JAW)] = gains.jaw
    for index in (*OUTER_LIPS, *INNER_LIPS):
        share = _CORNER_SHARES.get(IBUG68[index], 0.0)
        result[index] = share * gains.corners + (1 - share) * gains.lips
    return result
