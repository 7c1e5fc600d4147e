"""The votes of a study, each on the disk before it is acknowledged.

One file beside the study, see `schema`. One window at a time writes. A session is
begun with its whole order, so that after a crash it goes on with the same trial. Order
in time is that of numbers that only rise, whatever the clock does.
"""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Self

from core.errors import RatingError
from core.rating import backups, frozen, orders
from core.rating.records import (
    ABANDONED,
    BEGUN,
    DONE,
    ENDED,
    FAULT,
    KINDS,
    OPEN,
    SET_ASIDE,
    VOTED,
    Position,
    SessionRecord,
    new_session_id,
    new_subject_id,
)
from core.rating.schema import (
    VOTES,
    create,
    is_new,
    open_reading,
    open_writing,
    told,
    transaction,
)
from core.rating.study import SCORED, TRAINING, Study
from core.rating.writer_lock import WriterLock
from core.rating.writing import VotesWriter, as_json, utc_now
from core.version import program_version


class VoteStore(VotesWriter):
    """Open with `open`, leave with `close` or `with`; for one thread.

    Everything raises DiskFull, after which the same call can be made again,
    VotesDamaged, or RatingError for what the caller may not do.
    """

    @classmethod
    def open(
        cls,
        folder: Path,
        study: Study,
        write: bool = True,
        clock: Callable[[], datetime] = utc_now,
    ) -> Self:
        """Open the votes beside a study, to write if nobody else does; see `read_only`, `notice`.

        A study that was changed after votes were begun is opened to look at only.
        Raises VotesDamaged, with a backup if there is one (see `backups`), and
        RatingError for votes of another study, of a newer version, or none to read.
        """
        folder = Path(folder).absolute()
        with ExitStack() as undo:
            lock = undo.enter_context(closing(WriterLock(folder))) if write else None
            backups.check_votes(folder, study)
            changed = _changed(folder, study)
            if changed and lock is not None:
                lock.close()
            with told(folder):
                held = lock is not None and lock.held
                connection = _to_write(folder, study) if held else _to_read(folder)
                store = cls(undo.enter_context(closing(connection)), folder, study, lock, clock)
            if changed:
                store.notice = changed
            if held:
                store._tidy()
            undo.pop_all()
        return store

    def close(self) -> None:
        """Let another window write."""
        self._connection.close()
        if self._lock is not None:
            self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # A participant's session

    def begin(
        self, row: int | None = None, machine: Mapping[str, str | int | float] | None = None
    ) -> SessionRecord:
        """A new session in the order of `row`, by default of `next_row()`; ids are made here."""
        row = self.next_row() if row is None else row
        blocks = ((TRAINING, self._study.training), (SCORED, orders.order(self._study, row)))
        session_id = new_session_id()
        with self._change():
            begun = self._note(session_id, BEGUN)
            self._connection.execute(
                """INSERT INTO sessions (session_id, subject_id, order_row, seed, app_version,
                machine, begun_utc, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                (
                    session_id, new_subject_id(), row, self._study.seed, program_version(),
                    as_json(machine or {}), begun, OPEN,
                ),
            )  # fmt: skip
            self._connection.executemany(
                "INSERT INTO trials VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        session_id, place, phase, index, trial.stimulus, trial.kind,
                        trial.expected, trial.tolerance, trial.message,
                    )
                    for place, (phase, index, trial) in enumerate(
                        (phase, index, trial)
                        for phase, block in blocks
                        for index, trial in enumerate(block)
                    )
                ],
            )  # fmt: skip
        return self.session(session_id)

    def commit_vote(
        self, position: Position, rating: int, rating_time_ms: int, plays: int
    ) -> Position | None:
        """Keep a vote; on the disk when this returns the position after it.

        The same call again changes nothing. Raises RatingError for a trial that is not
        the next, or that has another vote.
        """
        if not 1 <= rating <= len(self._study.scale):
            raise ValueError(f"a rating is from 1 to {len(self._study.scale)}, not {rating!r}")
        session_id, key = position.session_id, (position.place, position.attempt)
        vote = (rating, rating_time_ms, plays)
        with self._change():
            self._check_open(session_id)
            found = self._connection.execute(
                """SELECT rating, rating_time_ms, plays FROM votes
                WHERE session_id = ? AND place = ? AND attempt = ?""",
                (session_id, *key),
            ).fetchone()
            following = self.position(session_id)
            if found is None:
                if following is None or (following.place, following.attempt) != key:
                    raise RatingError(_not_next(position, following))
                when = self._note(session_id, VOTED, position.place)
                self._connection.execute(
                    "INSERT INTO votes VALUES (?, ?, ?, ?, ?, ?, 0, ?)",
                    (session_id, *key, *vote, when),
                )
            elif found != vote:
                raise RatingError(
                    f"Trial {position.trial_index + 1} has a vote already, and it cannot be "
                    "changed; go on with the next."
                )
        return self.position(session_id)

    def log(
        self,
        session_id: str,
        kind: str,
        details: Mapping[str, object] | None = None,
        place: int | None = None,
    ) -> None:
        """Note what happened, one of `records.KINDS`.

        Without waiting for the disk, so that playing never stops for it: it survives a
        kill of the program, and a power cut once the next vote is given.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown event {kind!r}, expected one of {', '.join(KINDS)}")
        self._check_writing()
        total = self.session(session_id).total
        if place is not None and not 0 <= place < total:
            raise ValueError(f"a place is from 0 to {total - 1}, not {place}")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            with self._change():
                self._note(session_id, kind, place, details)
        finally:
            self._connection.execute("PRAGMA synchronous = FULL")

    def fault(
        self, session_id: str, place: int, details: Mapping[str, object] | None = None
    ) -> Position:
        """Mark bad playback of a trial: a vote on it is kept, does not count, and it comes again.

        Gives the next trial. Raises RatingError for one that was not reached yet.
        """
        with self._change():
            self._check_open(session_id)
            following = self.position(session_id)
            last = len(self.plan(session_id)) - 1 if following is None else following.place
            if not 0 <= place <= last:
                raise RatingError("A trial that was not shown yet has no technical fault.")
            self._connection.execute(
                "UPDATE votes SET technical_fault = 1 WHERE session_id = ? AND place = ?",
                (session_id, place),
            )
            self._note(session_id, FAULT, place, details)
        again = self.position(session_id)
        assert again is not None
        return again

    def answer(self, session_id: str, question: str, value: str) -> None:
        """Keep or change the answer to a question of the study."""
        known = [asked.id for asked in self._study.questions]
        if question not in known:
            raise ValueError(f"unknown question {question!r}, expected one of {', '.join(known)}")
        with self._change():
            self._check_open(session_id)
            self._connection.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (session_id, question, value)
            )

    def finish(self, session_id: str) -> str:
        """End a session whose trials all have votes; the completion code, as often as asked."""
        self.session(session_id)
        query = "SELECT code FROM sessions WHERE session_id = ?"
        code = self._rows(query, session_id)[0][0]
        if code is None:
            with self._change():
                self._check_open(session_id)
                if (left := self.position(session_id)) is not None:
                    raise RatingError(
                        f"The session has no vote yet on trial {left.trial_index + 1} of "
                        f"{left.trial.phase}; give it first, or set the session aside."
                    )
                code = self._new_code()
                self._set_state(session_id, DONE, code)
                self._note(session_id, ENDED)
            self._back_up()
        return str(code)

    def abandon(self, session_id: str) -> None:
        """Set a session aside: its votes stay, marked incomplete, and its row is used again."""
        with self._change():
            self._check_open(session_id)
            self._set_state(session_id, ABANDONED)
            self._note(session_id, SET_ASIDE)
        self._back_up()


def _to_write(folder: Path, study: Study) -> sqlite3.Connection:
    connection = open_writing(folder / VOTES)
    try:
        if is_new(connection):
            create(connection, study)
        with transaction(connection):
            pass  # what may not be written says so now, and not at the first vote
    except BaseException:
        connection.close()
        raise
    return connection


def _changed(folder: Path, study: Study) -> str:
    """What to say where a study is not the one that was voted on; "" where it is."""
    path = folder / VOTES
    if not path.exists():
        return ""
    with told(folder), closing(open_reading(path)) as connection:
        if is_new(connection):
            return ""
        begun = connection.execute("SELECT count(*) FROM sessions").fetchone()[0]
        names = frozen.changes(connection, study) if begun else ()
    return frozen.changed(names, study.title) if names else ""


def _to_read(folder: Path) -> sqlite3.Connection:
    if not (folder / VOTES).exists():
        raise RatingError(f"There are no votes in '{folder}' yet.")
    connection = open_reading(folder / VOTES)
    if is_new(connection):
        connection.close()
        raise RatingError(f"There are no votes in '{folder}' yet.")
    return connection


def _not_next(given: Position, following: Position | None) -> str:
    if following is None:
        return "All trials of the session have their votes; finish it."
    return (
        f"Trial {given.trial_index + 1} of {given.trial.phase} is not the next one: that is "
        f"trial {following.trial_index + 1} of {following.trial.phase}."
    )
