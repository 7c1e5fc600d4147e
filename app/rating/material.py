"""What one trial needs, read from the study's folder: the sound to play and the face to show."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from app.result import Face, Heard, Result
from app.sound.sound import Sound, decode
from core.rating.freezing import load_track, sound_file
from core.rating.study import Stimulus

_UNHEARD = cast("Heard", None)  # the face view looks at faces only


@dataclass(frozen=True, slots=True)
class Material:
    """One stimulus in memory."""

    stimulus: Stimulus
    sound: Sound
    result: Result


def load_material(folder: Path, stimulus: Stimulus) -> Material:
    """Read a stimulus. Raises RatingError or AudioFileError where it vanished or changed."""
    animation = load_track(folder, stimulus)
    closed = np.zeros(animation.timeline.count, np.float32)  # the opening: no lane shows it
    result = Result(_UNHEARD, face=Face(animation, animation.shape, closed))
    return Material(stimulus, decode(sound_file(folder, stimulus)), result)
