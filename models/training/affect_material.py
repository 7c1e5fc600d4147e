"""What valence and arousal are learned from: RECOLA where it is there, made sessions where not."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.corpora import read_corpus
from core.corpora.recola import is_recola, read_recola
from core.corpora.utterance import Utterance
from core.errors import TrainingError
from core.monitor import SILENT, Monitor
from core.normalisation import BandStatistics
from models.training.affect_recipe import STOPPING_SPEAKERS, AffectRecipe
from models.training.affect_sessions import AffectSession, annotated_session, compose
from models.training.cards import MADE, RECOGNISER_LICENCE
from models.training.recipe import VALIDATION_SPEAKERS
from models.training.recordings import Recording, read_recordings

ACTED = ("ravdess", "emodb")
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
    if len(paths) == 1 and is_recola(paths[0]):
        return _recola(paths[0], monitor)
    utterances: list[Utterance] = []
    for path in paths:
        inside = [path / name for name in ACTED if (path / name).is_dir()]
        for folder in inside or [path]:
            utterances += read_corpus(folder, monitor=monitor).utterances
    return made_material(read_recordings(utterances, cache, monitor), recipe)


def made_material(recordings: Sequence[Recording], recipe: AffectRecipe) -> AffectMaterial:
    """Sessions made of acted recordings. Raises TrainingError where a part has no speakers."""
    speakers: dict[str, list[Recording]] = {}
    for recording in recordings:
        speakers.setdefault(recording.utterance.speaker, []).append(recording)
    kept_out = VALIDATION_SPEAKERS | STOPPING_SPEAKERS
    learned = sorted(speakers.keys() - kept_out)
    if not learned:
        raise TrainingError("there is no speaker to learn from; expected RAVDESS and EmoDB")

    def draw(choice: np.random.Generator) -> AffectSession:
        speaker = learned[choice.integers(len(learned))]
        return compose(speakers[speaker], int(choice.integers(2**32)), recipe.composition)

    def sessions(names: frozenset[str], part: str, count: int) -> tuple[AffectSession, ...]:
        return tuple(
            compose(speakers[name], seed, recipe.composition, part)
            for name in sorted(names & speakers.keys())
            for seed in range(count)
        )

    corpora = sorted({speakers[name][0].utterance.corpus for name in learned})
    return AffectMaterial(
        draw,
        sessions(STOPPING_SPEAKERS, "validation", recipe.stopping_sessions),
        sessions(VALIDATION_SPEAKERS, "test", recipe.judged_sessions),
        _usual(speakers[name] for name in learned),
        recipe.composition.delay,
        tuple(f"{MADE}recordings of {name}" for name in corpora),
        tuple(learned),
        RECOGNISER_LICENCE,
        tuple(r for name in sorted(VALIDATION_SPEAKERS & speakers.keys()) for r in speakers[name]),
    )


def _recola(folder: Path, monitor: Monitor) -> AffectMaterial:
    """As in the paper: labels as they are, the development sessions to stop by and to judge by."""
    corpus = read_recola(folder)
    for problem in corpus.problems:
        monitor.notice(f"{problem.path} {problem.reason}")
    usable = [session for session in corpus.sessions if session.contours is not None]
    heard = []
    for index, session in enumerate(usable):
        monitor.step("listening to sessions", index, len(usable))
        heard.append(annotated_session(session))
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
