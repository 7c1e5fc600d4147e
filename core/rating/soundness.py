"""Whether a file is a store of votes, whole, and of a study: asked before it is used."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from core.errors import RatingError
from core.rating.schema import (
    APPLICATION,
    DESIGN,
    STUDY_ID,
    TABLES,
    VERSION,
    VOTES,
    VotesDamaged,
    design_digest,
)
from core.rating.study import Study

# What SQLite says of the disk or of other programs; all else that it says is about the file.
_OUTSIDE = (
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOMEM,
)  # fmt: skip


@contextmanager
def damage_told(name: str) -> Iterator[None]:
    """VotesDamaged for whatever a damaged file makes SQLite and Python say."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as problem:
        if getattr(problem, "sqlite_errorcode", 0) & 0xFF in _OUTSIDE:
            raise
        raise VotesDamaged(f"'{name}' is damaged ({problem}).") from problem


def check_schema(connection: sqlite3.Connection, name: str) -> None:
    """Raise RatingError where a file is not a store of votes of this version, and only that."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION:
        raise RatingError(f"'{name}' holds no votes of Visemo; expected {VOTES} of a study.")
    if version > VERSION:
        raise RatingError(
            f"'{name}' was made by a newer version of Visemo (votes of format {version}; this "
            f"one reads {VERSION}); update Visemo to open it."
        )
    objects = "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema ORDER BY 1, 2"
    with closing(sqlite3.connect(":memory:")) as model:
        for statement in TABLES:
            model.execute(statement)
        expected = model.execute(objects).fetchall()
    found = connection.execute(objects).fetchall()
    if found != expected:
        odd = [f"{row[0]} {row[1]}" for row in found if row not in expected]
        missing = [f"{row[0]} {row[1]}" for row in expected if row not in found]
        what = f"unknown: {', '.join(odd[:3])}" if odd else f"missing: {', '.join(missing[:3])}"
        raise RatingError(f"'{name}' does not have the tables of a store of votes ({what}).")


def check_whole(connection: sqlite3.Connection, name: str) -> None:
    """Raise VotesDamaged where a page, a row, a text or a link between rows is broken."""
    with damage_told(name):
        faults = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
        loose = connection.execute("PRAGMA foreign_key_check").fetchall()
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        for (table,) in tables.fetchall():
            for _ in connection.execute(f"SELECT * FROM {table}"):
                pass  # a text that is no Unicode cannot be read
    if faults != ["ok"] or loose:
        reason = faults[0] if faults != ["ok"] else "rows without the row that they belong to"
        raise VotesDamaged(f"'{name}' is damaged ({reason}).")


def check_study(connection: sqlite3.Connection, study: Study, name: str) -> None:
    """Raise RatingError where votes are of another study, or of another state of this one."""
    about = dict(connection.execute("SELECT name, value FROM about"))
    if about.get(STUDY_ID) != study.id:
        raise RatingError(
            f"'{name}' holds votes of study {about.get(STUDY_ID, 'unknown')}, not of "
            f"'{study.title}' ({study.id}); choose the votes of that study."
        )
    shown = {row[0]: row[1:] for row in connection.execute("SELECT * FROM stimuli")}
    now = {s.id: (s.sound_sha256, s.track_sha256) for s in study.stimuli}
    changed = [key for key in sorted(shown.keys() | now.keys()) if shown.get(key) != now.get(key)]
    if changed:
        raise RatingError(
            f"'{name}' holds votes on other stimuli: {', '.join(changed[:5])} changed since the "
            "study was frozen; use the study as it was, or make a new one."
        )
    if about.get(DESIGN) != design_digest(study):
        raise RatingError(
            f"'{name}' holds votes on another design (trials, order, seed, questions or scale) of "
            f"'{study.title}'; use the study as it was frozen, or make a new one."
        )
