"""Region gains: how far the jaw, the lips and the corners of the mouth move from rest.

A gain multiplies the displacement of its region from the resting face: 0 holds
it still, 1 leaves it as learned, 2 doubles it.

The jaw carries the lower lip, as it does in people and in animators' rigs: the
lips' own movement is what is left of theirs once the chin's is taken away. With the
bundled weights the lower lip's height follows the chin's (correlations from 0.94 to
0.99), the upper lip's and the corners' do not. Without this a doubled jaw would
drop the chin away from a mouth that opens no wider, and above a still one the lower
lip would sink into the chin.
"""

import math
from dataclasses import astuple, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from core.face import IBUG68, INNER_LIPS, JAW, OUTER_LIPS, POINTS, of_ibug

MAX_GAIN = 2.0
CHIN = of_ibug(7, 8, 9)  # their mean displacement is the jaw's
# How much of each lip point belongs to the corner beside it; the rest is lips.
_CORNER_SHARES = {48: 1.0, 54: 1.0, 60: 1.0, 64: 1.0, 49: 0.5, 53: 0.5, 55: 0.5, 59: 0.5,
                  61: 0.25, 63: 0.25, 65: 0.25, 67: 0.25}  # fmt: skip
# How much of the jaw's displacement the lower lip takes along: regressions on the chin's.
_CARRIED = {55: 0.67, 56: 1.0, 57: 1.0, 58: 1.0, 59: 0.67, 65: 1.0, 66: 1.0, 67: 1.0}
# Upper and lower points, inner ones first, of the columns that the lips close in.
_COLUMNS = ((61, 67, 50, 58), (62, 66, 51, 57), (63, 65, 52, 56))


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

    Where lips would pass through each other, they meet half way, as thick as they were.
    """
    if gains.changes_nothing:
        return points
    moved = points - rest
    carried = moved[..., CHIN, :].mean(axis=-2, keepdims=True) * _carried()[:, None]
    own = (moved - carried) * _own_gains(gains)[:, None]
    result: NDArray[np.float32] = (rest + own + gains.jaw * carried).astype(np.float32)
    for column in _COLUMNS:
        upper, lower, upper_edge, lower_edge = of_ibug(*column)
        crossed = np.maximum(result[..., upper, 1] - result[..., lower, 1], 0.0)[..., None] / 2
        result[..., (upper, upper_edge), 1] -= crossed
        result[..., (lower, lower_edge), 1] += crossed
    return result


def _carried() -> NDArray[np.float32]:
    """How much of the jaw's displacement each landmark takes along, (36,)."""
    return np.array([_CARRIED.get(point, 0.0) for point in IBUG68], dtype=np.float32)


def _own_gains(gains: RegionGains) -> NDArray[np.float32]:
    """The gain of what each landmark does by itself, (36,); the nose keeps its own."""
    result = np.ones(POINTS, dtype=np.float32)
    result[list(JAW)] = gains.jaw
    for index in (*OUTER_LIPS, *INNER_LIPS):
        share = _CORNER_SHARES.get(IBUG68[index], 0.0)
        result[index] = share * gains.corners + (1 - share) * gains.lips
    return result
