"""Clips with the emotion meant by their speakers: from a corpus, a table, or the bundled sample."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PureWindowsPath

from core.corpora import CORPORA, manifest, read_corpus
from core.corpora.table import known_emotion, read_rows
from core.corpora.utterance import AUDIO_SUFFIXES
from core.dice import Dice
from core.emotion import EMOTIONS
from core.errors import CorpusError, RatingError
from core.rating.checks import as_message, is_id
from resources import SAMPLE

MOST_BYTES = 4 << 20  # of a table
MOST_ROWS = 10_000
_CHOICE = (0, 1)  # the stream of chance, beside those of the rows
_COLUMNS = ("file", "emotion")
# The sentences of the sample, cut in the pauses: seconds, and the emotion meant.
SAMPLE_LINES = (
    (0.70, 3.85, "neutral"), (4.20, 10.90, "happy"), (11.30, 18.95, "sad"), (19.20, 24.20, "angry"),
)  # fmt: skip
# Which of them each emotion is told to: its own, or the one nearest to it in arousal.
_TOLD = {"neutral": 0, "happy": 1, "sad": 2, "angry": 3, "surprise": 1, "fear": 2, "disgust": 3}


@dataclass(frozen=True, slots=True)
class SourceClip:
    """A recording that faces can be made for."""

    id: str
    path: Path
    emotion: str  # meant by the speaker
    told: bool = False  # the face is told the emotion and does not listen for it
    span: tuple[float, float] | None = None  # seconds of the file; all of it
    track: Path | None = None  # what a reference condition shows: landmarks recorded with it


@dataclass(frozen=True, slots=True)
class Pool:
    """Clips to choose from, and where they are from in a sentence for the report."""

    clips: tuple[SourceClip, ...]
    note: str
    practice: tuple[SourceClip, ...] = ()  # kept for training; empty: those that were not chosen


def find_clips(source: Path | None) -> Pool:
    """The clips of a corpus of CORPORA, a CSV table, or the bundled sample (None).

    Raises RatingError where there are none, or the table is not as it should be.
    """
    if source is None:
        return sample_pool()
    if not source.is_dir():
        return read_table(source)
    table = source / manifest.FILE
    return read_table(table) if table.is_file() else _corpus(source)


def sample_pool() -> Pool:
    """Seven clips, one for each emotion, of the bundled sample's four sentences."""

    def line(number: int) -> tuple[float, float]:
        return SAMPLE_LINES[number][:2]

    told = tuple(
        SourceClip(f"sample-{emotion}", SAMPLE, emotion, True, line(_TOLD[emotion]))
        for emotion in EMOTIONS
    )
    heard = tuple(
        SourceClip(
            f"sample-line-{number + 1}", SAMPLE, SAMPLE_LINES[number][2], False, line(number)
        )
        for number in range(len(SAMPLE_LINES))
    )
    meant = ", ".join(emotion for _, _, emotion in SAMPLE_LINES)
    note = (
        f"The clips are the four sentences of the bundled sample, a synthetic voice meant {meant}. "
        "For seven emotions the faces were told the emotion and did not hear it in the speech: "
        "surprise was told to the happy sentence, fear to the sad one, disgust to the angry one. "
        "The combined model knows no emotions and shows the same whatever it is told. This serves "
        "to try the procedure; for results take recordings of emotional speech."
    )
    return Pool(told, note, heard)


def read_table(path: Path) -> Pool:
    """Clips of a CSV table with the columns file and emotion, and maybe track.

    Files are named relative to the table's folder and lie in it. Raises RatingError
    that lists everything wrong, line by line.
    """
    try:
        rows = read_rows(path, " and ".join(_COLUMNS), MOST_BYTES, MOST_ROWS)
    except CorpusError as problem:
        raise RatingError(str(problem)) from problem
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if not set(_COLUMNS) <= set(head) or len(set(head)) != len(head):
        raise RatingError(
            f"'{path.name}' has the columns {', '.join(head)[:200] or 'of none'}; expected file "
            "and emotion, and track where there are recorded tracks, each once."
        )
    found: list[str] = []
    clips: list[SourceClip] = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(head):
            found.append(f"line {number} has {len(cells)} cells; expected {len(head)}")
            continue
        row = dict(zip(head, (cell.strip() for cell in cells), strict=True))
        emotion = known_emotion(row["emotion"])
        if not emotion:
            found.append(
                f"line {number} has the emotion '{row['emotion'][:40]}'; expected one of "
                f"{', '.join(EMOTIONS)}"
            )
        files = {key: row.get(key, "") for key in ("file", "track")}
        wrong = [
            _wrong(path.parent, name, key) for key, name in files.items() if name or key == "file"
        ]
        found += [f"line {number} {problem}" for problem in wrong if problem]
        track = path.parent / files["track"] if files["track"] else None
        clips.append(SourceClip("", path.parent / files["file"], emotion, track=track))
    if len({clip.path for clip in clips}) != len(clips):
        found.append("a file is there twice; expected one line for each")
    if not clips and not found:
        found.append("there is no line with a file")
    if found:
        raise RatingError(as_message(f"'{path.name}' cannot be used", found))
    return Pool(
        _named(clips, path.parent), f"The clips and their emotions are from the table {path.name}."
    )


def choose_clips(
    clips: Sequence[SourceClip], seed: int, emotions: Sequence[str] = EMOTIONS
) -> list[SourceClip]:
    """One clip for each emotion, by the seed; the same wherever the folder lies.

    Raises RatingError naming the emotions that have none.
    """
    missing = [emotion for emotion in emotions if not any(c.emotion == emotion for c in clips)]
    if missing:
        there = sorted({clip.emotion for clip in clips})
        raise RatingError(
            f"There is no clip of {', '.join(missing)}; the clips there are {', '.join(there)}. "
            "Add such clips, or leave those emotions out of the study."
        )
    dice = Dice(seed, *_CHOICE)
    chosen = []
    for emotion in emotions:
        candidates = [clip for clip in clips if clip.emotion == emotion]
        chosen.append(candidates[dice.below(len(candidates))])
    return chosen


def _corpus(folder: Path) -> Pool:
    """The recordings of a corpus whose file names tell the emotion."""
    try:
        corpus = read_corpus(folder)
    except CorpusError as problem:
        raise RatingError(
            f"{problem} Choose a folder of a corpus, or a CSV table with the columns file and "
            "emotion."
        ) from problem
    clips = [SourceClip("", u.audio, u.emotion) for u in corpus.utterances]
    out = f"; {len(corpus.problems)} files cannot be used" if corpus.problems else ""
    return Pool(
        _named(clips, folder),
        f"The clips are from {CORPORA[corpus.layout].title}, {len(clips)} recordings{out}.",
    )


def _named(clips: Iterable[SourceClip], folder: Path) -> tuple[SourceClip, ...]:
    """In the order of their paths, with ids made of their names."""
    named: list[SourceClip] = []
    taken: set[str] = set()
    for clip in sorted(clips, key=lambda clip: clip.path.relative_to(folder).as_posix()):
        name = slug(clip.path.stem)
        further = 1
        while (again := name if further == 1 else f"{name}-{further}").lower() in taken:
            further += 1
        taken.add(again.lower())
        named.append(replace(clip, id=again))
    return tuple(named)


def slug(name: str) -> str:
    """A name as an id: letters, digits and single hyphens, at most 40 of them."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40].strip("-")
    return words if is_id(words) else f"clip-{words}".strip("-")


def _wrong(folder: Path, name: str, key: str) -> str:
    """What is wrong with a file named in a table, "" for nothing."""
    parts = name.replace("\\", "/").split("/")
    if not name:
        return f"has no {key}"
    if "\0" in name or name.startswith("/") or PureWindowsPath(name).drive or ".." in parts:
        return f"names the {key} '{name[:200]}'; expected one below the table's folder"
    path = folder / name
    try:
        if not path.is_file():
            return f"names the {key} '{name[:200]}', which is not there"
        if not path.resolve().is_relative_to(folder.resolve()):
            return f"names the {key} '{name[:200]}', a link out of the table's folder"
    except (OSError, RuntimeError) as problem:
        return f"names the {key} '{name[:200]}', which cannot be read ({problem})"
    if key == "file" and path.suffix.lower() not in AUDIO_SUFFIXES:
        return f"names the file '{name[:200]}'; expected one of {', '.join(AUDIO_SUFFIXES)}"
    return ""
