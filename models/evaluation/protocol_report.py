"""A recipe under a protocol, as a report."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.corpora.corpus import Corpus
from core.evaluation.fold_views import fold_table, loss_plot
from core.evaluation.judged import Judged, by_corpus
from core.evaluation.recognition_views import (
    confusion_table,
    judged_table,
    missing_classes,
    recognition_section,
    recognition_sentences,
)
from core.evaluation.report import Evaluation, Section
from core.monitor import SILENT, Monitor
from core.report.plots import Plot
from core.report.tables import Table, slug
from models.checkpoint import read_description
from models.evaluation.folds import TEST, VALIDATION, FoldFindings, judge_folds, splits_of
from models.evaluation.provenance import data_rows, problem_lines, program_rows, weights_rows
from models.training.recipe_file import Recipe
from models.training.recordings import listen

PROTOCOL_WORDS = {
    "paper": "the paper's protocol: 10 % test, five folds of 80 % and 20 % inside; speakers are "
    "on both sides",
    "speakers": "speakers left out in five folds; other speakers, not trained on, choose the epoch",
    "stated": "the split that the corpus states",
}


@dataclass(frozen=True, slots=True)
class ProtocolRequest:
    """What to train and judge, and where the runs are kept."""

    recipe: Recipe
    protocol: str
    folder: Path
    device: str = "auto"
    allow_missing: bool = False
    plots: bool = True
    command: str = ""


def evaluate_protocol(
    request: ProtocolRequest, corpora: Sequence[Corpus], monitor: Monitor = SILENT
) -> Evaluation:
    """Train and judge every fold. Raises TrainingError for what cannot be learned from."""
    began = time.monotonic()
    recipe = request.recipe
    utterances = [u for corpus in corpora for u in corpus.utterances]
    heard = listen(utterances, request.folder / "features", monitor)
    own = [recording.utterance for recording in heard.recordings]
    splits = splits_of(request.protocol, own, recipe.seed)
    found = judge_folds(
        recipe, heard.recordings, splits, request.folder, request.device, request.allow_missing,
        monitor,
    )  # fmt: skip
    files = [read_description(path) for fold in found for path in fold.run.glob("*.safetensors")]
    sizes = ", ".join(f"{len(s.train)}/{len(s.validation)}/{len(s.test)}" for s in splits)
    rows = [
        *program_rows(request.command, time.monotonic() - began, request.device),
        ("Recipe", msgspec.toml.encode(recipe).decode()),
        ("Protocol", PROTOCOL_WORDS[request.protocol]),
        ("Folds (train/validation/test)", sizes),
        ("Seed", str(recipe.seed)),
        *data_rows(corpora, own),
        *weights_rows(files),
    ]
    if heard.problems:
        lines = problem_lines([(str(p.path), p.reason) for p in heard.problems])
        rows.append(("Not heard", "\n".join(lines)))
    return _report(request, found, rows)


def _report(
    request: ProtocolRequest, found: Sequence[FoldFindings], rows: list[tuple[str, str]]
) -> Evaluation:
    sections: list[Section] = []
    headline: list[str] = []
    warnings: list[str] = []
    appendix: list[Table] = []
    everything: list[Judged] = []
    for part, heading in _parts(request.protocol):
        folds = {f.split.name: [j for j in f.judged if j.part == part] for f in found}
        pooled = [row for judged in folds.values() for row in judged]
        if not pooled:
            continue
        everything += pooled
        tables = by_corpus(pooled)
        name = f"table3-{part}"
        headline += recognition_sentences(tables, heading)
        warnings = warnings or missing_classes(tables)
        sections.append(
            recognition_section(tables, request.plots, name, f"Emotions (table III): {heading}")
        )
        epochs = {f.split.name: f.figures.get("epoch", float("nan")) for f in found}
        title = f"Fold by fold: {heading}."
        sections.append(Section(title, (fold_table(folds, epochs, f"folds-{part}", title),)))
        if request.plots:
            appendix += [confusion_table(t, f"{name}-confusion-{slug(t.corpus)}") for t in tables]
    if request.plots:
        sections.append(Section("Learning", (_curves(found),)))
    appendix.append(judged_table(everything))
    return Evaluation(
        f"{request.recipe.name}: {PROTOCOL_WORDS[request.protocol].split(';')[0]}",
        tuple(headline), tuple(_kind(request.protocol) + warnings), tuple(sections), tuple(rows),
        tuple(appendix),
    )  # fmt: skip


def _parts(protocol: str) -> list[tuple[str, str]]:
    """What is judged, in the order in which it matters."""
    if protocol == "paper":
        return [(VALIDATION, "validation"), (TEST, "test")]
    return [(TEST, "speakers never heard" if protocol == "speakers" else "test")]


def _kind(protocol: str) -> list[str]:
    if protocol == "paper":
        return [
            "Speakers of the validation and of the test were trained on too, as in the paper: "
            "these figures do not carry over to other speakers. The validation chose the epoch; "
            "each test recording is judged by every fold's weights."
        ]
    return []


def _curves(found: Sequence[FoldFindings]) -> Plot:
    return loss_plot({f.split.name: (f.epochs, f.losses) for f in found}, "learning")
