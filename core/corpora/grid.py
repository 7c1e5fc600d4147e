"""GRID (Cooke, Barker, Cunningham, Shao 2006): six-word commands, sound, video, face tracks.

As published `s1/bbaf2n.wav` and `s1/bbaf2n.mpg`, in folders that may be called `s1_50kHz`
or `s1.mpg_6000`; or `audio/NAME.flac` beside `landmarks.npz` with `names`, `landmarks`
(clips, frames, 68, 3) in units of `unit` pixels, `detected` and `fps`. Names of clips tell
no speaker: where no folder does, each clip stands alone, as a speaker of its own.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.corpora.corpus import Corpus, Kind, Problem
from core.corpora.listing import Listing
from core.corpora.named import LeftOut, Piece, apart, read_named
from core.corpora.utterance import Utterance
from core.errors import CorpusError
from core.monitor import SILENT, Monitor

LANDMARKS = "landmarks.npz"
SPEAKER = re.compile(r"(?:grid[_-])?(s\d+)(?:[._-].*)?", re.IGNORECASE)
UNKNOWN = (
    "clips of unknown speakers (in no folder like s1), each taken for a speaker of its own; a "
    "manifest can say who speaks"
)
_PARTS = ("audio", "video", "wav", "mpg")  # folders that tell no speaker
_WORDS: tuple[dict[str, str], ...] = (
    {"b": "bin", "l": "lay", "p": "place", "s": "set"},
    {"b": "blue", "g": "green", "r": "red", "w": "white"},
    {"a": "at", "b": "by", "i": "in", "w": "with"},
    {},  # the letter itself
    {"1": "one", "2": "two", "3": "three", "4": "four", "5": "five",
     "6": "six", "7": "seven", "8": "eight", "9": "nine", "z": "zero"},
    {"a": "again", "n": "now", "p": "please", "s": "soon"},
)  # fmt: skip


def sentence(name: str) -> str:
    """What a clip's name spells: `bbaf2n` is "bin blue at f two now"."""
    if len(name) != len(_WORDS):
        raise CorpusError(f"{name!r} is not a GRID clip name; expected six letters like 'bbaf2n'")
    try:
        return " ".join(
            words[letter] if words else letter for words, letter in zip(_WORDS, name, strict=True)
        )
    except KeyError as error:
        raise CorpusError(f"{name!r} is not a GRID clip name: no word for {error}") from error


def parse_grid(path: Path) -> Piece | LeftOut:
    """What a file of GRID is; raises CorpusError when it is not named like one."""
    name = path.stem.lower()
    try:
        text = sentence(name)
    except CorpusError as problem:
        raise CorpusError(
            "is not named like a GRID recording; expected six letters like bbaf2n"
        ) from problem
    speaker = _speaker(path)
    folder = _folder(path)
    alone = f"{folder.name.lower().removeprefix('grid_')}-{name}".removeprefix("-")
    return Piece(
        f"{speaker or folder}/{name}",
        Utterance(
            audio=path,
            corpus="grid",
            speaker=f"grid-{speaker or alone}",
            emotion="neutral",
            text=text,
            language="gmw/en-GB-x-rp",
            text_id=f"grid-{name}",
        ),
        note="" if speaker else UNKNOWN,
    )


def _speaker(path: Path) -> str:
    """From the nearest folder like `s1`; "" where none is."""
    found = (SPEAKER.fullmatch(folder.name) for folder in path.parents)
    return next((match[1].lower() for match in found if match), "")


def _folder(path: Path) -> Path:
    """That of the recordings, sounds and videos alike."""
    return next(folder for folder in path.parents if folder.name.lower() not in _PARTS)


def read_grid_corpus(listing: Listing, monitor: Monitor = SILENT) -> Corpus:
    """All utterances, with their tracks where a `landmarks.npz` lies above them."""
    tracks = [path for path in listing.others if path.name == LANDMARKS]
    corpus = read_named("grid", parse_grid, listing, monitor, tracks)
    problems = list(corpus.problems)
    utterances = list(corpus.utterances)
    for track in tracks:
        try:
            tracked = _Tracked.read(track)
        except CorpusError as problem:
            problems.append(Problem(track, str(problem), Kind.UNREADABLE))
            continue
        heard = set()
        for index, utterance in enumerate(utterances):
            name = utterance.audio.stem
            if track.parent not in utterance.audio.parents or name not in tracked.names:
                continue
            heard.add(name)
            wrong = apart(utterance.seconds, tracked.seconds, utterance.audio, problems)
            found = None if wrong else track
            utterances[index] = replace(utterance, landmarks=found, faulty_face=wrong)
        problems += [
            Problem(track.parent / "audio" / name, f"is not there, though {LANDMARKS} has its "
                    "landmarks", Kind.MISSING)
            for name in sorted(tracked.names - heard)
        ]  # fmt: skip
    return replace(corpus, utterances=tuple(utterances), problems=tuple(problems))


@dataclass(frozen=True, slots=True)
class _Tracked:
    """Which clips a file of landmarks has, and how long each is in seconds."""

    names: frozenset[str]
    seconds: float

    @classmethod
    def read(cls, path: Path) -> "_Tracked":
        with _landmark_file(path) as stored:
            names = frozenset(str(name) for name in stored["names"])
            return cls(names, stored["detected"].shape[1] / float(stored["fps"]))


@contextmanager
def _landmark_file(path: Path) -> Iterator[np.lib.npyio.NpzFile]:
    """A file of landmarks, open. Raises CorpusError, also for what its reader lacks."""
    try:
        # Opened here, because numpy leaves a damaged one open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            yield stored
    except (OSError, ValueError, KeyError, IndexError, EOFError, zipfile.BadZipFile) as error:
        raise CorpusError(f"{path} is not a GRID landmark file: {error}") from error


@dataclass(frozen=True, slots=True)
class GridClip:
    """One recording: its sound file and its track (frames, 68, 3) in pixels."""

    name: str
    audio: Path
    landmarks: NDArray[np.float64]
    detected: NDArray[np.bool_]
    fps: float


def read_grid(folder: Path) -> list[GridClip]:
    """All clips of one folder, in the order of their names.

    Raises CorpusError when the folder is not laid out as above or a sound file is missing.
    """
    path = folder / LANDMARKS
    with _landmark_file(path) as stored:
        names = [str(name) for name in stored["names"]]
        landmarks = stored["landmarks"].astype(np.float64) * float(stored["unit"])
        detected = stored["detected"].astype(bool)
        fps = float(stored["fps"])
    clips = []
    for index in np.argsort(names):
        audio = folder / "audio" / f"{names[index]}.flac"
        if not audio.is_file():
            raise CorpusError(f"{audio} is missing, though {path} has its landmarks")
        clips.append(GridClip(names[index], audio, landmarks[index], detected[index], fps))
    return clips
