"""DSRNs from faces: their common space, whole utterances at a time, emotions one by one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.errors import TrainingError
from models.checkpoint import load_checkpoint
from models.dsrn import Dsrn
from models.training.face_shapes import face_shapes
from models.training.fold import train_fold
from models.training.heard_clip import HeardClip, normalised
from models.training.learn_dsrn import learn_dsrn
from models.training.lesson import Material
from models.training.motion import MotionTask, estimate_motion
from models.training.motion_data import MotionClip
from models.training.recipe_file import DsrnSettings
from models.training.recordings import Recording
from tests.core.animations import make_shape_model
from tests.models.training_sets import make_recipe, make_recording, make_recordings, split_of
from tests.weights import make_normalisation


def moved(recording: Recording, scale: float, shift: float, angle: float) -> Recording:
    """The same face, larger, elsewhere and tilted."""
    assert recording.face is not None
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, sin], [-sin, cos]])
    points = (scale * recording.face.points @ turn + shift).astype(np.float32)
    return replace(recording, face=replace(recording.face, points=points))


def size(shape: NDArray[np.floating]) -> float:
    return float(np.sqrt(((shape - shape.mean(axis=0)) ** 2).sum()))


def test_speakers_differ_by_one_similarity() -> None:
    first = [make_recording("a", emotion, face=True) for emotion in ("happy", "sad")]
    other = [
        replace(moved(r, 1.2, 0.3, 0.1), utterance=replace(r.utterance, speaker="made-b"))
        for r in first
    ]
    unseen = [
        replace(moved(r, 0.7, -0.2, -0.2), utterance=replace(r.utterance, speaker="made-c"))
        for r in first
    ]
    shapes = face_shapes([*first, *other], unseen)
    for one, two, three in zip(first, other, unseen, strict=True):
        parameters = shapes.parameters(one)
        np.testing.assert_allclose(shapes.parameters(two), parameters, atol=1e-4)
        np.testing.assert_allclose(shapes.parameters(three), parameters, atol=1e-4)
    assert shapes.model.explained > 0.98
    # Its unit is the mean of the speakers' own.
    assert first[0].face is not None
    own = np.concatenate([r.face.points[r.face.seen] for r in first if r.face]).mean(axis=0)
    assert size(shapes.model.mean) / size(own) == pytest.approx(1.1, rel=1e-3)


def test_a_recording_without_a_face_is_named() -> None:
    with pytest.raises(TrainingError, match=r"happy-0\.wav has no face to learn from"):
        face_shapes([make_recording("a", "happy")], [])


def test_whole_clips_give_the_loss_of_their_windows() -> None:
    """Table II window by window over two clips of unequal length, against one packed row."""
    clips = []
    for number, frames in enumerate((90, 57)):
        recording = make_recording("a", "sad", number, frames)
        targets = np.random.default_rng(number).normal(0, 0.1, (frames, 18)).astype(np.float32)
        seen = np.ones(frames, bool)
        seen[20:30] = False
        clips.append(MotionClip(str(number), "v", "train", recording.values, recording.voiced,
                                targets, seen))  # fmt: skip
    torch.manual_seed(0)
    task = MotionTask(
        "motion", clips, {"0": 1.0, "1": 1.0}, make_shape_model(), make_normalisation("training"),
        make_recipe().bands, stretches=2, whole=True, stride=1, importance=0.0,
    )  # fmt: skip
    task.network.eval()
    network = task.network
    assert isinstance(network, Dsrn)
    seed = next(n for n in range(99) if task.batch(np.random.default_rng(n))[0].shape[1] == 175)
    features, wanted, weight = task.batch(np.random.default_rng(seed))  # one of each clip
    with torch.no_grad():
        error = (network.dense(features) - wanted).square().mean(dim=(2, 3))
        packed = float((error * weight).sum() / weight.sum())
    errors = []
    for clip in clips:
        values = normalised(clip, clip.values, task.normalisation)
        heard = np.pad(values, ((7, 7), (0, 0)), mode="edge")
        shown = np.pad(clip.targets, ((2, 2), (0, 0)), mode="edge") / task.scale
        assert clip.seen is not None
        for frame in np.flatnonzero(clip.seen):
            window = torch.from_numpy(heard[frame : frame + 15].T.copy())[None]
            with torch.no_grad():
                estimate = network(window)[0].numpy()
            errors.append(np.square(estimate - shown[frame : frame + 5]).mean())
    assert packed == pytest.approx(np.mean(errors), rel=1e-4)


def test_every_emotion_and_all_combined(tmp_path: Path) -> None:
    recordings = make_recordings(takes=1, face=True)
    recipe = make_recipe("dsrn", dsrn=DsrnSettings(start="combined"), epochs=1, batch=2)
    trained = train_fold(recipe, recordings, split_of(recordings), tmp_path)
    assert list(trained.networks)[:2] == ["dsrn-combined", "dsrn-angry"]
    assert len(trained.networks) == 8
    happy = load_checkpoint(tmp_path / "dsrn-happy.safetensors", "dsrn")
    assert happy.description.labels == ["happy"]
    assert happy.shape_model is not None
    assert not list(tmp_path.rglob("state.pt"))
    figures = happy.description.provenance.metrics
    # The mean squared error of the kept network, in shape parameters, by hand.
    network = Dsrn()
    happy.fill(network)
    network.eval()
    apart = [r for r in recordings if r.utterance.speaker == "made-c"]
    (index,) = (i for i, r in enumerate(apart) if r.utterance.emotion == "happy")
    shapes = face_shapes([r for r in recordings if r not in apart], apart)
    clip = HeardClip("made", "c", "", apart[index].values, apart[index].voiced)
    error = estimate_motion(network, clip, happy.normalisation, 1.0)
    error -= shapes.parameters(apart[index])
    assert figures["mse"] == pytest.approx(np.square(error[:-5]).mean(), rel=0.01)
    assert 0 < figures["loss"] < 2
    assert figures["score"] < 1


def test_an_emotion_that_validation_lacks_is_named(tmp_path: Path) -> None:
    recordings = [
        r for r in make_recordings(takes=1, face=True)
        if (r.utterance.speaker, r.utterance.emotion) != ("made-c", "fear")
    ]  # fmt: skip
    recipe = make_recipe("dsrn", epochs=1, batch=8)
    split = split_of(recordings)
    with pytest.raises(TrainingError, match="no recording of fear in the validation"):
        train_fold(recipe, recordings, split, tmp_path)
    lessons = learn_dsrn(recipe, Material(recordings, split, allow_missing=True))
    assert [lesson.name for lesson in lessons] == [
        f"dsrn-{name}"
        for name in ("combined", "angry", "disgust", "happy", "neutral", "sad", "surprise")
    ]
