"""What the CycleGANs' experiments found, as Bao, Neumann, Vu 2019 show it."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from core.corpora.utterance import Utterance
from core.errors import TrainingError
from core.evaluation.estimates import estimate
from core.evaluation.recognition import confusion, unweighted_average_recall
from core.evaluation.report import Evaluation, Section
from core.functionals import NAMES, SET
from core.interval import Estimate
from core.monitor import SILENT, Monitor
from core.report.plots import COLOURS, MARKERS, Plot, confusion_plot, plotted
from core.report.tables import Cell, Column, Table
from models.evaluation.cyclegan import (
    BOTH,
    LEAST_EMOTIONS,
    MADE,
    REAL,
    Comparison,
    Experiment,
    compare,
)
from models.evaluation.feature_spread import Spread
from models.evaluation.provenance import data_rows, program_rows
from models.training.by_recipe import read_corpora
from models.training.functionals_data import hear_functionals
from models.training.loop import CPU
from models.training.opensmile_features import check_features

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN = (
    "level.mean", "loudness.std", "flux.mean", "alpha_ratio.mean", "hammarberg.mean", "mfcc_1.mean",
    "f0.p50", "f0.std", "harmonicity.mean", "f1.mean", "voiced_rate", "band_20.delta",
)  # fmt: skip


def cyclegan_sections(comparisons: Sequence[Comparison], plots: bool) -> list[Section]:
    """Table 1, figure 2, tables 2 and 3, and figure 3 where there are plots."""
    first = comparisons[0]
    pictures = [figure_two(first.spread)] if plots else []
    confusions = [p for c in comparisons for p in figure_three(c)] if plots else []
    return [
        Section(
            "How far made features lie from the emotion's", (table_one(comparisons), *pictures)
        ),
        Section("What they are worth to a classifier", (table_two(comparisons), *confusions)),
    ]


def _case(comparison: Comparison) -> str:
    one, other = comparison.trained_on, comparison.judged_on
    return f"{one}, speakers out" if one == other else f"{one} -> {other}"


def table_one(comparisons: Sequence[Comparison]) -> Table:
    """Mean of absolute differences between features of target, source and made."""
    weights = list(comparisons[0].distances.made)
    columns = [Column("trained on", words=True), Column("target - source", 3)]
    columns += [Column(f"target - synthetic, lambda_cls = {w:g}", 3) for w in weights]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (_case(c), c.distances.source, *(c.distances.made[w] for w in weights))
        for c in comparisons
    )  # fmt: skip
    note = (
        "Means of each emotion's features scaled to [0, 1], absolute differences averaged over "
        "features and emotions. The paper: 0.084, 0.013, 0.049."
    )
    return Table("cyclegan1", "Bao 2019, table 1: distances", tuple(columns), rows, note)


def table_two(comparisons: Sequence[Comparison]) -> Table:
    """Tables 2 and 3: UAR of each classifier, and what made features add to real ones."""
    columns = (
        Column("judged", words=True), Column("lambda_cls", 0),
        *(Column(f"{kind}{what}", 1, 100) for kind in (REAL, MADE, BOTH) for what in ("", " sd")),
        Column("gain", 1, 100, estimate=True),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for one in comparisons:
        for weight in one.distances.made:
            cells: list[float] = []
            for kind in (REAL, MADE, BOTH):
                values = one.recalls(kind, weight)
                cells += [float(np.mean(values)), float(np.std(values))]
            rows.append((_case(one), weight, *cells, gain(one, weight)))
    repeats = len(next(iter(comparisons[0].found.values())))
    note = (
        f"Unweighted average recall in per cent: mean and deviation of {repeats} repeats, each "
        "with CycleGANs, drawn utterances and classifiers of its own. Gain: "
        "real + synthetic less real, with intervals of 95 % over utterances and over speakers."
    )
    return Table("cyclegan2", "Bao 2019, tables 2 and 3: UAR", columns, tuple(rows), note)


def gain(comparison: Comparison, weight: float) -> Estimate:
    """Mean over repeats of UAR with made features beside the real, less that with the real."""
    count = len(comparison.emotions)
    real, both = (comparison.found[kind, weight] for kind in (REAL, BOTH))

    def difference(drawn: NDArray[np.intp]) -> float:
        true = comparison.true[drawn].tolist()
        mean = [
            np.mean([unweighted_average_recall(confusion(true, row[drawn].tolist(), count))
                     for row in rows])
            for rows in (both, real)
        ]  # fmt: skip
        return float(mean[0] - mean[1])

    return estimate(difference, comparison.speakers, resamples=500)


def figure_two(spread: Spread) -> Plot:
    """Mean and deviation of twelve features in source, made and target."""
    series = [("source", spread.source)]
    series += [(f"synthetic, λ = {w:g}", values) for w, values in spread.made.items()]
    series.append(("target", spread.target))
    ours = len(spread.source[0]) == len(NAMES)
    places = [NAMES.index(name) for name in SHOWN] if ours else list(range(12))
    places = [place for place in places if place < len(spread.source[0])]
    labels = SHOWN if ours else [str(place) for place in places]

    def draw(figure: "Figure") -> None:
        axes = figure.add_subplot()
        for index, (name, (mean, deviation)) in enumerate(series):
            across = np.arange(len(places)) + (index - (len(series) - 1) / 2) * 0.18
            axes.errorbar(
                across, mean[places], deviation[places], color=COLOURS[index],
                marker=MARKERS[index], linestyle="none", markersize=5, label=name,
            )  # fmt: skip
        axes.set_xticks(range(len(places)), labels, rotation=35, ha="right")
        axes.set_ylabel("scaled to [0, 1]")
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, frameon=False)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)

    caption = "Bao 2019, figure 2: mean and deviation of twelve features, averaged over emotions."
    return plotted("cyclegan-figure2", "Features of source, made and target", (8.6, 4.0), draw,
                   caption)  # fmt: skip


def figure_three(comparison: Comparison) -> list[Plot]:
    """Confusions of the repeats together: real, then made and both for each lambda_cls."""
    plots = []
    weights = list(comparison.distances.made)
    kinds = [(REAL, weights[0]), *((kind, w) for w in weights[::-1] for kind in (MADE, BOTH))]
    name = "-".join(dict.fromkeys((comparison.trained_on, comparison.judged_on)))
    for number, (kind, weight) in enumerate(kinds):
        found = comparison.found[kind, weight]
        true = np.tile(comparison.true, len(found)).tolist()
        counts = confusion(true, found.ravel().tolist(), len(comparison.emotions))
        title = kind if kind == REAL else f"{kind}, lambda_cls = {weight:g}"
        plots.append(
            confusion_plot(f"cyclegan-figure3-{name}-{number}", title, comparison.emotions, counts,
                           f"Bao 2019, figure 3: {_case(comparison)}, {title}.")
        )  # fmt: skip
    return plots


def evaluate_cyclegan(
    corpora: Sequence[Path],
    experiment: Experiment,
    cache: Path,
    plots: bool = True,
    monitor: Monitor = SILENT,
    features: str = SET,
    command: str = "",
    device: torch.device = CPU,
) -> Evaluation:
    """The experiments on corpora with several emotions; the others are the source.

    `features` may name a set of openSMILE's instead of our own. Raises TrainingError where that
    is not there, where there is no corpus of either kind, or where nothing can be judged.
    """
    check_features(features)
    began = time.monotonic()
    read = read_corpora(corpora, monitor)
    labelled: list[Utterance] = []
    unlabelled: list[Utterance] = []
    for corpus in read:
        several = len({u.emotion for u in corpus.utterances}) >= LEAST_EMOTIONS
        (labelled if several else unlabelled).extend(corpus.utterances)
    if not labelled or not unlabelled:
        raise TrainingError(
            "the experiments need corpora of several emotions, and one of speech without, such as "
            "GRID, that emotions are carried to; name both with --data"
        )
    examples = hear_functionals(labelled, cache, monitor, features)
    source = hear_functionals(unlabelled, cache, monitor, features).rows
    comparisons = compare(labelled, examples, source, experiment, cache, monitor, device)
    provenance = (
        *program_rows(command, time.monotonic() - began, device.type),
        ("Features", f"{features}, {examples.rows.shape[1]} of each utterance"),
        ("Source", f"{len(source)} utterances without labels"),
        ("Experiment", repr(experiment)),
        *data_rows(read, labelled),
    )
    sections = tuple(cyclegan_sections(comparisons, plots))
    headline = tuple(_sentence(one) for one in comparisons)
    return Evaluation("Augmentation by CycleGANs", headline, (), sections, provenance)


def _sentence(comparison: Comparison) -> str:
    """What made utterances added, with the classification loss where it was tried."""
    weight = max(comparison.distances.made)
    added = gain(comparison, weight)
    real = 100 * float(np.mean(comparison.recalls(REAL, weight)))
    low, high = 100 * added.utterances.low, 100 * added.utterances.high
    return (
        f"{_case(comparison)}: UAR {real:.1f} % from real utterances; made ones beside them add "
        f"{100 * added.value:+.1f} ({low:+.1f} to {high:+.1f}) points, lambda_cls = {weight:g}."
    )
