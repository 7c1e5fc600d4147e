"""`visemo evaluate`: how good weights or recipes are, on whom they have never heard, as a report.

Without a name, the weights are judged; a recipe is trained and judged fold by fold.
"""

import argparse
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import JsonReport, TextReport
from app.progress import Interrupts, Progress
from core.errors import ReportError
from core.monitor import Monitor
from resources import WEIGHTS

if TYPE_CHECKING:
    from core.corpora.corpus import Corpus
    from core.evaluation.report import Evaluation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to judge, by which recordings, and where the report goes."""
    parser.add_argument(
        "recipe", nargs="?", metavar="RECIPE",
        help="train and judge a recipe, fold by fold: its name or a TOML file (default: judge "
        "trained weights)",
    )  # fmt: skip
    parser.add_argument(
        "--protocol", metavar="NAME",
        help="of a recipe: paper (10 %% test, five folds inside), speakers (left out in five "
        "folds) or stated (by the corpus) (default: the recipe's)",
    )  # fmt: skip
    parser.add_argument(
        "--allow-missing", action="store_true",
        help="go on though there is nothing to learn of some emotion",
    )  # fmt: skip
    parser.add_argument(
        "--data", nargs="+", type=Path, default=[], metavar="CORPUS",
        help="folders of corpora, or manifests (CSV with file,speaker,emotion,split,landmarks)",
    )  # fmt: skip
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS, metavar="DIR",
        help="trained weights other than the ones that came along",
    )  # fmt: skip
    parser.add_argument(
        "--speakers", default="validation", metavar="WHOM",
        help="validation, those never trained on (the default); all; or names: ravdess-17,emodb-14",
    )  # fmt: skip
    parser.add_argument(
        "--recogniser", default="", metavar="NAME",
        help="who hears the emotions: dern or another that the weights have, or all side by side "
        "(default: the best)",
    )  # fmt: skip
    parser.add_argument(
        "--profiles", action="store_true",
        help="judge recognisers that use them with a profile of each speaker, too",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR",
        help="folder of the report: HTML, tables as CSV, Markdown and JSON, plots as SVG and PNG",
    )  # fmt: skip
    parser.add_argument("--no-plots", action="store_true", help="tables only, without matplotlib")
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda", "mps"), default="auto",
        help="where the networks run (default: the best there is)",
    )  # fmt: skip
    parser.add_argument(
        "--progress", choices=("text", "json"), default="text",
        help="lines for people on stderr (the default), or JSON lines on stdout",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Evaluate and write; raises a VisemoError for what cannot be."""
    from core.evaluation.report import check_folder, write_evaluation
    from core.report.plots import check_plots
    from core.report.tables import table_text

    if not options.data:
        raise ReportError("There is nothing to judge by; name corpora with --data.")
    check_folder(options.out)
    if not options.no_plots:
        check_plots()
    style = JsonReport if options.progress == "json" else TextReport
    report = style(sys.stdout, sys.stderr)
    with Interrupts() as interrupts:
        evaluation = _evaluate(options, Progress(report, interrupts))
    page = write_evaluation(options.out, evaluation)
    for text in evaluation.warnings:
        report.note("", text)
    if options.progress == "json":
        report.finished(1, 0)
    else:
        print("\n\n".join([*evaluation.headline, *map(table_text, evaluation.tables), str(page)]))
    return 0


def _evaluate(options: argparse.Namespace, monitor: Monitor) -> "Evaluation":
    from models.evaluation.weights_report import WeightsRequest, evaluate_weights

    if options.recipe:
        return _evaluate_recipe(options, monitor)
    request = WeightsRequest(
        options.weights, options.speakers, options.recogniser, options.profiles, options.device,
        not options.no_plots, _command(),
    )  # fmt: skip
    return evaluate_weights(request, _corpora(options.data, monitor), monitor)


def _evaluate_recipe(options: argparse.Namespace, monitor: Monitor) -> "Evaluation":
    from core.evaluation.report import FOLDS
    from models.evaluation.protocol_report import ProtocolRequest, evaluate_protocol
    from models.training.fold import TRAINABLE
    from models.training.recipe_file import load_recipe

    recipe = load_recipe(options.recipe, list(TRAINABLE))
    request = ProtocolRequest(
        recipe, options.protocol or recipe.protocol, options.out / FOLDS, options.device,
        options.allow_missing, not options.no_plots, _command(),
    )  # fmt: skip
    return evaluate_protocol(request, _corpora(options.data, monitor), monitor)


def _corpora(paths: list[Path], monitor: Monitor) -> "list[Corpus]":
    from core.corpora import read_corpus

    return [read_corpus(path, monitor=monitor) for path in paths]


def _command() -> str:
    """As it was typed."""
    return shlex.join(["visemo", *sys.argv[1:]])
