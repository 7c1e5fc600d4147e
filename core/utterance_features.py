"""The functionals of everything that is said in a clip, a few seconds at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.clip import Samples
from core.mfsc import HOP, WINDOW
from core.monitor import SILENT, Monitor
from core.timeline import FRAMES_PER_SECOND
from core.utterances import split_utterances

MOST_FRAMES = int(6 * FRAMES_PER_SECOND)  # of one piece; acted sentences last two to four seconds


@dataclass(frozen=True, slots=True)
class SpokenFeatures:
    """Pieces of speech (first frame, last frame), and the functionals of each (n, features)."""

    pieces: tuple[tuple[int, int], ...]
    values: NDArray[np.float32]


def spoken_pieces(spoken: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Utterances without the silence around them, long ones in equal pieces."""
    result = []
    for utterance in split_utterances(spoken, FRAMES_PER_SECOND):
        first, last = _trimmed(spoken, *utterance)
        count = max(1, -(-(last - first) // MOST_FRAMES))
        edges = np.linspace(first, last, count + 1).astype(int)
        pieces = (_trimmed(spoken, a, b) for a, b in pairwise(edges.tolist()))
        result += [piece for piece in pieces if piece[0] < piece[1]]
    return result


def _trimmed(spoken: NDArray[np.bool_], first: int, last: int) -> tuple[int, int]:
    inside = np.flatnonzero(spoken[first:last])
    return (first + int(inside[0]), first + int(inside[-1]) + 1) if len(inside) else (first, first)


def spoken_features(
    samples: Samples,
    frames: Callable[[int, int], NDArray[np.floating]],
    spoken: NDArray[np.bool_],
    monitor: Monitor = SILENT,
) -> SpokenFeatures:
    """Of a clip's samples, its MFSC `frames(first, last)`, and which of them are speech.

    Holds one piece in memory at a time. A clip without speech has no pieces.
    """
    from core.functionals import NAMES, functionals  # brings scipy, see `core.mfsc`

    pieces = spoken_pieces(spoken)
    values = np.empty((len(pieces), len(NAMES)), np.float32)
    for index, (first, last) in enumerate(pieces):
        monitor.step("hearing the voice", index, len(pieces))
        stretch = samples[first * HOP : (last - 1) * HOP + WINDOW]
        values[index] = functionals(stretch, frames(first, last), spoken[first:last])
    return SpokenFeatures(tuple(pieces), values)
