"""Recordings of a corpus as networks learn from them: features, and which frames are speech."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.audio_file import read_clip
from core.corpora.utterance import Utterance
from core.mfsc import mfsc
from core.monitor import SILENT, Monitor
from core.voice_activity import frame_energy, voiced_frames


@dataclass(frozen=True, slots=True)
class Recording:
    """One utterance: MFSC before any normalisation (T, 40), and which frames are speech (T,)."""

    utterance: Utterance
    values: NDArray[np.float32]
    voiced: NDArray[np.bool_]


def read_recordings(
    utterances: Sequence[Utterance], cache: Path | None = None, monitor: Monitor = SILENT
) -> list[Recording]:
    """Features of all utterances, in their order; kept in the folder `cache`, where given."""
    del cache
    result = []
    for index, utterance in enumerate(utterances):
        monitor.step("listening to recordings", index, len(utterances))
        features = mfsc(read_clip(utterance.audio).samples[:])
        voiced = voiced_frames(frame_energy(features.values))
        result.append(Recording(utterance, features.values, voiced))
    return result
