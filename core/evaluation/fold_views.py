"""A protocol's folds: each by itself, their mean and deviation, and all together."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.emotion import EMOTIONS
from core.evaluation.judged import TOGETHER, Judged
from core.evaluation.recognition import confusion, unweighted_average_recall, weighted_accuracy
from core.report.plots import Curve, Plot, curve_plot
from core.report.tables import Cell, Column, Table

Folds = Mapping[str, Sequence[Judged]]
Curves = dict[str, tuple[list[float], list[float]]]  # by name: epochs, and values


def fold_table(folds: Folds, epochs: Mapping[str, float], name: str, title: str) -> Table:
    """UAR of each corpus and of all, and WA, in each fold; `epochs` are those that were kept."""
    corpora = sorted({row.corpus for judged in folds.values() for row in judged})
    several = [*corpora, TOGETHER] if len(corpora) > 1 else corpora
    columns = (
        Column("Fold", words=True),
        Column("n", 0),
        *(Column(f"UAR, {corpus}", 1, 100) for corpus in several),
        Column("WA", 1, 100),
        Column("Epoch", 1),
    )
    values = np.array(
        [
            [*(_uar(judged, corpus) for corpus in several), _wa(judged), epochs[fold]]
            for fold, judged in folds.items()
        ]
    )
    rows: list[tuple[Cell, ...]] = [
        (fold, len(judged), *map(float, row))
        for (fold, judged), row in zip(folds.items(), values, strict=True)
    ]
    if len(values) > 1:
        rows.append(("mean", "", *map(float, values.mean(axis=0))))
        rows.append(("deviation", "", *map(float, values.std(axis=0, ddof=1))))
    note = "In %; deviation with ddof 1. Epoch: of the weights kept, chosen by the validation."
    return Table(name, title, columns, tuple(rows), note)


def _uar(judged: Sequence[Judged], corpus: str) -> float:
    own = [row for row in judged if corpus in (TOGETHER, row.corpus)]
    return unweighted_average_recall(_confusion(own)) if own else float("nan")


def _wa(judged: Sequence[Judged]) -> float:
    return weighted_accuracy(_confusion(judged))


def _confusion(judged: Sequence[Judged]) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    true = [EMOTIONS.index(row.true) for row in judged]
    return confusion(true, [EMOTIONS.index(row.found) for row in judged], len(EMOTIONS))


def loss_plot(curves: Curves, name: str) -> Plot:
    """Validation loss by epoch, a line for each training."""
    caption = "Loss on the validation, by epoch; the weights of the best epoch are kept."
    lines = [Curve(title, epochs, losses) for title, (epochs, losses) in curves.items()]
    return curve_plot(name, caption, "epoch", "validation loss", lines, caption, whole=True)


def error_plot(curves: Curves, name: str) -> Plot:
    """Figure 4: error on the validation by epoch, of each emotion's network and of all combined."""
    caption = (
        "Mean squared error of shape parameters on the validation, by epoch: each emotion's "
        "network on its emotion, the combined one on all (dashed). Means over folds."
    )
    lines = []
    for title in sorted(curves, key=lambda name: name == "combined"):
        epochs, errors = curves[title]
        all_of = title == "combined"
        shown = [1e4 * error for error in errors]
        lines.append(Curve("all combined" if all_of else title, epochs, shown, dashed=all_of))
    return curve_plot(name, caption, "epoch", "MSE, PCA (1e-4)", lines, caption, whole=True)
