"""Lips never pass through each other.

Fused, strengthened or simply wrong, shape parameters can put the lower lip above
the upper. Both then touch, along the shape model's first component, which is how
this face opens its mouth.
"""

import numpy as np
from numpy.typing import NDArray

from core.face import LOWER_INNER, UPPER_INNER
from core.shape_model import ShapeModel


def lip_gap(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far the lower inner lip is below the upper, (..., 36, 2) -> (...); negative: crossed."""
    gap: NDArray[np.float64] = np.asarray(
        points[..., LOWER_INNER, 1] - points[..., UPPER_INNER, 1], np.float64
    )
    return gap


def uncrossed(parameters: NDArray[np.float32], model: ShapeModel) -> NDArray[np.float32]:
    """Shape parameters (frames, 18) with lips that at most touch."""
    step = np.zeros(len(model.components), np.float32)
    step[0] = 1.0
    opening = float(lip_gap(model.points(step)) - lip_gap(model.mean))  # per unit of the first
    gap = lip_gap(model.points(parameters))
    result = parameters.copy()
    result[:, 0] += (np.maximum(-gap, 0.0) / opening).astype(np.float32)
    return result
