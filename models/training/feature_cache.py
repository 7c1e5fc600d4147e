"""Features on disk: a file an entry, named by a hash of all it hangs on, bounded in bytes."""

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from core.atomic import atomic_binary, make_folder

CACHE_BYTES = 2 << 30
PRUNED = 0.9  # of the bound is left after the oldest had to go
_NAME = 64  # hexadecimal digits of a SHA-256
Arrays = dict[str, NDArray[np.generic]]


@dataclass
class FeatureCache:
    """A folder of entries; beyond `limit` bytes those go that were not used for longest.

    May be used from several threads and processes at once. Files that are not its own stay.
    """

    folder: Path
    limit: int = CACHE_BYTES
    _bytes: int = field(default=0, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    def __post_init__(self) -> None:
        make_folder(self.folder)
        self._bytes = sum(size for _, size, _ in self._entries())

    def get(self, key: str) -> Arrays | None:
        """What was put under a SHA-256; None when it is gone or damaged."""
        path = self._path(key)
        try:
            # Each array's CRC is checked; opened here, because numpy leaves a bad file open.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays: Arrays = {name: stored[name] for name in stored.files}
            path.touch()
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
            return None
        return arrays

    def put(self, key: str, arrays: Arrays) -> None:
        """Keep arrays; raises ExportError when the disk takes no more."""
        path = self._path(key)
        with atomic_binary(path) as file:
            np.savez(file, allow_pickle=False, **arrays)
        with self._lock:
            self._bytes += path.stat().st_size
            if self._bytes > self.limit:
                self._prune()

    def kept(
        self,
        hangs_on: object,
        arrays: Iterable[NDArray[np.generic]],
        make: Callable[[], Mapping[str, NDArray[np.generic]]],
    ) -> Arrays:
        """What was made of the same before, or is made now and put.

        Same are things of one `repr`, and arrays of the same bytes.
        """
        digest = hashlib.sha256(repr(hangs_on).encode())
        for array in arrays:
            digest.update(np.ascontiguousarray(array).tobytes())
        key = digest.hexdigest()
        stored = self.get(key)
        if stored is None:
            stored = dict(make())
            self.put(key, stored)
        return stored

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.npz"

    def _entries(self) -> list[tuple[float, int, Path]]:
        """(last use, bytes, file) of each."""
        found = []
        for path in self.folder.glob("*.npz"):
            if len(path.stem) == _NAME:
                try:
                    status = path.stat()
                except FileNotFoundError:  # another process pruned it
                    continue
                found.append((status.st_mtime, status.st_size, path))
        return found

    def _prune(self) -> None:
        entries = sorted(self._entries())
        self._bytes = sum(size for _, size, _ in entries)
        for _, size, path in entries:
            if self._bytes <= PRUNED * self.limit:
                break
            path.unlink(missing_ok=True)
            self._bytes -= size
