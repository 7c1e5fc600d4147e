"""Samples of any length in bounded memory: an array while short, a temporary file when long."""

import tempfile
import threading
import weakref
from contextlib import suppress
from types import TracebackType
from typing import IO, Self

import numpy as np
from numpy.typing import NDArray

from core.clip import SAMPLE_RATE, Samples

IN_MEMORY = 10 * 60 * SAMPLE_RATE  # samples, ten minutes or 38 MB; longer clips go to a file
_BYTES = 4  # of a float32 sample


class SpooledSamples:
    """float32 samples in a nameless temporary file, read by stretches; see `Samples`.

    Safe to read from several threads. The file goes when the last reference does.
    """

    def __init__(self, file: IO[bytes], count: int) -> None:
        self._file = file
        self._count = count
        self._lock = threading.Lock()  # seek and read belong together
        weakref.finalize(self, file.close)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: slice, /) -> NDArray[np.float32]:
        """The stretch of samples, a fresh read-only array; steps other than 1 are refused."""
        first, last, step = index.indices(self._count)
        if step != 1:
            raise ValueError(f"spooled samples are read by stretches, not in steps of {step}")
        stretch = np.empty(max(last - first, 0), dtype=np.float32)
        if len(stretch):
            with self._lock:
                self._file.seek(first * _BYTES)
                data = self._file.read(stretch.nbytes)
            stretch[:] = np.frombuffer(data, dtype=np.float32)
        stretch.setflags(write=False)
        return stretch


class Spool:
    """Collects samples block by block; used as a context manager, it drops what is not taken."""

    def __init__(self) -> None:
        self._blocks: list[NDArray[np.float32]] = []
        self._file: IO[bytes] | None = None
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:  # a temporary file goes when it is closed
            with suppress(OSError):  # on a full disk the rest of a block cannot be written
                self._file.close()

    def __len__(self) -> int:
        return self._count

    def add(self, block: NDArray[np.float32]) -> None:
        """Append a copy of `block`, (samples,). Raises OSError when the disk is full."""
        self._count += len(block)
        if self._file is None:
            self._blocks.append(block.copy())
            if self._count > IN_MEMORY:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 - outlives this call
                for held in self._blocks:
                    self._file.write(held.tobytes())
                self._blocks = []
        else:
            self._file.write(block.tobytes())

    def take(self) -> Samples:
        """All samples added; the spool is empty afterwards. Raises OSError as `add` does."""
        count, self._count = self._count, 0
        if self._file is not None:
            self._file.flush()
            file, self._file = self._file, None
            return SpooledSamples(file, count)
        samples = np.concatenate([*self._blocks, np.empty(0, dtype=np.float32)])
        self._blocks = []
        samples.setflags(write=False)
        return samples
