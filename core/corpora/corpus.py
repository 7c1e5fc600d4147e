"""A data set as read from a folder: its utterances, and what could not be used."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS


class Kind(StrEnum):
    """What may be wrong with a file of a corpus."""

    MISNAMED = "files not named as the corpus names them"
    UNREADABLE = "files that cannot be read, or not to their end"
    DUPLICATE = "recordings that are there more than once"
    UNPAIRED = "videos without the sound that belongs to them"
    MISSING = "files that are named but not there"
    LABEL = "recordings of an unknown label"
    LENGTH = "faces that are not as long as their sound"
    ANNOTATOR = "ratings of single annotators"
    LINE = "lines of the table that cannot be used"


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that was left out, and why; the reason says what would be right."""

    path: Path
    reason: str
    kind: Kind = Kind.UNREADABLE


@dataclass(frozen=True, slots=True)
class Corpus:
    """Utterances in the order of their paths; nothing is dropped without a `Problem` or a note."""

    name: str
    folder: Path
    utterances: tuple[Utterance, ...]
    problems: tuple[Problem, ...] = ()
    labels: tuple[str, ...] = EMOTIONS
    layout: str = ""  # a name in CORPORA
    notes: tuple[str, ...] = ()  # what was left out or renamed on purpose, with counts
