"""Intervals against scipy's bootstrap, and clusters against the utterances they are of."""

import numpy as np
import pytest
from scipy import stats

from core.evaluation.estimates import FEWEST_SPEAKERS, estimate, mean_estimate


def test_the_interval_of_a_mean_is_scipy_s() -> None:
    rng = np.random.default_rng(3)
    values = rng.gamma(2.0, size=80)
    found = mean_estimate(values.tolist(), [f"s{i % 8}" for i in range(80)])
    known = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=rng
    ).confidence_interval
    spread = known.high - known.low
    assert found.value == pytest.approx(values.mean())
    assert found.utterances.low == pytest.approx(known.low, abs=0.05 * spread)
    assert found.utterances.high == pytest.approx(known.high, abs=0.05 * spread)


def test_speakers_who_never_vary_count_as_one_value_each() -> None:
    """Ten utterances alike of each speaker: the interval over speakers is that of six values."""
    own = np.array([0.1, 0.3, 0.4, 0.6, 0.7, 0.9])
    values, speakers = np.repeat(own, 10), [f"s{i}" for i in range(6) for _ in range(10)]
    found = mean_estimate(values.tolist(), speakers)
    known = stats.bootstrap(
        (own,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(0)
    ).confidence_interval
    assert found.speakers.low == pytest.approx(known.low, abs=0.02)
    assert found.speakers.high == pytest.approx(known.high, abs=0.02)
    assert found.utterances.high - found.utterances.low < 0.5 * (known.high - known.low)


def test_too_few_speakers_give_no_interval_over_them() -> None:
    speakers = [f"s{i % (FEWEST_SPEAKERS - 1)}" for i in range(30)]
    found = mean_estimate(list(range(30)), speakers)
    assert np.isnan(found.speakers.low)
    assert np.isfinite(found.utterances.low)


def test_what_is_not_known_does_not_count() -> None:
    found = mean_estimate([1.0, float("nan"), 3.0], ["a", "a", "b"])
    assert (found.value, found.count, found.speaker_count) == (2.0, 2, 2)
    nothing = mean_estimate([float("nan")], ["a"])
    assert np.isnan(nothing.value)
    assert nothing.count == 0


def test_the_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(1).normal(size=20)

    def mean(drawn: np.ndarray[tuple[int], np.dtype[np.intp]]) -> float:
        return float(values[drawn].mean())

    speakers = [f"s{i % 5}" for i in range(20)]
    assert estimate(mean, speakers, seed=4) == estimate(mean, speakers, seed=4)
    assert estimate(mean, speakers, seed=4) != estimate(mean, speakers, seed=5)
