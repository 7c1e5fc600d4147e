"""A ring of frames between one thread that writes and one that reads, without locks."""

import numpy as np

from app.sound.card import Frames


class Ring:
    """Frames on their way. Each counter is changed by one side only and last of all, so
    neither side ever sees frames that are not there.
    """

    def __init__(self, frames: int, channels: int) -> None:
        self._data = np.zeros((frames, channels), dtype=np.float32)
        self.written = 0  # frames since the beginning; changed by the writer
        self.taken = 0  # changed by the reader

    @property
    def channels(self) -> int:
        """Columns of the frames."""
        return int(self._data.shape[1])

    @property
    def filled(self) -> int:
        """Frames to be read."""
        return self.written - self.taken

    @property
    def free(self) -> int:
        """Frames there is room for."""
        return len(self._data) - self.filled

    def write(self, frames: Frames) -> int:
        """Add as many of the frames, (n, channels), as there is room for; return how many."""
        count = min(len(frames), self.free)
        at = self.written % len(self._data)
        first = min(count, len(self._data) - at)
        self._data[at : at + first] = frames[:first]
        self._data[: count - first] = frames[first:count]
        self.written += count
        return count

    def read(self, out: Frames) -> int:
        """Move as many frames as there are into `out`, (n, channels); return how many."""
        count = min(len(out), self.filled)
        at = self.taken % len(self._data)
        first = min(count, len(self._data) - at)
        out[:first] = self._data[at : at + first]
        out[first:count] = self._data[: count - first]
        self.taken += count
        return count

    def skip_to(self, index: int) -> None:
        """Leave out all before frame `index`, counted from the beginning; for the reader."""
        self.taken = min(max(self.taken, index), self.written)
