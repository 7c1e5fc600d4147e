"""`visemo track`: videos in, tracks of 68 landmarks out."""

import argparse
import os
import sys
from pathlib import Path

from app.commands.reporting import add_reporting, reported
from app.console import Report
from core.errors import TrackError

FORMATS = "npz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Videos, where to, in which formats, and what becomes of gaps."""
    parser.add_argument(
        "inputs", nargs="+", type=Path, metavar="VIDEO",
        help="videos; folders: the videos directly in them; tracks that are there already: "
        "OpenFace CSV, dlib's 68 points as CSV, .npy or a folder of .pts",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write there, not beside each file; made if missing"
    )
    parser.add_argument(
        "--format", default=FORMATS, metavar="LIST",
        help="some of npz (with depth), csv (OpenFace columns); default: %(default)s. "
        "The files are NAME.track.npz and NAME.track.csv",
    )  # fmt: skip
    parser.add_argument(
        "--model", type=Path, metavar="FILE",
        help="MediaPipe's face_landmarker.task (default: that in 'visemo/models' of the user's "
        "data folder)",
    )  # fmt: skip
    parser.add_argument(
        "--max-gap", type=float, metavar="S",
        help="seconds without a face that are interpolated (default: 0.2); "
        "longer stretches stay without",
    )  # fmt: skip
    parser.add_argument(
        "--fps", type=float, metavar="N",
        help="bring tracks to N frames a second (default: as they were filmed)",
    )  # fmt: skip
    parser.add_argument(
        "--input-fps", type=float, default=25.0, metavar="N",
        help="of given tracks that do not say it (default: 25)",
    )  # fmt: skip
    parser.add_argument(
        "--sheet", action="store_true",
        help="also NAME.track.png: frames of the video with the points on them, for a look",
    )  # fmt: skip
    parser.add_argument(
        "--corpus", action="store_true",
        help="the inputs are corpora, as `visemo corpus` reads them: the videos of all recordings "
        "without landmarks go to CORPUS/tracks, or DIR, where the corpus is read with them",
    )  # fmt: skip
    add_reporting(parser)


def run(options: argparse.Namespace) -> int:
    """Track; 0, or 2 if a file was bad, or 1 after a fault of ours."""
    return reported(options, _run)


def _run(options: argparse.Namespace, report: Report) -> int:
    from app.progress import Interrupts
    from app.tracking import TrackBatch, TrackRequest, corpus_videos, videos
    from core.atomic import make_folder
    from core.tracks.face_track import GAP_LIMIT

    formats = tuple(name.strip() for name in options.format.split(",") if name.strip())
    longest = GAP_LIMIT if options.max_gap is None else options.max_gap
    request = TrackRequest(
        formats, options.out, longest, options.fps, options.input_fps, options.sheet
    )
    if options.corpus and "npz" not in formats:
        raise TrackError("corpora are read with tracks in npz; add it to --format")
    with Interrupts() as interrupts:
        places: dict[Path, Path] = {}
        if options.corpus:
            places = corpus_videos(options.inputs, request.folder, report, interrupts)
            files, failed = list(places), 0
        else:
            files, failed = videos(options.inputs, report)
        if request.folder is not None:
            make_folder(request.folder)
        model = options.model or default_model()
        tally = TrackBatch(request, model, report, interrupts).run(files, places)
    failed += tally.failed
    report.finished(tally.done, failed + tally.faults)
    if tally.faults:
        return 1
    return 2 if failed else 0


def default_model() -> Path:
    """Where the model is looked for: `visemo/models` in the user's data folder of this system.

    Raises TrackError where there is no such folder.
    """
    from models.face_tracker import MODEL_NAME

    try:
        if sys.platform == "win32":
            data = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        elif sys.platform == "darwin":
            data = Path.home() / "Library" / "Application Support"
        else:
            data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    except RuntimeError as problem:  # nobody's home
        raise TrackError(f"name the model with --model: {problem}") from problem
    return data / "visemo" / "models" / MODEL_NAME
