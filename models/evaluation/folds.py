"""A recipe trained and judged fold by fold: the paper's protocol, and speakers left out.

In the paper's, a tenth is held for test and the rest is five folds of which each is the
validation of one training; table III is over the validation. With speakers left out, each
fold's speakers are judged by a training that has never heard them: the epoch is chosen by
others, who are taken out of the training.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from core.corpora import CORPORA
from core.corpora.splits import FOLDS, PROTOCOLS, Split
from core.corpora.utterance import Utterance
from core.dice import Dice
from core.errors import ReportError, TrainingError
from core.monitor import SILENT, Monitor
from core.report.tables import slug
from models.device import choose
from models.evaluation.run_judging import Asked, RunFindings, judge_recordings
from models.evaluation.run_networks import RunNetworks
from models.training.feature_cache import CACHE_BYTES
from models.training.fold import train_fold
from models.training.recipe_file import Recipe
from models.training.recordings import Recording

VALIDATION, TEST = "validation", "test"
_STREAM = 7  # of chance, apart from those of the splits


@dataclass(frozen=True, slots=True)
class NetworkCurve:
    """How one network learned: validations by epoch, and the epoch that was kept."""

    epochs: list[float]
    losses: list[float]  # on the validation
    errors: list[float]  # of DSRNs: mean squared error of shape parameters on the validation
    kept: float


@dataclass(frozen=True, slots=True)
class FoldFindings:
    """One fold: what was heard and moved, and how the networks learned, by name."""

    name: str
    runs: Sequence[Path]
    sizes: tuple[int, int, int]  # of training, validation and test
    found: RunFindings
    curves: dict[str, NetworkCurve]


@dataclass(frozen=True, slots=True)
class FoldRequest:
    """Where the runs are kept and how they are made."""

    folder: Path
    device: str = "auto"
    allow_missing: bool = False
    cache: Path | None = None  # of changed copies, which folds have in common
    cache_bytes: int = CACHE_BYTES


def splits_of(protocol: str, utterances: Sequence[Utterance], seed: int) -> list[Split]:
    """The folds of a protocol. Raises TrainingError where there is too little for them."""
    splits = PROTOCOLS[protocol](utterances, seed)
    return [nested(s, utterances, seed) if not s.test else s for s in splits]


def nested(split: Split, utterances: Sequence[Utterance], seed: int) -> Split:
    """The same with its validation as test, and other speakers to choose the epoch by.

    A fifth of each corpus's training speakers, one at least. Raises TrainingError where
    that leaves nobody to learn from.
    """
    by_corpus: dict[str, set[str]] = {}
    for index in split.train:
        by_corpus.setdefault(utterances[index].corpus, set()).add(utterances[index].speaker)
    dice = Dice(seed, _STREAM)
    choosing: set[str] = set()
    for _, speakers in sorted(by_corpus.items()):
        if len(speakers) > 1:
            choosing |= set(dice.shuffled(sorted(speakers))[: max(len(speakers) // FOLDS, 1)])
    validation = tuple(i for i in split.train if utterances[i].speaker in choosing)
    train = tuple(i for i in split.train if utterances[i].speaker not in choosing)
    if not validation or not train:
        raise TrainingError(
            f"{split.name} leaves {len(split.train)} recordings of "
            f"{sum(map(len, by_corpus.values()))} speakers to learn from; leaving speakers out "
            "needs at least two of a corpus beside those judged"
        )
    return replace(split, train=train, validation=validation, test=split.validation)


def judge_folds(
    recipes: Sequence[Recipe],
    recordings: Sequence[Recording],
    splits: Sequence[Split],
    request: FoldRequest,
    monitor: Monitor = SILENT,
) -> list[FoldFindings]:
    """Train each fold in folders of its own, one a recipe, and judge it.

    Folds that are finished there are read, one that was stopped goes on. Raises
    TrainingError for what cannot be learned from.
    """
    device = choose(request.device)
    found = []
    for number, split in enumerate(splits):
        step = _Fold(monitor, number, len(splits))
        runs = []
        for recipe in recipes:
            runs.append(request.folder / slug(split.name) / slug(recipe.name))
            train_fold(
                recipe, recordings, split, runs[-1], step, device=device,
                allow_missing=request.allow_missing, cache=request.cache,
                cache_bytes=request.cache_bytes,
            )  # fmt: skip
        parts = [(VALIDATION, i) for i in split.validation] + [(TEST, i) for i in split.test]
        asked = Asked(parts, (TEST,), titled, split.train)
        judged = judge_recordings(RunNetworks.read(runs), recordings, asked, device, step)
        found.append(findings(split.name, runs, split, judged))
    return found


def findings(name: str, runs: Sequence[Path], split: Split, found: RunFindings) -> FoldFindings:
    """With how the networks learned, as the runs wrote it down."""
    curves = {key: curve for run in runs for key, curve in _curves(run).items()}
    sizes = (len(split.train), len(split.validation), len(split.test))
    return FoldFindings(name, runs, sizes, found, curves)


def titled(utterance: Utterance) -> str:
    """A corpus's name as people write it."""
    reader = CORPORA.get(utterance.corpus)
    return reader.title if reader else utterance.corpus


def _curves(run: Path) -> dict[str, NetworkCurve]:
    """From `curves.csv` and `metrics.json`. Raises ReportError for other files."""
    try:
        with (run / "curves.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        kept = json.loads((run / "metrics.json").read_text(encoding="utf-8"))
        result = {}
        for name, figures in kept.items():
            own = [row for row in rows if row["network"] == name]
            epochs, losses, errors = (
                [float(row.get(key) or "nan") for row in own]
                for key in ("epoch", "validation_loss", "mse")
            )
            kept_epoch = float(figures.get("epoch", "nan"))
            result[name] = NetworkCurve(epochs, losses, errors, kept_epoch)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise ReportError(f"'{run}' is no finished run ({error}); finish it first.") from error
    return result


class _Fold(Monitor):
    """Says which fold the work is on."""

    def __init__(self, monitor: Monitor, number: int, count: int) -> None:
        self._monitor, self._where = monitor, f"fold {number + 1} of {count}: "

    def step(self, stage: str, done: float, total: float) -> None:
        """Of the fold."""
        self._monitor.step(self._where + stage, done, total)

    def figures(self, values: Mapping[str, float]) -> None:
        """Of the fold."""
        self._monitor.figures(values)

    def notice(self, message: str) -> None:
        """Of the fold."""
        self._monitor.notice(self._where + message)
