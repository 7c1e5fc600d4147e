"""`visemo animate`: sound files in, landmark tracks out."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import JsonReport, Report, TextReport
from core.errors import AudioFileError, Cancelled, ExportError, VisemoError
from resources import SAMPLE, WEIGHTS

if TYPE_CHECKING:
    from app.batch import Job
    from core.export import Exporter
    from models.cascade import Cascade

FORMATS = "csv,json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, where to, in which formats, and how the face is to look."""
    parser.add_argument(
        "inputs", nargs="*", type=Path, metavar="FILE",
        help="WAV, FLAC, OGG or MP3 files, or folders: the sound files directly in them. "
        "Without any, the bundled sample is animated into the current folder",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write there, not beside each file; made if missing"
    )
    parser.add_argument(
        "--format", default=FORMATS, metavar="LIST",
        help="some of csv,json,npz (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--fps", type=float, default=25.0, metavar="N", help="frames a second (default: 25)"
    )
    parser.add_argument(
        "--emotion", default="auto", metavar="NAME",
        help="auto (heard in the speech; the default), angry, disgust, fear, happy, neutral, "
        "sad or surprise",
    )  # fmt: skip
    parser.add_argument(
        "--strength", type=float, default=1.0, metavar="S",
        help="of the emotion: 0 is a neutral face, 1 as learned, at most 2 (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--model", default="dependent", metavar="NAME",
        help="dependent: one face per emotion, fused (the default); combined: one for all",
    )  # fmt: skip
    parser.add_argument(
        "--smoothing", type=_smoothing, default=None, metavar="HZ",
        help="cut-off of a zero-lag low-pass in Hz, or none (the default)",
    )  # fmt: skip
    parser.add_argument(
        "--points", type=int, default=36, metavar="N",
        help="36, or 68 with the rest of a neutral face, in the CSV (default: 36)",
    )  # fmt: skip
    parser.add_argument(
        "--device", default="auto", metavar="NAME",
        help="auto (the best there is; the default), cpu, cuda or mps",
    )  # fmt: skip
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS, metavar="DIR",
        help="trained weights other than the ones that came along",
    )  # fmt: skip
    parser.add_argument(
        "--quiet", action="store_true", help="say nothing but notes and errors (on stderr)"
    )
    parser.add_argument(
        "--json-log", action="store_true",
        help="progress, notes, errors and results as JSON lines on stdout; "
        "errors also as plain lines on stderr",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Animate; 0, or 2 if a file was bad, or 1 after a fault of ours."""
    style = JsonReport if options.json_log else TextReport
    report = style(sys.stdout, sys.stderr, options.quiet)
    try:
        return _run(options, report)
    except Cancelled:
        raise
    except VisemoError as problem:
        report.error("", str(problem))
        return 2


def _run(options: argparse.Namespace, report: Report) -> int:
    from app.batch import Batch, make_folder, sound_files
    from app.progress import Interrupts

    job = _job(options)
    files, failed = sound_files(options.inputs or [_sample()], report)
    if job.folder is not None:
        make_folder(job.folder)
    with Interrupts() as interrupts:
        tally = Batch(job, report, interrupts).run(files)
    failed += tally.failed
    report.finished(tally.done, failed + tally.faults)
    if tally.faults:
        return 1
    return 2 if failed else 0


def _job(options: argparse.Namespace) -> "Job":
    """The options as settings. Raises VisemoError for what cannot be."""
    from app.batch import Job
    from core.animation import AnimationSettings
    from core.export import ExportSettings

    try:
        animation = AnimationSettings(options.emotion, options.strength, options.model)
        export = ExportSettings(options.fps, options.smoothing, options.points)
    except ValueError as problem:
        raise VisemoError(str(problem)) from problem
    exporters = _exporters(options.format, options.points)
    # The sample lies among the program's files, where nobody looks and few may write.
    folder = options.out if options.out or options.inputs else Path()
    return Job(
        exporters, animation, export, folder, lambda: _cascade(options.weights, options.device)
    )


def _cascade(weights: Path, device: str) -> "Cascade":
    from models.cascade import Cascade

    return Cascade.load(weights, device)


def _exporters(names: str, points: int) -> "list[Exporter]":
    from core.export import EXPORTERS, exporter_named

    asked = dict.fromkeys(name.strip().lower() for name in names.split(","))
    exporters = [exporter_named(name) for name in asked]
    if not any(points in exporter.points for exporter in exporters):
        able = [name for name, exporter in EXPORTERS.items() if points in exporter.points]
        raise ExportError(f"{points} points are held by {', '.join(able)}, not by {names}.")
    return exporters


def _smoothing(text: str) -> float | None:
    if text == "none":
        return None
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected none or a number of Hz, not {text!r}") from None


def _sample() -> Path:
    if not SAMPLE.is_file():
        raise AudioFileError("The bundled sample is missing; name a sound file.")
    return SAMPLE
