"""`visemo sheet`: a page of faces drawn from a landmark file."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The landmark file, the moments, and where the picture goes."""
    parser.add_argument("landmarks", type=Path, help="a .json file that `visemo animate` wrote")
    parser.add_argument(
        "--at", metavar="SECONDS", help="moments to show, such as 0.5,1.25 (default: eight telling)"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE.svg", help="the picture (default: beside the landmarks)"
    )


def run(options: argparse.Namespace) -> int:
    """Write the picture and say where; raises ExportError for what is no landmark file."""
    from core.atomic import atomic_text
    from core.contact_sheet import contact_sheet, read_landmarks, telling_moments
    from core.errors import ExportError
    from core.timeline import Timeline

    document = read_landmarks(options.landmarks)
    frames = telling_moments(document, 8)
    if options.at:
        try:
            moments = [float(moment) for moment in options.at.split(",")]
        except ValueError as error:
            raise ExportError(f"--at takes seconds such as 0.5,1.25, not '{options.at}'") from error
        fps = float(document["fps"])
        timeline = Timeline(fps, len(document["frames"]), 0.5 / fps)
        frames = [timeline.frame_at(moment) for moment in moments]
    target = options.out or options.landmarks.with_suffix(".svg")
    with atomic_text(target) as file:
        file.write(contact_sheet(document, frames))
    print(target)
    return 0
