"""`visemo animate`: sound files in, landmark tracks out."""

import argparse
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.reporting import add_reporting, reported
from app.console import Report
from core.errors import AudioFileError, VisemoError
from resources import SAMPLE, WEIGHTS

if TYPE_CHECKING:
    from app.batch import Job
    from core.animation import AnimationSettings
    from models.cascade import Cascade

FORMATS = "csv,json"
COLUMNS = "points,probabilities,top2,affect"
OWN = "own"  # smoothing: each clip's, where a project says it
# What a project says about each clip, and what these options are where they are not given.
OF_A_CLIP = {
    "emotion": "auto", "strength": 1.0, "model": "dependent",
    "jaw": 1.0, "lips": 1.0, "corners": 1.0,
    "recogniser": "", "speaker": None, "profile": None,
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files, where to, in which formats, and how the face is to look."""
    parser.add_argument(
        "inputs", nargs="*", type=Path, metavar="FILE",
        help="WAV, FLAC, OGG or MP3 files, or videos, of which the sound is taken; folders: the "
        "sound files directly in them; .visemo projects: their clips, each with its own emotions, "
        "gains and smoothing. "
        "Without any, the bundled sample is animated into the current folder",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write there, not beside each file; made if missing"
    )
    parser.add_argument(
        "--format", default=FORMATS, metavar="LIST",
        help="some of csv,json,npz,png,gif,mp4 (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--fps", type=float, default=25.0, metavar="N", help="frames a second (default: 25)"
    )
    parser.add_argument(
        "--range", type=_range, default=None, metavar="A-B",
        help="only the frames from A to B, in seconds; their times stay those of the sound",
    )  # fmt: skip
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
    for region, name in (("jaw", "the jaw"), ("lips", "the lips"), ("corners", "their corners")):
        parser.add_argument(
            f"--{region}", type=float, default=1.0, metavar="G",
            help=f"gain of {name}: 0 at rest, 1 as learned, at most 2 (default: 1)",
        )  # fmt: skip
    parser.add_argument(
        "--recogniser", default="", metavar="NAME",
        help="who hears the emotions: dern (the paper's), local-cnn, functionals or ensemble "
        "(default: the best there are weights for)",
    )  # fmt: skip
    parser.add_argument(
        "--speaker", default=None, metavar="NAME",
        help="all the sounds are of this speaker: how he usually speaks is told from all of them "
        "first, so that what he feels stands out. It helps from a dozen sounds on, in several "
        "moods, and harms where all are in one; with fewer, each is heard by itself",
    )  # fmt: skip
    parser.add_argument(
        "--profile", type=Path, default=None, metavar="FILE",
        help="how the speaker usually speaks: kept in this file, which is made or added to until "
        "enough sounds were heard for it to be of use, and then only read",
    )  # fmt: skip
    parser.add_argument(
        "--smoothing", type=_smoothing, default=OWN, metavar="HZ",
        help="cut-off of a zero-lag low-pass in Hz, or none, or own (the default): that of each "
        "clip in a project, otherwise none",
    )  # fmt: skip
    parser.add_argument(
        "--points", type=int, default=36, metavar="N",
        help="36, or 68 with the rest of a neutral face, in the CSV (default: 36)",
    )  # fmt: skip
    parser.add_argument(
        "--columns", default=COLUMNS, metavar="LIST",
        help="of the CSV, some of %(default)s (default: all)",
    )  # fmt: skip
    parser.add_argument(
        "--size", type=_size, default=(720, 720), metavar="WxH",
        help="of pictures, in pixels (default: 720x720)",
    )  # fmt: skip
    parser.add_argument(
        "--theme", default="dark", metavar="NAME", help="of pictures: dark (the default) or light"
    )
    parser.add_argument(
        "--device", default="auto", metavar="NAME",
        help="auto (the best there is; the default), cpu, cuda or mps",
    )  # fmt: skip
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS, metavar="DIR",
        help="trained weights other than the ones that came along",
    )  # fmt: skip
    add_reporting(parser)


def run(options: argparse.Namespace) -> int:
    """Animate; 0, or 2 if a file was bad, or 1 after a fault of ours."""
    return reported(options, _run)


def _run(options: argparse.Namespace, report: Report) -> int:
    from app.batch import Batch, tasks
    from app.progress import Interrupts
    from core.atomic import make_folder
    from core.profile_file import SUFFIX as PROFILE_SUFFIX

    job, settings = _job(options), _settings(options)
    speaker = options.speaker
    if speaker is None and options.profile is not None:
        speaker = options.profile.name.removesuffix(PROFILE_SUFFIX).removesuffix(".json")
    inputs = options.inputs or [_sample()]
    found, failed = tasks(inputs, settings, report, options.recogniser, speaker)
    if job.request.folder is not None:
        make_folder(job.request.folder)
    with Interrupts() as interrupts:
        tally = Batch(job, report, interrupts).run(found)
    failed += tally.failed
    report.finished(tally.done, failed + tally.faults)
    if tally.faults:
        return 1
    return 2 if failed else 0


def _job(options: argparse.Namespace) -> "Job":
    """The options about what to write. Raises VisemoError for what cannot be."""
    from app.batch import Job
    from app.export_job import ExportRequest
    from app.pictures.settings import PictureSettings
    from core.export import ExportSettings
    from core.profile_file import read_profile

    own = options.smoothing == OWN
    try:
        export = ExportSettings(
            options.fps, None if own else options.smoothing, options.points,
            _names(options.columns), options.range,
        )  # fmt: skip
        picture = PictureSettings(options.size, options.theme)
    except ValueError as problem:
        raise VisemoError(str(problem)) from problem
    # The sample lies among the program's files, where nobody looks and few may write.
    folder = options.out if options.out or options.inputs else Path()
    request = ExportRequest(_names(options.format), export, picture, folder, own_smoothing=own)
    keep = options.profile
    profile = read_profile(keep) if keep is not None and keep.exists() else None
    return Job(request, lambda: _cascade(options.weights, options.device), profile, keep)


def _settings(options: argparse.Namespace) -> "AnimationSettings":
    """The options about the face. Raises VisemoError for what cannot be."""
    from app.batch import is_project
    from core.animation import AnimationSettings
    from core.gains import RegionGains
    from core.hearing import check_recogniser

    given = [name for name, usual in OF_A_CLIP.items() if getattr(options, name) != usual]
    projects = [path for path in options.inputs if is_project(path)]
    if given and projects:
        raise VisemoError(
            f"'{projects[0]}' says how each of its clips is to be heard and to look; leave out "
            f"--{given[0]}, "
            "or name the sound files instead of the project."
        )
    try:
        check_recogniser(options.recogniser)
        gains = RegionGains(options.jaw, options.lips, options.corners)
        return AnimationSettings(options.emotion, options.strength, options.model, gains=gains)
    except ValueError as problem:
        raise VisemoError(str(problem)) from problem


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip().lower() for name in text.split(",")))


def _cascade(weights: Path, device: str) -> "Cascade":
    with _kept_for_good():
        from models.cascade import Cascade

    return Cascade.load(weights, device)


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """Garbage is neither looked for in what is imported here, nor when the process ends.

    torch and scipy are 180,000 objects, looked through again and again: half a second of a start.
    """
    first = "torch" not in sys.modules
    if first:
        gc.disable()
    try:
        yield
    finally:
        if first:
            gc.enable()
            gc.freeze()


def _smoothing(text: str) -> float | str | None:
    if text == OWN:
        return OWN
    if text == "none":
        return None
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected own, none or a number of Hz, not {text!r}"
        ) from None


def _range(text: str) -> tuple[float, float]:
    first, dash, last = text.partition("-")
    try:
        if dash:
            return float(first), float(last)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"expected two times in seconds such as 1.5-3, not {text!r}")


def _size(text: str) -> tuple[int, int]:
    width, by, height = text.lower().partition("x")
    if by and width.isdecimal() and height.isdecimal():
        return int(width), int(height)
    raise argparse.ArgumentTypeError(f"expected a width and a height such as 720x720, not {text!r}")


def _sample() -> Path:
    if not SAMPLE.is_file():
        raise AudioFileError("The bundled sample is missing; name a sound file.")
    return SAMPLE
