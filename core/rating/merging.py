"""Sessions from other machines, joined to those here: all of a bundle, or nothing of it."""

import re
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from core.dice import MOST
from core.errors import RatingError
from core.rating import frozen, orders
from core.rating.bundle import unpack_votes
from core.rating.reading import SessionRows, VotesReader
from core.rating.records import (
    ABANDONED,
    DONE,
    KINDS,
    SET_ASIDE,
    SessionRecord,
    is_code,
    tombstone,
)
from core.rating.schema import VotesDamaged, open_reading, told
from core.rating.soundness import check_schema, check_study, check_whole
from core.rating.store import VoteStore
from core.rating.study import Study

_MOST_TEXT = 1 << 20  # bytes of one value
_MOST_SESSIONS = 100_000
_MOST_TIME = 31 * 24 * 3600 * 1000  # ms for a vote: over a long pause, too
_MOST_PLAYS = 10_000
_YEARS = range(1970, 2100)  # a clock without a battery begins in the first
_VERSION = re.compile(r"[0-9A-Za-z.+!_-]{1,64}")
_TOMBSTONE = re.compile(r"[0-9a-f]{64}")
_SUBJECT = re.compile(r"P[2-9A-HJKMNP-Z]{9}")


@dataclass(frozen=True, slots=True)
class Merged:
    """What was in a bundle."""

    added: tuple[str, ...]  # ids of sessions
    skipped: tuple[str, ...]  # those that were here already, the same
    longer: tuple[str, ...] = ()  # those that were here and have gone on since
    withdrawn: tuple[str, ...] = ()  # those that were withdrawn here, and stay away
    deleted: tuple[str, ...] = ()  # those that were here and withdrawn there

    @property
    def sentence(self) -> str:
        """For the operator."""
        here = f", {len(self.skipped)} were here already" if self.skipped else ""
        for ids, what in (
            (self.longer, "gone on since"),
            (self.withdrawn, "withdrawn here and not added"),
            (self.deleted, "withdrawn there and deleted here"),
        ):
            here += f", {len(ids)} {what}" if ids else ""
        return f"{len(self.added)} session{'' if len(self.added) == 1 else 's'} added{here}."


def merge_votes(store: VoteStore, study: Study, bundle: Path) -> Merged:
    """Add the sessions of a bundle in one transaction; running ones come as set aside.

    A session that is here already, the same, is skipped; one that came earlier while it
    was running is replaced by what it became. One that was withdrawn here or there is
    not here afterwards. Raises RatingError, and adds
    nothing, for a bundle that is damaged, of another study or other stimuli, or with a
    session that is here and differs.
    """
    bundle = Path(bundle)
    with tempfile.TemporaryDirectory() as folder:
        path = unpack_votes(bundle, study, Path(folder))
        found, gone = _checked(path, study, bundle.name)
    away = store.tombstones() | gone
    records = store.sessions()
    here = {record.session_id for record in records if tombstone(record.session_id) not in away}
    deleted = tuple(r.session_id for r in records if r.session_id not in here)
    withdrawn = tuple(r.session_id for r in found if tombstone(r.session_id) in store.tombstones())
    found = [rows for rows in found if tombstone(rows.session_id) not in away]
    new = [rows for rows in found if rows.session_id not in here]
    _check_numbers(records, new, bundle.name)
    same, longer = [], []
    for rows in found:
        if rows.session_id in here:
            mine = store.rows(rows.session_id)
            if mine.set_aside() == rows:
                same.append(rows)
            elif _went_on(mine, rows):
                longer.append(rows)
            else:
                raise _differs(bundle.name, rows.session_id)
    try:
        store.add([*new, *longer], gone)
    except sqlite3.IntegrityError as problem:
        raise RatingError(
            f"'{bundle.name}' is refused: its sessions contradict those here ({problem})."
        ) from problem
    return Merged(_ids(new), _ids(same), _ids(longer), withdrawn, deleted)


def _ids(sessions: list[SessionRows]) -> tuple[str, ...]:
    return tuple(rows.session_id for rows in sessions)


def _check_numbers(here: list[SessionRecord], new: list[SessionRows], name: str) -> None:
    """Raise RatingError where two sessions would have one participant's number."""
    taken = {record.subject_id for record in here}
    for rows in new:
        subject = str(rows.session[1])
        if subject in taken:
            raise RatingError(f"'{name}' is refused: two sessions have the number {subject}.")
        taken.add(subject)


def _went_on(mine: SessionRows, rows: SessionRows) -> bool:
    """Whether a session came here while it was running elsewhere, and `rows` continue it."""
    mine_there = [event for event in mine.events if event[2] == SET_ASIDE]
    came = mine.session[-2] == ABANDONED and not mine_there  # else the event would be here
    votes = {row[:3]: row for row in rows.votes}
    kept = all(  # a vote may be taken back later by a fault
        (later := votes.get(row[:3])) is not None
        and (*later[:6], later[7]) == (*row[:6], row[7])
        and later[6] >= row[6]
        for row in mine.votes
    )
    return (
        came
        and kept
        and mine.session[:-2] == rows.session[:-2]
        and mine.trials == rows.trials
        and rows.events[: len(mine.events)] == mine.events
    )


def _differs(name: str, session_id: str) -> RatingError:
    return RatingError(
        f"'{name}' is refused: its session {session_id} is here already, and "
        "differs. It may have gone on after it was first exported: join the newest "
        "bundles of all machines in a fresh copy of the study."
    )


def _checked(path: Path, study: Study, name: str) -> tuple[list[SessionRows], set[str]]:
    """All sessions of a store that was never opened before, and its tombstones."""
    found = []
    try:
        with told(path.parent), closing(open_reading(path, alone=True)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_TEXT)
            check_schema(connection, name)
            check_whole(connection, name)
            check_study(connection, study, name)
            reader = VotesReader(connection, path.parent, study)
            if changes := reader.changes():
                raise RatingError(f"'{name}' is refused. {frozen.changed(changes, study.title)}")
            gone = reader.tombstones()
            if any(not _TOMBSTONE.fullmatch(text) for text in gone):
                raise RatingError(f"'{name}' is refused: its list of withdrawals is damaged.")
            records = reader.sessions()
            if len(records) > _MOST_SESSIONS:
                raise RatingError(f"'{name}' holds more than {_MOST_SESSIONS} sessions.")
            for record in records:
                try:
                    _check_session(reader, record, study)
                except (ValueError, msgspec.DecodeError, UnicodeError) as problem:
                    raise RatingError(
                        f"'{name}' is refused: of session {record.session_id}, {problem}."
                    ) from problem
                found.append(reader.rows(record.session_id).set_aside())
    except (VotesDamaged, sqlite3.Error, MemoryError) as problem:
        raise RatingError(f"'{name}' is refused: its votes are damaged ({problem}).") from problem
    return found, gone


def _check_session(reader: VotesReader, record: SessionRecord, study: Study) -> None:
    """Raise ValueError for what the store would not have written."""
    if not _SUBJECT.fullmatch(record.subject_id):
        raise ValueError("the subject's id was not made by Visemo")
    if not _VERSION.fullmatch(record.app_version):
        raise ValueError("the version of the program is none")
    if record.seed != study.seed:
        raise ValueError(f"the seed is {record.seed}, not the study's {study.seed}")
    if record.row > MOST:
        raise ValueError(f"there is no row {record.row}")
    if reader.plan(record.session_id) != [*study.training, *orders.order(study, record.row)]:
        raise ValueError(f"the order is not that of row {record.row}")
    rows = reader.rows(record.session_id)
    if record.state == DONE and (record.done != record.total or not is_code(rows.code)):
        raise ValueError("it is marked as done and is not")
    _check_votes(rows.votes, len(study.scale))
    asked = {question.id for question in study.questions}
    if odd := {row[1] for row in rows.answers} - asked:
        raise ValueError(f"there is an answer to {odd.pop()[:40]!a}, which is not asked")
    msgspec.json.decode(rows.session[5], type=dict[str, str | int | float])
    _check_time(record.begun_utc)
    for _, place, kind, details, when in rows.events:
        if kind not in KINDS or not (place is None or 0 <= place < record.total):
            raise ValueError(f"there is an unknown event {kind[:40]!a}")
        msgspec.json.decode(details, type=dict[str, Any])
        _check_time(when)


def _check_votes(votes: tuple[tuple[Any, ...], ...], scale: int) -> None:
    """Ordered by place and attempt: all trials up to the last in turn, one good vote at most."""
    expected: tuple[int, int] = (0, 0)
    places = []
    for _, place, attempt, rating, taken, plays, fault, when in votes:
        if rating > scale:
            raise ValueError(f"there is a rating of {rating}, above {scale}")
        if taken > _MOST_TIME or plays > _MOST_PLAYS:
            raise ValueError(f"no vote takes {taken} ms and {plays} plays")
        if attempt and (place, attempt) != expected:
            raise ValueError("votes on a trial are not numbered in turn, or one counts twice")
        expected = (place, attempt + 1) if fault else (-1, -1)
        _check_time(when)
        if not attempt:
            places.append(place)
    if places != list(range(len(places))):
        raise ValueError("there are votes on trials that were not reached")


def _check_time(text: str) -> None:
    if len(text) != len("2026-01-31T12:00:00.000Z") or not text.endswith("Z"):
        raise ValueError(f"{text[:40]!a} is no time")
    if datetime.fromisoformat(text).year not in _YEARS:
        raise ValueError(f"{text} is no time of a vote")
