"""RECOLA (Ringeval et al. 2013) as AVEC 2016 gave it out: spontaneous French, 25 labels a second.

    recordings_audio/train_1.wav ... dev_9.wav, test_9.wav
    ratings_gold_standard/arousal/train_1.arff    name, time, value (or the same as .csv)
    ratings_gold_standard/valence/train_1.arff
    ratings_individual/arousal/train_1.csv        time; one column for each annotator
    ratings_individual/valence/train_1.csv

Ratings of the test files were never given out: such sessions have no contours. Tables have a
line of titles, and commas or semicolons between their columns.
"""

import math
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.affect import DIMENSIONS, FRAMES_PER_SECOND
from core.audio_check import sound_seconds
from core.corpora.corpus import Kind, Problem
from core.corpora.session import Contours, Session, SessionCorpus
from core.corpora.utterance import AUDIO_SUFFIXES
from core.errors import AudioFileError, CorpusError

AUDIO, GOLD, INDIVIDUAL = "recordings_audio", "ratings_gold_standard", "ratings_individual"
PARTITIONS = {"train": "train", "dev": "validation", "test": "test"}
_NAME = re.compile(r"(train|dev|test)_\d+")
_SLACK = 0.25  # of a frame, that times may be off their grid
NAMED = 3  # columns at least: name, time, value
APART = 1.0  # seconds between the ends of a sound and of its ratings
Table = NDArray[np.float64]


def is_recola(folder: Path) -> bool:
    """Whether a folder is laid out like this."""
    return (folder / AUDIO).is_dir() and (folder / GOLD).is_dir()


def read_recola(folder: Path) -> SessionCorpus:
    """All sessions of a folder; files that cannot be used are its problems.

    Raises CorpusError where the folder is not laid out as above or nothing is left.
    """
    if not is_recola(folder):
        raise CorpusError(
            f"{folder} is not RECOLA as AVEC 2016 gave it out; expected {AUDIO} and {GOLD} in it"
        )
    sessions: list[Session] = []
    problems: list[Problem] = []
    for audio in sorted((folder / AUDIO).iterdir(), key=_order):
        if audio.suffix.lower() not in AUDIO_SUFFIXES:
            continue
        try:
            sessions.append(_session(folder, audio, problems))
        except (CorpusError, AudioFileError) as error:
            problems.append(Problem(audio, f"cannot be used: {error}"))
    if not sessions:
        first = problems[0] if problems else None
        raise CorpusError(
            f"{folder / AUDIO} holds no sessions that can be used; "
            + (f"{first.path.name} {first.reason}" if first else "expected train_1.wav and so on")
        )
    return SessionCorpus("recola", folder, tuple(sessions), tuple(problems))


def _order(path: Path) -> tuple[str, int, str]:
    number = re.search(r"\d+", path.stem)
    return path.stem.split("_")[0], int(number.group()) if number else 0, path.name


def _session(folder: Path, audio: Path, problems: list[Problem]) -> Session:
    """Raises CorpusError or AudioFileError; ratings that are only left out become problems."""
    name = audio.stem
    match = _NAME.fullmatch(name)
    if match is None:
        raise CorpusError(f"{name!r} is not named train_N, dev_N or test_N")
    partition = PARTITIONS[match[1]]
    gold = {dimension: _gold(folder, dimension, name) for dimension in DIMENSIONS}
    missing = [dimension for dimension in DIMENSIONS if gold[dimension] is None]
    seconds = sound_seconds(audio)
    contours = None
    if not missing:
        contours = _contours(name, {key: table for key, table in gold.items() if table is not None})
        if abs(contours.times[-1] - seconds) > APART:
            raise CorpusError(
                f"{name} has ratings to {contours.times[-1]:.1f} s and a sound of {seconds:.1f} s; "
                f"expected at most {APART:g} s between them"
            )
    elif partition != "test" or len(missing) < len(DIMENSIONS):
        raise CorpusError(f"there is no {GOLD}/{missing[0]}/{name}.arff or .csv")
    raters = {}
    for dimension in DIMENSIONS:
        path = folder / INDIVIDUAL / dimension / f"{name}.csv"
        try:
            if path.is_file():
                raters[dimension] = _annotators(path, contours)
        except CorpusError as error:
            problems.append(Problem(path, f"cannot be used: {error}", Kind.ANNOTATOR))
    return Session(audio, "recola", f"recola-{name}", partition, contours, raters)


def _gold(folder: Path, dimension: str, name: str) -> Table | None:
    for suffix in (".arff", ".csv"):
        path = folder / GOLD / dimension / (name + suffix)
        if path.is_file():
            return _table(path)[:, [0, -1]]
    return None


def _annotators(path: Path, contours: Contours | None) -> Table:
    """Values (n, raters) at the times of the gold standard."""
    table = _table(path)
    if contours is not None and len(table) != len(contours.times):
        raise CorpusError(
            f"{path.name} has {len(table)} ratings and the gold standard {len(contours.times)}"
        )
    return table[:, 1:]


def _contours(name: str, gold: dict[str, Table]) -> Contours:
    lengths = {dimension: len(table) for dimension, table in gold.items()}
    if len(set(lengths.values())) > 1:
        raise CorpusError(f"{name} has ratings of different lengths: {lengths}")
    times = gold[DIMENSIONS[0]][:, 0]
    return Contours(times, {dimension: table[:, 1] for dimension, table in gold.items()})


def _named(rows: list[list[str]]) -> bool:
    """Whether the session's name stands before the time and the value."""
    if not rows or len(rows[0]) < NAMED:
        return False
    try:
        float(rows[0][0])
    except ValueError:
        return True
    return False


def _table(path: Path) -> Table:
    """Times and values (n, 2 or more), on a grid of 40 ms and finite."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError(f"{path} cannot be read: {error}") from error
    lines = text.splitlines()
    if path.suffix == ".arff":
        begin = [n for n, line in enumerate(lines) if line.strip().lower() == "@data"]
        if not begin:
            raise CorpusError(f"{path} has no @data; expected an ARFF file")
        lines = [line for line in lines[begin[0] :] if not line.lstrip().startswith("%")]
    rows = [re.split("[;,]", line) for line in lines[1:] if line.strip()]
    if path.suffix == ".arff" or _named(rows):
        rows = [row[1:] for row in rows]
    if len({len(row) for row in rows}) != 1 or len(rows[0]) < 2:
        raise CorpusError(f"{path} has no rows of a time and a value, all of one length")
    try:
        table = np.array([[float(cell) for cell in row] for row in rows])
    except ValueError as error:
        raise CorpusError(f"{path} holds what is not a number: {error}") from error
    if not np.isfinite(table).all():
        raise CorpusError(f"{path} holds numbers that are not finite")
    steps = np.diff(table[:, 0]) * FRAMES_PER_SECOND
    if len(steps) and not math.isclose(np.abs(steps - 1).max(), 0, abs_tol=_SLACK):
        raise CorpusError(f"{path} is not on a grid of {1 / FRAMES_PER_SECOND:g} s")
    return table
