"""What was collected beside the votes, as tables: answers, sessions, and all that happened.

Completion codes are in none of them: who has a code must not find the votes given for it.
"""

from collections.abc import Sequence
from statistics import median

from core.rating.reading import VotesReader
from core.rating.records import (
    ENDED,
    FAULT,
    FOCUS_LOST,
    PLAY_ENDED,
    SET_ASIDE,
    Event,
    SessionRecord,
)
from core.rating.tables import csv_text
from core.rating.writing import as_json

ANSWERS, SESSIONS, EVENTS = "answers.csv", "sessions.csv", "events.csv"
COLLECTED = (ANSWERS, SESSIONS, EVENTS)
ANSWER_COLUMNS = ("session_id", "subject_id", "question", "value")
SESSION_COLUMNS = (
    "session_id", "subject_id", "state", "begun_utc", "ended_utc", "order_row", "app_version",
    "machine", "trials_done", "trials", "plays", "median_skew_ms", "median_dropped_pictures",
    "focus_losses", "technical_faults",
)  # fmt: skip
_MOST = 1e9  # of milliseconds or pictures: far more than any clip has
EVENT_COLUMNS = ("number", "session_id", "place", "kind", "details", "timestamp_utc")


def collected_files(reader: VotesReader) -> dict[str, bytes]:
    """COLLECTED, by their names. Raises RatingError where the votes cannot be read."""
    sessions, events = reader.sessions(), reader.events()
    subjects = {record.session_id: record.subject_id for record in sessions}
    answers = (
        (answer.session_id, subjects[answer.session_id], answer.question, answer.value)
        for answer in reader.answers()
    )
    of: dict[str, list[Event]] = {record.session_id: [] for record in sessions}
    for event in events:
        of[event.session_id].append(event)
    lines = [
        _session(record, as_json(reader.machine(record.session_id)), of[record.session_id])
        for record in sessions
    ]
    happened = (
        (e.number, e.session_id, "" if e.place is None else e.place, e.kind, as_json(e.details),
         e.timestamp_utc)
        for e in events
    )  # fmt: skip
    return {
        ANSWERS: csv_text(ANSWER_COLUMNS, answers).encode(),
        SESSIONS: csv_text(SESSION_COLUMNS, lines).encode(),
        EVENTS: csv_text(EVENT_COLUMNS, happened).encode(),
    }


def completion_codes(reader: VotesReader) -> list[tuple[str, str]]:
    """(code, state) of each session that has a code, by code and so in no order of sessions."""
    rows = [reader.rows(record.session_id) for record in reader.sessions()]
    states = {record.session_id: record.state for record in reader.sessions()}
    return sorted((row.code, states[row.session_id]) for row in rows if row.code)


def _session(record: SessionRecord, machine: str, events: Sequence[Event]) -> Sequence[object]:
    plays = [event for event in events if event.kind == PLAY_ENDED]
    ended = [event.timestamp_utc for event in events if event.kind in (ENDED, SET_ASIDE)]
    return (
        record.session_id,
        record.subject_id,
        record.state,
        record.begun_utc,
        ended[-1] if ended else "",
        record.row,
        record.app_version,
        machine,
        record.done,
        record.total,
        len(plays),
        _median(plays, "skew_ms"),
        _median(plays, "dropped"),
        sum(event.kind == FOCUS_LOST for event in events),
        sum(event.kind == FAULT for event in events),
    )


def _median(plays: Sequence[Event], name: str) -> str:
    """Over the plays that tell; a bundle from elsewhere may hold anything as details."""
    found = [play.details.get(name) for play in plays]
    told = [value for value in found if isinstance(value, int | float) and abs(value) < _MOST]
    return f"{median(told):.6g}" if told else ""
