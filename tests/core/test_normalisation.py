"""Z-scores: by whose mean and deviation."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.mfsc import BANDS
from core.normalisation import LIMIT, METHODS, BandStatistics, Normalisation, z_score


def of_all(mean: float, std: float, frames: float = 1e4) -> BandStatistics:
    return BandStatistics(np.full(BANDS, mean, np.float32), np.full(BANDS, std, np.float32), frames)


def random_frames(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(-9, 3, (count, BANDS)).astype(np.float32)


def test_statistics_over_blocks_are_those_over_all() -> None:
    values = random_frames(1_000)
    found = BandStatistics.of([values[:10], values[10:700], values[700:]])
    assert np.allclose(found.mean, values.mean(axis=0), atol=1e-5)
    assert np.allclose(found.std, values.std(axis=0), atol=1e-5)
    assert found.frames == 1_000


def test_statistics_of_nothing_are_finite() -> None:
    found = BandStatistics.of([])
    assert found.frames == 0
    assert np.isfinite(found.mean).all()
    assert np.isfinite(found.std).all()


def test_a_constant_has_no_deviation() -> None:
    found = BandStatistics.of([np.full((50, BANDS), -36.04, np.float32)])
    assert np.allclose(found.std, 0.0, atol=1e-2)


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match=r"must be \(40,\), not \(13,\)"):
        BandStatistics(np.zeros(13, np.float32), np.ones(BANDS, np.float32), 1.0)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown method 'moon', expected one of"):
        Normalisation("moon", of_all(0, 1))


def test_the_training_set_takes_no_notice_of_the_clip() -> None:
    training = of_all(-10, 2)
    assert Normalisation("training", training).statistics(of_all(0, 1)) is training


@pytest.mark.parametrize("method", METHODS)
def test_without_speech_the_training_set_decides(method: str) -> None:
    training = of_all(-10, 2)
    assert Normalisation(method, training).statistics(of_all(0, 1, frames=0)) is training


@pytest.mark.parametrize(("frames", "expected"), [(1e6, 1.0), (50, np.sqrt(2.5)), (1e-3, 2.0)])
def test_little_speech_leans_on_the_training_set(frames: float, expected: float) -> None:
    found = Normalisation("utterance", of_all(-10, 2)).statistics(of_all(-5, 1, frames))
    assert np.allclose(found.mean, -5)
    assert np.allclose(found.std, expected, atol=1e-3)


@pytest.mark.parametrize(("seconds", "mean", "std"), [(10, -7.5, np.sqrt(2.5)), (1e6, -5, 1)])
def test_a_speaker_hardly_heard_leans_on_the_training_set(
    seconds: float, mean: float, std: float
) -> None:
    found = Normalisation("speaker", of_all(-10, 2)).statistics(of_all(-5, 1, 100 * seconds))
    assert np.allclose(found.mean, mean, atol=1e-3)
    assert np.allclose(found.std, std, atol=1e-3)


def test_scores_have_mean_0_and_deviation_1() -> None:
    values = random_frames(5_000)
    scores = z_score(values, BandStatistics.of([values]))
    assert scores.dtype == np.float32
    assert np.allclose(scores.mean(axis=0), 0, atol=0.01)
    assert np.allclose(scores.std(axis=0), 1, atol=0.01)


def test_scores_are_held_within_limits() -> None:
    scores = z_score(np.array([[-1e6] * BANDS, [1e6] * BANDS]), of_all(0, 1))
    assert (scores == [[-LIMIT] * BANDS, [LIMIT] * BANDS]).all()


def test_no_deviation_divides_by_nothing() -> None:
    assert np.isfinite(z_score(random_frames(10), of_all(-9, 0))).all()


@pytest.mark.parametrize(("frames", "mean", "std"), [(0, -10, 2), (300, -8.75, np.sqrt(3.25)),
                                                     (1e9, -5, 1)])  # fmt: skip
def test_little_of_ones_own_leans_on_what_is_usual(frames: float, mean: float, std: float) -> None:
    # 300 of 1,200 frames: a quarter of -5 and 1, three quarters of -10 and 2
    found = of_all(-5, 1, frames).leaning_on(of_all(-10, 2), 900)
    assert np.allclose(found.mean, mean, atol=1e-4)
    assert np.allclose(found.std, std, atol=1e-4)
    assert found.frames == frames
