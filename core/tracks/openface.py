"""OpenFace 2.x CSV (Baltrusaitis et al. 2018), as its FeatureExtraction writes it.

Columns are found by name: `x_0` ... `x_67`, `y_0` ... in pixels; `X_0` ... `Z_67`, if there,
in millimetres before the camera; `timestamp` in seconds, 0 for the first picture;
`success`; `confidence`; `frame`; `face_id`.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.atomic import atomic_text
from core.errors import TrackError
from core.export.text import TIME_DECIMALS, number, rounded
from core.face import POINTS
from core.tracks.face_track import POINTS68, FaceTrack, TrackFacts
from core.tracks.reader import TrackReader, TrackSource, first_line

PIXEL_DECIMALS = 3
_TRACKER = "OpenFace"
_FACTS = ("frame", "face_id", "timestamp", "confidence", "success")
_XY = [f"{axis}_{point}" for axis in "xy" for point in range(POINTS68)]
_XYZ = [f"{axis}_{point}" for axis in "XYZ" for point in range(POINTS68)]


def _columns(path: Path) -> list[str]:
    return [name.strip() for name in first_line(path).split(",")]


def _recognises(path: Path) -> bool:
    return path.is_file() and "x_0" in _columns(path)


def read_columns(
    path: Path, header: Sequence[str], names: Sequence[str], rows_before: int = 1
) -> NDArray[np.float64]:
    """The named columns (T, len(names)) of a table of numbers; empty cells become NaN.

    Raises TrackError with the line that cannot be read.
    """
    places = [header.index(name) for name in names]
    rows: list[list[float]] = []
    try:
        with path.open(encoding="utf-8-sig") as file:
            for line, text in enumerate(file, start=1):
                if line <= rows_before or not text.strip():
                    continue
                cells = text.split(",")
                if len(cells) != len(header):
                    raise TrackError(
                        f"'{path}', line {line}: {len(cells)} cells, expected {len(header)}; "
                        "the file may be cut off"
                    )
                rows.append([float(cells[place].strip() or "nan") for place in places])
    except (OSError, UnicodeDecodeError) as problem:
        raise TrackError(f"'{path}' cannot be read: {problem}") from problem
    except ValueError as problem:
        raise TrackError(f"'{path}', line {line}: {problem}; expected a number") from problem
    if not rows:
        raise TrackError(f"'{path}' has no frames below its first line")
    return np.array(rows)


def _check_points(path: Path, header: Sequence[str]) -> None:
    """Raises TrackError unless the header has all 68 points."""
    if f"x_{POINTS - 1}" in header and f"x_{POINTS}" not in header:
        raise TrackError(
            f"'{path}' has the 36 points that `visemo animate` writes; a track needs all 68 "
            "(x_0 ... x_67), as `visemo track` and OpenFace write them"
        )
    missing = [name for name in _XY if name not in header]
    if missing:
        raise TrackError(
            f"'{path}' lacks {len(missing)} of the 136 columns of points, such as {missing[0]}; "
            "expected x_0 ... x_67 and y_0 ... y_67"
        )


def _read(request: TrackSource) -> FaceTrack:
    path, header = request.path, _columns(request.path)
    _check_points(path, header)
    facts = [name for name in _FACTS if name in header]
    deep = all(name in header for name in _XYZ)
    table = read_columns(path, header, [*facts, *_XY, *(_XYZ if deep else [])])
    if "face_id" in facts:
        success = table[:, facts.index("success")] if "success" in facts else None
        table = table[_main_face(table[:, facts.index("face_id")], success)]
    fact = dict(zip(facts, table.T, strict=False))
    count, first = len(table), len(facts)
    points = table[:, first : first + 136].reshape(count, 2, 68).swapaxes(1, 2)
    if deep:
        space = table[:, first + 136 :].reshape(count, 3, 68).swapaxes(1, 2)
        points = np.concatenate([points, _depth(points, space)], axis=2)
    detected = fact["success"] > 0.5 if "success" in fact else np.isfinite(points).all((1, 2))
    # `visemo track` writes what it interpolated as a success of no confidence.
    filled = detected & (fact["confidence"] == 0 if "confidence" in fact else np.zeros(count, bool))
    starts = fact["timestamp"] if "timestamp" in fact else np.arange(count) / request.fps
    try:
        return FaceTrack.starting(
            starts, request.fps, points, np.asarray(detected), np.asarray(filled),
            TrackFacts(path.name, _TRACKER),
        )  # fmt: skip
    except TrackError as problem:
        raise TrackError(f"'{path}': {problem}") from problem


def _main_face(
    faces: NDArray[np.float64], success: NDArray[np.float64] | None
) -> NDArray[np.bool_]:
    """The rows of the face that is seen most often, where there are several."""
    weights = np.ones(len(faces)) if success is None else success
    known, places = np.unique(faces, return_inverse=True)
    result: NDArray[np.bool_] = faces == known[np.bincount(places, weights).argmax()]
    return result


def _depth(points: NDArray[np.float64], space: NDArray[np.float64]) -> NDArray[np.float64]:
    """Depth in pixels (T, 68, 1): millimetres, at the scale at which the picture shows the face."""
    flat = (points - points.mean(axis=1, keepdims=True)).reshape(len(points), -1)
    real = space - space.mean(axis=1, keepdims=True)
    across = real[:, :, :2].reshape(len(points), -1)
    squares = (across**2).sum(axis=1)
    scale = (flat * across).sum(axis=1) / np.where(squares > 0, squares, 1)
    result: NDArray[np.float64] = real[:, :, 2:] * scale[:, None, None]
    return result


OPENFACE = TrackReader("OpenFace CSV", _recognises, _read)


def write_openface(track: FaceTrack, path: Path) -> None:
    """The track as OpenFace's columns; what was interpolated has a confidence of 0.

    Depth is left out: OpenFace's is in millimetres, which a picture alone does not tell.
    Raises ExportError where the file cannot be written.
    """
    count = len(track.points)
    shown = np.where(track.detected[:, None, None], track.points[:, :, :2], 0)
    flat = rounded(shown.swapaxes(1, 2).reshape(count, -1), PIXEL_DECIMALS)
    starts = rounded(track.times - 0.5 / track.fps, TIME_DECIMALS)
    found = track.detected & ~track.filled
    row = ",".join(["%d,0", number(TIME_DECIMALS), "%d,%d", *[number(PIXEL_DECIMALS)] * 136]) + "\n"
    with atomic_text(path) as file:
        file.write(
            ",".join(["frame", "face_id", "timestamp", "confidence", "success", *_XY]) + "\n"
        )
        rows = zip(starts.tolist(), found.tolist(), track.detected.tolist(), flat, strict=True)
        for frame, (start, sure, there, points) in enumerate(rows, start=1):
            file.write(row % (frame, start, sure, there, *points.tolist()))
