"""Where ticks and labels go."""

import math
from collections.abc import Sequence

from app.timecode import counted

FRAME, SECOND = "frame", "second"
SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000)


def tick_step(seconds_per_label: float, fps: float) -> tuple[str, int]:
    """The closest ticks that leave each label so many seconds: a unit and how many of it.

    Frames while they fit, in numbers that divide a second, else whole seconds.
    """
    nominal = counted(fps)
    for frames in range(1, nominal):
        if nominal % frames == 0 and frames / fps >= seconds_per_label:
            return FRAME, frames
    for seconds in SECONDS:
        if seconds >= seconds_per_label:
            return SECOND, seconds
    return SECOND, math.ceil(seconds_per_label / SECONDS[-1]) * SECONDS[-1]


def spread(wanted: Sequence[float], height: float, low: float, high: float) -> list[float]:
    """Middles of labels of one `height` from `low` to `high`, none over another.

    `wanted` are the middles they would like, in order. They move as little as
    can be (least squares); where there is no room for all, they go on below `high`.
    """
    blocks: list[tuple[float, int]] = []  # labels that touch: where the first wants to be, count
    for index, middle in enumerate(wanted):
        mean, count = middle - index * height, 1
        while blocks and blocks[-1][0] > mean:
            before, others = blocks.pop()
            mean = (before * others + mean * count) / (count + others)
            count += others
        blocks.append((mean, count))
    first = low + height / 2
    last = max(high - height / 2 - (len(wanted) - 1) * height, first)
    places = [min(max(mean, first), last) for mean, count in blocks for _ in range(count)]
    return [place + index * height for index, place in enumerate(places)]
