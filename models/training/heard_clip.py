"""A clip as every task hears it, and its features as networks see them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.normalisation import BandStatistics, Normalisation, z_score

LEAST_SPEECH = 20  # frames; recordings with less teach nothing
Speakers = dict[str, BandStatistics]


@dataclass(frozen=True, slots=True)
class HeardClip:
    """MFSC (T, 40), and which frames are speech (T,)."""

    group: str  # what it is drawn with: its corpus, or how it was made
    voice: str
    partition: str  # "train", "validation", "test"
    values: NDArray[np.float32]
    voiced: NDArray[np.bool_]


def normalised(
    clip: HeardClip,
    values: NDArray[np.float32],
    by: Normalisation,
    speakers: Speakers | None = None,
) -> NDArray[np.float32]:
    """A clip's features (T, 40), or a variant of them, as the network sees them.

    `speakers` are those of `speaker_statistics`, for a normalisation that asks for them.
    """
    if by.method == "speaker" and speakers is not None:
        return z_score(values, by.statistics(speakers[clip.voice]))
    return z_score(values, by.statistics(BandStatistics.of([values[clip.voiced]])))


def speech_statistics(clips: Iterable[HeardClip]) -> BandStatistics:
    """Of the speech frames of the training clips."""
    return BandStatistics.of(
        clip.values[clip.voiced] for clip in clips if clip.partition == "train"
    )


def speaker_statistics(clips: Iterable[HeardClip]) -> Speakers:
    """Of the speech frames of all clips of each voice, by voice."""
    by_voice: dict[str, list[HeardClip]] = {}
    for clip in clips:
        by_voice.setdefault(clip.voice, []).append(clip)
    return {
        voice: BandStatistics.of(clip.values[clip.voiced] for clip in own)
        for voice, own in by_voice.items()
    }
