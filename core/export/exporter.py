"""What every export format shares: its settings, its interface, and the frames to write."""

import hashlib
import math
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.animation import Animation, Frames, frames_at, frames_within
from core.errors import ExportError
from core.face import POINTS
from core.monitor import SILENT, Monitor

ALL_POINTS = 68  # of iBUG; the 36 that move and the rest of the neutral face
MIN_FPS, MAX_FPS = 1.0, 1000.0
MIN_SMOOTHING, MAX_SMOOTHING = 0.1, 50.0  # Hz; the tracks inside hold nothing above 50
NAME_BYTES = 255  # the longest file name that common file systems take

# Groups of columns that a table may leave out, in their order; the frame's number and time stay.
COLUMNS = {
    "points": "Landmarks (x, y)",
    "probabilities": "Emotion probabilities",
    "top2": "Leading emotions and weight",
    "affect": "Valence and arousal",  # absent where the weights do not hear them
}
ALL_COLUMNS = tuple(COLUMNS)


@dataclass(frozen=True, slots=True)
class ExportSettings:
    """What a person can ask of an export. Raises ValueError for what cannot be."""

    fps: float = 25.0  # frames a second; frame times are centres
    smoothing: float | None = None  # cut-off in Hz, or None for the raw track
    points: int = POINTS  # 36, or 68 with the rest of the neutral face
    columns: tuple[str, ...] = ALL_COLUMNS  # some of COLUMNS, in formats that are tables
    span: tuple[float, float] | None = None  # seconds; only frames whose centre lies in it

    def __post_init__(self) -> None:
        if not (math.isfinite(self.fps) and MIN_FPS <= self.fps <= MAX_FPS):
            raise ValueError(
                f"frame rate must be from {MIN_FPS:g} to {MAX_FPS:g} frames a second, "
                f"not {self.fps!r}"
            )
        if self.smoothing is not None and not MIN_SMOOTHING <= self.smoothing <= MAX_SMOOTHING:
            raise ValueError(
                f"smoothing must be from {MIN_SMOOTHING:g} to {MAX_SMOOTHING:g} Hz or None, "
                f"not {self.smoothing!r}"
            )
        if self.points not in (POINTS, ALL_POINTS):
            raise ValueError(f"points must be {POINTS} or {ALL_POINTS}, not {self.points!r}")
        _check_columns(self.columns)
        _check_span(self.span)


def _check_columns(columns: tuple[str, ...]) -> None:
    known = ", ".join(COLUMNS)
    for name in columns:
        if name not in COLUMNS:
            raise ValueError(f"unknown columns {name!r}, expected some of {known}")
    if not columns:
        raise ValueError(f"choose at least one group of columns: {known}")


def _check_span(span: tuple[float, float] | None) -> None:
    if span is not None and not 0 <= span[0] < span[1] < math.inf:
        raise ValueError(
            f"the range must go from a time to a later one in seconds, not from {span[0]:g} "
            f"to {span[1]:g}"
        )


Writer = Callable[[Animation, Path, ExportSettings, Monitor], list[Path]]


@dataclass(frozen=True, slots=True)
class Exporter:
    """One file format: a row of the table `EXPORTERS`, a line in menus and choices."""

    suffix: str  # with its dot
    description: str
    writer: Writer
    points: tuple[int, ...] = (POINTS,)  # the choices of `ExportSettings.points` it can hold
    sidecars: tuple[str, ...] = ()  # suffixes of further files that are written beside it

    def paths(self, path: Path) -> list[Path]:
        """Every file that `write` to `path` will write, `path` first."""
        beside = [path.with_name(fitted_name(path.stem, suffix)) for suffix in self.sidecars]
        return [path, *beside]

    def write(
        self, animation: Animation, path: Path, settings: ExportSettings, monitor: Monitor = SILENT
    ) -> list[Path]:
        """Write `animation` to `path`; returns the paths written, `path` first.

        Each file is the old one or the new one, never half of one. Raises
        ExportError where a file cannot be written or the format cannot hold what
        was asked, and passes on the monitor's `Cancelled`.
        """
        if settings.points not in self.points:
            choices = " or ".join(str(points) for points in self.points)
            raise ExportError(
                f"{self.description} holds {choices} points, not {settings.points}; "
                "choose another number of points or another format."
            )
        return self.writer(animation, path, settings, monitor)


def output_path(audio_path: Path, folder: Path, suffix: str) -> Path:
    """Where an export of `audio_path` goes: into `folder`, under the name of its sound."""
    return folder / fitted_name(audio_path.stem, suffix)


def fitted_name(stem: str, suffix: str) -> str:
    """`stem` with `suffix`, shortened only where file systems would refuse the length.

    A shortened name ends in a mark made from the whole one, so that two long
    names with the same beginning do not overwrite each other's exports.
    """
    raw = os.fsencode(stem)
    room = NAME_BYTES - len(os.fsencode(suffix))
    if len(raw) <= room:
        return stem + suffix
    mark = f"~{hashlib.sha256(raw).hexdigest()[:8]}"
    return raw[: room - len(mark)].decode("utf-8", "ignore") + mark + suffix


def target_frames(animation: Animation, settings: ExportSettings) -> range:
    """The frames to write, counted from 0 at the clip's start.

    Raises ExportError where the range asked for holds none.
    """
    try:
        return frames_within(animation.duration, settings.fps, settings.span)
    except ValueError as problem:
        raise ExportError(f"Nothing was written: {problem}.") from problem


def runs(
    animation: Animation,
    settings: ExportSettings,
    monitor: Monitor,
    stage: str,
    part: tuple[int, int] = (0, 1),
) -> Iterator[Frames]:
    """The frames to write in runs of bounded size, reporting each when it is done with.

    `part` (which, of how many) is for formats that go through the frames more
    than once. Raises ExportError where a number is not finite or there is no frame.
    """
    count = len(target_frames(animation, settings))
    which, parts = part
    monitor.step(stage, which * count, parts * count)
    for frames in frames_at(animation, settings.fps, settings.smoothing, settings.span):
        for values in (frames.points, frames.probabilities, frames.mixes, frames.affect):
            if values is not None and not np.isfinite(values).all():
                raise ExportError(
                    "The animation holds values that are not numbers, so nothing was written; "
                    "animate the sound again."
                )
        yield frames
        done = frames.first + len(frames.times)
        monitor.step(stage, which * count + done, parts * count)


def top_two(mixes: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """The two emotions that count most in each frame; mixes (n, 7).

    Returns their indices (n, 2), ties going to the earlier emotion, and their
    weights relative to each other (n, 2), rows summing to 1.
    """
    order = np.argsort(-mixes, axis=1, kind="stable")[:, :2]
    weights = np.take_along_axis(mixes, order, axis=1).astype(np.float64)
    relative: NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return order, relative
