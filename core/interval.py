"""Figures and how sure they are, wherever they are computed, drawn or written."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both NaN where none can be given."""

    low: float
    high: float


NO_INTERVAL = Interval(math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of `count` utterances of `speaker_count` speakers, with intervals of 95 %.

    `utterances` and `speakers` say what was drawn anew.
    """

    value: float
    utterances: Interval
    speakers: Interval
    count: int
    speaker_count: int
