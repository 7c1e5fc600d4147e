"""The waveform at several scales."""

import numpy as np
import pytest

from app.peaks import BLOCK, STEP, make_peaks
from core.clip import SAMPLE_RATE
from core.errors import Cancelled
from core.monitor import Monitor


def test_each_bucket_has_the_least_and_the_greatest_of_its_samples() -> None:
    samples = np.random.default_rng(0).normal(0, 0.3, 5 * STEP * STEP + 77).astype(np.float32)
    peaks = make_peaks(samples)
    assert peaks.duration == len(samples) / SAMPLE_RATE
    assert peaks.rate == SAMPLE_RATE / STEP
    for power, level in enumerate(peaks.levels, 1):
        size = STEP**power
        parts = [samples[first : first + size] for first in range(0, len(samples), size)]
        expected = np.array([(part.min(), part.max()) for part in parts])
        np.testing.assert_array_equal(level, expected)
    assert len(peaks.levels[-1]) == 1


def test_blocks_leave_no_seams() -> None:
    samples = np.zeros(2 * BLOCK + 5, np.float32)
    samples[BLOCK - 1], samples[BLOCK], samples[-1] = 0.5, -0.25, 0.75
    lowest = make_peaks(samples).levels[0]
    assert len(lowest) == 2 * BLOCK // STEP + 1
    loud = np.flatnonzero(lowest.any(axis=1)).tolist()
    assert loud == [BLOCK // STEP - 1, BLOCK // STEP, 2 * BLOCK // STEP]


@pytest.mark.parametrize("count", [0, 1, STEP - 1, STEP, STEP + 1])
def test_the_shortest_sounds_have_a_bucket(count: int) -> None:
    peaks = make_peaks(np.full(count, 0.5, np.float32))
    assert len(peaks.levels[0]) == max(-(-count // STEP), 1)
    assert peaks.levels[-1][0, 1] == (0.5 if count else 0.0)


def test_what_is_no_number_counts_as_silence() -> None:
    samples = np.array([0.1, np.nan, np.inf, -np.inf, -0.2], np.float32)
    np.testing.assert_array_equal(
        make_peaks(samples).levels[0], np.array([[-0.2, 0.1]], np.float32)
    )


def test_levels_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        make_peaks(np.ones(10, np.float32)).levels[0][0, 0] = 1.0


def test_a_cancel_is_heard_within_a_block() -> None:
    class Stop(Monitor):
        steps = 0

        def step(self, stage: str, done: float, total: float) -> None:  # noqa: ARG002
            self.steps += 1
            if self.steps == 2:
                raise Cancelled

    stop = Stop()
    with pytest.raises(Cancelled):
        make_peaks(np.zeros(5 * BLOCK, np.float32), stop)
    assert stop.steps == 2
