"""Where in an utterance its emotion was decided: Milde and Biemann 2015, 3.1."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.emotion import EMOTIONS, EmotionTrack

DECISIVE = 0.5  # of all votes for the emotion: what the places hold at least, but for small ones
MOST_PLACES = 5
APART = 0.1  # seconds; places that are nearer are one
SHORTEST = 0.2  # seconds; shorter ones are widened, so that there is something to hear


@dataclass(frozen=True, slots=True)
class Place:
    """From `start` to `end` seconds, which gave a `share` (0 to 1) of an emotion's votes."""

    start: float
    end: float
    emotion: str
    share: float

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
    near; votes of equal strength go together. Nothing where nobody spoke.
    """
    last = track.timeline.count if last is None else last
    emotion = track.mix(first, last).first
    votes = _votes(track, EMOTIONS.index(emotion), slice(first, last))
    total = float(votes.sum())
    if total <= 0:
        return ()
    falling = np.sort(votes)[::-1]
    enough = min(int(np.searchsorted(np.cumsum(falling), DECISIVE * total)), len(falling) - 1)
    chosen = np.flatnonzero((votes >= falling[enough]) & (votes > 0))
    rate, times = track.timeline.rate, track.timeline.times(first, last)
    joined = np.split(chosen, np.flatnonzero(np.diff(chosen) > APART * rate) + 1)
    places = []
    for run in joined:
        share = min(1.0, float(votes[run[0] : run[-1] + 1].sum()) / total)
        low = float(times[run[0]]) - 0.5 / rate
        high = float(times[run[-1]]) + 0.5 / rate
        wider = max(0.0, SHORTEST - (high - low)) / 2
        places.append(Place(max(0.0, low - wider), high + wider, emotion, share))
    return tuple(sorted(places, key=lambda place: -place.share)[:MOST_PLACES])


def _votes(track: EmotionTrack, emotion: int, part: slice) -> NDArray[np.float64]:
    """What each frame of a part gives to an emotion in equation (1), (frames,)."""
    if track.votes is not None:
        given = track.votes[part, emotion].astype(np.float64)
    else:
        given = (track.probabilities[part].argmax(axis=1) == emotion).astype(np.float64)
    return np.where(track.voiced[part], given, 0.0)
