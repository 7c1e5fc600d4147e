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
from core.corpora.utterance import Utterance, located
from core.errors import CorpusError, TrackError
from core.export.exporter import fitted_name
from core.tracks import TRACK_SUFFIX, read_track

FOLDER = "tracks"


def track_path(utterance: Utterance, corpus: Corpus, tracks: Path) -> Path:
    """Where the track of an utterance lies below the folder `tracks`.

    However the corpus's folder is spelled, it is the same place.
    """
    audio = utterance.audio
    for path, folder in ((audio, corpus.folder), (located(audio), corpus.folder.resolve())):
        if path.is_relative_to(folder) and ".." not in path.relative_to(folder).parts:
            below = path.parent.relative_to(folder)
            return tracks / below / fitted_name(audio.stem, TRACK_SUFFIX)
    return _marked(located(audio), tracks)  # a manifest may name files anywhere


def _marked(audio: Path, tracks: Path) -> Path:
    """A track under a name that tells files of one name apart."""
    mark = hashlib.sha256(audio.as_posix().encode()).hexdigest()[:8]
    return tracks / fitted_name(f"{audio.stem}-{mark}", TRACK_SUFFIX)


def _found(utterance: Utterance, corpus: Corpus, tracks: Path) -> Path:
    """The track's place, or that where earlier versions put it, by the path as it was spelled."""
    path = track_path(utterance, corpus, tracks)
    earlier = _marked(utterance.audio.absolute(), tracks)
    return earlier if earlier.is_file() and not path.is_file() else path


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
    found = tuple(_tracked(u, _found(u, corpus, folder), problems) for u in corpus.utterances)
    return replace(corpus, utterances=found, problems=tuple(problems))


def _tracked(utterance: Utterance, path: Path, problems: list[Problem]) -> Utterance:
    if utterance.landmarks is not None or not path.is_file():
        return utterance
    try:
        track = read_track(path)
    except TrackError as problem:
        reason = f"{reason_of(problem, path)}; the sound is used without it"
        problems.append(Problem(path, reason, Kind.UNREADABLE))
        return replace(utterance, faulty_face=True)
    if apart(utterance.seconds, track.duration, path, problems):
        return replace(utterance, faulty_face=True)
    return replace(utterance, landmarks=path)


def untracked(corpus: Corpus, tracks: Path | None = None) -> Iterator[tuple[Path, Path]]:
    """Videos of utterances that have no landmarks yet, each with where its track is to go."""
    folder = tracks or corpus.folder / FOLDER
    for utterance in corpus.utterances:
        if utterance.video is not None and utterance.landmarks is None:
            yield utterance.video, track_path(utterance, corpus, folder)
