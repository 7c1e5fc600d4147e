"""The cascade on whole clips, with random weights."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.animation import Animation, AnimationSettings
from core.emotion import EMOTIONS
from core.errors import Cancelled, CheckpointError
from core.export import EXPORTERS, ExportSettings
from core.shape_model import COMPONENTS
from models import spectrum
from models.cascade import Cascade, face_path
from models.checkpoint import save_checkpoint
from models.face_weights import COMBINED
from tests.core.animations import make_shape_model, neutral_face, talking_shapes
from tests.core.sounds import Notes
from tests.models.clips import babble, babbling_clip, make_clip
from tests.models.windowed import Values, Windowed
from tests.weights import describe, make_dsrn, make_normalisation


def parameters(animation: Animation) -> NDArray[np.float32]:
    return animation.shape.parameters


def check(animation: Animation) -> None:
    """What holds of every animation."""
    count = animation.timeline.count
    assert parameters(animation).shape == (count, COMPONENTS)
    assert np.isfinite(parameters(animation)).all()
    for rows in (animation.emotions.probabilities, animation.mixes):
        assert rows.shape == (count, len(EMOTIONS))
        assert np.allclose(rows.sum(axis=1), 1.0, atol=1e-5)
    assert animation.segments[0].start == 0.0
    assert animation.segments[-1].end == animation.duration


@pytest.mark.parametrize("size", [1, 7, 40])
def test_chunks_make_no_difference(
    size: int, trained: Cascade, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = babbling_clip(0.3 if size == 1 else 1.0)
    whole = trained.animate(clip)
    monkeypatch.setattr(spectrum, "CHUNK_FRAMES", size)
    chunked = trained.animate(clip)
    assert np.allclose(parameters(chunked), parameters(whole), atol=1e-5)
    assert np.allclose(chunked.emotions.probabilities, whole.emotions.probabilities, atol=1e-5)
    assert chunked.segments == whole.segments


def test_features_that_are_not_kept_make_no_difference(
    trained: Cascade, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = babbling_clip(1.0)
    kept = trained.animate(clip)
    monkeypatch.setattr(spectrum, "KEPT_FRAMES", 0)
    monkeypatch.setattr(spectrum, "BLOCK_FRAMES", 33)
    monkeypatch.setattr(spectrum, "CHUNK_FRAMES", 50)
    anew = trained.animate(clip)
    assert np.allclose(parameters(anew), parameters(kept), atol=1e-5)


class StopIn(Notes):
    """Cancels at the second step of a stage, and counts the steps that come after it."""

    def __init__(self, stage: str) -> None:
        super().__init__()
        self.stage = stage

    def step(self, stage: str, done: float, total: float) -> None:
        super().step(stage, done, total)
        if sum(name == self.stage for name, _, _ in self.steps) == 2:
            raise Cancelled("stop")


@pytest.mark.parametrize("stage", ["listening", "recognising emotion", "moving the face"])
def test_a_cancel_is_heard_within_a_chunk(
    stage: str, trained: Cascade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spectrum, "CHUNK_FRAMES", 20)
    monkeypatch.setattr(spectrum, "BLOCK_FRAMES", 20)
    monitor = StopIn(stage)
    with pytest.raises(Cancelled, match="stop"):
        trained.animate(babbling_clip(1.0), monitor=monitor)
    last, done, total = monitor.steps[-1]
    assert (last, done) == (stage, 20)
    assert total > 60


def test_progress_goes_forward_to_the_end(
    trained: Cascade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spectrum, "CHUNK_FRAMES", 20)
    monitor = Notes()
    trained.animate(babbling_clip(1.0), monitor=monitor)
    stages = list(dict.fromkeys(stage for stage, _, _ in monitor.steps))
    assert stages == ["listening", "recognising emotion", "moving the face"]
    for stage in stages:
        done = [d for name, d, _ in monitor.steps if name == stage]
        assert done == sorted(done)
    _, done_last, total = monitor.steps[-1]
    assert done_last == total


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_chosen_emotion_is_shown_alone(emotion: str, weights: Path, trained: Cascade) -> None:
    samples = babble(0.4)
    made = trained.animate(make_clip(samples), AnimationSettings(emotion))
    assert np.allclose(parameters(made), Windowed(weights, samples).face({emotion: 1}), atol=1e-5)
    assert [model.emotion for model in made.models] == ["", emotion]
    (segment,) = made.segments
    assert (segment.mix.first, segment.origin) == (emotion, "user")
    check(made)


def test_a_chosen_emotion_leaves_what_was_heard(trained: Cascade) -> None:
    clip = babbling_clip(1.0)
    heard, chosen = trained.animate(clip), trained.animate(clip, AnimationSettings("sad"))
    assert chosen.utterance == heard.utterance
    assert np.array_equal(chosen.emotions.probabilities, heard.emotions.probabilities)


def test_no_strength_is_a_neutral_face(trained: Cascade) -> None:
    clip = babbling_clip(1.0)
    neutral = trained.animate(clip, AnimationSettings("neutral"))
    for emotion in ("auto", "angry"):
        weak = trained.animate(clip, AnimationSettings(emotion, strength=0.0))
        assert np.allclose(parameters(weak), parameters(neutral), atol=1e-6)


def test_strength_goes_along_a_straight_line(trained: Cascade) -> None:
    clip = babbling_clip(1.0)
    none, half, full, double = (
        parameters(trained.animate(clip, AnimationSettings("happy", strength)))[:, 1:]
        for strength in (0.0, 0.5, 1.0, 2.0)
    )  # without the first component, along which crossed lips are parted
    assert np.allclose(half, (none + full) / 2, atol=1e-5)
    assert np.allclose(double, 2 * full - none, atol=1e-5)
    assert not np.allclose(full, none, atol=1e-2)


def test_the_combined_face_knows_no_emotion(weights: Path, trained: Cascade) -> None:
    samples = babble(0.6)
    made = [
        trained.animate(make_clip(samples), AnimationSettings(emotion, strength, COMBINED))
        for emotion, strength in (("auto", 1.0), ("angry", 1.0), ("happy", 2.0))
    ]
    expected = Windowed(weights, samples).face({COMBINED: 1.0})
    for animation in made:
        assert np.allclose(parameters(animation), expected, atol=1e-5)
        assert [model.emotion for model in animation.models] == ["", COMBINED]


LEVELS: dict[str, Callable[[int], Values]] = {
    "silence": np.zeros,
    "direct current": lambda count: np.full(count, 0.7),
    "full scale": lambda count: np.where(np.arange(count) % 80 < 40, 1.0, -1.0),
    "faint noise": lambda count: np.random.default_rng(0).normal(0, 1e-5, count),
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("count", [1, 2, 399, 400, 401, 1_601, 16_000])
def test_any_sound_gives_a_face(level: str, count: int, trained: Cascade, tmp_path: Path) -> None:
    made = trained.animate(make_clip(LEVELS[level](count)))
    check(made)
    (path,) = EXPORTERS["json"].write(made, tmp_path / "a.json", ExportSettings())
    assert path.is_file()


def test_silence_is_neutral(trained: Cascade) -> None:
    made = trained.animate(make_clip(np.zeros(16_000)))
    assert not made.emotions.voiced.any()
    assert (made.utterance.first, made.utterance.weights) == ("neutral", (1.0, 0.0))
    assert [model.emotion for model in made.models] == ["", "neutral"]


def test_utterances_of_a_long_clip_have_emotions_of_their_own(trained: Cascade) -> None:
    parts = [babble(2.0, seed) * gain for seed, gain in ((1, 1.0), (2, 0.2), (3, 1.0))]
    pause = np.zeros(16_000)
    made = trained.animate(make_clip(np.concatenate([parts[0], pause, parts[1], pause, parts[2]])))
    check(made)
    assert len(made.segments) >= 3
    ends = [segment.end for segment in made.segments[:-1]]
    assert ends == [segment.start for segment in made.segments[1:]]


def test_the_same_clip_gives_the_same_bytes(trained: Cascade, weights: Path) -> None:
    clip = babbling_clip(1.0)
    again = Cascade.load(weights, "cpu").animate(clip)
    assert parameters(trained.animate(clip)).tobytes() == parameters(again).tobytes()


def test_missing_faces_are_named(own_weights: Path) -> None:
    face_path(own_weights, "fear").unlink()
    face_path(own_weights, COMBINED).unlink()
    with pytest.raises(CheckpointError, match=r"no dsrn-fear\.safetensors, dsrn-combined"):
        Cascade.load(own_weights, "cpu")


def test_a_missing_recogniser_is_named(own_weights: Path) -> None:
    (own_weights / "dern.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"has no recogniser; expected dern\.safetensors or"):
        Cascade.load(own_weights, "cpu")


def test_a_damaged_face_is_named_when_it_is_needed(own_weights: Path) -> None:
    face_path(own_weights, "sad").write_bytes(b"")
    loaded = Cascade.load(own_weights, "cpu")
    clip = babbling_clip(0.3)
    loaded.animate(clip, AnimationSettings("happy"))
    with pytest.raises(CheckpointError, match=r"dsrn-sad\.safetensors cannot be read"):
        loaded.animate(clip, AnimationSettings("sad"))


def test_faces_of_different_shape_models_are_refused(own_weights: Path) -> None:
    other = type(make_shape_model()).fit(talking_shapes(seed=5), neutral_face())
    save_checkpoint(
        face_path(own_weights, "sad"), make_dsrn(), describe("dsrn", "sad"),
        make_normalisation(), other,
    )  # fmt: skip
    with pytest.raises(CheckpointError, match="different shape models; expected one set"):
        Cascade.load(own_weights, "cpu").animate(babbling_clip(0.3), AnimationSettings("sad"))
