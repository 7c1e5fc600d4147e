"""`visemo train RECIPE`: from folders of recordings to a run."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from core.corpora import read_corpus
from core.corpora.checks import check_emotions
from core.corpora.corpus import Corpus, Problem
from core.corpora.duplicates import each_once
from core.corpora.splits import PROTOCOLS, Split, paper_folds
from core.corpora.tracked import check_tracks
from core.corpora.utterance import Utterance
from core.errors import CorpusError, TrainingError
from core.monitor import SILENT, Monitor
from models.training.faces import filmed, made
from models.training.feature_cache import CACHE_BYTES
from models.training.fold import TRAINABLE, Trained, train_fold
from models.training.loop import CPU
from models.training.recipe_file import Recipe
from models.training.recordings import Listened, listen

NAMED = 3  # problems of one kind that are told one by one


@dataclass(frozen=True, slots=True)
class Source:
    """Where recordings come from, and where their features are kept."""

    data: Sequence[Path]  # corpora
    tables: Path  # what made faces are made from
    cache: Path | None = None
    cache_bytes: int = CACHE_BYTES
    tracks: Sequence[Path] = ()  # see `read_corpora`


def train_by_recipe(
    recipe: Recipe,
    source: Source,
    run: Path,
    fold: int = 1,
    monitor: Monitor = SILENT,
    *,
    device: torch.device = CPU,
    allow_missing: bool = False,
) -> Trained:
    """Train on one fold (from 1) of the recipe's protocol. Raises CorpusError and TrainingError."""
    corpora = read_corpora(source.data, monitor, source.tracks)
    utterances = [utterance for corpus in corpora for utterance in corpus.utterances]
    listened = material_for(recipe, utterances, source, monitor)
    tell(listened.problems, monitor)
    split = split_for(recipe, [r.utterance for r in listened.recordings], fold)
    return train_fold(
        recipe, listened.recordings, split, run, monitor,
        device=device, allow_missing=allow_missing, cache=source.cache,
        cache_bytes=source.cache_bytes,
    )  # fmt: skip


def read_corpora(
    paths: Sequence[Path],
    monitor: Monitor = SILENT,
    tracks: Sequence[Path] = (),
    any_labels: bool = False,
) -> list[Corpus]:
    """Corpora in their order, every recording once; what could not be used is noticed.

    `tracks` are where `visemo track --corpus --out` wrote, one folder for each corpus; none
    where they lie in the corpora. Raises CorpusError, also for labels that are not emotions,
    unless `any_labels`.
    """
    if tracks and len(tracks) != len(paths):
        raise CorpusError(
            f"there are {len(paths)} corpora and {len(tracks)} folders of tracks; expected one for "
            "each, in the same order"
        )
    corpora = []
    folders: Sequence[Path | None] = tracks or [None] * len(paths)
    for path, folder in zip(paths, folders, strict=True):
        check_tracks(folder)
        corpora.append(read_corpus(path, monitor=monitor, tracks=folder))
        if not any_labels:
            check_emotions(corpora[-1])
    corpora, doubtful = each_once(corpora, monitor)
    for path, corpus in zip(paths, corpora, strict=True):
        tell(corpus.problems, monitor)
        for note in corpus.notes:
            monitor.notice(f"{path}: {note}")
    for note in doubtful:
        monitor.notice(note)
    return corpora


def material_for(
    recipe: Recipe, utterances: Sequence[Utterance], source: Source, monitor: Monitor = SILENT
) -> Listened:
    """Recordings as the recipe's networks take them."""
    listened = listen(utterances, source.cache, monitor, source.cache_bytes)
    if not TRAINABLE[recipe.trains].faces:
        return listened
    if recipe.dsrn.targets == "made":
        shown = made(listened.recordings, source.tables, monitor)
    else:
        shown = filmed(listened.recordings, monitor)
    return Listened(shown.recordings, listened.problems + shown.problems)


def split_for(recipe: Recipe, utterances: Sequence[Utterance], fold: int = 1) -> Split:
    """One fold of the recipe's protocol. Raises TrainingError when it has no such fold."""
    if recipe.protocol == "none":
        tenth = paper_folds(utterances, recipe.seed)[0]
        train = tuple(sorted((*tenth.train, *tenth.validation)))
        folds = [Split("none, a tenth to stop by", train, tenth.test)]
    else:
        folds = PROTOCOLS[recipe.protocol](utterances, recipe.seed)
    if not 1 <= fold <= len(folds):
        wanted = "1" if len(folds) == 1 else f"1 to {len(folds)}"
        raise TrainingError(f"protocol '{recipe.protocol}' has no fold {fold}; expected {wanted}")
    return folds[fold - 1]


def tell(problems: Sequence[Problem], monitor: Monitor) -> None:
    """Name what was left out: all of it in numbers, the first of each kind by name."""
    counts = Counter(problem.kind for problem in problems)
    for kind, count in counts.items():
        named = [problem for problem in problems if problem.kind == kind][:NAMED]
        for problem in named:
            monitor.notice(f"{problem.path} is left out: it {problem.reason}")
        if count > len(named):
            monitor.notice(f"{count - len(named)} more are left out: {kind}")
