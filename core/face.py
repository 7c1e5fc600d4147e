"""The lower face: 36 of the 68 iBUG landmarks, and how they are joined.

Jaw line 3-13, lower nose 31-35, lips 48-67, in that order (M = 36 in Sadiq et
al. 2019). Coordinates are a face's own: x to the right of the picture, y down,
in units of the distance between the eyes' centres.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.timeline import Timeline

IBUG68 = (*range(3, 14), *range(31, 36), *range(48, 68))
POINTS = len(IBUG68)  # 36


def of_ibug(*indices: int) -> tuple[int, ...]:
    """Our indices of the given iBUG-68 points."""
    return tuple(IBUG68.index(i) for i in indices)


JAW = of_ibug(*range(3, 14))
NOSE = of_ibug(*range(31, 36))
OUTER_LIPS = of_ibug(*range(48, 60))
INNER_LIPS = of_ibug(*range(60, 68))
UPPER_INNER, LOWER_INNER = of_ibug(62, 66)  # their distance is the mouth opening
LEFT_CORNER, RIGHT_CORNER = of_ibug(48, 54)  # left in the picture; their distance is the width
OPEN_LINES = (JAW, NOSE)
CLOSED_LOOPS = (OUTER_LIPS, INNER_LIPS)


def _edges() -> tuple[tuple[int, int], ...]:
    lines = [list(pairwise(line)) for line in OPEN_LINES]
    loops = [list(pairwise((*loop, loop[0]))) for loop in CLOSED_LOOPS]
    return tuple(edge for group in (*lines, *loops) for edge in group)


EDGES = _edges()


def _name(ibug: int) -> str:
    for part, first, last in (
        ("jaw", 0, 16), ("nose", 27, 35), ("outer_lip", 48, 59), ("inner_lip", 60, 67),
    ):  # fmt: skip
        if first <= ibug <= last:
            return f"{part}_{ibug - first}"
    raise ValueError(f"iBUG point {ibug} is not on the lower face")


NAMES = tuple(_name(i) for i in IBUG68)

# Left-right partners among the 68 points, for symmetrising a face.
_MIRROR_RUNS: Sequence[tuple[Sequence[int], Sequence[int]]] = (
    (range(0, 17), range(16, -1, -1)),
    (range(17, 27), range(26, 16, -1)),
    (range(27, 31), range(27, 31)),
    (range(31, 36), range(35, 30, -1)),
    (range(36, 42), (45, 44, 43, 42, 47, 46)),
    (range(42, 48), (39, 38, 37, 36, 41, 40)),
    (range(48, 55), range(54, 47, -1)),
    (range(55, 60), range(59, 54, -1)),
    (range(60, 65), range(64, 59, -1)),
    (range(65, 68), range(67, 64, -1)),
)
_MIRROR = {a: b for run, to in _MIRROR_RUNS for a, b in zip(run, to, strict=True)}
MIRROR68 = tuple(_MIRROR[i] for i in range(68))


@dataclass(frozen=True, slots=True)
class LandmarkTrack:
    """Points (frames, 36, 2) in inter-ocular units on one timeline."""

    timeline: Timeline
    points: NDArray[np.float32]

    def __post_init__(self) -> None:
        expected = (self.timeline.count, POINTS, 2)
        if self.points.shape != expected:
            raise ValueError(f"points must be {expected}, not {self.points.shape}")
        self.points.setflags(write=False)


def mouth_opening(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """Distance between the middles of the inner lips; points (..., 36, 2) -> (...)."""
    distance: NDArray[np.floating] = np.linalg.norm(
        points[..., UPPER_INNER, :] - points[..., LOWER_INNER, :], axis=-1
    )
    return distance


def mouth_width(points: NDArray[np.floating]) -> NDArray[np.floating]:
    """Distance between the corners of the mouth; points (..., 36, 2) -> (...)."""
    distance: NDArray[np.floating] = np.linalg.norm(
        points[..., LEFT_CORNER, :] - points[..., RIGHT_CORNER, :], axis=-1
    )
    return distance
