"""Tracks of dlib's 68-point predictor, in the forms in which people keep them.

A CSV of `frame, x0, y0, x1, y1, ...` (the frame's number, and the header, may be
missing; a `timestamp` or `time` column in seconds is used); a folder of .pts files, one
a frame, numbered; an array (T, 68, 2) in .npy, or in .npz as its only one or as
`landmarks` or `points`. A frame without a face is missing, empty, NaN, or all 0 or all -1.
"""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import TrackError
from core.tracks.face_track import POINTS68, FaceTrack, TrackFacts
from core.tracks.openface import read_columns
from core.tracks.reader import ARRAY_FAULTS, TrackReader, TrackSource, first_line

_TRACKER = "68 points"
_NUMBER = re.compile(r"(\d+)(?!.*\d)")  # the last in a file's name
_COLUMN = re.compile(r"^(?:p(?:oint)?|landmark)?_?([xy])_?(\d+)$|^(\d+)_?([xy])$", re.IGNORECASE)
_TIMES = ("timestamp", "time", "t")
_FRAMES = ("frame", "frame_number", "frame_id", "index")
SPARSEST = 100  # frame numbers to one frame that is there; beyond, they are no numbers of frames
_LONGEST = 10_000_000  # frames; a larger number in a name is no count of frames


def _place(name: str) -> tuple[int, int] | None:
    """The point and axis (0 x, 1 y) of a column's name."""
    match = _COLUMN.match(name)
    if not match:
        return None
    axis, point = (match[1], match[2]) if match[1] else (match[4], match[3])
    return int(point), "xy".index(axis.lower())


def _track(
    request: TrackSource,
    points: NDArray[np.floating],
    numbers: NDArray[np.float64] | None = None,
    times: NDArray[np.float64] | None = None,
) -> FaceTrack:
    """Points (T, 68, d) of frames with these numbers, or these times, as a track."""
    facts = TrackFacts(request.path.name, _TRACKER)
    try:
        if times is not None:
            nothing = np.zeros(len(points), dtype=bool)
            found = _faces(points)
            return FaceTrack.starting(times, request.fps, points, found, nothing, facts)
        if numbers is not None:
            points = _spread(points, _whole_numbers(numbers))
        return FaceTrack.steady(request.fps, points, _faces(points), facts)
    except TrackError as problem:
        raise TrackError(f"'{request.path}': {problem}") from problem


def _faces(points: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Which frames have a face; a frame of which only some points are numbers is an error."""
    missing = ~np.isfinite(points)
    nothing = (points == 0).all(axis=(1, 2)) | (points == -1).all(axis=(1, 2))
    result: NDArray[np.bool_] = ~(missing.all(axis=(1, 2)) | nothing)
    return result


def _spread(points: NDArray[np.floating], numbers: NDArray[np.int64]) -> NDArray[np.floating]:
    """Frames at their numbers, those between them NaN."""
    if (np.diff(numbers) <= 0).any():
        at = int((np.diff(numbers) <= 0).argmax())
        raise TrackError(f"frame numbers must grow, but {numbers[at + 1]} follows {numbers[at]}")
    first = 1 if numbers[0] >= 1 else 0  # counted from 0 or from 1: nobody says which
    if numbers[-1] > SPARSEST * len(numbers):
        raise TrackError(
            f"frame numbers go up to {numbers[-1]} and only {len(numbers)} frames are there; "
            "expected frames counted from 0 or 1"
        )
    whole = np.full((int(numbers[-1]) - first + 1, *points.shape[1:]), np.nan)
    whole[numbers - first] = points
    return whole


def _whole_numbers(values: NDArray[np.float64]) -> NDArray[np.int64]:
    if not (np.isfinite(values) & (values >= 0) & (values < _LONGEST)).all():
        raise TrackError("frame numbers must be whole numbers from 0 or 1 on")
    return values.astype(np.int64)


# --- tables ---------------------------------------------------------------------------------


def _header(path: Path) -> tuple[list[str], int] | None:
    """The names of a table's columns, and how many lines they take; None: not such a table.

    A table without a header gets one that is made up.
    """
    line = first_line(path)
    if "," not in line:
        return None
    cells = [cell.strip() for cell in next(csv.reader([line]))]
    if any(_place(cell) for cell in cells):
        return [cell if _place(cell) else cell.lower() for cell in cells], 1
    try:
        [float(cell or "nan") for cell in cells]
    except ValueError:
        return None
    extra = len(cells) - 2 * POINTS68
    if extra not in (0, 1):
        return None
    return ["frame"] * extra + [f"{axis}{point}" for point in range(POINTS68) for axis in "xy"], 0


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in (".csv", ".txt") and path.is_file() and _header(path) is not None


def _read_table(request: TrackSource) -> FaceTrack:
    path = request.path
    header, lines = _header(path) or ([], 0)
    places = {place: name for name in header if (place := _place(name))}
    first = min((point for point, _ in places), default=0)  # counted from 0 or from 1
    wanted = [(point + first, axis) for point in range(POINTS68) for axis in (0, 1)]
    if len(places) != 2 * POINTS68 or not all(place in places for place in wanted):
        raise TrackError(
            f"'{path}' has columns for {len(places) // 2} points; a track needs 68, "
            "as x0, y0 ... x67, y67"
        )
    time = next((name for name in _TIMES if name in header), None)
    frame = next((name for name in _FRAMES if name in header), None)
    extra = [name for name in (time or frame,) if name]
    table = read_columns(path, header, [places[place] for place in wanted] + extra, lines)
    points = table[:, : 2 * POINTS68].reshape(-1, POINTS68, 2)
    if time:
        return _track(request, points, times=table[:, -1])
    return _track(request, points, numbers=table[:, -1] if frame else None)


# --- folders of .pts ------------------------------------------------------------------------


def _is_folder(path: Path) -> bool:
    return path.is_dir() and next(path.glob("*.pts"), None) is not None


def _read_folder(request: TrackSource) -> FaceTrack:
    files: dict[int, Path] = {}
    for file in sorted(request.path.glob("*.pts")):
        match = _NUMBER.search(file.stem)
        if not match or int(match[1]) >= _LONGEST:
            raise TrackError(f"'{file}' has no frame number in its name, such as face_0001.pts")
        if int(match[1]) in files:
            raise TrackError(
                f"'{file}' and '{files[int(match[1])].name}' are the same frame; "
                "keep one recording a folder"
            )
        files[int(match[1])] = file
    numbers = sorted(files)
    points = np.stack([_read_pts(files[number]) for number in numbers])
    return _track(request, points, np.array(numbers, dtype=np.float64))


def _read_pts(path: Path) -> NDArray[np.float64]:
    try:
        text = path.read_text(encoding="ascii")
        inside = text.split("{", 1)[1].split("}", 1)[0]
        points = np.array(
            [[float(v) for v in line.split()] for line in inside.split("\n") if line.strip()]
        )
    except (OSError, ValueError, IndexError) as problem:
        raise TrackError(
            f"'{path}' is not a .pts file: {problem}; expected 'version', 'n_points' and "
            "lines of x y between braces"
        ) from problem
    if points.shape != (POINTS68, 2):
        raise TrackError(f"'{path}' has points of shape {points.shape}; a track needs (68, 2)")
    return points


# --- arrays ---------------------------------------------------------------------------------


def _is_array(path: Path) -> bool:
    return path.suffix.lower() in (".npy", ".npz") and path.is_file()


def _chosen(path: Path, stored: Mapping[str, NDArray[np.generic]]) -> NDArray[np.generic]:
    """The array of points in an archive."""
    names = list(stored)
    if "xy" in names:
        raise TrackError(
            f"'{path}' has the 36 points that `visemo animate` writes; a track needs "
            "all 68, as `visemo track` writes them"
        )
    if len(names) == 1:
        return stored[names[0]]
    name = next((name for name in ("landmarks", "points") if name in names), None)
    if name is None:
        raise TrackError(
            f"'{path}' holds {', '.join(names) or 'nothing'}; expected an array named "
            "'landmarks' or 'points' of (frames, 68, 2)"
        )
    return stored[name]


def _read_array(request: TrackSource) -> FaceTrack:
    path = request.path
    try:
        with path.open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            points = loaded if isinstance(loaded, np.ndarray) else _chosen(path, loaded)
    except ARRAY_FAULTS as problem:
        raise TrackError(f"'{path}' cannot be read as an array: {problem}") from problem
    if points.ndim == 2 and points.shape[1] == 2 * POINTS68:
        points = points.reshape(-1, POINTS68, 2)
    if points.ndim != 3 or points.shape[1] != POINTS68 or points.dtype.kind not in "fiu":
        raise TrackError(
            f"'{path}' is an array of {points.dtype} {points.shape}; "
            "expected numbers (frames, 68, 2)"
        )
    return _track(request, points.astype(np.float64))


DLIB_TABLE = TrackReader("CSV of frame, x0, y0, ...", _is_table, _read_table)
DLIB_FOLDER = TrackReader("folder of .pts files", _is_folder, _read_folder)
DLIB_ARRAY = TrackReader("array (frames, 68, 2) in .npy or .npz", _is_array, _read_array)
