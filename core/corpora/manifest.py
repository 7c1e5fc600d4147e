"""Anybody's data: a CSV with the columns `file,speaker,emotion,split,landmarks`.

`file`, a sound or a video with its sound, and `speaker` are needed, and `emotion` (the
seven, or what people write for them) or `label` (any words, such as the foods of
iHEARu-EAT; then they are the corpus's labels). `split` (train, validation or test),
`landmarks`, `video`, `text`, `language` (espeak-ng's voice file) and `text_id` may be there
or be empty. Files are named relative to the table's folder. A folder has such a table when
it is called `manifest.csv`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.corpora.corpus import Corpus, Kind, Problem
from core.corpora.listing import Listing
from core.corpora.named import STAGE, apart, media_seconds, reason_of, unusable
from core.corpora.table import known_emotion, read_rows
from core.corpora.utterance import MEDIA_SUFFIXES, Utterance, located
from core.corpora.video_length import video_seconds
from core.emotion import EMOTIONS
from core.errors import AudioFileError, CorpusError, TrackError
from core.monitor import SILENT, Monitor
from core.tracks import read_track
from core.video_file import VIDEO_SUFFIXES

FILE = "manifest.csv"
LAYOUT = f"a CSV with file,speaker,emotion,split,landmarks, or a folder with it as {FILE}"
NEEDED = ("file", "speaker")
OPTIONAL = ("split", "landmarks", "video", "text", "language", "text_id")
COLUMNS = "file, speaker, emotion (or label), and maybe " + ", ".join(OPTIONAL)
SPLITS = {
    "train": "train", "training": "train", "validation": "validation", "valid": "validation",
    "val": "validation", "devel": "validation", "dev": "validation", "development": "validation",
    "test": "test", "testing": "test", "": "",
}  # fmt: skip
MOST_BYTES = 256 << 20
MOST_ROWS = 1_000_000


def table_of(listing: Listing) -> Path | None:
    """The manifest at a path: the table that it is, or that its folder has."""
    if listing.path.is_file():
        return listing.path
    table = listing.folder / FILE
    return table if table.is_file() else None


def manifest_fits(listing: Listing) -> int:
    """All files of a listing where there is a table."""
    return max(len(listing.files), 1) if table_of(listing) else 0


def read_manifest(listing: Listing, monitor: Monitor = SILENT) -> Corpus:
    """All utterances of a table, and what is wrong with the other lines.

    Raises CorpusError when the table as a whole cannot be read.
    """
    table = table_of(listing)
    if table is None:
        raise CorpusError(f"'{listing.path}' has no {FILE}; expected one with {COLUMNS}.")
    rows = read_rows(table, COLUMNS, MOST_BYTES, MOST_ROWS)
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    labelled = "label" in head
    if len(set(head)) != len(head) or not {*NEEDED, "label" if labelled else "emotion"} <= {*head}:
        raise CorpusError(
            f"'{table.name}' has the columns {', '.join(head)[:200] or 'of none'}; expected "
            f"{COLUMNS}, each once."
        )
    name = table.parent.absolute().name if table.name.lower() == FILE else table.stem
    reader = _Lines(table, name.lower() or "manifest", labelled)
    for number, cells in enumerate(rows[1:], start=2):
        monitor.step(STAGE, number, len(rows))
        if any(cell.strip() for cell in cells):
            reader.add(number, head, cells)
    found = sorted(reader.utterances, key=lambda utterance: utterance.audio.as_posix())
    labels = tuple(sorted({utterance.emotion for utterance in found})) if labelled else EMOTIONS
    known = {*NEEDED, *OPTIONAL, "emotion", "label"}
    strange = [column for column in head if column not in known]
    notes = _unnamed(listing, reader)
    notes += [f"columns, not used: {', '.join(strange)[:200]}"] if strange else []
    return Corpus(
        reader.name, table.parent, tuple(found), tuple(reader.problems), labels, notes=tuple(notes)
    )


def _unnamed(listing: Listing, lines: "_Lines") -> list[str]:
    """How many sounds and videos below the table no line names."""
    count = sum(located(path) not in lines.named for path in listing.files)
    return [f"sounds and videos that the table does not name: {count}"] if count else []


@dataclass(slots=True)
class _Lines:
    """What the lines read so far have given."""

    table: Path
    name: str
    labelled: bool
    utterances: list[Utterance] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    named: set[Path] = field(default_factory=set)
    taken: dict[Path, int] = field(default_factory=dict)  # line of each file, without its suffix

    def add(self, number: int, head: Sequence[str], cells: Sequence[str]) -> None:
        """One line, as an utterance or as a problem."""
        line = f"line {number} of {self.table.name}"
        row = dict(zip(head, (cell.strip() for cell in cells), strict=False))
        path = self._path(row.get("file", ""))
        wrong = self._wrong(row, path, len(cells) != len(head), len(head))
        if wrong:
            kind, reason = wrong
            self.problems.append(Problem(path or self.table, f"({line}) {reason}", kind))
            return
        assert path is not None
        try:
            seconds = media_seconds(path)
        except AudioFileError as problem:
            self.problems.append(unusable(path, problem, f"({line}) "))
            return
        key = located(path).with_suffix("")
        if key in self.taken:
            reason = f"({line}) is there more than once; that of line {self.taken[key]} is used"
            self.problems.append(Problem(path, reason, Kind.DUPLICATE))
            return
        self.taken[key] = number
        filmed = row["file"] if path.suffix.lower() in VIDEO_SUFFIXES else ""
        text_id = row.get("text_id") or row.get("text", "")
        landmarks = self._face(line, row.get("landmarks", ""), path, seconds)
        self.utterances.append(
            Utterance(
                audio=path,
                corpus=self.name,
                speaker=f"{self.name}-{row['speaker']}",
                emotion=row["label"] if self.labelled else known_emotion(row["emotion"]),
                text=row.get("text", ""),
                language=row.get("language", ""),
                text_id=f"{self.name}-{text_id}" if text_id else "",
                video=self._face(line, row.get("video") or filmed, path, seconds),
                landmarks=landmarks,
                faulty_face=bool(row.get("landmarks")) and landmarks is None,
                partition=SPLITS[row.get("split", "").lower()],
                seconds=seconds,
            )
        )

    def _path(self, name: str) -> Path | None:
        """A file that the table names; None where there is no name."""
        if not name or "\0" in name:
            return None
        path = self.table.parent / name
        if "\\" in name and not path.exists():  # the table was made on Windows
            path = self.table.parent / name.replace("\\", "/")
        self.named.add(located(path))
        return path

    def _wrong(
        self, row: dict[str, str], path: Path | None, uneven: bool, columns: int
    ) -> tuple[Kind, str] | None:
        """What makes a line unusable."""
        if uneven:
            return Kind.LINE, f"has another number of cells; expected {columns}"
        if path is None:
            return Kind.LINE, "has no file; expected the name of a recording"
        if not row["speaker"]:
            return Kind.LINE, "has no speaker; expected who speaks, in any words"
        if row.get("split", "").lower() not in SPLITS:
            return Kind.LINE, f"has the split '{row['split'][:40]}'; expected {_either(SPLITS)}"
        if self.labelled and not row["label"]:
            return Kind.LABEL, "has no label; expected any word"
        if not self.labelled and not known_emotion(row["emotion"]):
            reason = f"has the emotion '{row['emotion'][:40]}'; expected {_either(EMOTIONS)}"
            return Kind.LABEL, reason
        if path.suffix.lower() not in MEDIA_SUFFIXES:
            right = _either(MEDIA_SUFFIXES)
            return Kind.LINE, f"is no sound or video by its name; expected {right}"
        if not path.is_file():
            return Kind.MISSING, "is not there"
        return None

    def _face(self, line: str, name: str, sound: Path, seconds: float) -> Path | None:
        """A video or a track that goes with the sound; None where it cannot."""
        path = self._path(name)
        if path is None:
            return None
        if not path.exists():
            reason = f"({line}) is not there; the sound is used without it"
            self.problems.append(Problem(path, reason, Kind.MISSING))
            return None
        try:
            if path.suffix.lower() in VIDEO_SUFFIXES:
                lasts = video_seconds(path)
            else:
                lasts = read_track(path, sound.stem).duration
        except (AudioFileError, TrackError) as problem:
            reason = f"({line}) {reason_of(problem, path)}; the sound is used without it"
            self.problems.append(Problem(path, reason, Kind.UNREADABLE))
            return None
        return None if apart(seconds, lasts, path, self.problems) else path


def _either(words: Sequence[str] | dict[str, str]) -> str:
    return f"one of {', '.join(word for word in words if word)}"
