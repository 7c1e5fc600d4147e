"""Opening video files with PyAV, an optional extra that is imported when the first is opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from core.errors import TrackError

if TYPE_CHECKING:
    from av.container import InputContainer

VIDEO_SUFFIXES = (
    ".mp4", ".avi", ".mpg", ".mpeg", ".flv", ".mov", ".mkv", ".webm", ".m4v", ".vob", ".wmv",
    ".ts", ".mts", ".m2ts", ".3gp", ".ogv", ".mxf", ".dv",
)  # fmt: skip
MISSING = "videos need the package PyAV, which is not here; run: pip install 'visemo[track]'"
SLACK, SLACK_PART = 0.5, 0.02  # seconds, or part, by which a whole file may end early


def pyav() -> ModuleType:
    """PyAV. Raises TrackError, saying what to install, where it is not there."""
    try:
        import av
        import av.filter
    except ImportError as problem:
        raise TrackError(MISSING) from problem
    return av


@contextmanager
def open_video(path: Path) -> Iterator[InputContainer]:
    """A video file, open. Raises TrackError where it is none, or PyAV is missing."""
    av = pyav()
    with ExitStack() as stack:
        try:
            # As a stream, so that no name is taken for an address, and no playlist opens more.
            file = stack.enter_context(path.open("rb"))
            if not file.read(1):
                raise TrackError("the file is empty; copy it anew")
            file.seek(0)
            options = {"protocol_whitelist": "none"}
            container = stack.enter_context(av.open(file, options=options))
        except (OSError, ValueError, av.error.FFmpegError) as problem:
            # PyAV's errors have a strerror as well: what FFmpeg says of the file.
            reason = getattr(problem, "strerror", None) or str(problem)
            raise TrackError(f"it cannot be read as a video: {reason}") from problem
        yield container


def in_seconds(count: int | None, unit: Fraction | None) -> float | None:
    """A time of FFmpeg's, where it is known."""
    return None if count is None or unit is None else float(count * unit)


def ends_early(declared: float, end: float) -> bool:
    """Whether a file that ends at `end` is cut off, by the length that it declares; seconds."""
    return declared - end > max(SLACK, SLACK_PART * declared)
