"""What valence and arousal are learned from: RECOLA where it is there, made sessions where not."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.corpora.corpus import Problem
from core.corpora.recola import is_recola, read_recola
from core.corpora.splits import speaker_folds
from core.errors import AudioFileError, TrainingError
from core.monitor import SILENT, Monitor
from core.normalisation import BandStatistics
from models.training.affect_recipe import STOPPING_SPEAKERS, AffectRecipe
from models.training.affect_sessions import AffectSession, annotated_session, compose
from models.training.by_recipe import read_corpora, tell
from models.training.cards import MADE, RECOGNISER_LICENCE
from models.training.recipe import VALIDATION_SPEAKERS
from models.training.recordings import Recording, read_recordings

ACTED = ("ravdess", "emodb")
PARTS = 3  # of speakers
Draw = Callable[[np.random.Generator], AffectSession]


@dataclass(frozen=True, slots=True)
class AffectMaterial:
    """Sessions to learn from, to stop by and to judge by; no speaker is in two of them."""

    draw: Draw  # a session to learn from
    stopping: tuple[AffectSession, ...]
    judged: tuple[AffectSession, ...]
    usual: BandStatistics  # of the speech that is learned from
    advance: float  # seconds by which labels are taken earlier
    sources: tuple[str, ...]  # for the card
    speakers: tuple[str, ...]  # learned from
    licence: str
    recordings: tuple[Recording, ...] = ()  # of the judged speakers, where sessions are made


def affect_material(
    paths: Sequence[Path],
    recipe: AffectRecipe,
    cache: Path | None = None,
    monitor: Monitor = SILENT,
) -> AffectMaterial:
    """Of RECOLA's folder; or of acted corpora, or a folder that holds `ravdess` and `emodb`.

    Raises CorpusError or TrainingError with what is missing.
    """
    annotated = [path for path in paths if is_recola(path)]
    if annotated and len(paths) > 1:
        raise TrainingError(f"{annotated[0]} is RECOLA, which is learned from alone; name only it")
    if annotated:
        return _recola(annotated[0], monitor)
    folders: list[Path] = []
    for path in paths:
        folders += [path / name for name in ACTED if (path / name).is_dir()] or [path]
    corpora = read_corpora(folders, monitor)
    utterances = [utterance for corpus in corpora for utterance in corpus.utterances]
    return made_material(read_recordings(utterances, cache, monitor), recipe, monitor)


def made_material(
    recordings: Sequence[Recording], recipe: AffectRecipe, monitor: Monitor = SILENT
) -> AffectMaterial:
    """Sessions made of acted recordings. Raises TrainingError where there are too few speakers."""
    speakers = _able(recordings, monitor)
    learned, stopping, judging = _parts(speakers, recipe.seed, monitor)

    def draw(choice: np.random.Generator) -> AffectSession:
        speaker = learned[choice.integers(len(learned))]
        return compose(speakers[speaker], int(choice.integers(2**32)), recipe.composition)

    def sessions(names: Sequence[str], part: str, count: int) -> tuple[AffectSession, ...]:
        return tuple(
            compose(speakers[name], seed, recipe.composition, part)
            for name in names
            for seed in range(count)
        )

    corpora = sorted({speakers[name][0].utterance.corpus for name in learned})
    return AffectMaterial(
        draw,
        sessions(stopping, "validation", recipe.stopping_sessions),
        sessions(judging, "test", recipe.judged_sessions),
        _usual(speakers[name] for name in learned),
        recipe.composition.delay,
        tuple(f"{MADE}recordings of {name}" for name in corpora),
        tuple(learned),
        RECOGNISER_LICENCE,
        tuple(r for name in judging for r in speakers[name]),
    )


def _able(recordings: Sequence[Recording], monitor: Monitor) -> dict[str, list[Recording]]:
    """Recordings by speaker, of those who speak with two emotions; the others are noticed."""
    speakers: dict[str, list[Recording]] = {}
    for recording in recordings:
        speakers.setdefault(recording.utterance.speaker, []).append(recording)
    for name, own in sorted(speakers.items()):
        shown = {r.utterance.emotion for r in own if r.voiced.any()}
        if len(shown) < 2:
            what = f"only {next(iter(shown))}" if shown else "nothing"
            monitor.notice(f"{name} speaks with {what}; a session needs two emotions: left out")
            del speakers[name]
    return speakers


def _parts(
    speakers: dict[str, list[Recording]], seed: int, monitor: Monitor
) -> tuple[list[str], list[str], list[str]]:
    """Speakers to learn from, to stop by and to judge by, each sorted.

    Those that are kept for it; where they do not do, the first two folds of speakers judge and
    stop, which is noticed.
    """
    kept_out = VALIDATION_SPEAKERS | STOPPING_SPEAKERS
    kept = (
        sorted(speakers.keys() - kept_out),
        sorted(STOPPING_SPEAKERS & speakers.keys()),
        sorted(VALIDATION_SPEAKERS & speakers.keys()),
    )
    if all(kept):
        return kept
    if len(speakers) < PARTS:
        raise TrainingError(
            f"valence and arousal need {PARTS} speakers or more with two emotions each: to learn "
            f"from, to stop by and to judge by; there are {len(speakers)}"
            + (f" ({', '.join(sorted(speakers))})" if speakers else "")
        )
    utterances = [own[0].utterance for own in speakers.values()]
    judging, stopping = (
        sorted(utterances[i].speaker for i in fold.validation)
        for fold in speaker_folds(utterances, seed)[:2]
    )
    learned = sorted(speakers.keys() - {*judging, *stopping})
    monitor.notice(
        "the speakers who are kept for judging are not there, or nobody else is: by folds of "
        f"speakers, {', '.join(judging)} judge and {', '.join(stopping)} say when to stop"
    )
    return learned, stopping, judging


def _recola(folder: Path, monitor: Monitor) -> AffectMaterial:
    """As in the paper: labels as they are, the development sessions to stop by and to judge by.

    Sessions that cannot be used are noticed.
    """
    corpus = read_recola(folder)
    problems = list(corpus.problems)
    usable = [session for session in corpus.sessions if session.contours is not None]
    heard = []
    for index, session in enumerate(usable):
        monitor.step("listening to sessions", index, len(usable))
        try:
            found = annotated_session(session)
        except AudioFileError as error:
            problems.append(Problem(session.audio, f"cannot be read: {error}"))
            continue
        if found.voiced.any():
            heard.append(found)
        else:
            problems.append(Problem(session.audio, "holds no speech"))
    tell(problems, monitor)
    parts = {
        part: tuple(session for session in heard if session.partition == part)
        for part in ("train", "validation", "test")
    }
    train = parts["train"]
    if not train or not parts["validation"]:
        raise TrainingError(f"{folder} needs train_ and dev_ sessions with ratings")
    return AffectMaterial(
        lambda choice: train[choice.integers(len(train))],
        parts["validation"],
        parts["test"] or parts["validation"],
        BandStatistics.of(session.values[session.voiced] for session in train),
        0.0,
        ("RECOLA (Ringeval, Sonderegger, Sauer, Lalanne 2013), AVEC 2016's training sessions",),
        tuple(session.speaker for session in train),
        "as RECOLA's end user licence allows",
    )


def _usual(groups: Iterable[Sequence[Recording]]) -> BandStatistics:
    return BandStatistics.of(r.values[r.voiced] for group in groups for r in group)
