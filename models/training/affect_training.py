"""`visemo train --recipe valence-arousal`: both ensembles, and how good they are."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import torch
from torch import nn

from core.affect import DIMENSIONS, FILE, ROLE
from core.atomic import atomic_text, make_folder
from core.monitor import SILENT, Monitor
from core.normalisation import Normalisation
from core.version import program_version
from models.affect_recogniser import Ensemble
from models.checkpoint import (
    CONTEXT_FRAMES,
    Description,
    FeatureConfig,
    Provenance,
    save_checkpoint,
)
from models.training.affect import AffectTask
from models.training.affect_judging import judge, single_clips
from models.training.affect_material import AffectMaterial, affect_material
from models.training.affect_recipe import AffectRecipe
from models.training.cards import write_card
from models.training.loop import CPU, fit
from models.valence_arousal import WIDTHS, DownUp

BUNDLED = AffectRecipe()


def train_affect(
    data: Path, out: Path, run: Path, recipe: AffectRecipe = BUNDLED, monitor: Monitor = SILENT
) -> dict[str, float]:
    """Train on RECOLA or on made sessions of a folder; write weights and card to `out`.

    `run` keeps features, states and logs: with it, a training that was stopped goes on.
    Returns the figures of the card. Raises CorpusError or TrainingError with what is missing.
    """
    make_folder(out)
    make_folder(run)
    material = affect_material([data], recipe, run / "features", monitor)
    ensemble, figures = Ensemble(), dict[str, float]()
    for dimension in DIMENSIONS:
        make = partial(DownUp, WIDTHS[dimension])
        for number, member in enumerate(ensemble.members(dimension)):
            trained = learn(material, recipe, dimension, make, number, run, monitor)
            member.load_state_dict(trained.state_dict())
        judged = judge(ensemble.eval().members(dimension), dimension, material)
        figures |= {f"{dimension}_{name}": value for name, value in judged.figures().items()}
        figures |= single_clips(ensemble.members(dimension), dimension, material)
    description = Description(
        role=ROLE,
        id="visemo-valence-arousal",
        licence=material.licence,
        provenance=Provenance(
            list(material.sources), ROLE, recipe.seed, program_version(), figures,
            list(material.speakers),
        ),
        labels=list(DIMENSIONS),
        features=FeatureConfig(context_frames=CONTEXT_FRAMES[ROLE], normalisation="speaker"),
    )  # fmt: skip
    save_checkpoint(out / FILE, ensemble, description, Normalisation("speaker", material.usual))
    write_card(out / FILE, description)
    with atomic_text(run / "figures.json") as file:
        json.dump(figures, file, indent=1)
    return figures


def learn(
    material: AffectMaterial,
    recipe: AffectRecipe,
    dimension: str,
    make: Callable[[], nn.Module],
    number: int,
    run: Path,
    monitor: Monitor = SILENT,
    device: torch.device = CPU,
) -> nn.Module:
    """One run of an ensemble, from a beginning of its own."""
    seed = recipe.seed + 100 * number + DIMENSIONS.index(dimension)
    torch.manual_seed(seed)
    network = make()
    kind = type(network).__name__.lower()
    task = AffectTask(
        f"{kind} for {dimension}, run {number + 1}", dimension, network, material.draw,
        material.stopping, material.usual, material.advance, recipe.augmentation,
    )  # fmt: skip
    schedule = msgspec.structs.replace(recipe.schedule, seed=seed)
    fit(task, schedule, run / f"{kind}-{dimension}-{number + 1}", monitor, device)
    return network.eval()
