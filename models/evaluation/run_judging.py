"""The networks of a training on recordings that it has not learned from.

As the paper has it: one mix of emotions for each utterance, equations (1)-(4), and faces
fused by it, equations (5) and (6), which are linear in the motion.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from core.audio_file import read_clip
from core.corpora.utterance import Utterance, short_names
from core.emotion import EmotionMix
from core.evaluation.judged import Judged
from core.evaluation.motion import MotionFigures, compare
from core.evaluation.motion_views import Moved
from core.face import LandmarkTrack
from core.lips import uncrossed
from core.mfsc import HOP, WINDOW, mfsc_timeline
from core.monitor import SILENT, Monitor
from core.shape_model import Similarity, fit_similarity
from core.speaker_profile import SpeakerProfile
from models.device import Runner
from models.evaluation.run_networks import RunFaces, RunNetworks
from models.face_weights import COMBINED
from models.recognisers.recogniser import Recogniser, listen
from models.training.face_shapes import face_shapes, mean_faces
from models.training.heard_clip import HeardClip, Speakers, speaker_statistics
from models.training.lesson import heard_clip
from models.training.recordings import Recording

STAGE = "judging"
Motion = NDArray[np.float32]
Label = Callable[[Utterance], str]


@dataclass
class RunFindings:
    """What was heard, and how faces moved."""

    judged: list[Judged] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which recordings are judged: (part, index), and of which parts the motion is, too.

    `learned` are the indices of those trained on, whose faces span the space of shapes.
    """

    parts: Sequence[tuple[str, int]]
    moving: Sequence[str]
    label: Label
    learned: Sequence[int] = ()


def judge_recordings(
    networks: RunNetworks,
    recordings: Sequence[Recording],
    asked: Asked,
    device: torch.device,
    monitor: Monitor = SILENT,
) -> RunFindings:
    """Emotions by the recogniser, where there is one, and motion by the faces."""
    clips = [heard_clip(recording, "test") for recording in recordings]
    speakers = speaker_statistics(clips)
    onto = _onto(networks.faces, recordings, asked)
    runner = Runner(device)
    names = short_names([recording.utterance for recording in recordings])
    found = RunFindings()
    for place, (part, index) in enumerate(asked.parts):
        monitor.step(STAGE, place, len(asked.parts))
        utterance = recordings[index].utterance
        about = (names[utterance], asked.label(utterance), utterance.speaker, utterance.emotion)
        mix = None
        if networks.recogniser is not None:
            mix = _mix(networks.recogniser, utterance, speakers, runner)
            found.judged.append(Judged(*about, mix.first, mix.shares, part))
        if part in asked.moving and networks.faces is not None:
            motions = _motions(networks.faces, clips[index], utterance.emotion, mix, speakers)
            truth = onto[utterance.speaker]
            for method, motion in motions.items():
                against = _against(networks.faces, recordings[index], motion, truth)
                found.moved.append(Moved(*about, method, *against))
    return found


def _mix(
    recogniser: Recogniser, utterance: Utterance, speakers: Speakers, runner: Runner
) -> EmotionMix:
    profile = None
    if recogniser.uses_profile:
        profile = SpeakerProfile(utterance.speaker, speakers[utterance.speaker])
    speech = listen(read_clip(utterance.audio), profile=profile)
    return recogniser.hear(speech, runner, SILENT).mix()


def _motions(
    faces: RunFaces, clip: HeardClip, emotion: str, mix: EmotionMix | None, speakers: Speakers
) -> dict[str, Motion]:
    """By table IV's methods, as far as there are networks for them."""
    made: dict[str, Motion] = {}

    def motion(name: str) -> Motion:
        if name not in made:
            made[name] = faces.motion(name, clip, speakers)
        return made[name]

    result = {}
    if mix is not None and {mix.first, mix.second} <= set(faces.networks):
        pairs = zip((mix.first, mix.second), mix.weights, strict=True)
        result["cascade"] = np.sum(
            [np.float32(w) * motion(name) for name, w in pairs if w > 0], axis=0
        )
    if emotion in faces.networks:
        result["true emotion"] = motion(emotion)
    if COMBINED in faces.networks:
        result["all combined"] = motion(COMBINED)
    return result


def _onto(
    faces: RunFaces | None, recordings: Sequence[Recording], asked: Asked
) -> dict[str, Similarity]:
    """How each speaker's face is brought into the space of the training, as in the training.

    Where its recordings are not at hand, each mean face is laid over the mean of that space.
    """
    if faces is None:
        return {}
    if asked.learned:
        learned = [recordings[index] for index in asked.learned]
        return face_shapes(learned, [recordings[index] for _, index in asked.parts]).onto
    mean = faces.model.mean.astype(float)
    there = mean_faces(recordings[index] for _, index in asked.parts)
    return {name: fit_similarity(face, mean) for name, face in there.items()}


def _against(
    faces: RunFaces, recording: Recording, motion: Motion, onto: Similarity
) -> tuple[float, MotionFigures]:
    """Table IV's error, and the other figures, against the filmed face."""
    assert recording.face is not None
    seen = recording.face.seen
    points = onto.apply(recording.face.points.astype(float))
    wanted = faces.model.parameters(points)
    timeline = mfsc_timeline(WINDOW + (len(recording.values) - 1) * HOP)
    shown = faces.model.points(uncrossed(motion, faces.model))
    figures = compare(
        LandmarkTrack(timeline, shown), LandmarkTrack(timeline, points.astype(np.float32)), seen,
        place=False,
    )  # fmt: skip
    return float(np.square((motion - wanted)[seen], dtype=float).mean()), figures
