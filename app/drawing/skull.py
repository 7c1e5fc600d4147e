"""The head over the face, of which there are no landmarks: sketched from those of the jaw line."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.drawing.curves import Points

Head = NDArray[np.float32]  # (68, 2), neutral
# The skull over the jaw: (share of the half width, share of the height over point 0).
SKULL = ((1.012, 0.15), (1.012, 0.34), (0.96, 0.55), (0.82, 0.755), (0.58, 0.905), (0.3, 0.977))
SKULL_HEIGHT = 0.93  # of the distance from point 0 down to the chin


@dataclass(frozen=True, slots=True)
class Skull:
    """Where the neutral head's sides and top are."""

    middle: float
    half: float  # half its width
    side: float  # y of the jaw line's upper ends
    top: float  # y


def skull_of(head: Head) -> Skull:
    """Measure a neutral head (68, 2)."""
    left, right, chin = head[0].tolist(), head[16].tolist(), head[8].tolist()
    side = (left[1] + right[1]) / 2
    return Skull(
        middle=(left[0] + right[0]) / 2,
        half=(right[0] - left[0]) / 2,
        side=side,
        top=side - SKULL_HEIGHT * (chin[1] - side),
    )


def skull_line(skull: Skull) -> Points:
    """The top of the head (13, 2), from over the right end of the jaw line to over the left."""
    over = [(x, skull.top * up + skull.side * (1 - up)) for x, up in SKULL]
    right = [(skull.middle + skull.half * x, y) for x, y in over]
    left = [(skull.middle - skull.half * x, y) for x, y in reversed(over)]
    return np.array([*right, (skull.middle, skull.top), *left])
