"""Writing a file whole: afterwards there is the old file or the new one, never half of one.

The new content goes to a temporary file in the same folder, is synced, and takes
the target's name in one step. Where the system allows it (Linux) the temporary
has no name until it is complete, so that even a kill leaves nothing behind.
"""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from core.errors import ExportError

_OPEN_FILES = Path("/proc/self/fd")


@contextmanager
def atomic_text(path: Path) -> Iterator[TextIO]:
    r"""A stream for UTF-8 text with "\n" line ends that becomes `path` when the block ends.

    On any exception the old file stays as it was and no temporary is left. Raises
    ExportError where the file cannot be written (disk full, folder missing, no
    permission, target not a plain file).
    """
    with (
        _replacement(path) as descriptor,
        os.fdopen(descriptor, "w", encoding="utf-8", newline="\n", closefd=False) as stream,
    ):
        yield stream


@contextmanager
def atomic_binary(path: Path) -> Iterator[BinaryIO]:
    """A stream for bytes, seekable and readable, that becomes `path` when the block ends.

    The same promises and errors as `atomic_text`.
    """
    with _replacement(path) as descriptor, os.fdopen(descriptor, "w+b", closefd=False) as stream:
        yield stream


def make_folder(folder: Path) -> None:
    """Make sure of a folder that files go to. Raises ExportError when it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as problem:
        raise ExportError(
            f"Cannot write into '{folder}': it, or a part of it, is a file; name a folder."
        ) from problem
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise ExportError(
            f"Cannot make the folder '{folder}': {reason}; choose another."
        ) from problem


def try_folder(folder: Path) -> None:
    """Whether files can go to a folder, before long work: what is made for that is gone again.

    Raises ExportError where not.
    """
    try:
        new = [path for path in (folder, *folder.parents) if not path.exists()]
        make_folder(folder)
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, "not writable")
        for path in new:
            path.rmdir()
    except OSError as problem:
        raise ExportError(f"Cannot write into '{folder}': {_reason(problem, folder)}.") from problem


@contextmanager
def _replacement(path: Path) -> Iterator[int]:
    """Descriptor of a new file that takes the place of `path` when the block ends well."""
    target = _target(path)
    in_block = False
    try:
        # A short name of its own: the target's may already have the 255 bytes allowed.
        temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
        descriptor, named = _open_temporary(temporary)
        try:
            try:
                _copy_mode(target, descriptor)
                in_block = True
                yield descriptor
                in_block = False
                os.fsync(descriptor)
                if not named:
                    _give_name(descriptor, temporary)
            finally:
                os.close(descriptor)  # before the replace: Windows moves no open file
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    except OSError as problem:
        # Writing to a descriptor names no file; an error that does is about another file.
        if in_block and problem.filename is not None:
            raise
        raise ExportError(f"Cannot write '{path}': {_reason(problem, target)}.") from problem


def _target(path: Path) -> Path:
    """The file to replace, behind any links. Refuses what a replace would destroy."""
    try:
        target = Path(path).resolve()
        if target.is_dir():
            raise ExportError(f"Cannot write '{path}': it is a folder; give the name of a file.")
        if target.exists() and not target.is_file():
            raise ExportError(f"Cannot write '{path}': it is a device; give the name of a file.")
        if target.exists() and not os.access(target, os.W_OK):
            raise ExportError(
                f"Cannot write '{path}': the file there is read-only; choose another name."
            )
    except (OSError, ValueError, RuntimeError) as problem:  # loop of links, null character
        raise ExportError(
            f"Cannot write '{path}': {_reason(problem, Path(path).absolute())}."
        ) from problem
    return target


def _open_temporary(temporary: Path) -> tuple[int, bool]:
    """A new empty file on the target's disk, and whether it has the name given."""
    flags = os.O_RDWR | getattr(os, "O_BINARY", 0)
    nameless = getattr(os, "O_TMPFILE", 0)
    if nameless and _OPEN_FILES.is_dir():
        # Not every file system can; the ordinary way below then gives the error, if any.
        with suppress(OSError):
            return os.open(temporary.parent, flags | nameless, 0o666), False
    return os.open(temporary, flags | os.O_CREAT | os.O_EXCL, 0o666), True


def _give_name(descriptor: int, name: Path) -> None:
    """Link a nameless file into its folder."""
    folder = os.open(name.parent, os.O_RDONLY)
    try:
        # The folder is passed because without one os.link would not follow /proc's link.
        os.link(_OPEN_FILES / str(descriptor), name.name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        os.close(folder)


def _copy_mode(target: Path, descriptor: int) -> None:
    """Keep the permissions of the file that is replaced, where there is one."""
    with suppress(OSError):
        mode = stat.S_IMODE(target.stat().st_mode)
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, mode)


def _reason(problem: Exception, target: Path) -> str:
    """What went wrong and what would be right, in half a sentence."""
    code = problem.errno if isinstance(problem, OSError) else None
    if code in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full; free some space or choose another folder"
    if code in (errno.ENOENT, errno.ENOTDIR):
        return f"the folder '{target.parent}' does not exist; create it or choose another"
    if code in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"there is no permission to write in '{target.parent}'; choose another folder"
    if code == errno.ENAMETOOLONG:
        return "the name is too long; choose a shorter one"
    if code in (errno.EISDIR, errno.EEXIST):
        return "it is a folder; give the name of a file"
    if isinstance(problem, OSError) and problem.strerror:
        return f"{problem.strerror}; choose another folder"
    return "it is not a possible file name; choose another name"
