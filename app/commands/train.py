"""`visemo train`: networks from recordings, by a recipe."""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from app.console import JsonReport, Report, TextReport
from app.progress import Finishing, Progress
from core.errors import TrainingError
from core.monitor import Monitor
from resources import RECIPES as SHIPPED
from resources import WEIGHTS

PROTOCOLS = ("paper", "speakers", "stated", "none")
DEVICES = ("auto", "cpu", "cuda", "mps")
GB = 1 << 30
MOST_GB = 100_000
KEPT = ("score", "loss", "epoch")  # of a trained network's figures, told at the end


def _bundled(options: argparse.Namespace, monitor: Monitor) -> None:
    from models.training.bundled import train_bundled
    from models.training.recipe import BundledRecipe

    recipe = BundledRecipe(seed=options.seed)
    train_bundled(options.data, options.out, options.cache, recipe, monitor)


def _local_cnn(options: argparse.Namespace, monitor: Monitor) -> None:
    from models.training.local_cnn_recipe import LocalCnnRecipe, train_local_cnn

    recipe = LocalCnnRecipe(seed=options.seed)
    train_local_cnn(options.data, options.out, options.cache, recipe, monitor)


def _valence_arousal(options: argparse.Namespace, monitor: Monitor) -> None:
    from models.training.affect_recipe import AffectRecipe
    from models.training.affect_training import train_affect

    recipe = AffectRecipe(seed=options.seed)
    train_affect(options.data, options.out, options.cache, recipe, monitor)


def _ensemble(options: argparse.Namespace, monitor: Monitor) -> None:
    from models.training.ensemble_recipe import EnsembleRecipe, train_ensemble

    recipe = EnsembleRecipe(seed=options.seed)
    train_ensemble(options.data, options.out, options.cache, recipe, monitor)


# What makes files of resources/weights. All else is a TOML file.
RECIPES: dict[str, Callable[[argparse.Namespace, Monitor], None]] = {
    "bundled": _bundled,
    "local-cnn": _local_cnn,
    "ensemble": _ensemble,
    "valence-arousal": _valence_arousal,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Recipe, data, and where the results go."""
    shipped = ", ".join(sorted(path.stem for path in SHIPPED.glob("*.toml")))
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.description = (
        "Train networks on recordings, by a recipe.\n\n"
        "  visemo train dern-small --data SAVEE        DERN on a corpus (see `visemo corpus`)\n"
        "  visemo train my.toml --data A B --fold 2    your recipe, two corpora, second fold\n"
        "  visemo train bundled --data DIR             DERN, functionals and faces of the box\n\n"
        f"Recipes are TOML files. These come with the program: {shipped}.\n"
        f"These make weights of the program itself: {', '.join(RECIPES)}."
    )
    parser.add_argument(
        "recipe", nargs="?", metavar="RECIPE", help="a recipe's name or file (default: bundled)"
    )
    parser.add_argument("--recipe", dest="named", metavar="RECIPE", help=argparse.SUPPRESS)
    parser.add_argument(
        "--data", type=Path, nargs="+", required=True, metavar="PATH",
        help="corpora, each a folder or a manifest; for the program's own weights, the folder of "
        "all of them",
    )  # fmt: skip
    parser.add_argument(
        "--tracks", type=Path, nargs="+", default=[], metavar="DIR",
        help="where `visemo track --corpus --out` wrote, one for each of --data (default: 'tracks' "
        "in each corpus)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR",
        help="the folder of this run, with its weights (default: runs/RECIPE-fold-N; for the "
        "program's own weights, where it looks for them)",
    )  # fmt: skip
    parser.add_argument("--resume", action="store_true", help="go on with what was stopped")
    parser.add_argument(
        "--seed", type=int, metavar="N", help="of all that is random (default: the recipe's, or 0)"
    )
    parser.add_argument(
        "--progress", choices=("text", "json"), default="text",
        help="lines for people on stderr (the default), or JSON lines on stdout",
    )  # fmt: skip
    _add_split(parser)
    _add_machine(parser)


def _add_split(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("who is learned from")
    group.add_argument(
        "--protocol", choices=PROTOCOLS,
        help="paper: a tenth for test, five folds of the rest by chance; speakers: whole speakers "
        "left out, in five folds, or in one for each where there are fewer; stated: by the corpus; "
        "none: all but a tenth (default: the recipe's)",
    )  # fmt: skip
    group.add_argument(
        "--fold", type=int, default=1, metavar="N", help="which of the folds (default: 1)"
    )
    group.add_argument(
        "--allow-missing", action="store_true",
        help="go on when there is no recording of some emotion to learn from",
    )  # fmt: skip
    group.add_argument(
        "--tables", type=Path, metavar="DIR",
        help="for faces that are made and not filmed: the folder of ravdess_action_units and "
        "ict_facekit (default: that in which the first of --data lies)",
    )  # fmt: skip


def _add_machine(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("the machine")
    group.add_argument(
        "--device", choices=DEVICES, default="auto", help="where to train (default: the best)"
    )
    group.add_argument(
        "--cache", type=Path, default=Path("runs"), metavar="DIR",
        help="where features, and unfinished work of the program's own weights, are kept "
        "(default: %(default)s)",
    )  # fmt: skip
    group.add_argument(
        "--cache-size", type=_gigabytes, default=2.0, metavar="GB",
        help="of the features at most; the oldest go first (default: %(default)g)",
    )  # fmt: skip


def _gigabytes(text: str) -> float:
    try:
        size = float(text)
    except ValueError:
        size = -1.0
    if not 0 <= size <= MOST_GB:
        raise argparse.ArgumentTypeError(
            f"expected gigabytes from 0 to {MOST_GB:,} such as 2.5, not {text!r}"
        )
    return size


def run(options: argparse.Namespace) -> int:
    """Train; raises TrainingError or CorpusError when that cannot be."""
    if options.recipe and options.named:
        raise TrainingError(
            f"There are two recipes, {options.recipe!r} and {options.named!r}; name one."
        )
    name = options.recipe or options.named or "bundled"
    report = (JsonReport if options.progress == "json" else TextReport)(sys.stdout, sys.stderr)
    with Finishing() as interrupts:
        monitor = Progress(report, interrupts)
        if name in RECIPES:
            _own_weights(name, options, monitor)
        else:
            _by_recipe(name, options, report, monitor)
    return 0


def _own_weights(name: str, options: argparse.Namespace, monitor: Monitor) -> None:
    data = options.data[0]
    if len(options.data) > 1:
        raise TrainingError(f"{name} takes one folder, that of all data sets, with --data.")
    if not data.is_dir():
        raise TrainingError(f"There is no folder '{data}'; name that of the data sets.")
    _refuse_leftovers(options.cache, "--cache", options.resume)
    whole = argparse.Namespace(**vars(options))
    whole.data, whole.out, whole.seed = data, options.out or WEIGHTS, options.seed or 0
    RECIPES[name](whole, monitor)


def _by_recipe(name: str, options: argparse.Namespace, report: Report, monitor: Monitor) -> None:
    # Products on a GPU come out the same every time only with this; read when torch starts.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    import msgspec

    from core.report.tables import slug
    from models.device import choose
    from models.training.by_recipe import Source, train_by_recipe
    from models.training.fold import TRAINABLE
    from models.training.recipe_file import load_recipe

    recipe = load_recipe(name, [*TRAINABLE], [*RECIPES])
    asked = {"seed": options.seed, "protocol": options.protocol}
    changes = {key: value for key, value in asked.items() if value is not None}
    recipe = msgspec.structs.replace(recipe, **changes)
    for path in options.data:
        if not path.exists():
            raise TrainingError(f"There is no '{path}'; name a corpus, or a manifest, with --data.")
    folder = options.out or Path("runs") / f"{slug(recipe.name)}-fold-{options.fold}"
    _refuse_leftovers(folder, "--out", options.resume)
    tables = options.tables or options.data[0].absolute().parent
    limit = round(options.cache_size * GB)
    source = Source(options.data, tables, options.cache / "features", limit, options.tracks)
    trained = train_by_recipe(
        recipe, source, folder, options.fold, monitor,
        device=choose(options.device), allow_missing=options.allow_missing,
    )  # fmt: skip
    for kept, network in trained.networks.items():
        words = ", ".join(f"{key} {network.figures[key]:.4g}" for key in KEPT)
        report.made(kept, [network.path], words, {"figures": network.figures})


def _refuse_leftovers(folder: Path, option: str, resume: bool) -> None:
    if not resume and folder.is_dir() and any(folder.iterdir()):
        raise TrainingError(
            f"'{folder}' holds an earlier training; add --resume to go on with it, "
            f"or name another folder with {option}."
        )
