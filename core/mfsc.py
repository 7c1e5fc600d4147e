"""Mel-frequency spectral coefficients: 40 log mel bands at 100 Hz.

Sadiq et al. 2019, section II-B, through `python_speech_features`, in blocks of
bounded size. A frame depends on its own 400 samples and the one before them
(pre-emphasis), so any stretch of frames can be computed alone and is bit-equal
to the same rows of one call over the whole clip.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.clip import SAMPLE_RATE, Samples
from core.timeline import Timeline

BANDS = 40
WINDOW = 400  # samples, 25 ms
HOP = 160  # samples, 10 ms -> 100 frames per second
FFT_SIZE = 512
PRE_EMPHASIS = 0.97
LEAST_ROWS = 64  # of one library call: its matrix product sums shorter ones in another order
BLOCK_FRAMES = 6_000  # one minute; bounds the memory of one library call to some 60 MB


def frame_count(samples: int) -> int:
    """Frames of a clip of that many samples; the last is padded with zeros. At least one."""
    return 1 if samples <= WINDOW else 1 + math.ceil((samples - WINDOW) / HOP)


def mfsc_timeline(samples: int) -> Timeline:
    """The timeline of those frames; each stands at the middle of its window."""
    return Timeline(
        rate=SAMPLE_RATE / HOP, count=frame_count(samples), start=0.5 * WINDOW / SAMPLE_RATE
    )


@dataclass(frozen=True, slots=True)
class Features:
    """Natural log of mel band energies, (frames, 40), before any normalisation."""

    timeline: Timeline
    values: NDArray[np.float32]

    def __post_init__(self) -> None:
        expected = (self.timeline.count, BANDS)
        if self.values.shape != expected:
            raise ValueError(f"values must be {expected}, not {self.values.shape}")
        self.values.setflags(write=False)


def mfsc_frames(samples: Samples, first: int, last: int) -> NDArray[np.float64]:
    """Frames `first` to `last` (exclusive) of the clip's MFSC, (last - first, 40).

    Raises ValueError when the clip has no such frames.
    """
    count = frame_count(len(samples))
    if not 0 <= first < last <= count:
        raise ValueError(f"frames {first}:{last} are outside 0:{count}")
    low = max(0, min(first, last - LEAST_ROWS))
    high = min(count, max(last, low + LEAST_ROWS))
    return _library_frames(samples, low, high)[first - low : last - low]


def _library_frames(samples: Samples, first: int, last: int) -> NDArray[np.float64]:
    """One call of the library for the samples under these frames."""
    import python_speech_features  # brings scipy, for which a window would wait half a second

    lead = 1 if first > 0 else 0  # the sample that pre-emphasis of the first one needs
    start = first * HOP
    stop = min((last - 1) * HOP + WINDOW, len(samples))
    stretch = np.asarray(samples[start - lead : stop], dtype=np.float64)
    if len(stretch) == 0:
        stretch = np.zeros(1)  # the library cannot frame nothing; the frame is all padding
    emphasised = python_speech_features.sigproc.preemphasis(stretch, PRE_EMPHASIS)[lead:]
    energies, _ = python_speech_features.fbank(
        emphasised,
        samplerate=SAMPLE_RATE,
        winlen=WINDOW / SAMPLE_RATE,
        winstep=HOP / SAMPLE_RATE,
        nfilt=BANDS,
        nfft=FFT_SIZE,
        lowfreq=0,
        highfreq=SAMPLE_RATE / 2,
        preemph=0.0,  # done above, over the edge of the block
        winfunc=np.hamming,
    )
    result: NDArray[np.float64] = np.log(energies[: last - first])
    return result


def mfsc(samples: Samples) -> Features:
    """MFSC of a whole clip, computed block by block."""
    timeline = mfsc_timeline(len(samples))
    values = np.empty((timeline.count, BANDS), dtype=np.float32)
    for first in range(0, timeline.count, BLOCK_FRAMES):
        last = min(first + BLOCK_FRAMES, timeline.count)
        values[first:last] = mfsc_frames(samples, first, last)
    return Features(timeline=timeline, values=values)
