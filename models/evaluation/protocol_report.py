"""Recipes under a protocol, or finished runs, as a report."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from core.corpora.corpus import Corpus
from core.corpora.utterance import Utterance
from core.errors import ReportError, TrainingError
from core.evaluation.report import Evaluation
from core.monitor import SILENT, Monitor
from models.checkpoint import read_description
from models.device import choose
from models.evaluation.finished import Run, judge_runs
from models.evaluation.fold_sections import fold_report
from models.evaluation.folds import FoldFindings, FoldRequest, judge_folds, splits_of
from models.evaluation.provenance import (
    Rows,
    data_rows,
    problem_lines,
    program_rows,
    weights_rows,
)
from models.training.by_recipe import Source, material_for
from models.training.fold import TRAINABLE
from models.training.recipe_file import Recipe
from models.training.recordings import Listened

FEATURES = "features"  # kept beside the folds
PROTOCOL_WORDS = {
    "paper": "the paper's protocol: 10 % test, five folds of 80 % and 20 % inside; speakers are "
    "on both sides",
    "speakers": "speakers left out in five folds; other speakers, not trained on, choose the epoch",
    "stated": "the split that the corpus states",
}
MADE = (
    "NOBODY WAS FILMED: these faces are made, the bundled neutral motion with an expression drawn "
    "by hand on top. Errors against them say how well networks learn what was made, and nothing "
    "of people's faces."
)


@dataclass(frozen=True, slots=True)
class ProtocolRequest:
    """What to train and judge, or what was trained, and where it is kept."""

    folder: Path
    protocol: str = ""
    recipes: Sequence[Recipe] = ()
    runs: Sequence[Path] = ()
    folds: int = 0  # only so many of them; 0: all
    tables: Path = field(default_factory=Path)  # what made faces are made from
    device: str = "auto"
    allow_missing: bool = False
    plots: bool = True
    command: str = ""


def evaluate_protocol(
    request: ProtocolRequest, corpora: Sequence[Corpus], monitor: Monitor = SILENT
) -> Evaluation:
    """Train and judge every fold. Raises TrainingError for what cannot be learned from."""
    began = time.monotonic()
    recipes = request.recipes
    if request.protocol not in PROTOCOL_WORDS:
        raise TrainingError(
            f"there is no protocol {request.protocol!r} to judge by; expected one of "
            f"{', '.join(PROTOCOL_WORDS)}"
        )
    heard = _material(recipes, corpora, request, monitor)
    own = [recording.utterance for recording in heard.recordings]
    splits = splits_of(request.protocol, own, recipes[0].seed)
    chosen = splits[: request.folds or len(splits)]
    features = request.folder / FEATURES
    asked = FoldRequest(request.folder, request.device, request.allow_missing, features)
    found = judge_folds(recipes, heard.recordings, chosen, asked, monitor)
    rows: Rows = [
        ("Protocol", PROTOCOL_WORDS[request.protocol]),
        ("Folds", f"{len(chosen)} of {len(splits)}"),
        ("Seed", str(recipes[0].seed)),
    ]
    title = " and ".join(recipe.name for recipe in recipes)
    title = f"{title}: {PROTOCOL_WORDS[request.protocol].split(';')[0].split(':')[0]}"
    seconds = time.monotonic() - began
    warnings = _made(recipes)
    if len(chosen) < len(splits):
        warnings.append(
            f"Only {len(chosen)} of {len(splits)} folds were run: there is no deviation over "
            "folds to tell, and not everybody was judged."
        )
    rows = _provenance(request, recipes, corpora, own, heard, found, seconds, rows)
    return fold_report(title, request.protocol, found, warnings, rows, request.plots)


def evaluate_runs(
    request: ProtocolRequest, corpora: Sequence[Corpus], monitor: Monitor = SILENT
) -> Evaluation:
    """Judge finished runs on the corpora; without any, tell how they learned."""
    began = time.monotonic()
    runs = [Run.read(folder) for folder in request.runs]
    recipes = list({run.recipe.name: run.recipe for run in runs}.values())
    heard = _material(recipes, corpora, request, monitor)
    own = [recording.utterance for recording in heard.recordings]
    found = judge_runs(runs, heard.recordings, request.device, monitor)
    title = "Finished runs: " + ", ".join(run.folder.name for run in runs)
    rows: Rows = [("Runs", "\n".join(str(run.folder) for run in runs))]
    seconds = time.monotonic() - began
    rows = _provenance(request, recipes, corpora, own, heard, found, seconds, rows)
    warnings = _made(recipes)
    if len(found) > 1 and len(recipes) > 1:
        warnings.append(
            f"These runs have {len(found)} different splits and are judged one by one: the cascade "
            "of a recogniser and faces needs both trained on the same split of the same recordings."
        )
    return fold_report(title, "", found, warnings, rows, request.plots)


def _material(
    recipes: Sequence[Recipe], corpora: Sequence[Corpus], request: ProtocolRequest,
    monitor: Monitor,
) -> Listened:  # fmt: skip
    """Recordings for all recipes: with faces where one of them needs them."""
    utterances = [u for corpus in corpora for u in corpus.utterances]
    if not utterances:
        return Listened([], [])
    faced = [recipe for recipe in recipes if TRAINABLE[recipe.trains].faces]
    if len({recipe.dsrn.targets for recipe in faced}) > 1:
        raise ReportError("Some recipes learn filmed faces and some made ones; name one kind.")
    source = Source((), request.tables, request.folder / FEATURES)
    return material_for((*faced, *recipes)[0], utterances, source, monitor)


def _made(recipes: Sequence[Recipe]) -> list[str]:
    faced = [recipe for recipe in recipes if TRAINABLE[recipe.trains].faces]
    return [MADE] if any(recipe.dsrn.targets == "made" for recipe in faced) else []


def _provenance(
    request: ProtocolRequest, recipes: Sequence[Recipe], corpora: Sequence[Corpus],
    own: Sequence[Utterance], heard: Listened, found: Sequence[FoldFindings], seconds: float,
    more: Rows,
) -> Rows:  # fmt: skip
    sizes = "\n".join(f"{f.name}: {'/'.join(map(str, f.sizes))}" for f in found)
    paths = [path for f in found for run in f.runs for path in sorted(run.glob("*.safetensors"))]
    rows = [
        *program_rows(request.command, seconds, choose(request.device).type),
        *more,
        ("Train/validation/test", sizes),
        *((f"Recipe {r.name}", msgspec.toml.encode(r).decode()) for r in recipes),
        *data_rows(corpora, own),
        *weights_rows([read_description(path) for path in paths]),
    ]
    if heard.problems:
        lines = problem_lines([(str(p.path), p.reason) for p in heard.problems])
        rows.append(("Not used", "\n".join(lines)))
    return rows
