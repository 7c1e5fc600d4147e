"""What the voting table needs of a corpus: features, copies in other pitches, functionals."""

from collections.abc import Sequence

import numpy as np

from core.audio_file import read_clip
from core.corpora.utterance import Utterance
from core.errors import AudioFileError, TrainingError
from core.functionals import functionals
from core.mfsc import mfsc
from core.monitor import SILENT, Monitor
from core.report.markup import counted
from core.voice_activity import frame_energy, voiced_frames
from models.evaluation.voting_table import Material
from models.training.recordings import Recording, in_threads
from models.training.waveforms import stretched

SEMITONES = (1.0, -1.0)  # the copies of Milde and Biemann 2015, 2.4
STAGE = "listening to recordings"


def voting_material(
    utterances: Sequence[Utterance], copies: bool = True, monitor: Monitor = SILENT
) -> Material:
    """Of all utterances that can be read; the others are noticed.

    Raises TrainingError where none can, and where copies are wanted and python-stretch is not
    there.
    """
    if copies:
        stretched(np.zeros(1, np.float32))  # says so before the work begins
    shifts = (0.0, *SEMITONES) if copies else (0.0,)

    def hear(utterance: Utterance) -> tuple[list[Recording], np.ndarray] | str:
        try:
            samples = read_clip(utterance.audio).samples[:]
        except AudioFileError as error:
            return f"{utterance.audio} is left out: {error}"
        heard = [_heard(utterance, stretched(samples, s) if s else samples) for s in shifts]
        return heard, functionals(samples, heard[0].values, heard[0].voiced)

    recordings: list[list[Recording]] = []
    features = []
    for result in in_threads(utterances, hear, STAGE, monitor):
        if isinstance(result, str):
            monitor.notice(result)
        else:
            recordings.append(result[0])
            features.append(result[1])
    if not recordings:
        raise TrainingError(
            f"none of {counted(len(utterances), 'recording')} can be read; expected whole ones"
        )
    original, *others = zip(*recordings, strict=True)
    return Material(original, tuple(others), np.stack(features))


def _heard(utterance: Utterance, samples: np.ndarray) -> Recording:
    values = mfsc(samples).values
    return Recording(utterance, values, voiced_frames(frame_energy(values)))
