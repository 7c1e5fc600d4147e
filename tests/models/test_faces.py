"""Faces for recordings: filmed ones in step with the sound, made ones by the emotion."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.clip import SAMPLE_RATE
from core.corpora.corpus import Kind, Problem
from core.corpora.named import apart
from core.face import mouth_opening
from core.mfsc import frame_count
from core.tracks import TRACK_WRITERS, FaceTrack
from models.training.by_recipe import split_for
from models.training.faces import filmed, made, timeline_of
from models.training.recordings import Recording
from tests.models.training_sets import make_recipe, make_recording, make_recordings

DATA = Path(__file__).parents[3] / "shared" / "data"
FACE_KIT = DATA / "ict_facekit" / "ict68.npz"
needs_face = pytest.mark.skipif(not FACE_KIT.is_file(), reason="no face beside the checkout")


def filmed_recording(folder: Path, take: int, seconds: float, track_seconds: float) -> Recording:
    """A face whose jaw swings at 2 Hz while the head moves, at 25 fps, with its sound."""
    with np.load(FACE_KIT) as kit:
        face = kit["neutral"] * np.array([1.0, -1.0, -1.0])
        jaw = kit["expr"][[str(n) for n in kit["expr_names"]].index("jawOpen")]
        jaw = jaw * np.array([1.0, -1.0, -1.0])
    times = (np.arange(round(track_seconds * 25)) + 0.5) / 25
    swing = 0.5 - 0.5 * np.cos(2 * np.pi * 2 * times)
    points = 20 * (face + swing[:, None, None] * jaw) + 100 + 10 * np.sin(times)[:, None, None]
    path = folder / f"{take}.npz"
    TRACK_WRITERS["npz"](FaceTrack.steady(25, points, np.ones(len(points), bool)), path)
    recording = make_recording("a", "happy", take, round(seconds * 100))
    return replace(recording, utterance=replace(recording.utterance, landmarks=path))


@needs_face
def test_a_filmed_mouth_moves_with_its_sound(tmp_path: Path) -> None:
    recordings = [filmed_recording(tmp_path, take, 2.0, 2.0) for take in (0, 1)]
    for recording in filmed(recordings).recordings:
        assert recording.face is not None
        assert recording.face.points.shape == (200, 36, 2)
        assert recording.face.seen.all()
        opening = mouth_opening(recording.face.points)
        times = timeline_of(recording).times()
        wanted = 0.5 - 0.5 * np.cos(2 * np.pi * 2 * times)
        inside = slice(5, -5)  # ends are held
        assert np.corrcoef(opening[inside], wanted[inside])[0, 1] > 0.995


@needs_face
def test_tracks_that_do_not_fit_are_named(tmp_path: Path) -> None:
    good = filmed_recording(tmp_path, 0, 2.0, 2.1)
    short = filmed_recording(tmp_path, 1, 2.0, 1.6)
    without = make_recording("a", "sad")
    damaged = filmed_recording(tmp_path, 2, 2.0, 2.0)
    (tmp_path / "2.npz").write_bytes(b"PK cut short")
    listened = filmed([good, short, without, damaged])
    assert [r.utterance for r in listened.recordings] == [good.utterance]
    kinds = [problem.kind for problem in listened.problems]
    assert kinds == [Kind.LENGTH, Kind.MISSING, Kind.UNREADABLE]
    assert "lasts 1.60 s for 'happy-1.wav', whose sound lasts 2.0" in listened.problems[0].reason


@needs_face
def test_what_a_corpus_accepts_is_accepted_and_what_it_refused_is_told_once(tmp_path: Path) -> None:
    frames = frame_count(2 * SAMPLE_RATE) / 100  # of a sound of 2 s
    near = filmed_recording(tmp_path, 0, frames, 1.8)
    far = filmed_recording(tmp_path, 1, frames, 1.76)
    problems: list[Problem] = []
    assert [apart(2.0, seconds, Path("a"), problems) for seconds in (1.8, 1.76)] == [False, True]
    utterance = replace(make_recording("a", "sad").utterance, faulty_face=True)
    refused = replace(make_recording("a", "sad"), utterance=utterance)
    listened = filmed([near, far, refused])
    assert [r.utterance for r in listened.recordings] == [near.utterance]
    assert [p.path for p in listened.problems] == [far.utterance.landmarks]


@needs_face
def test_made_faces_smile_where_the_speech_is_happy() -> None:
    sad, happy = (make_recording("a", emotion, 0, 100) for emotion in ("sad", "happy"))
    happy = replace(happy, values=sad.values, voiced=sad.voiced)
    pair = made([sad, happy], DATA).recordings
    corners = []
    for recording in pair:
        assert recording.face is not None
        corners.append(recording.face.points[:, [16, 22], 1].mean())  # iBUG 48 and 54; y is down
    assert corners[1] < corners[0] - 0.03


def test_without_a_protocol_all_but_a_tenth_is_learned_from() -> None:
    utterances = [r.utterance for r in make_recordings(takes=10)]
    split = split_for(make_recipe(protocol="none"), utterances)
    assert (len(split.train), len(split.validation), split.test) == (189, 21, ())
    assert not set(split.train) & set(split.validation)
