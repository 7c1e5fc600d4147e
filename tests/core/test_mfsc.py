"""MFSC against one call of python_speech_features over the whole clip."""

import itertools
import math
import subprocess
import sys

import numpy as np
import pytest
import python_speech_features
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.mfsc import BANDS, Features, frame_count, mfsc, mfsc_frames, mfsc_timeline
from core.timeline import Timeline
from tests.core.sounds import tone

BOUNDARIES = [0, 1, 399, 400, 401, 560, 561, 720]


def noise(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(count).normal(0.0, 0.1, count).astype(np.float32)


def reference(samples: NDArray[np.float32]) -> NDArray[np.float64]:
    """Section II-B of the paper by the library alone, all at once."""
    signal = samples.astype(np.float64) if len(samples) else np.zeros(1)
    energies, _ = python_speech_features.fbank(
        signal, 16000, winlen=0.025, winstep=0.010, nfilt=40, nfft=512,
        lowfreq=0, highfreq=8000, preemph=0.97, winfunc=np.hamming,
    )  # fmt: skip
    logarithm: NDArray[np.float64] = np.log(energies)
    return logarithm


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 40_000), st.data())
def test_any_partition_equals_one_call(count: int, data: st.DataObject) -> None:
    samples = noise(count)
    expected = reference(samples)
    frames = frame_count(count)
    cuts = data.draw(st.lists(st.integers(1, max(frames - 1, 1)), max_size=6, unique=True))
    edges = [0, *sorted(cut for cut in cuts if cut < frames), frames]
    blocks = [mfsc_frames(samples, a, b) for a, b in itertools.pairwise(edges)]
    np.testing.assert_array_equal(np.concatenate(blocks), expected)


@pytest.mark.parametrize("count", BOUNDARIES)
def test_short_clips(count: int) -> None:
    features = mfsc(noise(count))
    assert features.values.shape == (frame_count(count), BANDS)
    assert np.isfinite(features.values).all()
    expected = reference(noise(count)).astype(np.float32)
    np.testing.assert_array_equal(features.values, expected)


@pytest.mark.parametrize(
    ("count", "frames"), [(0, 1), (1, 1), (400, 1), (401, 2), (560, 2), (561, 3), (16_000, 99)]
)
def test_frame_count(count: int, frames: int) -> None:
    assert frame_count(count) == frames
    assert len(reference(noise(count))) == frames


def test_blocks_of_a_minute_join() -> None:
    samples = noise(16_000 * 61)
    expected = reference(samples).astype(np.float32)
    np.testing.assert_array_equal(mfsc(samples).values, expected)


@pytest.mark.parametrize("hertz", [250.0, 1000.0, 4000.0])
def test_a_tone_stands_in_its_band(hertz: float) -> None:
    """Band b peaks at mel (b + 1) / 41 of 8 kHz, after O'Shaughnessy's formula."""
    values = mfsc(tone(1.0, hertz=hertz).astype(np.float32)).values
    mel, top = (2595 * math.log10(1 + f / 700) for f in (hertz, 8000.0))
    expected = 41 * mel / top - 1
    assert np.abs(values[10:90].argmax(axis=1) - expected).max() <= 1.0


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, 1e-30])
def test_silence_and_constants_are_finite(level: float) -> None:
    values = mfsc(np.full(4_000, level, dtype=np.float32)).values
    assert np.isfinite(values).all()


@pytest.mark.parametrize(("first", "last"), [(-1, 1), (0, 0), (2, 1), (0, 3), (2, 3)])
def test_frames_that_are_not_there(first: int, last: int) -> None:
    with pytest.raises(ValueError, match=f"frames {first}:{last} are outside 0:2"):
        mfsc_frames(noise(401), first, last)


def test_timeline_stands_at_the_middle_of_each_window() -> None:
    timeline = mfsc_timeline(16_000)
    assert (timeline.rate, timeline.count) == (100.0, 99)
    np.testing.assert_allclose(timeline.times()[:2], [0.0125, 0.0225])


def test_features_are_checked_and_frozen() -> None:
    timeline = Timeline(100.0, 3, 0.0125)
    with pytest.raises(ValueError, match=r"must be \(3, 40\), not \(2, 40\)"):
        Features(timeline, np.zeros((2, BANDS), dtype=np.float32))
    features = Features(timeline, np.zeros((3, BANDS), dtype=np.float32))
    with pytest.raises(ValueError, match="read-only"):
        features.values[0, 0] = 1.0


LONG = """
import sys
import numpy as np
from core.mfsc import BLOCK_FRAMES, frame_count, mfsc_frames
from tests.core.memory import peak_megabytes

class Lazy:
    def __len__(self):
        return int(sys.argv[1]) * 16_000
    def __getitem__(self, index):
        first, last, _ = index.indices(len(self))
        return np.sin(np.arange(first, last, dtype=np.float64) * 0.1).astype(np.float32)

samples, frames, total = Lazy(), 0, frame_count(int(sys.argv[1]) * 16_000)
for first in range(0, total, BLOCK_FRAMES):
    block = mfsc_frames(samples, first, min(first + BLOCK_FRAMES, total))
    assert np.isfinite(block).all()
    frames += len(block)
print(frames, peak_megabytes())
"""


@pytest.mark.parametrize("seconds", [3_600, pytest.param(36_000, marks=pytest.mark.slow)])
def test_long_clips_in_bounded_memory(seconds: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LONG, str(seconds)], capture_output=True, text=True, check=True
    )
    frames, megabytes = map(int, done.stdout.split())
    assert frames == frame_count(seconds * 16_000)
    # An hour held at once is 230 MB of samples or 1.4 GB of windows on top of 100 of modules.
    assert megabytes < 300
