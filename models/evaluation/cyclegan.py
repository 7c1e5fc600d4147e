"""Does made speech help? The experiments of Bao, Neumann, Vu 2019, section 4.

A classifier learns from real features, from made ones or from both, and is judged on speakers
or on a corpus that neither it nor the CycleGANs have heard. What is finished is kept in a
folder, so that a run that was stopped goes on where it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.corpora.splits import FOLDS, speaker_folds
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS
from core.errors import TrainingError
from core.evaluation.recognition import confusion, unweighted_average_recall
from core.monitor import SILENT, Monitor
from models.evaluation.feature_spread import Distances, Spread, distances, spread
from models.training.emotion_classifier import (
    ClassifierRecipe,
    found_labels,
    standardised,
    train_classifier,
)  # fmt: skip
from models.training.emotion_transfer import (
    Domains,
    TransferRecipe,
    small_recipe,
    synthetic,
    train_transfer,
)  # fmt: skip
from models.training.feature_cache import FeatureCache
from models.training.functionals_data import Examples, Rows
from models.training.loop import CPU

LEAST_EMOTIONS = 2  # of a corpus that is learned from
REAL, MADE, BOTH = "real", "synthetic", "real + synthetic"


@dataclass(frozen=True, slots=True)
class Experiment:
    """As it stands, the paper's, which takes days of a GPU."""

    transfer: TransferRecipe = field(default_factory=TransferRecipe)
    within: Mapping[str, ClassifierRecipe] = field(
        default_factory=lambda: {
            REAL: ClassifierRecipe(),
            MADE: ClassifierRecipe((200, 200), 0.5, 256, 1e-5, 5),
            BOTH: ClassifierRecipe((1000, 1000), 0.5, 256, 5e-6, 30),
        }
    )
    across: Mapping[str, ClassifierRecipe] = field(
        default_factory=lambda: {
            REAL: ClassifierRecipe(),
            MADE: ClassifierRecipe((200, 200), 0.8, 256, 1e-5, 20),
            BOTH: ClassifierRecipe((200, 200), 0.8, 256, 1e-5, 20),
        }
    )
    class_weights: tuple[float, ...] = (0.0, 2.0)  # lambda_cls
    made_most: int = 0  # utterances of each emotion, by chance, that a classifier sees; 0: all
    folds: int = FOLDS
    repeats: int = 5  # of everything that is learned or drawn: 4.3
    seed: int = 0


def small_experiment(seed: int = 0) -> Experiment:
    """For two cores: narrower and shorter, and faster steps, as the corpora are a fifth as long.

    Of the made utterances, one of each emotion for every one of the source, a classifier sees
    150 an emotion, so that they do not drown the real ones, some 30 of EmoDB in half its speakers.
    """
    recipe = ClassifierRecipe((100, 100), 0.5, 64, 5e-4, 20)
    recipes = dict.fromkeys((REAL, MADE, BOTH), recipe)
    return Experiment(small_recipe(seed=seed), recipes, recipes, made_most=150, folds=2, seed=seed)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One corpus judged: what each classifier took each utterance for, (repeats, n)."""

    trained_on: str
    judged_on: str
    emotions: tuple[str, ...]  # what labels are places in
    true: NDArray[np.intp]  # (n,)
    speakers: tuple[str, ...]
    found: Mapping[tuple[str, float], NDArray[np.intp]]  # by what it learned from, and lambda_cls
    distances: Distances
    spread: Spread

    def recalls(self, kind: str, weight: float) -> list[float]:
        """Unweighted average recall of each repeat."""
        true, count = self.true.tolist(), len(self.emotions)
        return [
            unweighted_average_recall(confusion(true, row.tolist(), count))
            for row in self.found[kind, weight]
        ]


def compare(
    utterances: Sequence[Utterance],
    examples: Examples,
    source: Rows,
    experiment: Experiment,
    cache: Path,
    monitor: Monitor = SILENT,
    device: torch.device = CPU,
) -> list[Comparison]:
    """Every corpus of `utterances` by itself, speakers out, then each as the judge of each other.

    `examples` are the functionals of the utterances, `source` those of speech without labels.
    What cannot be judged is noticed. Raises TrainingError where that is everything.
    """
    if not len(source):
        raise TrainingError("nothing could be heard in the speech without emotions")
    bench = _Bench(source, experiment, FeatureCache(cache), monitor, device)
    corpora = sorted({utterance.corpus for utterance in utterances})
    pairs = [(one, other) for one in corpora for other in corpora if one != other]
    results, lacking = [], ""
    for one, other in [*((corpus, corpus) for corpus in corpora), *pairs]:
        if lacking := _lacking(examples, one, other):
            monitor.notice(f"{one} judged by {other} is left out: {lacking}")
        elif one == other:
            results.append(_within(bench, utterances, examples, one))
        else:
            results.append(_across(bench, examples, one, other))
    if not results:
        raise TrainingError(f"nothing can be judged: {lacking}")
    return results


def _lacking(examples: Examples, one: str, other: str) -> str:
    """Why a corpus cannot be judged by another, or by itself; nothing where it can."""
    own, judge = (examples.chosen(examples.corpora == corpus) for corpus in (one, other))
    count = len(set(_emotions(own)) & set(_emotions(judge)))
    if count < LEAST_EMOTIONS:
        return f"speech could be heard of {count} emotions of both; expected {LEAST_EMOTIONS}"
    if one == other and len(set(own.speakers.tolist())) < 2:
        return "it has one speaker, and speakers are left out"
    return ""


@dataclass(frozen=True, slots=True)
class _Judged:
    """Of one training and one judging set."""

    found: dict[tuple[str, float], NDArray[np.intp]]
    distances: Distances
    spread: Spread


@dataclass(frozen=True, slots=True)
class _Bench:
    source: Rows
    experiment: Experiment
    cache: FeatureCache
    monitor: Monitor
    device: torch.device

    def judged(
        self,
        name: str,
        train: Examples,
        test: Rows,
        emotions: tuple[str, ...],
        recipes: Mapping[str, ClassifierRecipe],
    ) -> _Judged:
        """`test` is standardised already."""
        places = [EMOTIONS.index(emotion) for emotion in emotions]
        targets = tuple(train.rows[train.labels == place] for place in places)
        domains = Domains(self.source, targets)
        real = np.concatenate(targets), np.repeat(np.arange(len(targets)), [*map(len, targets)])
        repeats, weights = range(self.experiment.repeats), self.experiment.class_weights
        made = [{w: self._made(name, domains, w, n) for w in weights} for n in repeats]
        rows: dict[tuple[str, float], list[NDArray[np.intp]]] = {}
        for repeat in repeats:
            self.monitor.step(f"judging {name}", repeat, len(repeats))
            alone = self._found(f"{name}: {REAL}", repeat, [real], test, recipes[REAL])
            for weight in weights:
                seen = self._some(made[repeat][weight], repeat)
                invented = np.concatenate(seen), np.repeat(np.arange(len(seen)), [*map(len, seen)])
                rows.setdefault((REAL, weight), []).append(alone)
                for kind, parts in ((MADE, [invented]), (BOTH, [real, invented])):
                    place = f"{name}: {kind}, {weight:g}"
                    own = self._found(place, repeat, parts, test, recipes[kind])
                    rows.setdefault((kind, weight), []).append(own)
        found = {key: np.stack(own) for key, own in rows.items()}
        away = _mean_distances([distances(domains, own) for own in made])
        return _Judged(found, away, spread(domains, made[0]))

    def _some(self, rows: tuple[Rows, ...], repeat: int) -> list[Rows]:
        choice = np.random.default_rng(self.experiment.seed + repeat)
        most = self.experiment.made_most or len(rows[0])
        return [own[choice.permutation(len(own))[:most]] for own in rows]

    def _made(self, name: str, domains: Domains, weight: float, repeat: int) -> tuple[Rows, ...]:
        seed = self.experiment.seed + repeat
        recipe = replace(self.experiment.transfer, class_weight=weight, seed=seed)

        def make() -> dict[str, Rows]:
            transfer = train_transfer(domains, recipe, self.monitor, self.device)
            return {str(i): rows for i, rows in enumerate(synthetic(transfer, domains))}

        kept = self.cache.kept((name, recipe), (domains.source, *domains.targets), make)
        return tuple(kept[str(i)].astype(np.float32) for i in range(len(domains.targets)))

    def _found(
        self,
        name: str,
        repeat: int,
        parts: Sequence[tuple[Rows, NDArray[np.intp]]],
        test: Rows,
        recipe: ClassifierRecipe,
    ) -> NDArray[np.intp]:
        rows = np.concatenate([standardised(part) for part, _ in parts])
        labels = np.concatenate([own for _, own in parts])

        count, seed = int(labels.max()) + 1, self.experiment.seed * 1_000 + repeat

        def make() -> dict[str, NDArray[np.intp]]:
            self.monitor.step(name, repeat, self.experiment.repeats)
            network = train_classifier(rows, labels, count, recipe, seed, self.device)
            return {"found": found_labels(network, test)}

        key = (name, recipe, seed)
        return self.cache.kept(key, (rows, labels, test), make)["found"].astype(np.intp)


def _within(
    bench: _Bench, utterances: Sequence[Utterance], examples: Examples, corpus: str
) -> Comparison:
    own = examples.chosen(examples.corpora == corpus)
    emotions = _emotions(own)
    members = [index for index, u in enumerate(utterances) if u.corpus == corpus]
    chosen = [utterances[index] for index in members]
    judged, tests = [], []
    for number, split in enumerate(speaker_folds(chosen, bench.experiment.seed,
                                                 bench.experiment.folds)):  # fmt: skip
        out = np.isin(own.recordings, [members[index] for index in split.validation])
        train, test = own.chosen(~out), own.chosen(out)
        rows = standardised(test.rows, train.rows)
        name = f"{corpus}, fold {number + 1}"
        judged.append(bench.judged(name, train, rows, emotions, bench.experiment.within))
        tests.append(test)
    return _comparison(corpus, corpus, emotions, tests, judged)


def _across(bench: _Bench, examples: Examples, one: str, other: str) -> Comparison:
    train = examples.chosen(examples.corpora == one)
    test = examples.chosen(examples.corpora == other)
    emotions = tuple(e for e in _emotions(train) if e in _emotions(test))
    test = test.chosen(np.isin(test.labels, [EMOTIONS.index(e) for e in emotions]))
    rows = standardised(test.rows)
    judged = bench.judged(f"{one} -> {other}", train, rows, emotions, bench.experiment.across)
    return _comparison(one, other, emotions, [test], [judged])


def _emotions(examples: Examples) -> tuple[str, ...]:
    return tuple(e for place, e in enumerate(EMOTIONS) if (examples.labels == place).any())


def _comparison(
    one: str,
    other: str,
    emotions: tuple[str, ...],
    tests: Sequence[Examples],
    judged: Sequence[_Judged],
) -> Comparison:
    places = np.array([emotions.index(e) if e in emotions else -1 for e in EMOTIONS])
    first = judged[0]
    return Comparison(
        one,
        other,
        emotions,
        places[np.concatenate([test.labels for test in tests])],
        tuple(name for test in tests for name in test.speakers.tolist()),
        {key: np.concatenate([j.found[key] for j in judged], axis=1) for key in first.found},
        _mean_distances([j.distances for j in judged]),
        first.spread,
    )


def _mean_distances(several: Sequence[Distances]) -> Distances:
    return Distances(
        float(np.mean([one.source for one in several])),
        {w: float(np.mean([one.made[w] for one in several])) for w in several[0].made},
    )
