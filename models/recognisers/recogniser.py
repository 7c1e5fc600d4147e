"""What every recogniser of emotion takes and gives."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.monitor import Monitor
from core.normalisation import BandStatistics
from core.speaker_profile import SpeakerProfile
from models.device import Runner
from models.spectrum import Spectrum, Values


@dataclass(frozen=True, slots=True)
class Speech:
    """A clip as recognisers hear it."""

    clip: Clip
    spectrum: Spectrum
    voiced: NDArray[np.bool_]  # (frames,)
    own: BandStatistics  # of the clip's speech
    profile: SpeakerProfile | None = None  # of its speaker, where it is known


class Recogniser(Protocol):
    """A trained recogniser, one row of `RECOGNISERS`."""

    name: str

    @property
    def checkpoint_ids(self) -> tuple[tuple[str, str], ...]:
        """(id, sha256) of each checkpoint that takes part."""

    def frames(self, speech: Speech, runner: Runner, monitor: Monitor) -> Values:
        """Probabilities (frames, 7) on the clip's timeline, rows summing to 1."""
