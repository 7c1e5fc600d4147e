"""How much of each DSRN goes into each frame: equation (5), with a person's strength."""

import numpy as np

from core.animation import Animation
from core.emotion import EMOTIONS, NEUTRAL, EmotionSegment
from core.timeline import Timeline
from core.utterances import strength_track
from models.spectrum import Values

COMBINED = "combined"
FaceWeights = dict[str, Values]  # of each DSRN in each frame, (frames,)


def face_weights(
    mixes: Values, segments: list[EmotionSegment], timeline: Timeline, model: str
) -> FaceWeights:
    """How much of each DSRN goes into each frame, (frames,) each, summing to 1.

    A strength of s shows s parts of the emotions and 1 - s of neutral.
    """
    if model == COMBINED:
        return {COMBINED: np.ones(timeline.count, dtype=np.float32)}
    strength = strength_track(segments, timeline)
    weights = mixes * strength
    weights[:, NEUTRAL] += 1 - strength[:, 0]
    return {emotion: weights[:, index] for index, emotion in enumerate(EMOTIONS)}


def weights_of(animation: Animation, sha256: str, timeline: Timeline) -> FaceWeights:
    """Those that an animation was made with. Raises ValueError where it is of another sound."""
    if (animation.source.sha256, animation.timeline) != (sha256, timeline):
        raise ValueError("the previous animation is of another sound")
    segments, model = list(animation.segments), animation.settings.model
    return face_weights(animation.mixes, segments, timeline, model)


def same_weights(one: FaceWeights, other: FaceWeights, first: int, last: int) -> bool:
    """Whether two sets of weights agree on frames `first` to `last`."""
    return one.keys() == other.keys() and all(
        np.array_equal(column[first:last], other[name][first:last]) for name, column in one.items()
    )
