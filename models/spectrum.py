"""A clip's features by stretches of frames, so that long clips need no more memory."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.clip import Clip
from core.mfsc import BLOCK_FRAMES, mfsc_frames, mfsc_timeline

CHUNK_FRAMES = 1_000  # that networks run over at a time, ten seconds of sound
KEPT_FRAMES = 60_000  # ten minutes of features are kept, more are computed anew when needed
Values = NDArray[np.float32]


def chunks(count: int) -> Iterator[tuple[int, int]]:
    """The stretches (first, last) of `count` frames that networks run over one by one."""
    for first in range(0, count, CHUNK_FRAMES):
        yield first, min(first + CHUNK_FRAMES, count)


class Spectrum:
    """A clip's MFSC by stretches of frames, edges replicated beyond both ends."""

    def __init__(self, clip: Clip) -> None:
        self._samples = clip.samples
        self.timeline = mfsc_timeline(len(clip.samples))
        self._kept: list[Values] = []

    def blocks(self) -> Iterator[tuple[int, Values]]:
        """All frames in order, as (first frame, block)."""
        if self._kept:
            yield 0, self._slice_kept(0, self.timeline.count)
            return
        keep = self.timeline.count <= KEPT_FRAMES
        kept = []
        for first in range(0, self.timeline.count, BLOCK_FRAMES):
            last = min(first + BLOCK_FRAMES, self.timeline.count)
            block = mfsc_frames(self._samples, first, last).astype(np.float32)
            if keep:
                kept.append(block)
            yield first, block
        self._kept = kept

    def frames(self, first: int, last: int) -> Values:
        """Frames `first` to `last`, which may lie outside the clip, (last - first, 40)."""
        inside = max(first, 0), min(last, self.timeline.count)
        if self._kept:
            block = self._slice_kept(*inside)
        else:
            block = mfsc_frames(self._samples, *inside).astype(np.float32)
        padding = ((inside[0] - first, last - inside[1]), (0, 0))
        return np.pad(block, padding, mode="edge")

    def _slice_kept(self, first: int, last: int) -> Values:
        if len(self._kept) > 1:
            self._kept = [np.concatenate(self._kept)]
        return self._kept[0][first:last]
