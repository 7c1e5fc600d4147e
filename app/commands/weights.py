"""`visemo weights`: a folder of weights for everything, from what `visemo train` left."""

import argparse
import sys
from pathlib import Path

from app.console import TextReport
from app.progress import Interrupts, Progress
from resources import WEIGHTS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which runs, and where to."""
    parser.description = (
        "Put the networks of finished runs into one folder that --weights, the studio and rating "
        "studies take. A run has a recogniser or faces; whatever the runs do not replace, other "
        "recognisers and valence and arousal too, comes from the weights of --base. A recogniser "
        "of the runs hears in that folder unless somebody chooses another."
    )
    parser.add_argument(
        "runs", nargs="+", type=Path, metavar="RUN", help="folders of finished runs"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="the new folder of weights"
    )
    parser.add_argument(
        "--base", type=Path, default=WEIGHTS, metavar="DIR",
        help="where the rest comes from (default: the weights that came along)",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Gather; raises CheckpointError for what makes no whole."""
    from models.weights_folder import gather

    report = TextReport(sys.stdout, sys.stderr)
    with Interrupts() as interrupts:
        gather(options.runs, options.out, options.base, Progress(report, interrupts))
    print(options.out)
    return 0
