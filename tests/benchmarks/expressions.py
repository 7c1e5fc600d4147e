"""What each emotion does to the bundled clip's mouth: `python -m tests.benchmarks.expressions`.

Pauses are found in the sound alone: at least 0.3 s more than 40 dB under the loudest moment.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_opening

from core.animation import AnimationSettings, frames_at
from core.audio_file import read_clip
from core.clip import SAMPLE_RATE, Clip
from core.emotion import EMOTIONS
from core.face import (
    LEFT_CORNER,
    LOWER_INNER,
    RIGHT_CORNER,
    UPPER_INNER,
    mouth_opening,
    mouth_width,
)  # fmt: skip
from models.cascade import Cascade
from resources import SAMPLE

FPS = 25.0
PAUSE_DB, SPEECH_DB, LEAST_PAUSE = -40.0, -30.0, 8  # frames


@dataclass(frozen=True, slots=True)
class Mouth:
    """Means in inter-ocular units; `corners` is how far they are above the middle of the lips."""

    opening: float
    width: float
    corners: float
    gap_in_pauses: float


def loudness(clip: Clip, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of 40 ms around each time, in dB under the loudest."""
    samples = np.asarray(clip.samples[:], np.float64)
    half = int(0.02 * SAMPLE_RATE)
    middles = (times * SAMPLE_RATE).astype(int)
    power = np.array([np.mean(samples[max(m - half, 0) : m + half] ** 2) for m in middles])
    decibels: NDArray[np.float64] = 10 * np.log10(power / power.max() + 1e-12)
    return decibels


def measure(cascade: Cascade, clip: Clip, settings: AnimationSettings) -> Mouth:
    """Animate a clip and measure its mouth in speech and in pauses."""
    runs = list(frames_at(cascade.animate(clip, settings), FPS))
    points = np.concatenate([run.points for run in runs]).astype(np.float64)
    level = loudness(clip, np.concatenate([run.times for run in runs]))
    speech = level > SPEECH_DB
    pauses = binary_opening(level < PAUSE_DB, np.ones(LEAST_PAUSE, dtype=bool))
    corners = points[:, [LEFT_CORNER, RIGHT_CORNER], 1].mean(axis=1)
    middle = points[:, [UPPER_INNER, LOWER_INNER], 1].mean(axis=1)
    return Mouth(
        opening=float(mouth_opening(points)[speech].mean()),
        width=float(mouth_width(points)[speech].mean()),
        corners=float((middle - corners)[speech].mean()),
        gap_in_pauses=float(mouth_opening(points)[pauses].mean()),
    )


def main() -> None:
    """Print the table."""
    cascade, clip = Cascade.load(device="cpu"), read_clip(SAMPLE)
    print(
        "| emotion | opening | width | corners | gap in pauses |\n| --- | --- | --- | --- | --- |"
    )
    for emotion in ("auto", *EMOTIONS):
        mouth = measure(cascade, clip, AnimationSettings(emotion))
        print(
            f"| {emotion} | {mouth.opening:.3f} | {mouth.width:.3f} | {mouth.corners:+.3f} "
            f"| {mouth.gap_in_pauses:.4f} |"
        )


if __name__ == "__main__":
    main()
