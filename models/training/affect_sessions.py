"""Sessions of minutes for learning valence and arousal: RECOLA's, or made of acted recordings.

Where there is nothing annotated, recordings of one speaker are put one after another,
a few of one emotion and then a few of the next. What annotators would have drawn is
made from where the emotions lie in the plane of valence and arousal: it is a guess
about listeners, not their judgement. A session is a pure function of the recordings,
a seed and the settings.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from core.affect import COORDINATES, DIMENSIONS, FRAMES_PER_SECOND
from core.audio_file import read_clip
from core.corpora.session import Session
from core.errors import TrainingError
from core.mfsc import mfsc
from core.voice_activity import frame_energy, voiced_frames
from models.training.recordings import Recording
from models.valence_arousal import STACKED, stacked_timeline

STRENGTHS = {1: 0.7, 2: 1.0}  # share of the way to the coordinates, by RAVDESS's two intensities
MARGIN = 0.2
Contour = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Composition:
    """How made sessions run, and how their annotators react; ranges are drawn from evenly."""

    seconds: float = 180.0  # at least; the last recordings are not cut
    in_a_row: tuple[int, int] = (2, 5)  # recordings of one emotion
    margin: float = MARGIN  # seconds kept around the speech of a recording
    raters: int = 6  # as RECOLA had
    lag: tuple[float, float] = (0.5, 1.5)  # seconds until an annotator's hand moves at all
    response: tuple[float, float] = (0.3, 0.6)  # time constant of each of two low-passes, seconds
    gain: tuple[float, float] = (0.8, 1.2)
    offset: float = 0.05  # standard deviation

    @property
    def delay(self) -> float:
        """Seconds by which annotations come later than the voice, on average."""
        return sum(self.lag) / 2 + 2 * sum(self.response) / 2


@dataclass(frozen=True, slots=True)
class AffectSession:
    """MFSC (T, 40), which frames are speech (T,), and a label for every four frames."""

    speaker: str
    partition: str
    values: NDArray[np.float32]
    voiced: NDArray[np.bool_]
    labels: dict[str, NDArray[np.float32]]  # (ceil(T / 4),) of each dimension


def compose(
    recordings: Sequence[Recording], seed: int, settings: Composition, partition: str = "train"
) -> AffectSession:
    """A session of one speaker. Raises TrainingError where it has no two emotions with speech."""
    choice = np.random.default_rng(seed)
    groups: dict[str, list[Recording]] = {}
    for recording in recordings:
        if recording.voiced.any():
            groups.setdefault(recording.utterance.emotion, []).append(recording)
    speaker = recordings[0].utterance.speaker if recordings else "nobody"
    if len(groups) < 2:
        raise TrainingError(f"{speaker} shows {len(groups)} emotions; a session needs two or more")
    rows, voiced, targets = [], [], []
    count, before = 0, ""
    while count < settings.seconds * FRAMES_PER_SECOND * STACKED:
        emotion = str(choice.choice(sorted(groups.keys() - {before})))
        for _ in range(choice.integers(*settings.in_a_row, endpoint=True)):
            recording = groups[emotion][choice.integers(len(groups[emotion]))]
            stretch = spoken(recording, settings.margin)
            rows.append(recording.values[stretch])
            voiced.append(recording.voiced[stretch])
            targets.append(np.tile(target(recording), (len(rows[-1]), 1)))
            count += len(rows[-1])
        before = emotion
    wanted = np.concatenate(targets)[::STACKED]  # (T / 4, 2)
    labels = {
        name: annotated(wanted[:, column], choice, settings).astype(np.float32)
        for column, name in enumerate(DIMENSIONS)
    }
    return AffectSession(speaker, partition, np.concatenate(rows), np.concatenate(voiced), labels)


def target(recording: Recording) -> Contour:
    """Valence and arousal that a recording is meant to have, (2,)."""
    utterance = recording.utterance
    return STRENGTHS[utterance.intensity] * np.array(COORDINATES[utterance.emotion])


def spoken(recording: Recording, margin: float = MARGIN) -> slice:
    """The frames from the first to the last of speech, and `margin` seconds around."""
    frames = np.flatnonzero(recording.voiced)
    reach = round(margin * FRAMES_PER_SECOND * STACKED)
    return slice(max(int(frames[0]) - reach, 0), int(frames[-1]) + 1 + reach)


def annotated(meant: Contour, choice: np.random.Generator, settings: Composition) -> Contour:
    """What annotators would draw for what is meant (n,), their mean (n,): late, smooth, uneven.

    Each begins at rest, follows after a lag through two low-passes of first order, and
    has a gain and an offset of his own.
    """
    total = np.zeros(len(meant))
    for _ in range(settings.raters):
        lag = round(choice.uniform(*settings.lag) * FRAMES_PER_SECOND)
        share = 1 - np.exp(-1 / (choice.uniform(*settings.response) * FRAMES_PER_SECOND))
        late = np.concatenate([np.zeros(lag), meant])[: len(meant)]
        for _ in range(2):
            late = lfilter([share], [1, share - 1], late)
        total += choice.uniform(*settings.gain) * late + choice.normal(0, settings.offset)
    return total / settings.raters


def advanced(labels: NDArray[np.float32], seconds: float) -> NDArray[np.float32]:
    """Labels (n,) earlier by `seconds`, so that they lie under the voice; the last is held."""
    frames = min(round(seconds * FRAMES_PER_SECOND), len(labels) - 1)
    return np.concatenate([labels[frames:], np.full(frames, labels[-1])])


def annotated_session(session: Session) -> AffectSession:
    """A session that people annotated, its labels at the times of the stacked frames.

    Raises AudioFileError for its sound and TrainingError where its labels are withheld.
    """
    if session.contours is None:
        raise TrainingError(f"the ratings of {session.audio.name} were never given out")
    features = mfsc(read_clip(session.audio).samples)
    times = stacked_timeline(features.timeline).times()
    labels = {
        name: np.interp(times, session.contours.times, values).astype(np.float32)
        for name, values in session.contours.values.items()
    }
    voiced = voiced_frames(frame_energy(features.values))
    return AffectSession(session.speaker, session.partition, features.values, voiced, labels)
