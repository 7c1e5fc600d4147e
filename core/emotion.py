"""Emotions per frame and per utterance: equations (1)-(4) of Sadiq et al. 2019."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.timeline import Timeline

# The order is also the order in which ties are broken.
EMOTIONS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
NEUTRAL = EMOTIONS.index("neutral")
SECOND_DROPPED_ABOVE = 0.65  # equation (3)


@dataclass(frozen=True, slots=True)
class EmotionTrack:
    """Probabilities (frames, 7), rows summing to 1, and which frames are speech (frames,).

    `votes` (frames, 7) are what each frame gives to equation (1), none below 0; None where
    each votes for its most probable emotion, as in the paper.
    """

    timeline: Timeline
    probabilities: NDArray[np.float32]
    voiced: NDArray[np.bool_]
    votes: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        expected = (self.timeline.count, len(EMOTIONS))
        if self.probabilities.shape != expected:
            raise ValueError(f"probabilities must be {expected}, not {self.probabilities.shape}")
        if self.voiced.shape != expected[:1]:
            raise ValueError(f"voiced must be {expected[:1]}, not {self.voiced.shape}")
        if self.votes is not None and self.votes.shape != expected:
            raise ValueError(f"votes must be {expected}, not {self.votes.shape}")
        for array in (self.probabilities, self.voiced, self.votes):
            if array is not None:
                array.setflags(write=False)

    def mix(self, first: int = 0, last: int | None = None) -> "EmotionMix":
        """Equations (1)-(4) over frames `first` to `last`, or to the end."""
        part = slice(first, last)
        votes = None if self.votes is None else self.votes[part]
        shares = utterance_shares(self.probabilities[part], self.voiced[part], votes)
        return mix_from_shares(shares)


@dataclass(frozen=True, slots=True)
class EmotionMix:
    """The top two emotions of a stretch of speech and their weights, which sum to 1."""

    shares: tuple[float, ...]  # (7,), equation (1)
    first: str
    second: str
    weights: tuple[float, float]  # equation (4)

    def dense(self) -> NDArray[np.float64]:
        """The weights at their places among the seven emotions, (7,)."""
        row = np.zeros(len(EMOTIONS))
        row[EMOTIONS.index(self.first)] = self.weights[0]
        row[EMOTIONS.index(self.second)] += self.weights[1]
        return row


@dataclass(frozen=True, slots=True)
class EmotionSegment:
    """One stretch of the clip, in seconds, shown with one mix of emotions.

    `strength` goes from 0 (neutral) over 1 (as learned) upwards; `origin` is
    "auto" where the recogniser chose and "user" where a person did.
    """

    start: float
    end: float
    mix: EmotionMix
    strength: float = 1.0
    origin: str = "auto"


def utterance_shares(
    probabilities: NDArray[np.float32],
    voiced: NDArray[np.bool_],
    votes: NDArray[np.float32] | None = None,
) -> NDArray[np.float64]:
    """Equation (1): the share of speech frames labelled with each emotion, (7,).

    `votes` (frames, 7) count in place of labels, where given. Silence does not vote; with no
    speech at all everything is neutral.
    """
    if votes is None:
        labels = probabilities[voiced].argmax(axis=1)
        counts = np.bincount(labels, minlength=len(EMOTIONS)).astype(np.float64)
    else:
        counts = votes[voiced].sum(axis=0, dtype=np.float64)
    if counts.sum() <= 0:
        counts[NEUTRAL] = 1.0
    shares: NDArray[np.float64] = counts / counts.sum()
    return shares


def mix_from_shares(shares: NDArray[np.float64]) -> EmotionMix:
    """Equations (2)-(4): the top two emotions; the second counts only beside a weak first."""
    order = np.argsort(-shares, kind="stable")  # stable: ties go to the earlier emotion
    first, second = int(order[0]), int(order[1])
    p_first = float(shares[first])
    p_second = 0.0 if p_first > SECOND_DROPPED_ABOVE else float(shares[second])
    total = p_first + p_second
    return EmotionMix(
        shares=tuple(float(share) for share in shares),
        first=EMOTIONS[first],
        second=EMOTIONS[second],
        weights=(p_first / total, p_second / total),
    )


def chosen_mix(emotion: str) -> EmotionMix:
    """The mix of a person's choice: all of one emotion."""
    if emotion not in EMOTIONS:
        raise ValueError(f"unknown emotion {emotion!r}, expected one of {', '.join(EMOTIONS)}")
    shares = np.zeros(len(EMOTIONS))
    shares[EMOTIONS.index(emotion)] = 1.0
    return mix_from_shares(shares)
