"""A whole copy of the votes, made at the end of each session, and what is done with damaged ones.

What was damaged is never written to again: it is copied to a name of its own, and
only then is the backup, or nothing, put in its place.
"""

import errno
import os
import secrets
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from core.errors import RatingError
from core.rating.schema import VOTES, DiskFull, VotesDamaged, is_new, open_reading, told
from core.rating.soundness import check_schema, check_study, check_whole, damage_told
from core.rating.study import Study
from core.rating.writer_lock import WriterLock

BACKUP = "votes.backup.sqlite"
_DAMAGED = "votes.damaged-{}.sqlite"
_JOURNAL = "-wal"
_INDEX = "-shm"


def make_backup(connection: sqlite3.Connection, folder: Path) -> None:
    """Replace the backup by a copy of what is committed. Raises DiskFull, RatingError."""
    copy_votes(connection, folder / BACKUP)


def copy_votes(connection: sqlite3.Connection, target: Path) -> None:
    """A whole copy in one file, without free pages and journals, which takes its name at once."""
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with told(target.parent):
            connection.execute("PRAGMA query_only = OFF")  # or it may not make a new file either
            connection.execute("VACUUM INTO ?", (os.fspath(temporary),))
        _sync(temporary)
        temporary.replace(target)
    except OSError as problem:
        raise _unwritten(target, problem) from problem
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def has_backup(folder: Path) -> bool:
    """Whether there is one."""
    return (folder / BACKUP).is_file()


def drop_backup(folder: Path) -> None:
    """Remove it, because it holds what is to be forgotten. Raises RatingError."""
    try:
        (folder / BACKUP).unlink(missing_ok=True)
    except OSError as problem:
        raise RatingError(
            f"The backup of the votes in '{folder}' cannot be removed ({problem.strerror}); "
            "nothing was deleted. Check the permissions of the folder."
        ) from problem


def damaged_copies(folder: Path) -> tuple[Path, ...]:
    """Damaged votes that were set aside, and may hold sessions that were withdrawn since."""
    with suppress(OSError):
        return tuple(sorted(folder.glob(_DAMAGED.format("*"))))
    return ()


def check_votes(folder: Path, study: Study) -> None:
    """Raise before anything is written to votes that are damaged or do not belong to `study`.

    VotesDamaged names the backup, if it is whole and of this study.
    """
    path = folder / VOTES
    try:
        if path.exists() and not path.is_file():
            raise RatingError(f"'{path}' is not a file; move it away.")
        missing = not path.exists() or path.stat().st_size == 0
    except OSError as problem:
        raise RatingError(f"'{path}' cannot be read ({problem.strerror}).") from problem
    if missing and not has_backup(folder):
        return
    try:
        if missing:
            raise VotesDamaged(f"'{VOTES}' is {'empty' if path.exists() else 'gone'}.")
        _check(path, study, alone=False)
    except VotesDamaged as problem:
        raise _offer(folder, study, str(problem)) from problem


def restore_backup(folder: Path, study: Study) -> Path | None:
    """Put the backup in the place of damaged votes; where the damaged ones are kept.

    Raises RatingError where there is no whole backup or another window is open.
    """
    _check(folder / BACKUP, study, alone=True)
    with closing(_locked(folder)):
        kept = _set_aside(folder)
        temporary = folder / f".{secrets.token_hex(8)}.tmp"
        try:
            _copy(folder / BACKUP, temporary)
            # A journal left beside it would be taken for that of the backup.
            _remove_journals(folder)
            temporary.replace(folder / VOTES)
        except OSError as problem:
            raise _unwritten(folder / VOTES, problem) from problem
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
    return kept


def start_anew(folder: Path) -> Path | None:
    """Begin without votes; where the damaged ones are kept. The backup is kept beside them."""
    with closing(_locked(folder)):
        kept = _set_aside(folder)
        try:
            if has_backup(folder):
                (folder / BACKUP).replace(_free_name(folder))
            _remove_journals(folder)
            (folder / VOTES).unlink(missing_ok=True)
        except OSError as problem:
            raise _unwritten(folder / VOTES, problem) from problem
    return kept


def _check(path: Path, study: Study, *, alone: bool) -> int:
    """How many sessions are in a file that is whole and of `study`."""
    with (
        told(path.parent),
        damage_told(path.name),
        closing(open_reading(path, alone=alone)) as connection,
    ):
        if is_new(connection):  # killed before the tables were made
            return 0
        check_whole(connection, path.name)
        check_schema(connection, path.name)
        check_study(connection, study, path.name)
        (number,) = connection.execute("SELECT count(*) FROM sessions").fetchone()
    return int(number)


def _offer(folder: Path, study: Study, reason: str) -> VotesDamaged:
    backup = folder / BACKUP
    try:
        if not has_backup(folder):
            raise RatingError("There is no backup.")
        number = _check(backup, study, alone=True)
    except RatingError as problem:
        return VotesDamaged(
            f"{reason} {problem} Begin anew without these votes, which are kept under another "
            "name, or put a copy of yours in their place."
        )
    sessions = f"{number} session{'' if number == 1 else 's'}"
    return VotesDamaged(
        f"{reason} There is a whole backup with {sessions}: restore it; what is damaged is kept "
        "under another name.",
        backup,
    )


def _locked(folder: Path) -> WriterLock:
    lock = WriterLock(folder)
    if not lock.held:
        raise RatingError(lock.reason)
    return lock


def _set_aside(folder: Path) -> Path | None:
    """Copy the votes and their journal, byte by byte, to a name of their own."""
    votes, journal = folder / VOTES, folder / f"{VOTES}{_JOURNAL}"
    kept = _free_name(folder)
    try:
        if journal.exists():
            _copy(journal, kept.with_name(f"{kept.name}{_JOURNAL}"))
        if not votes.exists():
            return None
        _copy(votes, kept)
    except OSError as problem:
        raise _unwritten(kept, problem) from problem
    return kept


def _remove_journals(folder: Path) -> None:
    for ending in (_JOURNAL, _INDEX):
        (folder / f"{VOTES}{ending}").unlink(missing_ok=True)


def _free_name(folder: Path) -> Path:
    number = 1
    while (folder / _DAMAGED.format(number)).exists():
        number += 1
    return folder / _DAMAGED.format(number)


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    _sync(target)


def _sync(path: Path) -> None:
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def _unwritten(path: Path, problem: OSError) -> RatingError:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"The disk of '{path.parent}' is full; free some space and try again.")
    return RatingError(f"'{path}' cannot be written ({problem.strerror}); nothing was lost.")
