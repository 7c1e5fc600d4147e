"""`visemo COMMAND ...`, also `python -m app.cli`.

Only the chosen command's module is imported, so that help is there at once.
Exit status: 0 done; 2 something the person can cure, told in one line; 130
stopped with Ctrl-C, 143 by SIGTERM where work can go on later; 1 a fault of ours, with its trace.
"""

import argparse
import io
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from app.console import one_line
from core.errors import Cancelled, VisemoError

EXIT_BAD, EXIT_STOPPED, EXIT_TERMINATED = 2, 130, 143

# Before numpy and torch are loaded, unless the user says otherwise. Nothing here needs OpenBLAS's
# threads, and they, like OpenMP's, would go on spinning after their work: long beside another
# busy program, where that made a run more than twice as slow.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("GOMP_SPINCOUNT", "20000")


@dataclass(frozen=True, slots=True)
class Command:
    """One command: the module that has it, and its line in the help."""

    module: str
    summary: str


STUDIO = "studio"  # what is meant where no command is named
COMMANDS = {
    STUDIO: Command("app.commands.studio", "open the window, on some files if you like"),
    "animate": Command("app.commands.animate", "turn speech into facial landmark tracks"),
    "track": Command("app.commands.track", "find the face's landmarks in videos"),
    "rate": Command("app.commands.rate", "run a rating study, from design to statistics"),
    "train": Command("app.commands.train", "train networks on recordings, by a recipe"),
    "weights": Command("app.commands.weights", "make what was trained a folder of weights"),
    "corpus": Command("app.commands.corpus", "say what a data set holds and what is wrong with it"),
    "evaluate": Command("app.commands.evaluate", "judge weights on corpora, as a report"),
    "sheet": Command("app.commands.sheet", "draw a page of faces from a landmark file"),
    "benchmark": Command("app.commands.benchmark", "measure how fast this machine animates"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. argparse leaves by SystemExit."""
    arguments = list(sys.argv[1:] if argv is None else argv) or [STUDIO]
    _let_any_name_be_printed()
    command = COMMANDS.get(arguments[0]) if arguments else None
    try:
        module: Any = import_module(command.module) if command else None
        options = _parser(arguments[:1], module).parse_args(arguments)
        if options.version:
            print(f"visemo {_version()}")
            return 0
        status: int = module.run(options)
        sys.stdout.flush()
    except (KeyboardInterrupt, Cancelled) as stop:
        print("visemo: stopped", file=sys.stderr)
        return EXIT_TERMINATED if stop.args == (signal.SIGTERM,) else EXIT_STOPPED
    except VisemoError as problem:
        print(f"visemo: error: {one_line(str(problem))}", file=sys.stderr)
        return EXIT_BAD
    except BrokenPipeError:  # whoever read our output, such as `head`, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BAD
    return status


def _parser(chosen: Sequence[str], module: Any) -> argparse.ArgumentParser:
    """All commands by name; the arguments of the chosen one."""
    parser = argparse.ArgumentParser(
        prog="visemo",
        description="Affective speech in, an animated lower face out.",
        epilog="`visemo COMMAND --help` tells what a command takes; without any, the studio opens.",
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="store_true", help="print the version and stop")
    asks_version = list(chosen) in (["-V"], ["--version"])
    commands = parser.add_subparsers(
        title="commands", dest="command", metavar="COMMAND", required=not asks_version
    )
    for name, command in COMMANDS.items():
        summary = command.summary[0].upper() + command.summary[1:] + "."
        sub = commands.add_parser(
            name, help=command.summary, description=summary, allow_abbrev=False
        )
        if [name] == list(chosen):
            module.add_arguments(sub)
    return parser


def _let_any_name_be_printed() -> None:
    """File names may hold what the terminal's encoding has not."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _version() -> str:
    from core.version import program_version  # slow to import, so only when asked

    return program_version()


if __name__ == "__main__":
    sys.exit(main())
