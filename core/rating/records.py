"""What a store of votes tells: sessions, where they are, what happened in them."""

import hashlib
import secrets
from dataclasses import dataclass, field

from core.rating.study import Trial

OPEN, DONE, ABANDONED = "open", "done", "abandoned"  # states of a session

# What happens in a session. The store notes the first row by itself.
BEGUN, VOTED, ENDED, SET_ASIDE, CLOCK_BACK = (
    "begun",
    "voted",
    "ended",
    "abandoned",
    "clock set back",
)
RESUMED, PAUSED, VOLUME = "resumed", "paused", "volume checked"
PLAY_STARTED, PLAY_ENDED, SKEW, DROPPED = "play started", "play ended", "skew", "dropped frames"
FOCUS_LOST, FOCUS_BACK, DEVICE_LOST = "focus lost", "focus back", "device lost"
FAULT = "technical fault"
KINDS = (
    BEGUN, VOTED, ENDED, SET_ASIDE, CLOCK_BACK, RESUMED, PAUSED, VOLUME, PLAY_STARTED, PLAY_ENDED,
    SKEW, DROPPED, FOCUS_LOST, FOCUS_BACK, DEVICE_LOST, FAULT,
)  # fmt: skip

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31, a prime, and none taken for another
_RANDOM = 7  # letters before the check letter


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One participant's session; nothing in it tells what was shown."""

    session_id: str  # random, 16 hex digits
    subject_id: str  # random, never a name
    row: int  # of the orders
    seed: int
    app_version: str
    begun_utc: str
    state: str  # open, done or abandoned
    done: int  # trials with a good vote
    total: int  # trials


@dataclass(frozen=True, slots=True)
class Position:
    """The next trial of a session."""

    session_id: str
    place: int  # from 0, training and scored block as one
    trial_index: int  # from 0 within the phase
    phase_total: int  # trials of the phase
    attempt: int  # from 0; how often a technical fault has taken the vote back
    trial: Trial


@dataclass(frozen=True, slots=True)
class Overview:
    """For the operator: nothing that unblinds."""

    done: int
    partial: int  # open, to be gone on with
    abandoned: int
    withdrawn: int
    next_row: int
    free_bytes: int  # on the disk
    sessions: tuple[SessionRecord, ...]  # in the order in which they were begun
    first_row: int = 0  # of this machine


@dataclass(frozen=True, slots=True)
class Answer:
    """To a question before or after the trials."""

    session_id: str
    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `number` rises with time even where the clock does not."""

    number: int
    session_id: str
    place: int | None  # of the trial
    kind: str  # of KINDS
    details: dict[str, object] = field(default_factory=dict)
    timestamp_utc: str = ""


def new_code() -> str:
    """A completion code such as "K7QM-4XTP": random, the last letter checks the others."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    letters += _check(letters)
    return f"{letters[:4]}-{letters[4:]}"


def is_code(text: str) -> bool:
    """Whether a code was copied without a wrong letter and without two changed round."""
    letters = text.strip().upper().replace("-", "")
    if len(letters) != _RANDOM + 1 or any(letter not in _LETTERS for letter in letters):
        return False
    return _check(letters[:-1]) == letters[-1]


def new_session_id() -> str:
    """16 hex digits."""
    return secrets.token_hex(8)


def tombstone(session_id: str) -> str:
    """What stays of a session that was withdrawn: SHA-256, which gives nothing away."""
    return hashlib.sha256(session_id.encode()).hexdigest()


def new_subject_id() -> str:
    """Ten letters that say nothing about anybody."""
    return "P" + "".join(secrets.choice(_LETTERS) for _ in range(9))


def _check(letters: str) -> str:
    """Different weights modulo a prime, as in an ISBN."""
    weighted = sum((place + 2) * _LETTERS.index(letter) for place, letter in enumerate(letters))
    return _LETTERS[-weighted % len(_LETTERS)]
