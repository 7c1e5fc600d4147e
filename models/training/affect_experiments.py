"""The experiments of Khorram et al. 2017: each a function of material, each a list of rows."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from torch import nn

from core.affect import DIMENSIONS, FRAMES_PER_SECOND
from core.evaluation.continuous import concordance
from core.monitor import SILENT, Monitor
from models.device import half_precision
from models.training.affect import concordance_loss
from models.training.affect_judging import Judged, judge
from models.training.affect_material import AffectMaterial
from models.training.affect_recipe import AffectRecipe
from models.training.affect_training import learn
from models.training.loop import CPU
from models.valence_arousal import (
    INPUTS,
    WIDTHS,
    Dilated,
    DownUp,
    Preliminary,
    blstm_like,
    parameters,
)

FACTORS = tuple(2**n for n in range(1, 8))  # figure 4: 2 to 128
LENGTHS = (2, 8, 32, 128, 512, 2048)  # figure 1: frames of the filter, of 2 to 2,048
SESSION = 300.0  # seconds of a session of RECOLA, which epochs are timed on
TRAINING_SESSIONS = 9  # of RECOLA: an epoch
TIMINGS = 5  # in each precision, of which the fastest counts


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of each experiment: the paper's own are 5, 10 and whole trainings."""

    runs: int = 5  # of each network of tables 1 and 2
    filter_runs: int = 2
    filter_steps: int = 200


Make = Callable[[], nn.Module]


def compared(dimension: str) -> dict[str, Make]:
    """The networks of tables 1 and 2 for a dimension; Down/Up alone is larger for valence."""
    return {
        "BLSTM, as large as Dilated": lambda: blstm_like(Dilated()),
        "Dilated": Dilated,
        "Down/Up": partial(DownUp, WIDTHS[dimension]),
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of table 1 or 2."""

    dimension: str
    network: str
    parameters: int
    runs: int
    judged: Judged
    figures: dict[str, float]  # of `judged`, and `single_roughness`


def compare(
    material: AffectMaterial,
    recipe: AffectRecipe,
    extent: Extent,
    run: Path,
    monitor: Monitor = SILENT,
    device: torch.device = CPU,
) -> list[Compared]:
    """Tables 1 and 2: ensembles by one recipe, judged on speakers never trained on."""
    rows = []
    for dimension in DIMENSIONS:
        for name, make in compared(dimension).items():
            networks = [
                learn(material, recipe, dimension, make, number, run, monitor, device)
                for number in range(extent.runs)
            ]
            judged = judge(networks, dimension, material)
            figures = judged.figures() | {"single_roughness": judged.single_roughness}
            rows.append(
                Compared(dimension, name, parameters(networks[0]), extent.runs, judged, figures)
            )
    return rows


def distortion(contours: Sequence[NDArray[np.floating]]) -> Iterator[tuple[int, float]]:
    """Figure 4: factors n, and mean CCC of contours with what a spline makes of every n-th value.

    Contours too short for a factor do not count for it.
    """
    for factor in FACTORS:
        agreements = []
        for contour in contours:
            kept = np.arange(0, len(contour), factor)
            if len(kept) > 3:  # of which a cubic can be drawn
                again = CubicSpline(kept, contour[kept])(np.arange(len(contour)))
                agreements.append(concordance(contour, again))
        if agreements:
            yield factor, float(np.mean(agreements))


@dataclass(frozen=True, slots=True)
class Filtered:
    """One point of figure 1: mean and deviation of CCC over runs."""

    dimension: str
    frames: int
    runs: int
    steps: int  # of each run
    mean: float
    deviation: float


def receptive_field(
    material: AffectMaterial,
    recipe: AffectRecipe,
    extent: Extent,
    run: Path,
    monitor: Monitor = SILENT,
    device: torch.device = CPU,
) -> list[Filtered]:
    """Figure 1: one filter of growing length, judged as in section 4 by the development sessions.

    Those say when other trainings stop; here all steps are taken, and the last weights judged.
    """
    schedule = msgspec.structs.replace(
        recipe.schedule, steps=extent.filter_steps, validate_every=extent.filter_steps
    )
    short = AffectRecipe(
        recipe.seed, recipe.composition, recipe.stopping_sessions, recipe.judged_sessions,
        recipe.augmentation, schedule,
    )  # fmt: skip
    development = replace(material, judged=material.stopping)
    rows = []
    for dimension in DIMENSIONS:
        for frames in LENGTHS:
            found = []
            for number in range(extent.filter_runs):
                place = run / f"filter-{frames}"
                make = partial(Preliminary, frames)
                network = learn(material, short, dimension, make, number, place, monitor, device)
                found.append(judge([network], dimension, development).concordance)
            mean, deviation = float(np.mean(found)), float(np.std(found))
            rows.append(
                Filtered(dimension, frames, len(found), extent.filter_steps, mean, deviation)
            )
    return rows


@dataclass(frozen=True, slots=True)
class Timed:
    """An epoch of a network and of a BLSTM with about as many parameters, in seconds."""

    network: str
    parameters: int
    seconds: float
    blstm_parameters: int
    blstm_seconds: float


def epoch_times(monitor: Monitor = SILENT) -> list[Timed]:
    """Training on nine sessions of five minutes, as RECOLA has, one a step; by the fastest step.

    On the CPU, of processor time, so that another program's work hardly shows.
    """
    rows = []
    pairs = {"Dilated": Dilated(), "Down/Up, arousal": DownUp(WIDTHS["arousal"]),
             "Down/Up, valence": DownUp(WIDTHS["valence"])}  # fmt: skip
    for place, (name, network) in enumerate(pairs.items()):
        monitor.step("timing epochs", place, len(pairs))
        other = blstm_like(network)
        rows.append(
            Timed(name, parameters(network), _epoch(network), parameters(other), _epoch(other))
        )
    return rows


def _epoch(network: nn.Module) -> float:
    """In half precision or in full, whichever is faster: an LSTM gains nothing by halves."""
    frames = round(SESSION * FRAMES_PER_SECOND)
    inputs, labels = torch.randn(1, frames, INPUTS), torch.randn(1, frames)
    optimiser = torch.optim.AdamW(network.parameters(), fused=True)
    taken = []
    for turn in range(2 * TIMINGS):
        began = time.process_time()
        with half_precision(inputs.device) if turn % 2 else nullcontext():
            found = network(inputs)
        optimiser.zero_grad()
        concordance_loss(labels, found.float()).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        taken.append(time.process_time() - began)
    return TRAINING_SESSIONS * min(taken)
