"""The estimates made last, so that a face follows while an edge or a strength is dragged.

Estimates hang on the sound alone; what is dragged changes only how they are fused.
"""

import weakref
from collections import OrderedDict
from collections.abc import Callable

from torch import Tensor

from models.spectrum import Spectrum

MOST = 48  # of ten seconds of one face each, 0.36 MB: 17 MB
Stretch = tuple[str, int, int]  # face, first frame, last frame


class RecentEstimates:
    """Of one clip at a time; another one takes its place, and they go when the clip does."""

    def __init__(self) -> None:
        self._clip: weakref.ref[Spectrum] | None = None
        self._kept: OrderedDict[Stretch, Tensor] = OrderedDict()

    def get(self, spectrum: Spectrum, stretch: Stretch, make: Callable[[], Tensor]) -> Tensor:
        """A stretch's estimates (T, 5, 18), made where they are not there; not to be changed."""
        if self._clip is None or self._clip() is not spectrum:
            kept = self._kept = OrderedDict()
            # Its own list: a clip may go in another thread, when the next has its place already.
            self._clip = weakref.ref(spectrum, lambda _: kept.clear())
        estimates = self._kept.pop(stretch, None)
        if estimates is None:
            estimates = make()
        self._kept[stretch] = estimates
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return estimates
