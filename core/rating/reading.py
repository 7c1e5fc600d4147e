"""What lies in a store of votes: sessions, the next trial, votes, events."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import msgspec

from core.errors import RatingError
from core.rating import frozen, orders
from core.rating.backups import copy_votes
from core.rating.records import (
    ABANDONED,
    DONE,
    OPEN,
    Answer,
    Event,
    Overview,
    Position,
    SessionRecord,
    tombstone,
)
from core.rating.schema import FIRST_ROW, TOMBSTONE, WITHDRAWN, free_bytes, told
from core.rating.study import PLAIN, REPEAT, Study, Trial, Vote

SESSION_COLUMNS = """session_id, subject_id, order_row, seed, app_version, machine, begun_utc,
    state, code"""
EVENT_COLUMNS = "session_id, place, kind, details, timestamp_utc"
_SESSIONS = """
SELECT session_id, subject_id, order_row, seed, app_version, begun_utc, state,
    (SELECT count(DISTINCT place) FROM votes v
        WHERE v.session_id = s.session_id AND technical_fault = 0),
    (SELECT count(*) FROM trials t WHERE t.session_id = s.session_id)
FROM sessions s"""

_NEXT = """
SELECT place, trial_index, stimulus, phase, kind, expected, tolerance, message,
    (SELECT count(*) FROM trials o WHERE o.session_id = t.session_id AND o.phase = t.phase),
    (SELECT count(*) FROM votes v WHERE v.session_id = t.session_id AND v.place = t.place)
FROM trials t
WHERE session_id = ? AND NOT EXISTS (
    SELECT 1 FROM votes v
    WHERE v.session_id = t.session_id AND v.place = t.place AND technical_fault = 0)
ORDER BY place LIMIT 1"""

_PLAN = """
SELECT stimulus, phase, kind, expected, tolerance, message
FROM trials WHERE session_id = ? ORDER BY place"""

_COLUMNS = (  # those that go into a Vote as they are
    "session_id", "subject_id", "phase", "trial_index", "kind", "rating", "rating_time_ms",
    "plays", "technical_fault", "timestamp_utc", "seed", "order_row", "app_version",
)  # fmt: skip
_VOTES = f"""
SELECT stimulus, expected, tolerance, state, {", ".join(_COLUMNS)}
FROM sessions s JOIN trials t USING (session_id) JOIN votes v USING (session_id, place)
ORDER BY s.number, place, attempt"""


@dataclass(frozen=True, slots=True)
class SessionRows:
    """A session as it lies in the tables, without the numbers that each store gives."""

    session: tuple[Any, ...]
    trials: tuple[tuple[Any, ...], ...]
    votes: tuple[tuple[Any, ...], ...]
    answers: tuple[tuple[Any, ...], ...]
    events: tuple[tuple[Any, ...], ...]

    @property
    def session_id(self) -> str:
        """Of the first table."""
        return str(self.session[0])

    @property
    def code(self) -> str:
        """The completion code, "" where there is none."""
        return self.session[-1] or ""

    def set_aside(self) -> Self:
        """As it is kept on another machine, where it cannot be gone on with."""
        state = ABANDONED if self.session[-2] == OPEN else self.session[-2]
        return replace(self, session=(*self.session[:-2], state, self.session[-1]))


class VotesReader:
    """Looks at an open store. Raises RatingError where it cannot be read, see `schema.told`."""

    def __init__(self, connection: sqlite3.Connection, folder: Path, study: Study) -> None:
        self._connection, self._folder, self._study = connection, folder, study

    def session(self, session_id: str) -> SessionRecord:
        """By its id; raises RatingError."""
        for row in self._rows(f"{_SESSIONS} WHERE session_id = ?", session_id):
            return SessionRecord(*row)
        raise RatingError(f"There is no session {session_id}; it may have been withdrawn.")

    def sessions(self) -> list[SessionRecord]:
        """All, in the order in which they were begun."""
        return [SessionRecord(*row) for row in self._rows(f"{_SESSIONS} ORDER BY number")]

    def resume_candidates(self) -> list[SessionRecord]:
        """Sessions that were begun and not ended, the newest first."""
        return [record for record in reversed(self.sessions()) if record.state == OPEN]

    def position(self, session_id: str) -> Position | None:
        """The next trial of a session, the first without a good vote; None after the last."""
        self.session(session_id)
        for place, index, *trial, total, attempt in self._rows(_NEXT, session_id):
            return Position(session_id, place, index, total, attempt, Trial(*trial))
        return None

    def plan(self, session_id: str) -> list[Trial]:
        """Training and scored block as this session has them, to be verified."""
        self.session(session_id)
        return [Trial(*row) for row in self._rows(_PLAN, session_id)]

    def next_row(self) -> int:
        """Of the next participant, see `orders.next_row`: those of abandoned sessions again."""
        query = "SELECT order_row FROM sessions WHERE state IN (?, ?)"
        taken = {row[0] for row in self._rows(query, OPEN, DONE)}
        return orders.next_row(taken, self.first_row)

    @property
    def first_row(self) -> int:
        """Where the rows of this machine begin."""
        return int(self._about(FIRST_ROW, "0"))

    def tombstones(self) -> set[str]:
        """SHA-256 of the ids of sessions that were withdrawn, here or elsewhere."""
        rows = self._rows("SELECT name FROM about WHERE name LIKE ? || '%'", TOMBSTONE)
        return {name.removeprefix(TOMBSTONE) for (name,) in rows} - {""}

    def was_withdrawn(self, session_id: str) -> bool:
        """Whether a session is one that must not come back."""
        return tombstone(session_id) in self.tombstones()

    def changes(self) -> tuple[str, ...]:
        """What the study says otherwise than when its votes were begun, by name."""
        with told(self._folder):
            return frozen.changes(self._connection, self._study)

    def session_of(self, number: str) -> SessionRecord:
        """Of the participant with a number such as "P2K7MX4TPQ"; raises RatingError."""
        wanted = number.strip().upper()
        for record in self.sessions():
            if record.subject_id == wanted:
                return record
        raise RatingError(f"There is no participant {number.strip()[:40]!r} in this study.")

    def overview(self) -> Overview:
        """What the operator may see while a study runs."""
        found = self.sessions()
        states = Counter(record.state for record in found)
        return Overview(
            done=states[DONE],
            partial=states[OPEN],
            abandoned=states[ABANDONED],
            withdrawn=int(self._about(WITHDRAWN)),
            next_row=self.next_row(),
            free_bytes=free_bytes(self._folder),
            sessions=tuple(found),
            first_row=self.first_row,
        )

    def votes(self) -> list[Vote]:
        """All, by session and place; one taken back by a technical fault is before the good one."""
        stimuli = {stimulus.id: stimulus for stimulus in self._study.stimuli}
        found = []
        for name, expected, tolerance, state, *row in self._rows(_VOTES):
            stimulus, values = stimuli[name], dict(zip(_COLUMNS, row, strict=True))
            kind, rating = values["kind"], values["rating"]
            values["technical_fault"] = bool(values["technical_fault"])
            found.append(
                Vote(
                    study_id=self._study.id,
                    stimulus=name,
                    clip=stimulus.clip,
                    emotion=stimulus.emotion,
                    condition=stimulus.condition,
                    passed=_passed(kind, expected, tolerance, rating),
                    complete=state == DONE,
                    **values,
                )
            )
        return found

    def answers(self) -> list[Answer]:
        """All, by session and question."""
        query = """SELECT session_id, question, value FROM answers JOIN sessions USING (session_id)
            ORDER BY sessions.number, question"""
        return [Answer(*row) for row in self._rows(query)]

    def events(self, session_id: str | None = None) -> list[Event]:
        """All, or those of a session, in the order in which they happened."""
        query = "SELECT number, session_id, place, kind, details, timestamp_utc FROM events"
        if session_id is None:
            rows = self._rows(f"{query} ORDER BY number")
        else:
            rows = self._rows(f"{query} WHERE session_id = ? ORDER BY number", session_id)
        return [
            Event(number, session, place, kind, msgspec.json.decode(details, type=dict), when)
            for number, session, place, kind, details, when in rows
        ]

    def machine(self, session_id: str) -> dict[str, object]:
        """What was noted of the machine when a session was begun."""
        query = "SELECT machine FROM sessions WHERE session_id = ?"
        for (text,) in self._rows(query, session_id):
            return msgspec.json.decode(text, type=dict[str, object])
        raise RatingError(f"There is no session {session_id}; it may have been withdrawn.")

    def rows(self, session_id: str) -> SessionRows:
        """All of a session, to be copied to another store."""
        self.session(session_id)
        (session,) = self._rows(
            f"SELECT {SESSION_COLUMNS} FROM sessions WHERE session_id = ?", session_id
        )
        trials, votes, answers, events = (
            tuple(self._rows(f"SELECT {what} WHERE session_id = ? ORDER BY {by}", session_id))
            for what, by in (
                ("* FROM trials", "place"),
                ("* FROM votes", "place, attempt"),
                ("* FROM answers", "question"),
                (f"{EVENT_COLUMNS} FROM events", "number"),
            )
        )
        return SessionRows(session, trials, votes, answers, events)

    def copy_to(self, target: Path) -> None:
        """A whole copy of all that is committed, in one file. Raises RatingError, DiskFull."""
        copy_votes(self._connection, target)

    def _about(self, name: str, missing: str = "") -> str:
        found = self._rows("SELECT value FROM about WHERE name = ?", name)
        return str(found[0][0]) if found else missing

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with told(self._folder):
            return self._connection.execute(query, values).fetchall()


def _passed(kind: str, expected: int | None, tolerance: int, rating: int) -> bool | None:
    if kind in (PLAIN, REPEAT) or expected is None:
        return None
    return abs(rating - expected) <= tolerance
