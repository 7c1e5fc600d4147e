"""Stretches of a clip and the emotion a person wants in each: pure edits of a frozen tuple.

A clip without choices is all automatic. The first edit turns the segments that
were heard into choices; from then on they cover the clip without gaps. Edits raise
IndexError for a segment or an edge that is not there.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from core.emotion import EMOTIONS, EmotionSegment

AUTOMATIC = "auto"
MAX_STRENGTH = 2.0
SHORTEST = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class SegmentChoice:
    """What is wanted from `start` to `end` seconds; "auto" is what is heard there.

    Raises ValueError for an unknown emotion, a strength outside 0 to 2, or times
    that are no stretch.
    """

    start: float
    end: float
    emotion: str = AUTOMATIC
    strength: float = 1.0

    def __post_init__(self) -> None:
        check_emotion(self.emotion)
        check_strength(self.strength)
        if not (math.isfinite(self.start) and math.isfinite(self.end) and self.start < self.end):
            raise ValueError(f"a segment cannot go from {self.start!r} to {self.end!r} s")


Choices = tuple[SegmentChoice, ...]


def check_emotion(emotion: str) -> None:
    """Raise ValueError where `emotion` is neither "auto" nor one of EMOTIONS."""
    if emotion not in (AUTOMATIC, *EMOTIONS):
        choices = ", ".join((AUTOMATIC, *EMOTIONS))
        raise ValueError(f"unknown emotion {emotion!r}, expected one of {choices}")


def check_strength(strength: float) -> None:
    """Raise ValueError where `strength` is outside 0 to 2."""
    if not 0.0 <= strength <= MAX_STRENGTH:
        raise ValueError(f"strength must be from 0 to {MAX_STRENGTH:g}, not {strength!r}")


def check_cover(choices: Sequence[SegmentChoice]) -> None:
    """Raise ValueError where choices do not follow each other without gaps from second 0."""
    if choices and choices[0].start != 0.0:
        raise ValueError(f"the first segment must start at 0 s, not {choices[0].start:g}")
    for before, after in pairwise(choices):
        if before.end != after.start:
            raise ValueError(
                f"segments must follow each other: one ends at {before.end:g} s, the next starts "
                f"at {after.start:g} s"
            )


def from_heard(segments: Iterable[EmotionSegment], strength: float) -> Choices:
    """The segments of an analysis as choices that leave everything automatic."""
    return tuple(SegmentChoice(s.start, s.end, AUTOMATIC, strength) for s in segments)


def segment_at(choices: Choices, seconds: float) -> int:
    """The index of the segment at a time, held at both ends."""
    later = [index for index, choice in enumerate(choices) if choice.start <= seconds]
    return later[-1] if later else 0


def split(choices: Choices, seconds: float) -> Choices:
    """Cut the segment at `seconds` in two.

    Raises ValueError where a piece would be shorter than `SHORTEST`.
    """
    index = segment_at(choices, seconds)
    whole = choices[index]
    if min(seconds - whole.start, whole.end - seconds) < SHORTEST:
        raise ValueError(f"a segment must be at least {SHORTEST:g} s long")
    pieces = (replace(whole, end=seconds), replace(whole, start=seconds))
    return choices[:index] + pieces + choices[index + 1 :]


def move_edge(choices: Choices, index: int, seconds: float) -> Choices:
    """Move the edge between segments `index` and `index` + 1, held where one gets too short.

    Between two that have no room for it, as a file may hold them, it stays.
    """
    _check_index(choices, index, edges=True)
    before, after = choices[index], choices[index + 1]
    if after.end - before.start < 2 * SHORTEST:
        return choices
    held = min(max(seconds, before.start + SHORTEST), after.end - SHORTEST)
    pieces = (replace(before, end=held), replace(after, start=held))
    return choices[:index] + pieces + choices[index + 2 :]


def join(choices: Choices, index: int) -> Choices:
    """Make segments `index` and `index` + 1 one, with the wishes of the first."""
    _check_index(choices, index, edges=True)
    whole = replace(choices[index], end=choices[index + 1].end)
    return (*choices[:index], whole, *choices[index + 2 :])


def choose(
    choices: Choices, index: int, emotion: str | None = None, strength: float | None = None
) -> Choices:
    """Set the emotion ("auto" gives it back to what is heard), the strength, or both."""
    _check_index(choices, index)
    old = choices[index]
    new = replace(
        old,
        emotion=old.emotion if emotion is None else emotion,
        strength=old.strength if strength is None else strength,
    )
    return (*choices[:index], new, *choices[index + 1 :])


def _check_index(choices: Choices, index: int, edges: bool = False) -> None:
    """Raise IndexError also for a negative index, which would repeat segments."""
    count = len(choices) - edges
    if not 0 <= index < count:
        what = "edge" if edges else "segment"
        raise IndexError(f"there is no {what} {index}, expected one of 0 to {count - 1}")
