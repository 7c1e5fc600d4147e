"""Writing a folder whole: afterwards there is all of it or none."""

import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import RatingError

_UNFINISHED = re.compile(r"\.[0-9a-f]{16}\.unfinished")
_STALE = 24 * 3600.0  # seconds after which nobody is writing one any more


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A new folder that takes the name `folder` when the block ends well, and goes otherwise.

    What a kill left of an earlier one beside it goes too, a day later. Raises
    RatingError where `folder` is there already with something in it, or cannot be written.
    """
    if folder.is_symlink() or (folder.exists() and not _empty(folder)):
        raise RatingError(
            f"'{folder}' is there already; choose a new folder, so that no study is overwritten."
        )
    made = folder.with_name(f".{secrets.token_hex(8)}.unfinished")
    try:
        with disk_explained(folder):
            _sweep(folder.parent)
            made.mkdir(parents=True)
        yield made
        with disk_explained(folder):
            if folder.exists():
                folder.rmdir()
            made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise


@contextmanager
def disk_explained(path: Path) -> Iterator[None]:
    """Turn errors of the disk into messages."""
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise RatingError(
            f"The study cannot be written to '{path.parent}': {reason}; free some space or choose "
            "another folder."
        ) from problem


def _empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _sweep(parent: Path) -> None:
    """Remove what was left unfinished long ago."""
    with suppress(OSError):
        for path in parent.iterdir():
            if _UNFINISHED.fullmatch(path.name) and not path.is_symlink() and path.is_dir():
                newest = max(entry.stat().st_mtime for entry in (path, *path.iterdir()))
                if time.time() - newest > _STALE:
                    shutil.rmtree(path, ignore_errors=True)
