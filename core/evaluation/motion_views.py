"""Motion: table IV, figure 5's objective counterpart, and the measures that the field reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.emotion import EMOTIONS
from core.evaluation.estimates import mean_estimate
from core.evaluation.motion import MotionFigures
from core.evaluation.recognition_views import INTERVALS
from core.interval import Estimate
from core.report.markup import number
from core.report.plots import Bars, Plot, bar_plot
from core.report.tables import Cell, Column, Table

# Table IV: cascade, true emotion, all combined; the paper does not say in which unit.
PAPER_TABLE_IV = {"cascade": 5.57, "true emotion": 3.23, "all combined": 6.73}
METHODS = tuple(PAPER_TABLE_IV)
SQUARED_UNIT = 1e4  # squared errors are shown in units of a ten-thousandth


@dataclass(frozen=True, slots=True)
class Moved:
    """One utterance, moved by one method, against the truth.

    The methods of one utterance stand together, in the order of METHODS; with several
    folds, an utterance may occur in each.
    """

    utterance: str  # its file, below the folder of all
    corpus: str
    speaker: str
    emotion: str  # true
    method: str  # one of METHODS
    pca: float  # mean squared error of the 18 shape parameters, inter-ocular units squared
    figures: MotionFigures


def _key(row: Moved) -> str:
    return f"{row.corpus}/{row.speaker}/{row.utterance}"


def _count(rows: Sequence[Moved]) -> int:
    """How many different utterances there are."""
    return len(set(map(_key, rows)))


def _mean(values: Sequence[float], rows: Sequence[Moved]) -> Estimate:
    return mean_estimate(values, [row.speaker for row in rows], utterances=[*map(_key, rows)])


def _of(rows: Sequence[Moved], name: str) -> Estimate:
    values = [row.pca if name == "pca" else getattr(row.figures, name) for row in rows]
    return _mean(values, rows)


def _rows(moved: Sequence[Moved], shown: Sequence[str]) -> list[tuple[Cell, ...]]:
    """Corpus, method, n and estimates of the figures named."""
    rows: list[tuple[Cell, ...]] = []
    for corpus in sorted({row.corpus for row in moved}):
        for method in METHODS:
            own = [row for row in moved if (row.corpus, row.method) == (corpus, method)]
            if own:
                rows.append((corpus, method, _count(own), *(_of(own, name) for name in shown)))
    return rows


_FIRST = (Column("Corpus", words=True), Column("Method", words=True), Column("n", 0))


def table_four(moved: Sequence[Moved], name: str = "table4", note: str = "") -> Table:
    """Mean squared error by method, in PCA space and of landmarks in inter-ocular units."""
    columns = (
        *_FIRST,
        Column("MSE, PCA (1e-4)", 2, SQUARED_UNIT, estimate=True),
        Column("MSE, landmarks (1e-4)", 3, SQUARED_UNIT, estimate=True),
        Column("Landmark error", 4, estimate=True),
    )
    rows = _rows(moved, ("pca", "squared", "error"))
    paper = ", ".join(f"{method} {mse}" for method, mse in PAPER_TABLE_IV.items())
    text = (
        "MSE over the 18 shape parameters, and over the 72 coordinates of the landmarks once a "
        "similarity has brought one mean face onto the other, both in inter-ocular units squared; "
        "error: mean distance of landmarks in inter-ocular units. "
        + INTERVALS
        + f" The paper's MSE, of SAVEE, in a unit that it does not name: {paper}."
    )
    title = "Mean squared error by method."
    return Table(name, title, columns, tuple(rows), f"{note} {text}".strip(), grouped=True)


def motion_tables(moved: Sequence[Moved]) -> tuple[Table, Table]:
    """All measures by corpus and method: of the mouth, and of all landmarks."""
    mouth = (
        *_FIRST,
        Column("Opening r", 2, estimate=True),
        Column("Width r", 2, estimate=True),
        Column("Lag (ms)", 0, 1000, estimate=True),
        Column("Opening spread", 2, estimate=True),
        Column("Closed lips F1", 2, estimate=True),
    )
    points = (
        *_FIRST,
        Column("Landmark error", 3, estimate=True),
        Column("Movement error", 3, estimate=True),
        Column("Velocity error (1/s)", 3, estimate=True),
    )
    of_mouth = (
        "Means over utterances. r: Pearson's correlation with the true mouth's opening and "
        "width; lag: how much later the shown mouth opens, by cross-correlation within 0.3 s; "
        "spread: deviation of the shown opening over the true one's; closed lips: inner lips "
        "under 0.02 apart. " + INTERVALS
    )
    of_points = (
        "Means over utterances of mean distances in inter-ocular units, once a similarity has "
        "brought one mean face onto the other, of weights for each utterance, of folds for each "
        "speaker; movement: about each landmark's mean; "
        "velocity: between neighbouring frames of the video, a second. " + INTERVALS
    )
    shown = ("opening", "width", "lag", "opening_range", "closure")
    return (
        Table("motion-mouth", "The mouth.", mouth,
              tuple(_rows(moved, shown)), of_mouth, grouped=True),
        Table("motion-landmarks", "All landmarks.", points,
              tuple(_rows(moved, ("error", "movement_error", "velocity_error"))), of_points,
              grouped=True),
    )  # fmt: skip


def figure_five(moved: Sequence[Moved], plots: bool, name: str = "figure5") -> list[Table | Plot]:
    """Dependent against combined for each emotion: error of landmarks, paired difference."""
    pairs = [
        (first, second)
        for first, second in pairwise(moved)
        if (first.method, second.method) == METHODS[1:] and _key(first) == _key(second)
    ]
    cells: list[tuple[Cell, ...]] = []
    bars: dict[str, list[Estimate]] = {"true emotion": [], "all combined": []}
    emotions = [e for e in EMOTIONS if any(row.emotion == e for row, _ in pairs)]
    for emotion in emotions:
        own = [pair for pair in pairs if pair[0].emotion == emotion]
        dependent, combined = [first for first, _ in own], [second for _, second in own]
        first, second = _of(dependent, "error"), _of(combined, "error")
        bars["true emotion"].append(first)
        bars["all combined"].append(second)
        difference = _mean([a.figures.error - b.figures.error for a, b in own], dependent)
        cells.append((emotion, _count(dependent), first, second, difference))
    columns = (
        Column("Emotion", words=True),
        Column("n", 0),
        Column("Emotion dependent", 4, estimate=True),
        Column("All combined", 4, estimate=True),
        Column("Difference", 4, estimate=True),
    )
    note = (
        "Landmark error in inter-ocular units with the true emotion's model and with the one for "
        "all; a difference below zero speaks for the emotion's own. " + INTERVALS
    )
    title = "Emotion dependent against combined (figure 5's objective counterpart)."
    parts: list[Table | Plot] = []
    if plots:
        caption = (
            "Landmark error of the true emotion's model and of the one for all, with intervals of "
            "95 % over utterances."
        )
        series = [Bars(title, values) for title, values in bars.items()]
        parts.append(bar_plot(name, caption, "landmark error", emotions, series, caption))
    return [*parts, Table(name, title, columns, tuple(cells), note)]


def moved_table(moved: Sequence[Moved], name: str = "motion-utterances") -> Table:
    """Every utterance and method, as a file."""
    from core.evaluation.motion import FIGURES

    words = ("corpus", "speaker", "utterance", "emotion", "method")
    columns = (*(Column(n, words=True) for n in words), Column("pca_mse"), *map(Column, FIGURES))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (m.corpus, m.speaker, m.utterance, m.emotion, m.method, m.pca,
         *(float(getattr(m.figures, figure)) for figure in FIGURES))
        for m in moved
    )  # fmt: skip
    return Table(name, "Every utterance.", columns, rows)


def four_sentences(moved: Sequence[Moved]) -> list[str]:
    """Table IV in words, one for each corpus."""
    result = []
    for corpus in sorted({row.corpus for row in moved}):
        found = {
            method: _of([r for r in moved if (r.corpus, r.method) == (corpus, method)], "pca").value
            for method in METHODS
        }
        told = [f"{method} {SQUARED_UNIT * v:.2f}" for method, v in found.items() if np.isfinite(v)]
        result.append(f"{corpus}: mean squared error in PCA space (1e-4) {', '.join(told)}.")
    return result


def motion_sentences(moved: Sequence[Moved]) -> list[str]:
    """The result in words, one for each corpus, by the first method there is."""
    result = []
    for corpus in sorted({row.corpus for row in moved}):
        there = {r.method for r in moved if r.corpus == corpus}
        method = next(name for name in METHODS if name in there)
        own = [r for r in moved if (r.corpus, r.method) == (corpus, method)]
        opening, width, late = (_of(own, name).value for name in ("opening", "width", "lag"))
        if np.isfinite(opening):
            result.append(
                f"{corpus}, {method}: mouth opening correlates with the true one by "
                f"{number(opening)}, its width by {number(width)}, {abs(1000 * late):.0f} ms "
                f"{'late' if late > 0 else 'early'}, over {_count(own)} utterances."
            )
    return result
