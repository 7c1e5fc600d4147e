"""Lips that meet when nobody speaks, and never pass through each other.

A network trained on squared error hedges: unsure whether a faint sound is
speech, it leaves the mouth a little open. What is known without it, that a
mouth is closed in a pause, is put in here, along the shape model's first
component, which is how this face opens its mouth.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, gaussian_filter1d

from core.face import IBUG68, LOWER_INNER, UPPER_INNER
from core.shape_model import ShapeModel

LEAD = 0.06  # seconds around speech in which lips may already, or still, be open
EASE = 0.03  # seconds; sigma of the closing and opening
LEAST_GAP = 0.0  # inter-ocular units


def lip_gap(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """How far the lower inner lip is below the upper, (..., 36, 2) -> (...); negative: crossed."""
    gap: NDArray[np.float64] = np.asarray(
        points[..., LOWER_INNER, 1] - points[..., UPPER_INNER, 1], np.float64
    )
    return gap


def pause_weights(voiced: NDArray[np.bool_], rate: float) -> NDArray[np.float32]:
    """0 in speech, 1 in pauses, eased between: (frames,) -> (frames,)."""
    lead = max(1, round(LEAD * rate))
    silent = binary_erosion(~voiced, np.ones(2 * lead + 1, dtype=bool), border_value=1)
    eased = gaussian_filter1d(silent.astype(np.float64), EASE * rate, mode="nearest")
    return eased.astype(np.float32)


def with_closed_pauses(
    parameters: NDArray[np.float32], pauses: NDArray[np.float32], model: ShapeModel
) -> NDArray[np.float32]:
    """Shape parameters (frames, 18) with the lips of the resting face where `pauses` is 1.

    `pauses` (frames,) comes from `pause_weights`. Elsewhere only crossed lips are parted.
    """
    rest = float(lip_gap(model.head[list(IBUG68)]))
    step = np.zeros(len(model.components), np.float32)
    step[0] = 1.0
    opening = float(lip_gap(model.points(step)) - lip_gap(model.mean))  # per unit of the first
    gap = lip_gap(model.points(parameters))
    wanted = np.maximum(gap + pauses * (rest - gap), LEAST_GAP)
    result = parameters.copy()
    result[:, 0] += ((wanted - gap) / opening).astype(np.float32)
    return result
