"""What is open is kept aside while somebody works, so that a crash or a kill loses nothing.

Each window has one file in a folder, and holds a lock beside it for as long as it
lives. A file whose lock nobody holds was left by a window that did not end well:
it is offered at the next start.
"""

import errno
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from core.atomic import atomic_binary
from core.errors import ExportError, ProjectError
from core.project import Project
from core.project_file import MOST_BYTES, decode_project, encode_project

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

SUFFIX = ".autosave"
_LOCK = ".lock"
_HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)


class _Head(msgspec.Struct):
    """The first line of a file; the project's own bytes follow, with absolute paths."""

    project_path: str | None  # where it is saved, None: nowhere yet


@dataclass(frozen=True, slots=True)
class Recovered:
    """A project that a window left behind."""

    file: Path  # in the folder of the autosaves
    project: Project
    project_path: Path | None  # where it was saved before, or None
    saved: float  # seconds since 1970


class Autosave:
    """One window's file. `folder` is made when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{secrets.token_hex(8)}{SUFFIX}"
        self._lock: BinaryIO | None = None

    @property
    def file(self) -> Path:
        """Where `write` writes."""
        return self._file

    def write(self, project: Project, project_path: Path | None) -> None:
        """Keep the present state aside. Raises ProjectError where it cannot be written."""
        name = None if project_path is None else os.fsencode(project_path).hex()
        data = (
            msgspec.json.encode(_Head(name)) + b"\n" + encode_project(project, None, anywhere=True)
        )
        try:
            if self._lock is None:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._lock = self._file.with_suffix(_LOCK).open("ab")
                with suppress(OSError):  # some network disks have no locks
                    _hold(self._lock)
            with atomic_binary(self._file) as stream:
                stream.write(data)
        except (OSError, ExportError) as problem:
            raise ProjectError(
                f"What is open cannot be kept aside for a crash ({problem}); save it yourself."
            ) from problem

    def discard(self) -> None:
        """It was saved, or is not wanted; the next `write` begins anew."""
        _unlink(self._file)

    def close(self) -> None:
        """The window ends well: nothing is left."""
        self.discard()
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            _unlink(self._file.with_suffix(_LOCK))


def recovered(folder: Path) -> list[Recovered]:
    """What windows that are no longer there left in `folder`, the newest first.

    Files that cannot be read are left where they are.
    """
    try:
        files = sorted(folder.glob(f"*{SUFFIX}"))
        locks = sorted(folder.glob(f"*{_LOCK}"))
    except OSError:
        return []
    for lock in locks:
        if not lock.with_suffix(SUFFIX).exists() and not _alive(lock):
            _unlink(lock)
    found = [kept for file in files if not _alive(file) for kept in _read(file)]
    return sorted(found, key=lambda kept: kept.saved, reverse=True)


def discard(kept: Recovered) -> None:
    """Remove what was recovered, once it is open in a window that keeps it, or is not wanted."""
    _unlink(kept.file)
    _unlink(kept.file.with_suffix(_LOCK))


def _read(file: Path) -> Iterator[Recovered]:
    with suppress(OSError, msgspec.DecodeError, ValueError, ProjectError, RecursionError):
        with file.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        line, _, rest = data.partition(b"\n")
        name = msgspec.json.decode(line, type=_Head).project_path
        path = None if name is None else Path(os.fsdecode(bytes.fromhex(name)))
        project = decode_project(rest, file.parent, file.name, anywhere=True)
        yield Recovered(file, project, path, file.stat().st_mtime)


def _alive(file: Path) -> bool:
    """Whether a window holds the lock of a file."""
    try:
        with file.with_suffix(_LOCK).open("r+b") as lock:
            _hold(lock)
    except OSError as problem:
        return problem.errno in _HELD
    return False


def _hold(lock: BinaryIO) -> None:
    """Lock a file until it is closed. Raises OSError where another holds it."""
    if sys.platform == "win32":
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
