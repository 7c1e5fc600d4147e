"""`visemo evaluate`: how good weights or recipes are, on whom they have never heard, as a report.

Without a name, weights are judged; recipes are trained and judged fold by fold; runs of
`visemo train` are judged as they are.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.experiments import (
    add_options,
    check_options,
    command,
    count,
    experiment_of,
)
from app.console import JsonReport, TextReport
from app.progress import Finishing, Progress
from core.errors import ReportError
from core.monitor import Monitor
from resources import WEIGHTS

if TYPE_CHECKING:
    from core.corpora.corpus import Corpus
    from core.evaluation.report import Evaluation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to judge, by which recordings, and where the report goes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = (
        "Judge weights, recipes or runs on recordings, and write a report.\n\n"
        "  visemo evaluate --data RAVDESS EMODB --out DIR   the bundled weights, on speakers\n"
        "                                                   never trained on\n"
        "  visemo evaluate dern-small --protocol paper --data SAVEE --out DIR\n"
        "                                                   a recipe, trained fold by fold\n"
        "  visemo evaluate dern-small dsrn-small --data SAVEE --out DIR\n"
        "                                                   both, and the cascade of the two\n"
        "  visemo evaluate runs/mine --data SAVEE --out DIR what `visemo train` has left\n"
        "  visemo evaluate cyclegan --data RAVDESS EMODB GRID --out DIR\n"
        "                                                   Bao et al. 2019 in short; GRID is the\n"
        "                                                   speech without emotions; the paper's\n"
        "                                                   own schedule is cyclegan-paper\n"
        "  visemo evaluate valence-arousal --data RAVDESS EMODB --out DIR\n"
        "                                                   Khorram et al. 2017; or RECOLA\n"
        "  visemo evaluate voting --data MANIFEST --out DIR Milde, Biemann 2015; any labels\n\n"
        "A folder DIR keeps unfinished folds: the same command goes on with them."
    )
    parser.add_argument(
        "names", nargs="*", metavar="RECIPE|RUN",
        help="recipes (by name, or TOML files), or folders of finished runs",
    )  # fmt: skip
    parser.add_argument(
        "--protocol", metavar="NAME",
        help="of recipes: paper (10 %% test, five folds inside), speakers (left out in five "
        "folds) or stated (by the corpus) (default: the recipe's)",
    )  # fmt: skip
    parser.add_argument(
        "--folds", type=count, default=0, metavar="N",
        help="of recipes and voting: only the first N folds (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--tables", type=Path, metavar="DIR",
        help="for faces that are made and not filmed: the folder of ravdess_action_units and "
        "ict_facekit (default: that in which the first of --data lies)",
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
        "--tracks", type=Path, nargs="+", default=[], metavar="DIR",
        help="where `visemo track --corpus --out` wrote, one for each of --data (default: 'tracks' "
        "in each corpus)",
    )  # fmt: skip
    parser.add_argument(
        "--weights", type=Path, metavar="DIR",
        help="trained weights other than the ones that came along",
    )  # fmt: skip
    parser.add_argument(
        "--speakers", default="", metavar="WHOM",
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
        help="where the networks run and learn (default: the best there is)",
    )  # fmt: skip
    parser.add_argument(
        "--progress", choices=("text", "json"), default="text",
        help="lines for people on stderr (the default), or JSON lines on stdout",
    )  # fmt: skip
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Evaluate and write; raises a VisemoError for what cannot be."""
    from core.atomic import try_folder
    from core.evaluation.report import check_folder, write_evaluation
    from core.report.plots import check_plots
    from core.report.tables import table_text

    check_options(options)
    if not options.data and not _runs(options):
        raise ReportError("There is nothing to judge by; name corpora with --data.")
    check_folder(options.out)
    try_folder(options.out)
    if not options.no_plots:
        check_plots()
    style = JsonReport if options.progress == "json" else TextReport
    report = style(sys.stdout, sys.stderr)
    with Finishing() as interrupts:
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

    if (experiment := experiment_of(options)) is not None:
        return experiment(options, monitor)
    if options.names:
        return _evaluate_named(options, monitor)
    request = WeightsRequest(
        options.weights or WEIGHTS, options.speakers or "validation", options.recogniser,
        options.profiles, options.device, not options.no_plots, command(),
    )  # fmt: skip
    return evaluate_weights(request, _corpora(options, monitor), monitor)


def _evaluate_named(options: argparse.Namespace, monitor: Monitor) -> "Evaluation":
    from core.evaluation.report import FOLDS
    from models.evaluation.protocol_report import ProtocolRequest, evaluate_protocol, evaluate_runs
    from models.training.fold import TRAINABLE
    from models.training.recipe_file import load_recipe

    corpora = _corpora(options, monitor)
    runs = _runs(options)
    if runs and len(runs) < len(options.names):
        raise ReportError("There are recipes and runs among the names; name only one kind.")
    recipes = [] if runs else [load_recipe(name, list(TRAINABLE)) for name in options.names]
    protocol = options.protocol or (recipes[0].protocol if recipes else "")
    tables = options.tables or (options.data or [Path()])[0].absolute().parent
    request = ProtocolRequest(
        options.out / FOLDS, protocol, recipes, runs, options.folds, tables, options.device,
        options.allow_missing, not options.no_plots, command(),
    )  # fmt: skip
    return (evaluate_runs if runs else evaluate_protocol)(request, corpora, monitor)


def _runs(options: argparse.Namespace) -> list[Path]:
    """Those names that are folders."""
    return [path for name in options.names if (path := Path(name)).is_dir()]


def _corpora(options: argparse.Namespace, monitor: Monitor) -> "list[Corpus]":
    from models.training.by_recipe import read_corpora

    return read_corpora(options.data, monitor, options.tracks)
