"""Table 1 of Milde and Biemann 2015 as a report."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from core.corpora.corpus import Corpus
from core.evaluation.report import Evaluation, Section
from core.monitor import SILENT, Monitor
from core.report.markup import counted
from core.report.tables import Cell, Column, Table
from models.evaluation.provenance import data_rows, program_rows
from models.evaluation.voting_material import voting_material
from models.evaluation.voting_table import BASES, ROWS, VotingSettings, VotingTable, voting_table
from models.training.loop import CPU

# The paper's own: iHEARu-EAT, seven conditions, five folds; copies were only in its table 2.
PAPER = {
    "features": (0.592, 0.042), "simple": (0.578, 0.036), "dropout": (0.616, 0.061),
    "weighted": (0.631, 0.014), "naive": (0.622, 0.036), "transfer": (0.655, 0.022),
    "ensemble": (0.672, 0.026),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class VotingRequest:
    """How to train, and where the runs are kept."""

    settings: VotingSettings
    folder: Path
    copies: bool = True  # needs python-stretch
    command: str = ""
    device: torch.device = CPU
    folds: int = 0  # only the first of the settings' folds; 0: all


def evaluate_voting(
    request: VotingRequest, corpora: Sequence[Corpus], monitor: Monitor = SILENT
) -> Evaluation:
    """Train and judge every row. Raises TrainingError for what cannot be learned from."""
    began = time.monotonic()
    utterances = [u for corpus in corpora for u in corpus.utterances]
    material = voting_material(utterances, request.copies, monitor)
    table = voting_table(
        material, request.settings, request.folder, monitor, request.device, request.folds
    )
    settings = request.settings
    rows = [
        *program_rows(request.command, time.monotonic() - began, request.device.type),
        ("Schedule", f"{settings.steps} steps of {settings.batch_size} windows, "
         f"{settings.source_steps} for the task that is transferred from ({settings.source}); "
         "the paper trains 400 epochs"),
        ("Seed", str(settings.seed)),
        *data_rows(corpora, [r.utterance for r in material.recordings]),
    ]  # fmt: skip
    best = max(table.uar, key=lambda row: float(table.uar[row].mean()))
    folds = counted(len(table.uar[best]), "fold")
    headline = f"Best: {ROWS[best]}, UAR {table.uar[best].mean():.3f} over {folds}."
    section = Section("What each technique gains", (gains_table(table), recall_table(table)))
    return Evaluation("Local windows that vote", (headline,), (), (section,), tuple(rows))


def gains_table(table: VotingTable) -> Table:
    """UAR of each row, mean and deviation over the folds, and what it gains."""
    rows = []
    for row, values in table.uar.items():
        base = BASES.get(row, "")
        gain = float(values.mean() - table.uar[base].mean()) if base else float("nan")
        theirs = PAPER.get(row, (float("nan"), float("nan")))
        rows.append((ROWS[row], float(values.mean()), float(values.std()), gain, *theirs))
    chance = 1 / len(table.labels)
    columns = (
        Column("technique", words=True), Column("UAR", 3), Column("+/-", 3), Column("gain", 3),
        Column("paper's UAR", 3), Column("paper's +/-", 3),
    )  # fmt: skip
    note = (
        f"{table.recordings} recordings, {len(table.labels)} labels, chance {chance:.2f}; speakers "
        "left out in folds, mean and deviation over these. Gain: against the row it builds on. "
        "The paper's: its table 1, on iHEARu-EAT."
    )
    if table.lacking:
        note += f" {table.lacking[0].upper()}{table.lacking[1:]}."
    return Table("voting", "Table 1 of Milde and Biemann 2015", columns, tuple(rows), note)


def recall_table(table: VotingTable) -> Table:
    """Recall of each label over all folds."""
    rows: list[tuple[Cell, ...]] = [
        (ROWS[row], *map(float, values)) for row, values in table.recalls.items()
    ]
    columns = (Column("technique", words=True), *(Column(label, 2) for label in table.labels))
    return Table("voting-recalls", "Recall of each label", columns, tuple(rows))
