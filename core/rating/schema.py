"""The SQLite file of a study's votes: its tables, how it is opened, and what is refused.

"votes.sqlite" lies beside the study. Journal in WAL mode, synchronous=FULL: a transaction
that has returned is on the disk. What was deleted is overwritten (secure_delete).
"""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from core.errors import RatingError
from core.rating import frozen
from core.rating.study import Study

VOTES = "votes.sqlite"
VERSION = 1  # counted up when the tables change
APPLICATION = 0x56534D4F  # "VSMO"
STUDY_ID, DESIGN, WITHDRAWN = "study_id", "design", "withdrawn"  # names in the table "about"
UNWIPED = "unwiped"  # "1" while deleted rows may still be found in the files
CLOCK = "clock"  # UTC of the last event
FIRST_ROW = "first row"  # of this machine
TOMBSTONE = "withdrawn "  # and the SHA-256 of a session id, so that it does not come back
_LITTLE = 1 << 20  # bytes; a disk with less is full
_WAIT = 5.0  # seconds for another connection to let go

# STRICT: the types and checks are also those that a file from elsewhere is held to.
TABLES = (
    """CREATE TABLE about (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT""",
    """CREATE TABLE stimuli (
    id TEXT NOT NULL PRIMARY KEY, sound_sha256 TEXT NOT NULL, track_sha256 TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE sessions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL UNIQUE
        CHECK (length(session_id) = 16 AND session_id NOT GLOB '*[^0-9a-f]*'),
    subject_id TEXT NOT NULL CHECK (length(subject_id) BETWEEN 1 AND 64),
    order_row INTEGER NOT NULL CHECK (order_row >= 0),
    seed INTEGER NOT NULL,
    app_version TEXT NOT NULL,
    machine TEXT NOT NULL,
    begun_utc TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'abandoned')),
    code TEXT UNIQUE,
    CHECK ((state = 'done') = (code IS NOT NULL))
    ) STRICT""",
    """CREATE TABLE trials (
    session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    place INTEGER NOT NULL CHECK (place >= 0),
    phase TEXT NOT NULL CHECK (phase IN ('training', 'scored')),
    trial_index INTEGER NOT NULL CHECK (trial_index >= 0),
    stimulus TEXT NOT NULL REFERENCES stimuli (id),
    kind TEXT NOT NULL CHECK (kind IN ('plain', 'gold', 'trapping', 'repeat')),
    expected INTEGER,
    tolerance INTEGER NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (session_id, place)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE votes (
    session_id TEXT NOT NULL,
    place INTEGER NOT NULL,
    attempt INTEGER NOT NULL CHECK (attempt >= 0),
    rating INTEGER NOT NULL CHECK (rating >= 1),
    rating_time_ms INTEGER NOT NULL CHECK (rating_time_ms >= 0),
    plays INTEGER NOT NULL CHECK (plays >= 1),
    technical_fault INTEGER NOT NULL CHECK (technical_fault IN (0, 1)),
    timestamp_utc TEXT NOT NULL,
    PRIMARY KEY (session_id, place, attempt),
    FOREIGN KEY (session_id, place) REFERENCES trials (session_id, place) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE answers (
    session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (session_id, question)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE
        DEFERRABLE INITIALLY DEFERRED,
    place INTEGER,
    kind TEXT NOT NULL,
    details TEXT NOT NULL,
    timestamp_utc TEXT NOT NULL
    ) STRICT""",
    """CREATE INDEX events_of_session ON events (session_id)""",
)


# Not a Unicode text is found by Python, whose errors have no code.
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class DiskFull(RatingError):  # noqa: N818 - it names what is the matter
    """Nothing was kept; the same call can be made again once there is room."""


class VotesDamaged(RatingError):  # noqa: N818
    """The file of votes is not whole. `backup` is a whole older copy, or None."""

    def __init__(self, message: str, backup: Path | None = None) -> None:
        super().__init__(message)
        self.backup = backup


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Errors of SQLite that a person can cure, as RatingError."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise  # a fault of ours
    except (sqlite3.DatabaseError, UnicodeDecodeError) as problem:
        code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
        unwritten = code == sqlite3.SQLITE_IOERR and free_bytes(folder) < _LITTLE
        if code == sqlite3.SQLITE_FULL or unwritten:
            raise DiskFull(
                f"The disk of '{folder}' is full, and the last step is not kept yet; free some "
                "space, then it goes on."
            ) from problem
        if code in _DAMAGE or not hasattr(problem, "sqlite_errorcode"):
            raise VotesDamaged(
                f"The votes in '{folder}' are damaged ({problem}); open the study again to see "
                "what can be restored."
            ) from problem
        if code in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_MISUSE):
            raise  # a fault of ours
        raise RatingError(
            f"The votes in '{folder}' cannot be read or kept ({problem}); check the disk and "
            "the permissions of the folder."
        ) from problem


def free_bytes(folder: Path) -> int:
    """On the disk of a folder; a disk that does not tell has none."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def open_reading(path: Path, *, alone: bool = False) -> sqlite3.Connection:
    """Read-only. `alone`: no other program has the file, and none of its journals is read."""
    journal = path.with_name(f"{path.name}-wal")
    # Without one and with no right to make one, nobody can be writing.
    alone = alone or not (journal.exists() or os.access(path.parent, os.W_OK))
    uri = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_WAIT)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def open_writing(path: Path) -> sqlite3.Connection:
    """For reading and writing; made where there is none, yet without tables."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=_WAIT)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA secure_delete = ON")
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise RatingError(
                f"The disk of '{path.parent}' cannot keep votes safely (no write-ahead log); "
                "copy the study to a disk of this machine."
            )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of the block or nothing of it; on the disk when it ends."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        raise


def create(connection: sqlite3.Connection, study: Study) -> None:
    """Make the tables of a new file."""
    with transaction(connection):
        for statement in TABLES:
            connection.execute(statement)
        about = {
            STUDY_ID: study.id,
            DESIGN: design_digest(study),
            WITHDRAWN: "0",
            UNWIPED: "0",
            CLOCK: "",
            frozen.FROZEN: frozen.as_text(study),
        }
        connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        rows = [(s.id, s.sound_sha256, s.track_sha256) for s in study.stimuli]
        connection.executemany("INSERT INTO stimuli VALUES (?, ?, ?)", rows)
        connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute(f"PRAGMA user_version = {VERSION}")


def wipe(connection: sqlite3.Connection) -> bool:
    """Leave nothing of what was deleted in file and journal; False while another is reading."""
    connection.execute("VACUUM")  # splitting pages may have left copies of rows behind
    return shorten(connection)


def shorten(connection: sqlite3.Connection) -> bool:
    """Move all of the journal into the file; False while another is reading."""
    return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]


def is_new(connection: sqlite3.Connection) -> bool:
    """Whether nothing was made in a file yet."""
    return not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]


def design_digest(study: Study) -> str:
    """Of what orders and votes mean; for all that a study says see `frozen`."""
    parts = (
        study.order, study.no_emotion_twice, str(study.seed), study.training, study.trials,
        tuple((s.id, s.clip, s.emotion, s.condition) for s in study.stimuli), len(study.scale),
        tuple((q.id, q.kind) for q in study.questions),
    )  # fmt: skip
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()
