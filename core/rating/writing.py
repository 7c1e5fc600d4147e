"""How a store of votes changes: one transaction at a time, each with its number in time."""

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from core.dice import MOST
from core.errors import RatingError
from core.rating import backups, frozen
from core.rating.reading import EVENT_COLUMNS, SESSION_COLUMNS, SessionRows, VotesReader
from core.rating.records import CLOCK_BACK, DONE, OPEN, new_code, tombstone
from core.rating.schema import (
    CLOCK,
    FIRST_ROW,
    TOMBSTONE,
    UNWIPED,
    WITHDRAWN,
    shorten,
    told,
    transaction,
    wipe,
)
from core.rating.study import Study
from core.rating.writer_lock import WriterLock


def utc_now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


class VotesWriter(VotesReader):
    """An open store, to write if it has the lock."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        folder: Path,
        study: Study,
        lock: WriterLock | None,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(connection, folder, study)
        self._lock, self._clock = lock, clock
        self.read_only = lock is None or not lock.held
        self.notice = "" if lock is None else lock.reason  # for the person; "" where all is well

    def add(self, sessions: Sequence[SessionRows], withdrawn: Collection[str] = ()) -> None:
        """Copy sessions of another store, in one transaction; one that is here is replaced.

        `withdrawn` are tombstones from there: those sessions are deleted here too.
        Raises sqlite3.IntegrityError where sessions contradict the tables.
        """
        fresh = set(withdrawn) - self.tombstones()
        if fresh:
            self._check_writing()
            backups.drop_backup(self._folder)
        with self._change():
            if fresh:
                self._forget(fresh)
            for rows in sessions:
                self._connection.execute(
                    "DELETE FROM sessions WHERE session_id = ?", (rows.session_id,)
                )
                self._insert(f"sessions ({SESSION_COLUMNS})", [rows.session])
                self._insert("trials", rows.trials)
                self._insert("votes", rows.votes)
                self._insert("answers", rows.answers)
                self._insert(f"events ({EVENT_COLUMNS})", rows.events)
        if fresh:
            self._wipe()
        if sessions or fresh:
            self._back_up()

    def set_first_row(self, row: int) -> None:
        """Where the rows of this machine begin, from 0. Raises RatingError."""
        if not 0 <= row <= MOST:
            raise RatingError(f"The first row is from 0 to {MOST}, not {row}.")
        with self._change():
            self._set_about(FIRST_ROW, str(row))

    def withdraw(self, session_id: str) -> tuple[Path, ...]:
        """Delete all of a session, also from free pages, journal and backup; only a hash stays.

        Gives damaged copies in the folder, which may hold it still and are for the
        operator to delete. Bundles that were sent away are beyond reach as well, but
        what they hold of it is not added again.
        """
        self._check_writing()
        # One that is gone may not be wiped yet.
        if self._about(UNWIPED) == "0" or not self.was_withdrawn(session_id):
            self.session(session_id)
        # First: a kill after the deletion would leave a backup that nobody cleans.
        backups.drop_backup(self._folder)
        with self._change():
            self._forget({tombstone(session_id)})
        self._wipe()
        self._back_up()
        return backups.damaged_copies(self._folder)

    def _forget(self, tombstones: Collection[str]) -> None:
        """Delete sessions by their tombstones, within a transaction."""
        found = [r.session_id for r in self.sessions() if tombstone(r.session_id) in tombstones]
        query = "DELETE FROM sessions WHERE session_id = ?"
        self._connection.executemany(query, [(session_id,) for session_id in found])
        fresh = set(tombstones) - self.tombstones()
        for name in fresh:
            self._set_about(TOMBSTONE + name, "")
        self._set_about(WITHDRAWN, str(int(self._about(WITHDRAWN)) + len(fresh)))
        self._set_about(UNWIPED, "1")

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    @contextmanager
    def _change(self) -> Iterator[None]:
        """A transaction."""
        self._check_writing()
        with told(self._folder), transaction(self._connection):
            yield

    def _check_writing(self) -> None:
        if self.read_only:
            raise RatingError(self.notice or "These votes were opened to be looked at only.")

    def _check_open(self, session_id: str) -> None:
        state = self.session(session_id).state
        if state != OPEN:
            ended = "finished" if state == DONE else "set aside"
            raise RatingError(f"The session was {ended}; begin a new one.")

    def _note(
        self,
        session_id: str,
        kind: str,
        place: int | None = None,
        details: Mapping[str, object] | None = None,
    ) -> str:
        """Add an event, and one more where the clock was set back; the time of it."""
        now, last = _stamp(self._clock()), self._about(CLOCK)
        rows = [(session_id, place, kind, as_json(details or {}), now)]
        if now < last:
            rows.insert(0, (session_id, place, CLOCK_BACK, as_json({"from": last, "to": now}), now))
        self._connection.executemany(
            """INSERT INTO events (session_id, place, kind, details, timestamp_utc)
            VALUES (?, ?, ?, ?, ?)""",
            rows,
        )
        self._set_about(CLOCK, now)
        return now

    def _set_about(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def _set_state(self, session_id: str, state: str, code: str | None = None) -> None:
        self._connection.execute(
            "UPDATE sessions SET state = ?, code = ? WHERE session_id = ?",
            (state, code, session_id),
        )

    def _new_code(self) -> str:
        """One that no other session has."""
        taken = {code for (code,) in self._rows("SELECT code FROM sessions")}
        return next(code for code in iter(new_code, "") if code not in taken)

    def _wipe(self) -> None:
        with told(self._folder):
            wiped = wipe(self._connection)
        if wiped:
            with self._change():
                self._set_about(UNWIPED, "0")
        else:
            self.notice = (
                "Another window is reading: what was withdrawn is deleted, and its last traces "
                "go when this study is next opened."
            )

    def _back_up(self) -> None:
        """What was voted is safe already, so that a failure is only told."""
        try:
            with told(self._folder):
                shorten(self._connection)
            backups.make_backup(self._connection, self._folder)
        except RatingError as problem:
            self.notice = f"The votes are kept, but there is no new backup: {problem}"

    def _tidy(self) -> None:
        """Finish what a kill may have left undone."""
        if self._about(UNWIPED) != "0":
            backups.drop_backup(self._folder)
            self._wipe()
        now = frozen.as_text(self._study)
        # Nothing to protect yet, or votes of a version that did not keep it.
        if self._about(frozen.FROZEN) != now:
            with self._change():
                self._set_about(frozen.FROZEN, now)
        if self.sessions() and not backups.has_backup(self._folder):
            self._back_up()


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_json(details: Mapping[str, object]) -> str:
    """Details as they are stored."""
    return msgspec.json.encode(dict(details)).decode()
