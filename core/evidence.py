"""Where in an utterance its emotion was decided: Milde and Biemann 2015, 3.1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.emotion import EMOTIONS, EmotionTrack

DECISIVE = 0.5  # of all votes for the emotion: what the places hold at least, but for small ones
EVEN = 0.01  # votes above their mean by no more than this part of it tell no place from another
MOST_PLACES = 5
APART = 0.1  # seconds; places that are nearer are one
SHORTEST = 0.2  # seconds; shorter ones are widened, so that there is something to hear


@dataclass(frozen=True, slots=True)
class Place:
    """From `start` to `end` seconds, which gave a `share` (0 to 1) of an emotion's votes.

    `whole` where it is all the speech that was asked about, since no place in it says more
    than another: a recogniser may judge a phrase as a whole.
    """

    start: float
    end: float
    emotion: str
    share: float
    whole: bool = False

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"a place cannot go from {self.start!r} to {self.end!r} s")
        if not 0.0 < self.share <= 1.0:
            raise ValueError(f"a share must be above 0 and at most 1, not {self.share!r}")


def decisive_places(
    track: EmotionTrack, first: int = 0, last: int | None = None
) -> tuple[Place, ...]:
    """What decided the emotion of frames `first` to `last` of a track, the greatest share first.

    The strongest votes for it that together hold `DECISIVE` of all, joined where they are
    near; votes of equal strength go together. Labels, which frames give without votes, are as
    strong as they are probable. Where all are alike, the one place is the whole; nothing where
    nobody spoke.
    """
    part = slice(first, last)
    emotion = track.mix(first, last).first
    votes, strengths = _votes(track, EMOTIONS.index(emotion), part)
    voted = np.flatnonzero(votes > 0)
    if not len(voted):
        return ()
    mean = strengths.sum() / np.count_nonzero(track.voiced[part])
    whole = bool(strengths.max() <= (1 + EVEN) * mean)
    rate, times = track.timeline.rate, track.timeline.times(first, last)
    runs = [voted] if whole else _strongest(strengths, APART * rate)
    places = []
    for run in runs:
        share = min(1.0, float(votes[run[0] : run[-1] + 1].sum() / votes.sum()))
        low = float(times[run[0]]) - 0.5 / rate
        high = float(times[run[-1]]) + 0.5 / rate
        wider = max(0.0, SHORTEST - (high - low)) / 2
        places.append(Place(max(0.0, low - wider), high + wider, emotion, share, whole))
    return tuple(sorted(places, key=lambda place: -place.share)[:MOST_PLACES])


def _votes(
    track: EmotionTrack, emotion: int, part: slice
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What frames give to an emotion in equation (1), and how strongly they do, both (frames,)."""
    voiced, probabilities = track.voiced[part], track.probabilities[part]
    if track.votes is not None:
        given = np.where(voiced, track.votes[part, emotion].astype(np.float64), 0.0)
        return given, given
    given = (voiced & (probabilities.argmax(axis=1) == emotion)).astype(np.float64)
    return given, given * probabilities[:, emotion]


def _strongest(strengths: NDArray[np.float64], apart: float) -> list[NDArray[np.intp]]:
    """The frames of the strongest votes, in runs that are more than `apart` frames apart."""
    falling = np.sort(strengths)[::-1]
    enough = int(np.searchsorted(np.cumsum(falling), DECISIVE * strengths.sum()))
    least = falling[min(enough, len(falling) - 1)]
    chosen = np.flatnonzero((strengths >= least) & (strengths > 0))
    return np.split(chosen, np.flatnonzero(np.diff(chosen) > apart) + 1)
