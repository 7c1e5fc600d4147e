"""`visemo evaluate` of papers whose experiments fit no recipe, and which options are for what."""

import argparse
import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.errors import ReportError
from core.monitor import Monitor

if TYPE_CHECKING:
    from core.evaluation.report import Evaluation

WEIGHTS, RECIPES, AFFECT, VOTING = "weights", "recipes and runs", "valence-arousal", "voting"
CYCLEGANS = ("cyclegan", "cyclegan-paper")

# What each option is for; those that are not here are for everything.
MEANT_FOR = {
    "speakers": (WEIGHTS,), "recogniser": (WEIGHTS,), "profiles": (WEIGHTS,),
    "weights": (WEIGHTS,), "tracks": (WEIGHTS, RECIPES), "protocol": (RECIPES,),
    "tables": (RECIPES,), "allow_missing": (RECIPES,), "folds": (RECIPES, VOTING),
    "steps": (VOTING,), "source": (VOTING,), "runs": (AFFECT,), "repeats": CYCLEGANS,
    "features": CYCLEGANS,
}  # fmt: skip


def count(text: str) -> int:
    """A number from 1, of a command line."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is too few; expected 1 or more")
    return number


def add_options(parser: argparse.ArgumentParser) -> None:
    """Those that only experiments have."""
    group = parser.add_argument_group("experiments")
    group.add_argument(
        "--steps", type=count, metavar="N",
        help="of voting: steps of each network's training (default: 1,000)",
    )  # fmt: skip
    group.add_argument(
        "--source", choices=("speaker", "text", "language"),
        help="of voting: what the network that is transferred from tells apart (default: speaker)",
    )  # fmt: skip
    group.add_argument(
        "--runs", type=count, metavar="N",
        help="of valence-arousal: of each network (default: five, as the paper's)",
    )  # fmt: skip
    group.add_argument(
        "--features", metavar="SET",
        help="of cyclegan: IS10, which the paper has, or another set of openSMILE (default: our "
        "own functionals)",
    )  # fmt: skip
    group.add_argument(
        "--repeats", type=count, metavar="N",
        help="of cyclegan: of each comparison (default: five, as the paper's)",
    )  # fmt: skip


def check_options(options: argparse.Namespace) -> None:
    """Raises ReportError for an option that is for something else than what is asked for."""
    name = options.names[0] if experiment_of(options) else RECIPES if options.names else WEIGHTS
    for option, whom in MEANT_FOR.items():
        if getattr(options, option) and name not in whom:
            raise ReportError(
                f"--{option.replace('_', '-')} is for {' and '.join(whom)}, not for {name}."
            )


def experiment_of(
    options: argparse.Namespace,
) -> "Callable[[argparse.Namespace, Monitor], Evaluation] | None":
    """What is asked for, if it is one. Raises ReportError where one stands among other names."""
    asked = [name for name in options.names if name in EXPERIMENTS]
    if asked and len(options.names) > 1:
        raise ReportError(f"{asked[0]} is judged alone; name nothing beside it.")
    return EXPERIMENTS[asked[0]] if asked else None


def _valence_arousal(options: argparse.Namespace, monitor: Monitor) -> "Evaluation":
    from core.evaluation.report import FOLDS
    from models.device import choose
    from models.evaluation.affect_report import AffectRequest, evaluate_affect
    from models.training.affect_experiments import Extent

    usual = Extent()
    runs = options.runs or usual.runs
    request = AffectRequest(
        tuple(options.data), options.out / FOLDS,
        extent=Extent(runs, min(runs, usual.filter_runs)),
        with_plots=not options.no_plots, command=command(), device=choose(options.device),
    )  # fmt: skip
    return evaluate_affect(request, monitor)


def _voting(options: argparse.Namespace, monitor: Monitor) -> "Evaluation":
    from core.evaluation.report import FOLDS
    from models.device import choose
    from models.evaluation.voting_report import VotingRequest, evaluate_voting
    from models.evaluation.voting_table import VotingSettings
    from models.training.by_recipe import read_corpora

    usual = VotingSettings()
    steps = options.steps or usual.steps
    settings = VotingSettings(
        steps=steps, source_steps=steps, source=options.source or usual.source
    )  # fmt: skip
    request = VotingRequest(
        settings, options.out / FOLDS, command=command(), device=choose(options.device),
        folds=options.folds,
    )  # fmt: skip
    return evaluate_voting(request, read_corpora(options.data, monitor, any_labels=True), monitor)


def _cyclegan(options: argparse.Namespace, monitor: Monitor) -> "Evaluation":
    from dataclasses import replace

    from core.evaluation.report import FOLDS
    from core.functionals import SET
    from models.device import choose
    from models.evaluation.cyclegan import Experiment, small_experiment
    from models.evaluation.cyclegan_tables import evaluate_cyclegan

    experiment = Experiment() if options.names == ["cyclegan-paper"] else small_experiment()
    if options.repeats:
        experiment = replace(experiment, repeats=options.repeats)
    return evaluate_cyclegan(
        options.data, experiment, options.out / FOLDS, not options.no_plots, monitor,
        features=options.features or SET, command=command(), device=choose(options.device),
    )  # fmt: skip


EXPERIMENTS: "dict[str, Callable[[argparse.Namespace, Monitor], Evaluation]]" = {
    AFFECT: _valence_arousal,
    VOTING: _voting,
    **dict.fromkeys(CYCLEGANS, _cyclegan),
}


def command() -> str:
    """As it was typed."""
    return shlex.join(["visemo", *sys.argv[1:]])
