"""`visemo studio`: the window."""

import argparse
from pathlib import Path

from core.errors import VisemoError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to open, and with which weights."""
    parser.add_argument(
        "inputs", nargs="*", type=Path, metavar="FILE",
        help="sounds, folders of sounds, or a project. Without any, the bundled sample, until "
        "something of your own was opened",
    )  # fmt: skip
    parser.add_argument(
        "--weights", type=Path, default=None, metavar="DIR",
        help="trained weights other than those of the preferences",
    )  # fmt: skip
    parser.add_argument(
        "--device", default=None, metavar="NAME",
        help="auto, cpu, cuda or mps (default: as set in the preferences)",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Open the window and stay until it is closed."""
    try:
        from app.main import run_studio
    except ImportError as problem:  # of Qt: a shared library of the system is missing
        raise VisemoError(
            f"The window cannot be opened ({problem}); `bash setup.sh studio` installs what is "
            "missing on Debian and Ubuntu."
        ) from problem
    return run_studio(options.inputs, options.weights, options.device)
