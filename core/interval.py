"""An interval of confidence, wherever one is computed, drawn or written."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both NaN where none can be given."""

    low: float
    high: float


NO_INTERVAL = Interval(math.nan, math.nan)
