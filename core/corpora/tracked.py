"""Face tracks that `visemo track --corpus` made of a corpus's videos.

They lie in a folder of their own, by default `tracks` in the corpus's, under the
names of the recordings: `tracks/DC/a01.track.npz` for `DC/a01.wav`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from core.corpora.corpus import Corpus, Kind, Problem
from core.corpora.named import apart, reason_of
from core.corpora.utterance import Utterance
from core.errors import CorpusError, TrackError
from core.export.exporter import fitted_name
from core.tracks import TRACK_SUFFIX, read_track

FOLDER = "tracks"


def track_path(utterance: Utterance, corpus: Corpus, tracks: Path) -> Path:
    """Where the track of an utterance lies below the folder `tracks`."""
    audio = utterance.audio
    if audio.is_relative_to(corpus.folder) and ".." not in audio.parts:
        below = audio.parent.relative_to(corpus.folder)
        return tracks / below / fitted_name(audio.stem, TRACK_SUFFIX)
    # A manifest may name files anywhere.
    mark = hashlib.sha256(audio.absolute().as_posix().encode()).hexdigest()[:8]
    return tracks / fitted_name(f"{audio.stem}-{mark}", TRACK_SUFFIX)


def check_tracks(tracks: Path | None) -> None:
    """Raises CorpusError for a folder of tracks that somebody named and that is not there."""
    if tracks is not None and not tracks.is_dir():
        raise CorpusError(
            f"There is no folder of tracks '{tracks}'; `visemo track --corpus --out` makes one."
        )


def with_tracks(corpus: Corpus, tracks: Path | None = None) -> Corpus:
    """The corpus, its utterances that have no landmarks with their tracks where there are some.

    A track that cannot be read, or is not as long as the sound, becomes a problem.
    """
    folder = tracks or corpus.folder / FOLDER
    if not folder.is_dir():
        return corpus
    problems = list(corpus.problems)
    found = tuple(_tracked(u, track_path(u, corpus, folder), problems) for u in corpus.utterances)
    return replace(corpus, utterances=found, problems=tuple(problems))


def _tracked(utterance: Utterance, path: Path, problems: list[Problem]) -> Utterance:
    if utterance.landmarks is not None or not path.is_file():
        return utterance
    try:
        track = read_track(path)
    except TrackError as problem:
        reason = f"{reason_of(problem, path)}; the sound is used without it"
        problems.append(Problem(path, reason, Kind.UNREADABLE))
        return utterance
    if apart(utterance.seconds, track.duration, path, problems):
        return utterance
    return replace(utterance, landmarks=path)


def untracked(corpus: Corpus, tracks: Path | None = None) -> Iterator[tuple[Path, Path]]:
    """Videos of utterances that have no landmarks yet, each with where its track is to go."""
    folder = tracks or corpus.folder / FOLDER
    for utterance in corpus.utterances:
        if utterance.video is not None and utterance.landmarks is None:
            yield utterance.video, track_path(utterance, corpus, folder)
