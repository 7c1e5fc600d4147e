"""Recordings that are there twice: in two corpora, in two layouts of one, or under two names."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.corpora.corpus import Corpus, Kind, Problem
from core.corpora.utterance import Utterance
from core.monitor import SILENT, Monitor

STAGE = "comparing recordings"


def each_once(
    corpora: Sequence[Corpus], monitor: Monitor = SILENT
) -> tuple[list[Corpus], list[str]]:
    """Every recording once, the first that there is, and what to tell of copies that disagree.

    Copies have the same bytes, or the same name in the same published corpus, whatever the
    layout. They become problems of their corpora. Where one corpus names two recordings
    apart and their bytes are the same, as happens in RAVDESS, both are kept and told of.
    """
    contents = _contents([u.audio for corpus in corpora for u in corpus.utterances], monitor)
    first: dict[str, tuple[Utterance, int]] = {}  # by name or content, with its corpus's place
    pairs: list[tuple[Utterance, Utterance]] = []
    notes: list[str] = []
    result = []
    for place, corpus in enumerate(corpora):
        kept, problems = [], list(corpus.problems)
        for own in corpus.utterances:
            marks = [mark for mark in (own.recording, contents.get(own.audio, "")) if mark]
            found = next((first[mark] for mark in marks if mark in first), None)
            for mark in marks:
                first.setdefault(mark, found or (own, place))
            if found is None:
                kept.append(own)
                continue
            other, where = found
            pairs.append((other, own))
            if own.recording and where == place:
                kept.append(own)
                notes.append(
                    f"'{other.audio}' and '{own.audio}' are the same sound under two names; both "
                    f"are used, as {corpus.name} has them"
                )
                continue
            reason = f"is there more than once; '{other.audio}' is used"
            problems.append(Problem(own.audio, reason, Kind.DUPLICATE))
        result.append(replace(corpus, utterances=tuple(kept), problems=tuple(problems)))
    return result, notes + _disagreements(pairs)


def content_of(audio: Path) -> str:
    """SHA-256 of the file's bytes, in hexadecimal; its name does not matter."""
    with audio.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _contents(files: Sequence[Path], monitor: Monitor) -> dict[Path, str]:
    """Contents of files that may be the same as another: those of a size that several have."""
    sizes: dict[int, list[Path]] = defaultdict(list)
    result: dict[Path, str] = {}
    for path in files:
        monitor.step(STAGE, 0, len(files))
        try:
            sizes[path.stat().st_size].append(path)
        except OSError:  # told by those who read it
            continue
    alike = [path for paths in sizes.values() if len(paths) > 1 for path in paths]
    for number, path in enumerate(alike):
        monitor.step(STAGE, number, len(alike))
        try:
            result[path] = content_of(path)
        except OSError:
            continue
    return result


def _disagreements(pairs: Sequence[tuple[Utterance, Utterance]]) -> list[str]:
    """Of copies with another label, and of speakers who may be one person."""
    notes = []
    if odd := [(one, two) for one, two in pairs if one.emotion != two.emotion]:
        first, second = odd[0]
        notes.append(
            f"{len(odd)} recordings are there with two labels, such as '{first.audio}' "
            f"({first.emotion}) and '{second.audio}' ({second.emotion}): one of them is wrong"
        )
    shared = Counter((a.speaker, b.speaker) for a, b in pairs if a.speaker != b.speaker)
    for (one, two), count in shared.most_common():
        notes.append(
            f"{one} and {two} have {count} recordings in common: if they are one person, give "
            "them one name, or folds that leave speakers out have them on both sides"
        )
    return notes
