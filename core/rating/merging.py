"""Sessions from other machines, joined to those here: all of a bundle, or nothing of it."""

import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from core.errors import RatingError
from core.rating import orders
from core.rating.bundle import unpack_votes
from core.rating.dice import MOST
from core.rating.reading import SessionRows, VotesReader
from core.rating.records import DONE, KINDS, SessionRecord, is_code
from core.rating.schema import VotesDamaged, open_reading, told
from core.rating.soundness import check_schema, check_study, check_whole
from core.rating.store import VoteStore
from core.rating.study import Study

_MOST_TEXT = 1 << 20  # bytes of one value
_MOST_SESSIONS = 100_000
_SUBJECT = re.compile(r"P[2-9A-HJKMNP-Z]{9}")


@dataclass(frozen=True, slots=True)
class Merged:
    """What was in a bundle."""

    added: tuple[str, ...]  # ids of sessions
    skipped: tuple[str, ...]  # those that were here already, the same

    @property
    def sentence(self) -> str:
        """For the operator."""
        here = f", {len(self.skipped)} were here already" if self.skipped else ""
        return f"{len(self.added)} session{'' if len(self.added) == 1 else 's'} added{here}."


def merge_votes(store: VoteStore, study: Study, bundle: Path) -> Merged:
    """Add the sessions of a bundle in one transaction; running ones come as set aside.

    A session that is here already, the same, is skipped. Raises RatingError, and adds
    nothing, for a bundle that is damaged, of another study or other stimuli, or with a
    session that is here and differs.
    """
    bundle = Path(bundle)
    with tempfile.TemporaryDirectory() as folder:
        path = unpack_votes(bundle, study, Path(folder))
        found = list(_checked(path, study, bundle.name))
    here = {record.session_id for record in store.sessions()}
    new = [rows for rows in found if rows.session_id not in here]
    old = [rows for rows in found if rows.session_id in here]
    for rows in old:
        if store.rows(rows.session_id).set_aside() != rows:
            raise RatingError(
                f"'{bundle.name}' is refused: its session {rows.session_id} is here already, and "
                "differs. It may have gone on after it was first exported: join the newest "
                "bundles of all machines in a fresh copy of the study."
            )
    try:
        store.add(new)
    except sqlite3.IntegrityError as problem:
        raise RatingError(
            f"'{bundle.name}' is refused: its sessions contradict those here ({problem})."
        ) from problem
    return Merged(tuple(rows.session_id for rows in new), tuple(rows.session_id for rows in old))


def _checked(path: Path, study: Study, name: str) -> Iterator[SessionRows]:
    """All sessions of a store that was never opened before."""
    try:
        with told(path.parent), closing(open_reading(path, alone=True)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_TEXT)
            check_schema(connection, name)
            check_whole(connection, name)
            check_study(connection, study, name)
            reader = VotesReader(connection, path.parent, study)
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
                yield reader.rows(record.session_id).set_aside()
    except (VotesDamaged, sqlite3.Error, MemoryError) as problem:
        raise RatingError(f"'{name}' is refused: its votes are damaged ({problem}).") from problem


def _check_session(reader: VotesReader, record: SessionRecord, study: Study) -> None:
    """Raise ValueError for what the store would not have written."""
    if not _SUBJECT.fullmatch(record.subject_id):
        raise ValueError("the subject's id was not made by Visemo")
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
    for _, place, attempt, rating, _, _, fault, when in votes:
        if rating > scale:
            raise ValueError(f"there is a rating of {rating}, above {scale}")
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
    datetime.fromisoformat(text)
