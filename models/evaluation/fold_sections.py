"""Folds as the sections of a report: table III, table IV, figures 4 and 5, motion."""

from collections.abc import Sequence

import numpy as np

from core.evaluation.fold_views import Curves, error_plot, fold_table, loss_plot
from core.evaluation.judged import Judged, by_corpus
from core.evaluation.motion_views import (
    figure_five,
    four_sentences,
    motion_sentences,
    motion_tables,
    moved_table,
    table_four,
)
from core.evaluation.recognition_views import (
    confusion_table,
    judged_table,
    missing_classes,
    recognition_section,
    recognition_sentences,
)
from core.evaluation.report import Evaluation, Section
from core.report.plots import Plot
from core.report.tables import Column, Table, slug
from models.evaluation.finished import OTHERS
from models.evaluation.folds import TEST, VALIDATION, FoldFindings, NetworkCurve

FACES = "dsrn-"
_PAPER = (
    "Speakers of the validation and of the test were trained on too, as in the paper: these "
    "figures do not carry over to other speakers. The validation chose the epoch; each test "
    "recording is judged by every fold's weights."
)


def fold_report(
    title: str,
    protocol: str,
    found: Sequence[FoldFindings],
    warnings: list[str],
    rows: list[tuple[str, str]],
    plots: bool,
) -> Evaluation:
    """Everything of a protocol, or of finished runs (protocol "")."""
    headline: list[str] = []
    sections: list[Section] = []
    appendix: list[Table] = []
    judged = [row for fold in found for row in fold.found.judged]
    warnings = [*warnings, *([_PAPER] if protocol == "paper" else [])]
    for part, heading in _parts(protocol):
        own = ((f.name, [j for j in f.found.judged if j.part == part]) for f in found)
        folds = {name: there for name, there in own if there}  # runs of faces alone hear nothing
        pooled = [row for own in folds.values() for row in own]
        if pooled:
            more = _recognition(found, folds, pooled, part, heading, plots)
            tables = by_corpus(pooled)
            headline += recognition_sentences(tables, heading)
            warnings += [text for text in missing_classes(tables) if text not in warnings]
            sections += more[0]
            appendix += more[1]
    if judged:
        appendix.append(judged_table(judged))
    moved = [row for fold in found for row in fold.found.moved]
    if moved:
        headline += [*four_sentences(moved), *motion_sentences(moved)]
        sections.append(
            Section("Cascade, true emotion, all combined (table IV)", (table_four(moved),))
        )
        if len({row.emotion for row in moved}) > 1:
            five = tuple(figure_five(moved, plots))
            sections.append(Section("Emotion dependent against combined", five))
        sections.append(Section("Motion", motion_tables(moved)))
        appendix.append(moved_table(moved))
    sections += _learning(found, plots)
    return Evaluation(
        title, tuple(headline), tuple(warnings), tuple(sections), tuple(rows), tuple(appendix)
    )


def _recognition(
    found: Sequence[FoldFindings], folds: dict[str, list[Judged]], pooled: list[Judged],
    part: str, heading: str, plots: bool,
) -> tuple[list[Section], list[Table]]:  # fmt: skip
    tables = by_corpus(pooled)
    name = f"table3-{part}"
    sections = [recognition_section(tables, plots, name, f"Emotions (table III): {heading}")]
    if len(folds) > 1:
        epochs = {f.name: _recogniser(f).kept for f in found if f.name in folds}
        title = f"Fold by fold: {heading}"
        sections.append(Section(title, (fold_table(folds, epochs, f"folds-{part}", title + "."),)))
    listed = tables if plots else []
    return sections, [confusion_table(t, f"{name}-confusion-{slug(t.corpus)}") for t in listed]


def _parts(protocol: str) -> list[tuple[str, str]]:
    """What is judged, in the order in which it matters."""
    if protocol == "paper":
        return [(VALIDATION, "validation"), (TEST, "test")]
    if protocol:
        return [(TEST, "speakers never heard" if protocol == "speakers" else "test")]
    return [(TEST, "test"), (OTHERS, "speakers never met"), (VALIDATION, "validation")]


def _recogniser(fold: FoldFindings) -> NetworkCurve:
    """Of the network that hears emotions."""
    return next(curve for name, curve in fold.curves.items() if not name.startswith(FACES))


def _learning(found: Sequence[FoldFindings], plots: bool) -> list[Section]:
    """Validation by epoch: of recognisers a line for each fold, of faces one for each emotion."""
    heard: Curves = {}
    faces: dict[str, list[NetworkCurve]] = {}
    for fold in found:
        for name, curve in fold.curves.items():
            if name.startswith(FACES):
                faces.setdefault(name.removeprefix(FACES), []).append(curve)
            else:
                heard[f"{name}, {fold.name}"] = (curve.epochs, curve.losses)
    parts: list[str | Table | Plot] = []
    errors = {name: _mean_curve(own) for name, own in faces.items()}
    if plots and heard:
        parts.append(loss_plot(heard, "learning"))
    if plots and errors:
        parts.append(error_plot(errors, "figure4"))
    if errors:
        parts.append(_ends(errors))
    return [Section("Learning (figure 4)" if errors else "Learning", tuple(parts))] if parts else []


def _mean_curve(curves: Sequence[NetworkCurve]) -> tuple[list[float], list[float]]:
    """Over folds, as far as all of them went."""
    count = min(len(curve.epochs) for curve in curves)
    errors = np.mean([curve.errors[:count] for curve in curves], axis=0)
    return curves[0].epochs[:count], errors.tolist()


def _ends(errors: Curves) -> Table:
    """The least error of each network on its own validation."""
    columns = (
        Column("Network", words=True),
        Column("Least MSE, PCA (1e-4)", 2, 1e4),
        Column("at epoch", 1),
    )
    rows = []
    for name, (epochs, values) in errors.items():
        least = int(np.nanargmin(values))
        rows.append((name, float(values[least]), float(epochs[least])))
    note = (
        "Each network on its own validation recordings: an emotion's on that emotion's, the "
        "combined one on all. Means over folds."
    )
    return Table("figure4", "Validation error of the faces.", columns, tuple(rows), note)
