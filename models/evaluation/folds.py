"""A recipe trained and judged fold by fold: the paper's protocol, and speakers left out.

In the paper's, a tenth is held for test and the rest is five folds of which each is the
validation of one training; table III is over the validation. With speakers left out, each
fold's speakers are judged by a training that has never heard them: the epoch is chosen by
others, who are taken out of the training.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import torch

from core.audio_file import read_clip
from core.corpora.splits import FOLDS, PROTOCOLS, Split
from core.corpora.utterance import Utterance
from core.dice import Dice
from core.errors import TrainingError
from core.evaluation.judged import Judged
from core.monitor import SILENT, Monitor
from core.report.tables import slug
from models.device import Runner, choose
from models.recognisers import load_recogniser
from models.recognisers.recogniser import Recogniser, listen
from models.training.fold import train_fold
from models.training.kept_state import read_log
from models.training.recipe_file import Recipe
from models.training.recordings import Recording

VALIDATION, TEST = "validation", "test"
_STREAM = 7  # of chance, apart from those of the splits


@dataclass(frozen=True, slots=True)
class FoldFindings:
    """One fold: what was heard, and how it learned."""

    split: Split
    run: Path
    judged: list[Judged]  # each with `part` VALIDATION or TEST
    epochs: list[float] = field(default_factory=list)  # of the validations
    losses: list[float] = field(default_factory=list)  # on the validation
    figures: dict[str, float] = field(default_factory=dict)  # of the checkpoint kept


def splits_of(protocol: str, utterances: Sequence[Utterance], seed: int) -> list[Split]:
    """The folds of a protocol. Raises TrainingError where there is too little for them."""
    if protocol not in PROTOCOLS:
        raise TrainingError(
            f"there is no protocol {protocol!r}; expected one of {', '.join(PROTOCOLS)}"
        )
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
    recipe: Recipe,
    recordings: Sequence[Recording],
    splits: Sequence[Split],
    folder: Path,
    device: str = "auto",
    allow_missing: bool = False,
    monitor: Monitor = SILENT,
) -> list[FoldFindings]:
    """Train each fold in a folder of its own below `folder`, and judge it.

    Folds that are finished there are read, one that was stopped goes on. Raises
    TrainingError for what cannot be learned from.
    """
    where = choose(device)
    found = []
    for number, split in enumerate(splits):
        step = _Fold(monitor, number, len(splits))
        run = folder / slug(split.name)
        trained = train_fold(
            recipe, recordings, split, run, step, device=where, allow_missing=allow_missing
        )
        recogniser = load_recogniser(run, recipe.trains)
        utterances = [recording.utterance for recording in recordings]
        judged = _judge(recogniser, utterances, split, where, step)
        log = read_log(run / recipe.trains)
        per_epoch = recipe.schedule(len(split.train)).steps / recipe.epochs
        found.append(
            FoldFindings(
                split, run, judged, [line["step"] / per_epoch for line in log],
                [line.get("validation_loss", float("nan")) for line in log],
                trained.networks[recipe.trains].figures,
            )
        )  # fmt: skip
    return found


def _judge(
    recogniser: Recogniser,
    utterances: Sequence[Utterance],
    split: Split,
    device: torch.device,
    monitor: Monitor,
) -> list[Judged]:
    """Validation and test of one fold, by the product's own recogniser and equations."""
    runner = Runner(device)
    parts = [(VALIDATION, i) for i in split.validation] + [(TEST, i) for i in split.test]
    judged = []
    for place, (part, index) in enumerate(parts):
        monitor.step("judging", place, len(parts))
        utterance = utterances[index]
        speech = listen(read_clip(utterance.audio))
        mix = recogniser.hear(speech, runner, SILENT).mix()
        judged.append(
            Judged(
                utterance.audio.name, utterance.corpus, utterance.speaker, utterance.emotion,
                mix.first, mix.shares, part,
            )
        )  # fmt: skip
    return judged


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
