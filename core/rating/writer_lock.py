"""One window at a time writes to a study: a lock of the operating system, gone with its holder."""

import errno
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from core.errors import RatingError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = "votes.lock"  # stays in the folder: to remove it would let two windows in
_HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


class WriterLock:
    """Held from its making until `close`.

    Where it cannot be had, `held` is False and `reason` says why. Raises RatingError
    where the folder is not there or its disk has no locks.
    """

    def __init__(self, folder: Path) -> None:
        self.reason = ""
        self._file: BinaryIO | None = None
        try:
            file = (folder / LOCK).open("ab")
        except OSError as problem:
            if problem.errno not in _READ_ONLY:
                raise RatingError(
                    f"The votes in '{folder}' cannot be opened ({problem.strerror}); choose the "
                    "folder of a study."
                ) from problem
            self.reason = f"'{folder}' is read-only: votes can be looked at, not given."
            return
        try:
            _hold(file)
        except OSError as problem:
            with suppress(OSError):
                file.close()
            if problem.errno not in _HELD:
                raise RatingError(
                    f"The disk of '{folder}' has no locks ({problem.strerror}), so votes would "
                    "not be safe there; copy the study to a disk of this machine."
                ) from problem
            self.reason = (
                "Another window is running this study: here its sessions can be looked at only. "
                "Close the other window to give votes in this one."
            )
            return
        self._file = file

    @property
    def held(self) -> bool:
        """Whether this is the one that may write."""
        return self._file is not None

    def close(self) -> None:
        """Let another window write."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _hold(file: BinaryIO) -> None:
    """Raises OSError where another holds it."""
    if sys.platform == "win32":
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
