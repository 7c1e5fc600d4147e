"""`visemo evaluate valence-arousal`: tables and figures of Khorram et al. 2017, as a report."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from core.affect import DIMENSIONS, FRAMES_PER_SECOND
from core.evaluation.report import Evaluation, Section
from core.interval import NO_INTERVAL, Estimate, Interval
from core.monitor import SILENT, Monitor
from core.report.markup import counted
from core.report.plots import Curve, Plot, curve_plot
from core.report.tables import Column, Table
from models.evaluation.cells import Cells
from models.evaluation.provenance import program_rows
from models.training.affect_experiments import (
    SESSION,
    TRAINING_SESSIONS,
    Compared,
    Extent,
    Filtered,
    Timed,
    compare,
    distortion,
    epoch_times,
    receptive_field,
)
from models.training.affect_material import AffectMaterial, affect_material
from models.training.affect_recipe import AffectRecipe
from models.training.affect_sessions import AffectSession
from models.training.loop import CPU

MADE = (
    "The labels were made, not annotated: recordings of acted emotions one after another, and "
    "contours from where each emotion lies in the plane of valence and arousal. Figures say how "
    "well networks recover that, not how well they agree with people."
)
EXAMPLE = 40.0  # seconds of figure 5


@dataclass(frozen=True, slots=True)
class AffectRequest:
    """What is asked for. `run` keeps features and trained networks."""

    data: tuple[Path, ...]
    run: Path
    recipe: AffectRecipe = field(default_factory=AffectRecipe)
    extent: Extent = field(default_factory=Extent)
    with_plots: bool = True
    command: str = ""
    device: torch.device = CPU


def evaluate_affect(request: AffectRequest, monitor: Monitor = SILENT) -> Evaluation:
    """All experiments on one material.

    Raises CorpusError or TrainingError, also where `run` holds networks of other material.
    """
    began = time.monotonic()
    recipe, extent, run = request.recipe, request.extent, request.run
    material = affect_material(request.data, recipe, run / "features", monitor)
    parts = {
        "Learned from": ", ".join(material.speakers),
        "Stopped by": _speakers(material.stopping),
        "Judged by": _speakers(material.judged),
    }
    Cells(run).belong_to(f"{recipe} {extent.filter_steps} {material.sources} {parts}")
    times = epoch_times(monitor)
    rows = compare(material, recipe, extent, run, monitor, request.device)
    filtered = receptive_field(material, recipe, extent, run, monitor, request.device)
    bent = {name: list(distortion(_contours(material, name))) for name in DIMENSIONS}
    plots: dict[str, list[Plot]] = {"1": [], "4": [], "5": []}
    if request.with_plots:
        plots = {"1": [_filter_plot(filtered)], "4": [_bent_plot(bent)], "5": _examples(rows)}
    sections = [
        Section("Arousal and valence (tables 1 and 2)", tuple(map(_agreement, _split(rows)))),
        Section("Smoothness (figure 5)", (_smoothness(rows), *plots["5"])),
        Section("Receptive field (figure 1)", (_filter_table(filtered), *plots["1"])),
        Section("Downsampling and upsampling (figure 4)", (_bent_table(bent), *plots["4"])),
        Section("Time of an epoch", (_time_table(times),)),
    ]
    return Evaluation(
        "Valence and arousal",
        (),
        (MADE,) if material.recordings else (),
        tuple(sections),
        (
            *program_rows(request.command, time.monotonic() - began, request.device.type),
            ("Data", "; ".join(material.sources)),
            *parts.items(),
        ),
    )


def _speakers(sessions: Sequence[AffectSession]) -> str:
    return ", ".join(sorted({session.speaker for session in sessions}))


def _contours(material: AffectMaterial, dimension: str) -> list[np.ndarray]:
    return [session.labels[dimension] for session in material.judged]


def _split(rows: Sequence[Compared]) -> list[list[Compared]]:
    return [[row for row in rows if row.dimension == name] for name in reversed(DIMENSIONS)]


def _estimate(figures: dict[str, float], name: str, count: int) -> Estimate:
    over_sessions = Interval(figures[f"{name}_low"], figures[f"{name}_high"])
    return Estimate(figures[name], over_sessions, NO_INTERVAL, count, 0)


def _agreement(rows: Sequence[Compared]) -> Table:
    dimension, sessions = rows[0].dimension, len(rows[0].judged.true)
    cells = []
    for row in rows:
        ccc, rmse = (_estimate(row.figures, name, sessions) for name in ("ccc", "rmse"))
        cells.append((row.network, row.parameters, row.runs, ccc, rmse))
    nothing = rows[0].figures["constant_rmse"]
    return Table(
        dimension,
        f"{dimension.capitalize()}: agreement with labels on speakers never trained on",
        (
            Column("network", words=True), Column("parameters"), Column("runs"),
            Column("CCC", 3, estimate=True), Column("RMSE", 3, estimate=True),
        ),
        (*cells, ("best constant", 0, 0, 0.0, nothing)),
        f"Over all frames of {sessions} sessions; 95 % intervals over sessions.",
    )  # fmt: skip


def _smoothness(rows: Sequence[Compared]) -> Table:
    return Table(
        "smoothness",
        "Mean absolute second difference of what was found",
        (
            Column("dimension", words=True), Column("network", words=True),
            Column("ensemble x 1,000", 3, 1000.0), Column("of Dilated's", 2),
            Column("single runs x 1,000", 3, 1000.0), Column("of single Dilated's", 2),
        ),
        tuple(
            (
                row.dimension, row.network,
                *(cell for name in ("roughness", "single_roughness")
                  for cell in (row.figures[name], row.figures[name] / rival.figures[name])),
            )
            for row in rows
            for rival in rows
            if (rival.dimension, rival.network) == (row.dimension, "Dilated")
        ),
        f"Of the mean contour of {counted(rows[0].runs, 'run')}, and the mean of that of each "
        "run's own contour; 25 values a second.",
    )  # fmt: skip


def _filter_table(filtered: Sequence[Filtered]) -> Table:
    return Table(
        "receptive-field",
        "CCC of one filter, tanh and a linear regression, by the filter's length",
        (
            Column("dimension", words=True), Column("frames"), Column("seconds", 2),
            Column("CCC", 3), Column("deviation over runs", 3),
        ),
        tuple(
            (f.dimension, f.frames, f.frames / FRAMES_PER_SECOND, f.mean, f.deviation)
            for f in filtered
        ),
        f"Mean of {counted(filtered[0].runs, 'run')} of {filtered[0].steps} steps each, judged by "
        "the sessions that other trainings stop by: the paper's development partition.",
    )  # fmt: skip


def _filter_plot(filtered: Sequence[Filtered]) -> Plot:
    curves = [
        Curve(
            name,
            [np.log2(f.frames) for f in filtered if f.dimension == name],
            [f.mean for f in filtered if f.dimension == name],
        )
        for name in DIMENSIONS
    ]
    return curve_plot(
        "receptive-field", "CCC by the length of the filter", "frames of the filter, log2", "CCC",
        curves, "Longer filters, as in figure 1; 25 frames are a second.",
    )  # fmt: skip


Bent = dict[str, list[tuple[int, float]]]


def _bent_table(bent: Bent) -> Table:
    factors = [factor for factor, _ in bent[DIMENSIONS[0]]]
    return Table(
        "distortion",
        "CCC of labels with what a spline makes of every n-th value",
        (Column("factor"), *(Column(name, 4) for name in DIMENSIONS)),
        tuple(
            (factor, *(bent[name][place][1] for name in DIMENSIONS))
            for place, factor in enumerate(factors)
        ),
    )


def _bent_plot(bent: Bent) -> Plot:
    curves = [
        Curve(name, [np.log2(factor) for factor, _ in pairs], [ccc for _, ccc in pairs])
        for name, pairs in bent.items()
    ]
    return curve_plot(
        "distortion", "CCC by the factor of downsampling", "factor, log2", "CCC",
        curves, "What a spline makes of labels that were thinned out, as in figure 4.", None,
    )  # fmt: skip


def _examples(rows: Sequence[Compared]) -> list[Plot]:
    count = min(round(EXAMPLE * FRAMES_PER_SECOND), len(rows[0].judged.true[0]))
    times = (np.arange(count) / FRAMES_PER_SECOND).tolist()
    plots = []
    for own in _split(rows):
        true = own[0].judged.true[0][:count]
        lines = [Curve(r.network, times, r.judged.found[0][:count].tolist()) for r in own]
        lines.append(Curve("label", times, true.tolist(), dashed=True))
        name = own[0].dimension
        plots.append(
            curve_plot(
                f"example-{name}",
                f"{name} in one session",
                "seconds",
                name,
                lines,
                f"The first {EXAMPLE:.0f} seconds of the first session, as in figure 5.",
                floor=None,
            )
        )
    return plots


def _time_table(times: Sequence[Timed]) -> Table:
    return Table(
        "epoch-time",
        f"Seconds for {TRAINING_SESSIONS} sessions of {SESSION:.0f} s, one a step",
        (
            Column("network", words=True), Column("parameters"), Column("seconds"),
            Column("BLSTM's parameters"), Column("BLSTM's seconds"), Column("times as fast", 1),
        ),
        tuple(
            (t.network, t.parameters, t.seconds, t.blstm_parameters, t.blstm_seconds,
             t.blstm_seconds / t.seconds)
            for t in times
        ),
        "Forward, backward and optimiser on the CPU in processor time, the fastest of several "
        "steps each, in half precision or in full; same data and cores.",
    )  # fmt: skip
