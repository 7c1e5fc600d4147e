"""Recordings in another pitch and of the same length, by python-stretch (Signalsmith)."""

import numpy as np
from numpy.typing import NDArray

from core.clip import SAMPLE_RATE
from core.errors import TrainingError

SEMITONES = (1.0, -1.0)  # the copies of Milde and Biemann 2015, 2.4


def pitch_shifted(samples: NDArray[np.floating], semitones: float) -> NDArray[np.float32]:
    """Mono samples at 16 kHz, `semitones` higher; as many samples, at the same times.

    Raises TrainingError, saying what to install, where python-stretch is not there.
    """
    try:
        from python_stretch import Signalsmith
    except ImportError as error:
        raise TrainingError(
            "Shifting pitch needs python-stretch: pip install 'visemo[research]'."
        ) from error
    stretch = Signalsmith.Stretch()
    stretch.preset(1, SAMPLE_RATE)
    stretch.setTransposeSemitones(semitones)
    # Its own delay it takes away itself, with what lies under the delay at the end.
    late = stretch.inputLatency() + stretch.outputLatency()
    padded = np.pad(np.asarray(samples, np.float32), (0, late))
    shifted = np.asarray(stretch.process(padded[None]), np.float32)
    result: NDArray[np.float32] = shifted[0, : len(samples)]
    return result
