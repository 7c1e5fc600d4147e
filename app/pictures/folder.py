"""Writing a folder whole: afterwards there is the old folder or the new one, never half of one.

The new files go into a hidden folder beside it, which takes its name when it is
complete. What a killed program left is cleared away by the next export there.
"""

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import ExportError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PART, _OLD = ".visemo-part", ".visemo-old"


@contextmanager
def atomic_folder(path: Path, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """An empty folder to write into that becomes `path` when the block ends.

    A folder that is there already is replaced only where `ours` says that this
    program made every file in it. On any exception it stays as it was, and no
    temporary is left. Raises ExportError where the folder cannot be written.
    """
    try:
        _check(path, ours)
        _clear_leftovers(path.parent)
        temporary = path.parent / f".{secrets.token_hex(8)}{_PART}"
        temporary.mkdir()
        lock = _locked(temporary)
        try:
            yield temporary
            _swap(temporary, path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
            if lock is not None:
                os.close(lock)
    except OSError as problem:
        raise ExportError(f"Cannot write '{path}': {_reason(problem, path)}.") from problem


def write_file(path: Path, data: bytes) -> None:
    """Write a file of such a folder down to the disk. Raises OSError."""
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _check(path: Path, ours: Callable[[Path], bool]) -> None:
    if path.is_symlink():
        raise ExportError(f"Cannot write '{path}': it is a link; remove it or rename the sound.")
    if not path.exists():
        return
    if not path.is_dir():
        raise ExportError(
            f"Cannot write '{path}': it is a file; move it away, a folder goes there."
        )
    if any(path.iterdir()) and not ours(path):
        raise ExportError(
            f"Cannot write '{path}': the folder there holds files that are no earlier export; "
            "move it away or choose another folder."
        )


def _swap(temporary: Path, path: Path) -> None:
    """Give the new folder its name, and take the old one away."""
    if not path.exists():
        temporary.rename(path)
        return
    old = temporary.with_suffix(_OLD)
    path.rename(old)
    try:
        temporary.rename(path)
    except OSError:
        old.rename(path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _clear_leftovers(folder: Path) -> None:
    """Remove the temporaries of programs that no longer run."""
    for left in folder.glob(f".*{_PART}"):
        lock = _locked(left)
        if lock is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)


def _locked(folder: Path) -> int | None:
    """A lock on a folder that ends with this program, or None where another holds it."""
    if fcntl is None:
        return None
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
        else:
            return descriptor
    return None


def _reason(problem: OSError, path: Path) -> str:
    """What went wrong and what would be right, in half a sentence."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space or choose another folder"
    if problem.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"the folder '{path.parent}' does not exist; create it or choose another"
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"there is no permission to write in '{path.parent}'; choose another folder"
    if problem.errno == errno.ENAMETOOLONG:
        return "the name is too long; choose a shorter one"
    return f"{problem.strerror or type(problem).__name__}; choose another folder"
