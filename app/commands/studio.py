"""`visemo studio`: the window."""

import argparse
from pathlib import Path

from resources import WEIGHTS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to open, and with which weights."""
    parser.add_argument(
        "inputs", nargs="*", type=Path, metavar="FILE",
        help="sounds, folders of sounds, or a project. Without any, what was open last, "
        "and the bundled sample the first time",
    )  # fmt: skip
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS, metavar="DIR",
        help="trained weights other than the ones that came along",
    )  # fmt: skip
    parser.add_argument(
        "--device", default=None, metavar="NAME",
        help="auto, cpu, cuda or mps (default: as set in the preferences)",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    from app.main import run_studio

    return run_studio(options.inputs, options.weights, options.device)
