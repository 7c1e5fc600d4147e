"""Faces for recordings: as they were filmed, or made where nobody was."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.clip import SAMPLE_RATE
from core.corpora.corpus import Kind, Problem
from core.corpora.named import APART
from core.emotion import EMOTIONS, NEUTRAL
from core.errors import TrackError
from core.mfsc import HOP, WINDOW, mfsc_timeline
from core.monitor import SILENT, Monitor
from core.timeline import Timeline
from core.tracks import FaceTrack, lower_face, seen, speaker_reference, track_of
from models.cascade import face_path
from models.checkpoint import load_checkpoint
from models.dsrn import Dsrn
from models.training.expression import Expression, amplitudes, expressed, postures
from models.training.heard_clip import HeardClip
from models.training.motion import estimate_motion
from models.training.recordings import Face, Listened, Recording
from resources import WEIGHTS

STAGE = "reading faces"


def filmed(recordings: Sequence[Recording], monitor: Monitor = SILENT) -> Listened:
    """Recordings with the faces of their landmark tracks, and those that have none, and why.

    Of faces that were faulty when the corpus was read, that has been told.
    The head's pose is taken out against one reference per speaker, over all of his tracks.
    """
    tracks: dict[int, FaceTrack] = {}
    problems: list[Problem] = []
    for index, recording in enumerate(recordings):
        monitor.step(STAGE, index, len(recordings))
        found = _track(recording)
        if isinstance(found, FaceTrack):
            tracks[index] = found
        elif not recording.utterance.faulty_face:
            problems.append(found)
    by_speaker: dict[str, list[int]] = {}
    for index in tracks:
        by_speaker.setdefault(recordings[index].utterance.speaker, []).append(index)
    faces: dict[int, Face] = {}
    for own in by_speaker.values():
        reference = speaker_reference([tracks[index] for index in own])
        for index in own:
            monitor.step("taking the head's pose out", len(faces), len(tracks))
            timeline = timeline_of(recordings[index])
            points = lower_face(tracks[index], timeline, reference).astype(np.float32)
            shown = seen(tracks[index], timeline)
            faces[index] = Face(points, shown, reference[:, :2].astype(np.float32))
    shown_ones = [replace(recordings[index], face=faces[index]) for index in sorted(faces)]
    return Listened(shown_ones, problems)


def timeline_of(recording: Recording) -> Timeline:
    """Of a recording's frames."""
    return mfsc_timeline(WINDOW + (len(recording.values) - 1) * HOP)


def _track(recording: Recording) -> FaceTrack | Problem:
    """The track of a recording, if it can be used."""
    utterance = recording.utterance
    where = utterance.landmarks or utterance.audio
    try:
        track = track_of(utterance)
    except TrackError as error:
        kind = Kind.MISSING if utterance.landmarks is None else Kind.UNREADABLE
        return Problem(where, f"gives no face: {error}", kind)
    sound = (WINDOW + (len(recording.values) - 1) * HOP) / SAMPLE_RATE  # or a hop less
    whose = f"for '{utterance.audio.name}'"
    if not -APART - HOP / SAMPLE_RATE <= track.duration - sound <= APART:
        reason = (
            f"lasts {track.duration:.2f} s {whose}, whose sound lasts {sound:.2f} s; expected "
            f"the same within {APART:g} s"
        )
        return Problem(where, reason, Kind.LENGTH)
    if not seen(track, timeline_of(recording)).any():
        return Problem(where, f"shows no face {whose} during its sound", Kind.LENGTH)
    return track


def made(recordings: Sequence[Recording], tables: Path, monitor: Monitor = SILENT) -> Listened:
    """Recordings with faces that nobody filmed: the bundled neutral face's motion, with an
    expression of the recording's emotion on top (`models.training.expression`).

    `tables` holds `ravdess_action_units` and `ict_facekit`. Raises CorpusError where it
    does not.
    """
    amplitude = amplitudes(tables / "ravdess_action_units" / "by_emotion.csv")
    neutral = load_checkpoint(face_path(WEIGHTS, EMOTIONS[NEUTRAL]), "dsrn")
    model = neutral.shape_model
    assert model is not None
    posture = postures(tables / "ict_facekit" / "ict68.npz", model.head)
    network = Dsrn()
    neutral.fill(network)
    network.eval()
    result = []
    for index, recording in enumerate(recordings):
        monitor.step("making faces", index, len(recordings))
        utterance = recording.utterance
        clip = HeardClip("", "", "", recording.values, recording.voiced)
        motion = estimate_motion(network, clip, neutral.normalisation, 1.0)
        if utterance.emotion in posture:
            expression = Expression(amplitude[utterance.emotion], posture[utterance.emotion])
            rest = model.rest.astype(np.float64)
            motion = expressed(motion, clip, expression, rest, model)
        everywhere = np.ones(len(motion), dtype=bool)
        result.append(replace(recording, face=Face(model.points(motion), everywhere, model.head)))
    return Listened(result, [])
