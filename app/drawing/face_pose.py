"""What is drawn: one pose of one face, and how much of it to show."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.face import IBUG68, POINTS
from core.shape_model import ShapeModel

FARTHEST = 20.0  # inter-ocular units; no point of a face is farther from between its eyes


@dataclass(frozen=True, slots=True)
class FacePose:
    """Landmarks (36, 2) and the neutral head (68, 2) they belong to, in inter-ocular units.

    Raises ValueError for points that are no face: of another shape, not numbers, or far away.
    """

    points: NDArray[np.float32]
    head: NDArray[np.float32]

    def __post_init__(self) -> None:
        for name, array, shape in (
            ("points", self.points, (POINTS, 2)),
            ("head", self.head, (68, 2)),
        ):
            if array.shape != shape:
                raise ValueError(f"{name} of a face must be {shape}, not {array.shape}")
            if not bool(np.all(np.abs(array) < FARTHEST)):  # false for NaN too
                raise ValueError(f"{name} of a face must be numbers within {FARTHEST:g} of 0")

    @classmethod
    def at_rest(cls, model: ShapeModel) -> "FacePose":
        """The neutral face."""
        return cls(model.rest, model.head)

    @property
    def all68(self) -> NDArray[np.float64]:
        """All 68 points (68, 2): these where they move, the neutral head's elsewhere."""
        result = self.head.astype(np.float64)
        result[list(IBUG68)] = self.points
        return result


@dataclass(frozen=True, slots=True)
class FaceStyle:
    """What to show of a face, and how heavily."""

    points: bool = False  # the landmarks as dots
    indices: bool = False  # with their numbers
    line_width: float = 1.0  # times the usual
    background: bool = True  # False leaves the picture transparent around the face

    def __post_init__(self) -> None:
        if not 0.1 <= self.line_width <= 10:
            raise ValueError(f"line_width must be from 0.1 to 10, not {self.line_width!r}")
