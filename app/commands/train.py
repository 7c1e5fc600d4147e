"""`visemo train`: weights from data sets, by a named recipe."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from app.console import JsonReport, TextReport
from app.progress import Interrupts, Progress
from core.errors import TrainingError
from core.monitor import Monitor
from resources import WEIGHTS


def _bundled(options: argparse.Namespace, monitor: Monitor) -> None:
    from models.training.bundled import train_bundled
    from models.training.recipe import BundledRecipe

    recipe = BundledRecipe(seed=options.seed)
    train_bundled(options.data, options.out, options.cache, recipe, monitor)


RECIPES: dict[str, Callable[[argparse.Namespace, Monitor], None]] = {"bundled": _bundled}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Recipe, data, and where the results go."""
    parser.add_argument(
        "--recipe", choices=list(RECIPES), default="bundled",
        help="what to train (default: bundled, everything in resources/weights)",
    )  # fmt: skip
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="the folder of the data sets"
    )
    parser.add_argument(
        "--out", type=Path, default=WEIGHTS, metavar="DIR",
        help="where the weights and their model cards go (default: where the program looks)",
    )  # fmt: skip
    parser.add_argument(
        "--cache", type=Path, default=Path("runs"), metavar="DIR",
        help="where unfinished work is kept, so that it can go on (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--resume", action="store_true", help="go on with what an earlier run left in --cache"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of all that is random")
    parser.add_argument(
        "--progress", choices=("text", "json"), default="text",
        help="lines for people on stderr (the default), or JSON lines on stdout",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Train; raises TrainingError or CorpusError when that cannot be."""
    if not options.data.is_dir():
        raise TrainingError(f"There is no folder '{options.data}'; name that of the data sets.")
    if not options.resume and options.cache.is_dir() and any(options.cache.iterdir()):
        raise TrainingError(
            f"'{options.cache}' holds an earlier training; add --resume to go on with it, "
            "or name another folder with --cache."
        )
    style = JsonReport if options.progress == "json" else TextReport
    with Interrupts() as interrupts:
        monitor = Progress(style(sys.stdout, sys.stderr), interrupts)
        RECIPES[options.recipe](options, monitor)
    return 0
