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
from core.errors import AudioFileError, CorpusError, LabelError
from core.monitor import SILENT, Monitor

STAGE = "checking recordings"
APART = 0.5  # seconds by which a face may be shorter or longer than its sound


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of an utterance, as its name tells."""

    key: str  # the same for all files of one utterance
    utterance: Utterance  # with this file as its sound
    silent: bool = False  # a video whose sound, if any, is not to be used
    rank: int = 0  # of several copies of one thing, the lowest is used without a word
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
    would be right. Every file is opened, but not decoded.
    """
    notes: Counter[str] = Counter()
    problems = list(listing.problems)
    groups: dict[str, list[Piece]] = {}
    for number, path in enumerate(listing.files):
        monitor.step(STAGE, number, len(listing.files))
        try:
            piece = parse(path.absolute())
            if isinstance(piece, LeftOut):
                notes[piece.what] += 1
                continue
            seconds = media_seconds(path)
        except (CorpusError, AudioFileError) as problem:
            problems.append(Problem(path, reason_of(problem, path), _kind(problem)))
            continue
        utterance = replace(piece.utterance, audio=path, seconds=seconds)
        groups.setdefault(piece.key, []).append(replace(piece, utterance=utterance))
    joined = [_joined(pieces, notes, problems) for pieces in groups.values()]
    found = [utterance for utterance in joined if utterance is not None]
    found.sort(key=lambda utterance: utterance.audio.relative_to(listing.folder).as_posix())
    told = (*(f"{what}: {count}" for what, count in sorted(notes.items())), *listing.notes(used))
    return Corpus(name, listing.folder, tuple(found), tuple(problems), notes=told)


def media_seconds(path: Path) -> float:
    """Length of a sound or a video, 0 for a video that does not tell. Raises AudioFileError."""
    if path.suffix.lower() in AUDIO_SUFFIXES:
        return sound_seconds(path)
    return video_seconds(path)


def reason_of(problem: Exception, path: Path) -> str:
    """A message about a file without the file's name, which `Problem` has."""
    message = str(problem).removesuffix(".")
    return message.removeprefix(f"'{path}' ").removeprefix(f"'{path.name}' ")


def _kind(problem: Exception) -> Kind:
    if isinstance(problem, LabelError):
        return Kind.LABEL
    return Kind.MISNAMED if isinstance(problem, CorpusError) else Kind.UNREADABLE


def _joined(
    pieces: Sequence[Piece], notes: Counter[str], problems: list[Problem]
) -> Utterance | None:
    """One utterance of its sounds and videos; None where there is no sound."""
    heard = [p for p in pieces if p.utterance.audio.suffix.lower() in AUDIO_SUFFIXES]
    seen = [p for p in pieces if p not in heard]
    voice = _best(heard, notes, problems)
    face = _best(sorted(seen, key=lambda piece: piece.silent), notes, problems)
    if face is None:
        assert voice is not None
        notes.update([voice.note] if voice.note else [])
        return voice.utterance
    source = voice or face
    if source.silent:
        reason = "has no sound, and the sound that belongs to it is not there or cannot be used"
        problems.append(Problem(face.utterance.audio, reason, Kind.UNPAIRED))
        return None
    notes.update([source.note] if source.note else [])
    return with_face(source.utterance, face.utterance.audio, face.utterance.seconds, problems)


def with_face(
    utterance: Utterance, video: Path, seconds: float, problems: list[Problem]
) -> Utterance:
    """The utterance with its video, unless that is much longer or shorter than the sound."""
    if apart(utterance.seconds, seconds, video, problems):
        return utterance
    return replace(utterance, video=video)


def apart(sound: float, face: float, path: Path, problems: list[Problem]) -> bool:
    """Whether two known lengths in seconds disagree, which becomes a problem of `path`."""
    if not (sound and face) or abs(sound - face) <= APART:
        return False
    reason = (
        f"lasts {face:.2f} s and its sound {sound:.2f} s; expected at most {APART} s between "
        "them; the sound is used without it"
    )
    problems.append(Problem(path, reason, Kind.LENGTH))
    return True


def _best(pieces: Sequence[Piece], notes: Counter[str], problems: list[Problem]) -> Piece | None:
    """The copy of lowest rank; others of the same rank are problems, the rest is counted."""
    if not pieces:
        return None
    best = min(pieces, key=lambda piece: piece.rank)
    for piece in pieces:
        if piece is best:
            continue
        if piece.rank == best.rank and piece.silent == best.silent:
            reason = f"is there more than once; '{best.utterance.audio}' is used"
            problems.append(Problem(piece.utterance.audio, reason, Kind.DUPLICATE))
        else:
            notes["copies in another form, not used"] += 1
    return best
