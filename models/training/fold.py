"""One training from recordings to checkpoints, by a recipe, on one split."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch

from core.corpora.splits import Split
from core.monitor import SILENT, Monitor
from core.version import program_version
from models.checkpoint import Checkpoint, Provenance, load_checkpoint
from models.training.copies import copies_of
from models.training.feature_cache import CACHE_BYTES
from models.training.kept_state import STATE
from models.training.learn_dern import learn_dern
from models.training.learn_dsrn import learn_dsrn
from models.training.learn_functionals import learn_functionals
from models.training.lesson import Lesson, Material, check
from models.training.loop import CPU, fit
from models.training.recipe_file import Recipe
from models.training.recordings import Recording
from models.training.run_folder import begin_run, write_curves, write_json


@dataclass(frozen=True, slots=True)
class Trainable:
    """What a recipe can train: the networks to be trained, and what recordings it takes."""

    learn: Callable[[Recipe, Material], list[Lesson]]
    faces: bool = False  # recordings come with faces


TRAINABLE: dict[str, Trainable] = {
    "dern": Trainable(learn_dern),
    "dsrn": Trainable(learn_dsrn, faces=True),
    "functionals": Trainable(learn_functionals),
}


@dataclass(frozen=True, slots=True)
class TrainedNetwork:
    """One checkpoint of a run; `checkpoint.fill` puts its weights into a network."""

    path: Path
    checkpoint: Checkpoint

    @property
    def figures(self) -> dict[str, float]:
        """Of its validation set."""
        return self.checkpoint.description.provenance.metrics


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training made: networks by name, "dern", "dsrn-happy", "dsrn-combined", ..."""

    run: Path
    networks: Mapping[str, TrainedNetwork]


def train_fold(
    recipe: Recipe,
    recordings: Sequence[Recording],
    split: Split,
    run: Path,
    monitor: Monitor = SILENT,
    *,
    device: torch.device = CPU,
    allow_missing: bool = False,
    cache: Path | None = None,
    cache_bytes: int = CACHE_BYTES,
) -> Trained:
    """Train what the recipe says on one split (indices into `recordings`); see `run_folder`.

    Copies that the recipe asks for are made of what is learned from; `cache` keeps them.

    A run that was stopped goes on where it was, one that is finished is read. Raises
    TrainingError for what cannot be learned from, and for a folder that is another run's.
    """
    material = Material(recordings, split, (), allow_missing)
    check(material, monitor)
    utterances = [recording.utterance for recording in recordings]
    begin_run(run, recipe, utterances, split, device, monitor)
    copies = copies_of(
        material.train, recipe.augmentation, recipe.seed, cache, monitor, cache_bytes
    )
    material = replace(material, copies=copies)
    lessons = TRAINABLE[recipe.trains].learn(recipe, material)
    epochs = {one.name: partial(recipe.epoch, examples=one.examples) for one in lessons}
    done: dict[str, TrainedNetwork] = {}
    try:
        for lesson in lessons:
            done[lesson.name] = _learn(lesson, recipe, material, run, monitor, device)
    finally:
        write_curves(run, epochs)
    write_json(run / "metrics.json", {name: one.figures for name, one in done.items()})
    return Trained(run, done)


def _learn(
    lesson: Lesson,
    recipe: Recipe,
    material: Material,
    run: Path,
    monitor: Monitor,
    device: torch.device,
) -> TrainedNetwork:
    path, folder = run / f"{lesson.name}.safetensors", run / lesson.name
    if not path.is_file():
        if lesson.begin_with and not (folder / STATE).is_file():
            lesson.begin(run / f"{lesson.begin_with}.safetensors")
        epochs = _InEpochs(monitor, partial(recipe.epoch, examples=lesson.examples))
        fitted = fit(lesson.task, recipe.schedule(lesson.examples), folder, epochs, device)
        figures = {name: value for name, value in fitted.figures.items() if math.isfinite(value)}
        figures |= {"step": fitted.step, "epoch": recipe.epoch(fitted.step, lesson.examples)}
        lesson.save(path, _provenance(recipe, material, figures))
    (folder / STATE).unlink(missing_ok=True)  # 90 MB of a DSRN, which nobody needs again
    return TrainedNetwork(path, load_checkpoint(path, lesson.role))


def _provenance(recipe: Recipe, material: Material, figures: dict[str, float]) -> Provenance:
    utterances = [recording.utterance for recording in material.train]
    corpora = sorted({utterance.corpus for utterance in utterances})
    sources = [f"{corpus}, {sum(u.corpus == corpus for u in utterances)} recordings, "
               f"split '{material.split.name}'" for corpus in corpora]  # fmt: skip
    speakers = sorted({utterance.speaker for utterance in utterances})
    return Provenance(sources, recipe.name, recipe.seed, program_version(), figures, speakers)


class _InEpochs(Monitor):
    """Tells epochs beside the loss."""

    def __init__(self, monitor: Monitor, epoch: Callable[[int], float]) -> None:
        self._monitor, self._epoch = monitor, epoch
        self._figures: Mapping[str, float] = {}

    def figures(self, values: Mapping[str, float]) -> None:
        """Kept for the step."""
        self._figures = values

    def step(self, stage: str, done: float, total: float) -> None:
        """With how many epochs are done."""
        epoch = {"epoch": round(self._epoch(int(done)), 2)}
        self._monitor.figures(epoch | dict(self._figures))
        self._monitor.step(stage, done, total)

    def notice(self, message: str) -> None:
        """As it is."""
        self._monitor.notice(message)
