"""What the networks are trained on: batches, balance, and what is kept out of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.emotion import EMOTIONS
from models.dsrn import Dsrn
from models.training.augmentation import Augmentation, augmented
from models.training.clip_cache import cached
from models.training.emotion_recognition import EmotionClip, EmotionTask, recall_by_emotion
from models.training.heard_clip import speech_statistics
from models.training.motion import (
    MotionTask,
    correlation,
    estimate_motion,
    with_restored_variance,
)  # fmt: skip
from models.training.motion_data import MotionClip, word_salad
from models.training.recipe import VALIDATION_SPEAKERS, partition_of_speaker
from tests.core.animations import make_shape_model
from tests.weights import make_normalisation


def clip(group: str, part: str = "train", level: float = -9.0, frames: int = 350) -> MotionClip:
    choice = np.random.default_rng(int(-level * 10))
    values = choice.normal(level, 2, (frames, 40)).astype(np.float32)
    targets = choice.normal(0, 0.1, (frames, 18)).astype(np.float32)
    return MotionClip(group, "voice", part, values, np.ones(frames, bool), targets)


def test_a_motion_batch_lines_up_with_its_clip() -> None:
    source = clip("filmed")
    still = Augmentation(chance=0.0)
    normalisation = make_normalisation("training")
    task = MotionTask(
        "motion", [source], {"filmed": 1.0}, make_shape_model(), normalisation, still, stretches=3
    )
    features, wanted, weight = task.batch(np.random.default_rng(5))
    assert wanted.shape[2:] == (5, 18)
    assert features.shape[0] == weight.shape[0] == 3
    assert (weight == 1).all()
    scaled = torch.from_numpy(source.targets) / task.scale
    for row in range(3):  # the third of five estimates is the frame's own
        own = wanted[row, :, 2]
        start = int((scaled - own[0]).abs().sum(dim=1).argmin())
        expected = scaled[start : start + 4 * len(own) : 4]
        torch.testing.assert_close(own[: len(expected)], expected)
        middle = features[row, 7].numpy()  # the frame that the first window stands on
        mean, std = normalisation.training.mean, normalisation.training.std
        expected_frame = ((source.values[start] - mean) / std).clip(-4, 4)
        np.testing.assert_allclose(middle, expected_frame, rtol=1e-4, atol=1e-4)


def test_a_short_clip_weighs_only_what_it_has() -> None:
    task = MotionTask(
        "motion", [clip("filmed", frames=100)], {"filmed": 1.0}, make_shape_model(),
        make_normalisation(), stretches=2,
    )  # fmt: skip
    _, _, weight = task.batch(np.random.default_rng(0))
    assert int(weight[0].sum()) == 25  # every fourth of 100 frames


def test_held_out_speakers_teach_nothing() -> None:
    assert all(partition_of_speaker(speaker) == "validation" for speaker in VALIDATION_SPEAKERS)
    kept = [EmotionClip("emodb", "sad", clip("emodb", "train", -9.0))]
    held = [EmotionClip("emodb", "sad", clip("emodb", "validation", -3.0))]
    still = Augmentation(chance=0.0)
    task = EmotionTask(
        kept + held, make_normalisation("training"), {"emodb": 1.0}, still, recordings=4, windows=2
    )
    windows, labels = task.batch(np.random.default_rng(1))
    assert windows.shape == (8, 40, 15)
    assert set(labels.tolist()) == {EMOTIONS.index("sad")}
    assert float(windows.mean()) < 1.0  # the held-out clip is three deviations louder
    statistics = speech_statistics([item.clip for item in kept + held])
    assert float(statistics.mean.mean()) == pytest.approx(-9.0, abs=0.1)


def test_every_emotion_is_drawn_equally_often() -> None:
    items = [EmotionClip("a", "sad", clip("a"))] * 30 + [EmotionClip("a", "happy", clip("a"))]
    items += [EmotionClip("b", "happy", clip("b"))] * 5
    task = EmotionTask(items, make_normalisation(), {"a": 0.6, "b": 0.4}, recordings=600, windows=1)
    _, labels = task.batch(np.random.default_rng(2))
    sad = float((labels == EMOTIONS.index("sad")).float().mean())
    assert sad == pytest.approx(0.5, abs=0.07)


def test_recall_counts_per_true_emotion() -> None:
    pairs = [("sad", "sad"), ("sad", "happy"), ("happy", "happy")]
    assert recall_by_emotion(pairs) == {"happy": 1.0, "sad": 0.5}


def test_correlation_is_pearsons() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 50))
    assert correlation(a, b) == pytest.approx(float(np.corrcoef(a, b)[0, 1]))


def test_noise_fills_up_from_below_and_leaves_speech() -> None:
    values = np.full((200, 40), -16.0, np.float32)
    values[50:150] = -6.0
    spoken = np.zeros(200, bool)
    spoken[50:150] = True
    noisy = Augmentation(
        chance=1.0, tilt=0, ripple=0, gain=0, warp=0, noise_chance=1.0, snr=(20, 20),
        telephone_chance=0, reverberation_chance=0,
    )  # fmt: skip
    result = augmented(values, spoken, np.random.default_rng(0), noisy)
    assert np.abs(result[spoken] - values[spoken]).mean() < 0.2
    assert (result[~spoken].mean(axis=1) > -14).all()


def test_clips_are_kept_and_read_back(tmp_path: Path) -> None:
    made = [clip("filmed"), clip("emodb", "validation", frames=20)]
    calls: list[int] = []

    def make() -> list[MotionClip]:
        calls.append(1)
        return made

    cached(tmp_path / "run" / "clips.npz", make)
    again = cached(tmp_path / "run" / "clips.npz", make)
    assert len(calls) == 1
    for one, two in zip(made, again, strict=True):
        assert (one.group, one.partition) == (two.group, two.partition)
        np.testing.assert_array_equal(one.values, two.values)
        np.testing.assert_array_equal(one.targets, two.targets)


def test_a_damaged_store_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "clips.npz").write_bytes(b"PK cut short")
    assert len(cached(tmp_path / "clips.npz", lambda: [clip("filmed")])) == 1


def test_word_salads_keep_to_the_words() -> None:
    sentences = ["The boat leaves soon.", "Nobody sees the old house."]
    words = {word.strip(".").lower() for text in sentences for word in text.split()}
    salad = word_salad(sentences, np.random.default_rng(0))
    assert {word.strip(".").lower() for word in salad.replace(",", " ").split()} <= words


def test_restored_variance_is_halfway_to_that_of_the_targets() -> None:
    torch.manual_seed(0)
    network = Dsrn().eval()
    normalisation = make_normalisation("training")
    clips = [clip("espeak", "validation", level) for level in (-9.0, -8.0)]
    before = np.concatenate([estimate_motion(network, c, normalisation, 1.0) for c in clips])
    wide = [
        replace(c, targets=(1.3 * estimate_motion(network, c, normalisation, 1.0)).astype("f4"))
        for c in clips
    ]
    restored, factors = with_restored_variance(network, wide, normalisation)
    after = np.concatenate([estimate_motion(restored, c, normalisation, 1.0) for c in clips])
    assert factors["restored_1"] == pytest.approx(1.3**0.5, rel=1e-3)
    np.testing.assert_allclose(
        after[:, :2].std(axis=0), 1.3**0.5 * before[:, :2].std(axis=0), rtol=1e-3
    )
    np.testing.assert_allclose(after[:, :2].mean(axis=0), before[:, :2].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(after[:, 2:], before[:, 2:], atol=1e-5)
