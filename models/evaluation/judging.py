"""The product's own cascade on recordings whose emotion, or face, is known."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.animation import AnimationSettings
from core.audio_file import read_clip
from core.corpora.utterance import Utterance, short_names
from core.emotion import EMOTIONS
from core.errors import AudioFileError, TrackError
from core.evaluation.judged import Judged
from core.evaluation.motion import compare, resampled
from core.evaluation.motion_views import Moved
from core.face import LandmarkTrack
from core.monitor import SILENT, Monitor
from core.shape_model import ShapeModel, fit_similarity
from core.timeline import Timeline
from core.tracks import lower_face, seen, track_of
from core.tracks.lower_face import VIDEO_RATE
from models.cascade import Analysis, Cascade
from models.evaluation.ways import Way

STAGE = "judging recordings"


@dataclass(frozen=True, slots=True)
class Truth:
    """What a filmed face did: the track, and in which frames a face was seen."""

    track: LandmarkTrack
    seen: NDArray[np.bool_]


@dataclass
class Findings:
    """Everything found, and what could not be judged, with the reason."""

    judged: list[Judged] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    problems: list[tuple[Path, str]] = field(default_factory=list)
    seconds: float = 0.0  # of sound


Label = Callable[[Utterance], str]


def judge(
    cascade: Cascade,
    utterances: Sequence[Utterance],
    ways: Sequence[Way],
    label: Label = lambda utterance: utterance.corpus,
    monitor: Monitor = SILENT,
) -> Findings:
    """Emotion of each utterance in all ways, and by the first its motion if its face was filmed.

    `label` names what it is counted under. A recording or track that cannot be used is
    noticed, kept among the problems, and the others are judged.
    """
    found = Findings()
    names = short_names(utterances)
    for index, utterance in enumerate(utterances):
        step = _Within(monitor, index, len(utterances))
        try:
            clip = read_clip(utterance.audio)
        except AudioFileError as problem:
            found.problems.append((utterance.audio, str(problem)))
            monitor.notice(f"{utterance.audio} is left out: {problem}")
            continue
        found.seconds += clip.duration
        about = _About(names[utterance], label(utterance), utterance.speaker, utterance.emotion)
        analyses: list[Analysis] = []
        for way in ways:
            spectrum = analyses[0].spectrum if analyses else None
            analyses.append(cascade.analyse(clip, step, spectrum, hearing=way.hearing(utterance)))
            if utterance.emotion in EMOTIONS:
                found.judged.append(_judged(about, analyses[-1], way.title))
        truth = _truth(utterance, found, monitor)
        if truth is not None:
            found.moved += _moved(cascade, about, analyses[0], truth, step)
    monitor.step(STAGE, len(utterances), max(len(utterances), 1))
    return found


class _About(NamedTuple):
    """What is written of an utterance in every row: the first fields of Judged and Moved."""

    utterance: str
    corpus: str
    speaker: str
    emotion: str


def _judged(about: _About, analysis: Analysis, by: str) -> Judged:
    mix = analysis.emotions.mix()
    return Judged(*about, mix.first, mix.shares, by=by)


def methods_of(emotion: str) -> dict[str, AnimationSettings]:
    """Table IV's three: as heard, told the true emotion, one model for all."""
    return {
        "cascade": AnimationSettings(),
        "true emotion": AnimationSettings(emotion=emotion),
        "all combined": AnimationSettings(model="combined"),
    }


def _moved(
    cascade: Cascade, about: _About, analysis: Analysis, truth: Truth, monitor: Monitor
) -> Iterator[Moved]:
    for method, settings in methods_of(about.emotion).items():
        animation = cascade.pose(analysis, settings, monitor)
        shown = animation.shape.landmarks(animation.shape_model)
        yield Moved(
            *about, method, pca_error(shown, truth, animation.shape_model),
            compare(shown, truth.track, truth.seen),
        )  # fmt: skip


def pca_error(shown: LandmarkTrack, truth: Truth, model: ShapeModel) -> float:
    """Mean squared error of the 18 shape parameters over the frames that were seen.

    The true face is brought onto the shown one first, as Procrustes does with speakers.
    """
    there = resampled(shown, truth.track.timeline.times())[truth.seen]
    true = truth.track.points[truth.seen].astype(float)
    placed = fit_similarity(true.mean(axis=0), there.mean(axis=0)).apply(true)
    error = model.parameters(there) - model.parameters(placed)
    return float((error.astype(float) ** 2).mean())


def truth_of(utterance: Utterance) -> Truth:
    """The head-free lower face of an utterance's track at 25 fps. Raises TrackError."""
    track = track_of(utterance)
    timeline = Timeline.covering(track.duration, VIDEO_RATE)
    points = lower_face(track, timeline).astype(np.float32)
    return Truth(LandmarkTrack(timeline, points), seen(track, timeline))


def _truth(utterance: Utterance, found: Findings, monitor: Monitor) -> Truth | None:
    if utterance.landmarks is None:
        return None
    try:
        return truth_of(utterance)
    except TrackError as problem:
        found.problems.append((utterance.landmarks, str(problem)))
        monitor.notice(f"{utterance.audio}: its face is left out: {problem}")
        return None


class _Within(Monitor):
    """The work on one of many recordings."""

    def __init__(self, monitor: Monitor, index: int, count: int) -> None:
        self._monitor, self._index, self._count = monitor, index, count

    def step(self, stage: str, done: float, total: float) -> None:  # noqa: ARG002
        """As a part of the whole."""
        self._monitor.step(STAGE, self._index, self._count)

    def notice(self, message: str) -> None:
        """Passed on."""
        self._monitor.notice(message)
