"""Functionals of openSMILE, whose licence allows research only: an extra, never needed.

Eyben, Weninger, Gross, Schuller 2013. "IS10" is the 1,582 that Bao, Neumann, Vu 2019 used.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.clip import SAMPLE_RATE
from core.errors import TrainingError
from core.functionals import SET

OPENSMILE_SETS = ("eGeMAPSv02", "IS10", "emobase", "ComParE_2016")
MISSING = (
    "openSMILE's features need the extra `opensmile`, whose licence allows research only: "
    f"`pip install 'visemo[opensmile]'`, or take our own, '{SET}'."
)


def check_features(name: str) -> None:
    """Raises TrainingError for a set that is neither our own nor one that openSMILE has here."""
    if name != SET:
        _extractor(name)


def opensmile_functionals(samples: NDArray[np.floating], name: str) -> NDArray[np.float32]:
    """One row (1, features) of 16 kHz samples; numbers that are not finite become 0.

    Raises TrainingError where openSMILE is not installed, or has no such set.
    """
    row = _extractor(name).process_signal(np.asarray(samples, np.float32), SAMPLE_RATE)
    values: NDArray[np.float32] = row.to_numpy().astype(np.float32)
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)


@lru_cache
def _extractor(name: str) -> Any:
    if name not in OPENSMILE_SETS:
        raise TrainingError(
            f"there is no set of features '{name}'; expected {SET} or, of openSMILE, "
            f"{', '.join(OPENSMILE_SETS)}"
        )
    try:
        import opensmile
    except ImportError as error:
        raise TrainingError(MISSING) from error
    return opensmile.Smile(opensmile.FeatureSet[name], opensmile.FeatureLevel.Functionals)
