"""What commands over many files share: how they tell what they do, and their exit status."""

import argparse
import sys
from collections.abc import Callable

from app.console import JsonReport, Report, TextReport
from core.errors import Cancelled, VisemoError


def add_reporting(parser: argparse.ArgumentParser) -> None:
    """The options --quiet and --json-log."""
    parser.add_argument(
        "--quiet", action="store_true", help="say nothing but notes and errors (on stderr)"
    )
    parser.add_argument(
        "--json-log", action="store_true",
        help="progress, notes, errors and results as JSON lines on stdout; "
        "errors also as plain lines on stderr",
    )  # fmt: skip


def reported(options: argparse.Namespace, work: Callable[[argparse.Namespace, Report], int]) -> int:
    """The status of `work`, or 2 where it could not begin, which is told as errors are."""
    style = JsonReport if options.json_log else TextReport
    report = style(sys.stdout, sys.stderr, options.quiet)
    try:
        return work(options, report)
    except Cancelled:
        raise
    except VisemoError as problem:
        report.error("", str(problem))
        return 2
