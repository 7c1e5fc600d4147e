"""Corpora whose file names tell everything: the files of each utterance brought together."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.audio_check import sound_seconds
from core.corpora.corpus import Corpus, Kind, Problem
from core.corpora.listing import Listing
from core.corpora.utterance import AUDIO_SUFFIXES, Utterance
from core.corpora.video_length import video_seconds
from core.errors import AudioFileError, CorpusError, LabelError, SilentVideoError
from core.monitor import SILENT, Monitor
from core.video_file import VIDEO_SUFFIXES

STAGE = "checking recordings"
APART = 0.2  # seconds by which a face may be shorter or longer than its sound; ends are held


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of an utterance, as its name tells."""

    key: str  # the same for all files of one utterance, in every copy of the corpus
    utterance: Utterance  # with this file as its sound
    silent: bool = False  # a video whose sound, if any, is not to be used
    rank: int = 0  # of several forms of one thing; the lowest is used
    note: str = ""  # counted for the summary


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that belongs to the corpus and is not wanted; `what` is counted for the summary."""

    what: str


Parse = Callable[[Path], Piece | LeftOut]


def read_named(
    name: str,
    parse: Parse,
    listing: Listing,
    monitor: Monitor = SILENT,
    used: Collection[Path] = (),
) -> Corpus:
    """The utterances of all files of a listing; `used` are files that are not among them.

    `parse` tells from a file's absolute path what it is and raises CorpusError with what
    would be right. Every file that is used is opened and its end decoded.
    """
    notes: Counter[str] = Counter()
    problems = list(listing.problems)
    groups: dict[str, list[Piece]] = {}
    for path in listing.files:
        try:
            piece = parse(path.absolute())
        except CorpusError as problem:
            kind = Kind.LABEL if isinstance(problem, LabelError) else Kind.MISNAMED
            problems.append(Problem(path, reason_of(problem, path), kind))
            continue
        if isinstance(piece, LeftOut):
            notes[piece.what] += 1
            continue
        known = f"{name}/{piece.key}"
        piece = replace(piece, utterance=replace(piece.utterance, audio=path, recording=known))
        groups.setdefault(piece.key, []).append(piece)
    found = []
    for number, pieces in enumerate(groups.values()):
        monitor.step(STAGE, number, len(groups))
        if (utterance := _joined(pieces, listing.folder, notes, problems)) is not None:
            found.append(utterance)
    found.sort(key=lambda utterance: utterance.audio.relative_to(listing.folder).as_posix())
    told = (*(f"{what}: {count}" for what, count in sorted(notes.items())), *listing.notes(used))
    return Corpus(name, listing.folder, tuple(found), tuple(problems), notes=told)


def media_seconds(path: Path) -> float:
    """Length of a sound, or of the sound of a video. Raises AudioFileError."""
    if path.suffix.lower() in VIDEO_SUFFIXES:
        video_seconds(path)  # which knows best of its header what is missing
    return sound_seconds(path)


def unusable(path: Path, problem: AudioFileError, told: str = "") -> Problem:
    """What is wrong with a file that cannot be read; `told` comes before the reason."""
    kind = Kind.UNPAIRED if isinstance(problem, SilentVideoError) else Kind.UNREADABLE
    return Problem(path, told + reason_of(problem, path), kind)


def reason_of(problem: Exception, path: Path) -> str:
    """A message about a file without the file's name, which `Problem` has."""
    message = str(problem).removesuffix(".")
    return message.removeprefix(f"'{path}' ").removeprefix(f"'{path.name}' ")


def apart(sound: float, face: float, path: Path, problems: list[Problem]) -> bool:
    """Whether two known lengths in seconds disagree, which becomes a problem of `path`."""
    if not (sound and face) or abs(sound - face) <= APART:
        return False
    reason = (
        f"has a face of {face:.2f} s and a sound of {sound:.2f} s; expected at most {APART:g} s "
        "between them; the sound is used alone"
    )
    problems.append(Problem(path, reason, Kind.LENGTH))
    return True


def _joined(
    pieces: Sequence[Piece], folder: Path, notes: Counter[str], problems: list[Problem]
) -> Utterance | None:
    """One utterance of its sounds and videos; None where no sound can be used."""
    heard = [p for p in pieces if p.utterance.audio.suffix.lower() in AUDIO_SUFFIXES]
    voice = _best(heard, _voice_seconds, folder, notes, problems)
    filmed = [p for p in pieces if p not in heard]
    face = _best(filmed, _face_seconds if voice else _voice_seconds, folder, notes, problems)
    source = voice or face
    if source is None:
        return None
    if source.silent:
        reason = "has no sound, and the sound that belongs to it is not there or cannot be used"
        problems.append(Problem(source.utterance.audio, reason, Kind.UNPAIRED))
        return None
    notes.update([source.note] if source.note else [])
    utterance = source.utterance
    if face is None:
        return utterance
    seen = face.utterance.audio
    if apart(utterance.seconds, video_seconds(seen), seen, problems):
        return replace(utterance, faulty_face=True)
    return replace(utterance, video=seen)


def _voice_seconds(piece: Piece) -> float:
    """Length of the sound that a piece may give."""
    return _face_seconds(piece) if piece.silent else media_seconds(piece.utterance.audio)


def _face_seconds(piece: Piece) -> float:
    """Length of a video beside its sound, 0 where its header does not tell."""
    return video_seconds(piece.utterance.audio)


def _best(
    pieces: Sequence[Piece],
    seconds_of: Callable[[Piece], float],
    folder: Path,
    notes: Counter[str],
    problems: list[Problem],
) -> Piece | None:
    """The first whole copy of lowest rank; others of its rank are problems, the rest is counted."""
    best: Piece | None = None
    for piece in sorted(pieces, key=lambda piece: piece.rank):
        if best is not None and piece.rank > best.rank:
            notes["copies in another form, not used"] += 1
            continue
        path = piece.utterance.audio
        try:
            seconds = seconds_of(piece)
        except AudioFileError as problem:
            problems.append(unusable(path, problem))
            continue
        if best is None:
            best = replace(piece, utterance=replace(piece.utterance, seconds=seconds))
            continue
        reason = f"is there more than once; {best.utterance.audio.relative_to(folder)} is used"
        problems.append(Problem(path, reason, Kind.DUPLICATE))
    return best
