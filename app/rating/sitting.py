"""One participant's way through a study: what is next, and what is kept of it.

The only part of the participant's side that knows the store of votes.
"""

import platform
import sys
from pathlib import Path

from app.rating.words import Words
from app.sound.card import Card
from core.errors import RatingError
from core.rating import records
from core.rating.records import Position, SessionRecord
from core.rating.store import VoteStore
from core.rating.study import Question, Study

MOST_NOTES = 1000  # kept while they cannot be written
WISHED = "wished"  # of a showing: the participant asked for it


class Sitting:
    """A session that is to begin, or one to go on with. Methods raise RatingError, and DiskFull
    where the same call can be made again once there is room.
    """

    def __init__(
        self, study: Study, folder: Path, store: VoteStore, record: SessionRecord | None = None
    ) -> None:
        """`record` is of a session that was broken off; None for a new participant."""
        self.study, self.folder = study, folder
        self.words = Words(dict(study.texts))
        self.machine = machine_facts()
        self.resumed = record is not None
        self.leftovers: tuple[Path, ...] = ()  # damaged files that may hold what was withdrawn
        self._store = store
        self._record = record
        self._notes: list[tuple[str, int | None, dict[str, object]]] = []  # not yet written

    @property
    def begun(self) -> bool:
        """Whether anything is stored."""
        return self._record is not None

    @property
    def subject(self) -> str:
        """The automatic number."""
        return self._known.subject_id

    @property
    def session_id(self) -> str:
        """Of the session in the store."""
        return self._known.session_id

    @property
    def _known(self) -> SessionRecord:
        assert self._record is not None, "the session was begun"
        return self._record

    def begin(self) -> None:
        """A participant has agreed to take part."""
        if self._record is None:
            self._record = self._store.begin(machine=self.machine)

    def position(self) -> Position | None:
        """The next trial; None after the last."""
        return self._store.position(self.session_id)

    def questions(self, when: str) -> tuple[Question, ...]:
        """Those still to be asked, BEFORE or AFTER the trials."""
        answered = {a.question for a in self._store.answers() if a.session_id == self.session_id}
        return tuple(q for q in self.study.questions if q.when == when and q.id not in answered)

    def answer(self, question: Question, value: str) -> None:
        """Keep an answer, "" for none."""
        self._store.answer(self.session_id, question.id, value)

    def vote(self, position: Position, rating: int, time_ms: int) -> None:
        """Keep a score; it is on the disk when this returns.

        `time_ms` is how long the scale was on the screen before it, pauses left out.
        """
        plays = max(1, len(self._showings(position.place)))
        self._store.commit_vote(position, rating, time_ms, plays)

    def replays(self, place: int) -> int:
        """How often the participant wished to see the clip of a place again."""
        return sum(details.get(WISHED) is True for details in self._showings(place))

    def _showings(self, place: int) -> list[dict[str, object]]:
        """Each time that the clip of a place began, also before a crash or a pause."""
        noted = [(e.kind, e.place, e.details) for e in self._store.events(self.session_id)]
        noted += self._notes  # which happened, though they are not written yet
        return [facts for kind, at, facts in noted if (kind, at) == (records.PLAY_STARTED, place)]

    def note(self, kind: str, place: int | None = None, **details: object) -> None:
        """Log what happened; what cannot be written now is written with the next note."""
        if not self.begun:
            return
        self._notes = [*self._notes, (kind, place, details)][-MOST_NOTES:]
        try:
            while self._notes:
                kind, where, facts = self._notes[0]
                self._store.log(self.session_id, kind, facts, where)
                del self._notes[0]
        except RatingError:  # the vote that comes next will meet the same, and say so
            return

    def finish(self) -> str:
        """Everything was answered; the completion code."""
        return self._store.finish(self.session_id)

    def withdraw(self) -> None:
        """Delete everything about this participant."""
        if self.begun:
            self.leftovers = self._store.withdraw(self.session_id)
            self._notes.clear()


def machine_facts() -> dict[str, str | int | float]:
    """What a session is run on, as far as it may matter; nothing that names a person."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "python": sys.version.split()[0],
    }


def device_name(card: Card, device: str | None) -> str:
    """What the person at the machine calls the device; None is the usual one."""
    for found in card.devices():
        if found.id == device or (device is None and found.default_output):
            return found.name
    return device or ""
