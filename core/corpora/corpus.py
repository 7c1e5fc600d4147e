"""A data set as read from a folder: its utterances, and what could not be used."""

from dataclasses import dataclass
from pathlib import Path

from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that was left out, and why; the reason says what would be right."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Utterances in the order of their paths; nothing is dropped without a `Problem`."""

    name: str
    folder: Path
    utterances: tuple[Utterance, ...]
    problems: tuple[Problem, ...] = ()
    labels: tuple[str, ...] = EMOTIONS
