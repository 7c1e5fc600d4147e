"""Recorded tracks as hidden references: landmarks from a file on the study's own face.

Read are this program's JSON ("visemo-landmarks/1") and CSV in OpenFace's columns, with
36 points in face units or all 68 in any. A recording is shown as far as the shape
model goes: its 18 parameters hold what the animated faces can hold too, so that a
reference differs in its motion, not in its drawing.
"""

import csv
import io
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.animation import Animation
from core.errors import RatingError
from core.export.landmark_json import SCHEMA
from core.face import IBUG68, POINTS, mouth_opening
from core.head_pose import RIGID68
from core.project import AS_HEARD
from core.shape_model import ShapeTrack, fit_similarity

MOST_BYTES = 64 << 20
MOST_FRAMES = 100_000
_ALL = 68
_FACE_UNITS = 10.0  # no face in units of its eyes' distance is as large
_LENGTHS_APART = 0.5  # seconds between the ends of a track and of its sound
_SAME = 1e-3  # face units: how exactly an export holds a still point
_CLOSED = 10  # per cent of the frames, with the mouth most closed, are at rest

Array = NDArray[np.float64]
_Point = tuple[float, float]


class _Frame(msgspec.Struct):
    t: float
    xy: Annotated[list[_Point], msgspec.Meta(min_length=POINTS, max_length=POINTS)]


class _Document(msgspec.Struct):
    schema: str
    frames: Annotated[list[_Frame], msgspec.Meta(min_length=1, max_length=MOST_FRAMES)]


@dataclass(frozen=True, slots=True)
class Recording:
    """Landmarks as in their file: times (n,) in seconds, points (n, 36 or 68, 2)."""

    times: Array
    points: Array


def reference_animation(path: Path, like: Animation) -> Animation:
    """The recorded track in `path` as an animation of the sound of `like`, on its face, at 100 Hz.

    Raises RatingError where the file holds no track or one of another length.
    """
    name = path.name
    recording = read_recording(path)
    step = float(np.median(np.diff(recording.times))) if len(recording.times) > 1 else 0.0
    end = float(recording.times[-1]) + step / 2
    if abs(end - like.duration) > _LENGTHS_APART:
        raise RatingError(
            f"The track '{name}' ends at {end:.2f} s and its sound, '{like.source.file}', at "
            f"{like.duration:.2f} s; expected the track of this very recording."
        )
    model = like.shape_model
    points = recording.points
    if points.shape[1] == _ALL:
        points = _on_face(points, np.asarray(model.head, np.float64))
    elif np.abs(points).max() > _FACE_UNITS:
        raise RatingError(
            f"The track '{name}' has 36 points in pixels, which nothing brings onto the face; "
            "expected all 68 points, or units of the distance between the eyes."
        )
    parameters = model.parameters(points)
    times = like.timeline.times()
    resampled = np.column_stack([np.interp(times, recording.times, p) for p in parameters.T])
    return replace(
        like,
        shape=ShapeTrack(like.timeline, resampled.astype(np.float32)),
        models=(),
        settings=AS_HEARD,
    )


def read_recording(path: Path) -> Recording:
    """The landmarks in a file. Raises RatingError for anything that is no track."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:
        raise RatingError(f"The track '{path.name}' cannot be read: {problem}.") from problem
    if len(data) > MOST_BYTES:
        raise RatingError(f"The track '{path.name}' is larger than {MOST_BYTES >> 20} MB.")
    try:
        read = _from_json if data.lstrip()[:1] == b"{" else _from_csv
        recording = read(data)
        _check(recording)
    except (ValueError, msgspec.MsgspecError, csv.Error, RecursionError) as problem:
        raise RatingError(
            f"'{path.name}' is no track of landmarks ({problem}); expected {SCHEMA} JSON or CSV "
            "with the columns timestamp, x_0 to x_35 or x_67, and y likewise."
        ) from problem
    return recording


def _from_json(data: bytes) -> Recording:
    document = msgspec.json.decode(data, type=_Document)
    if document.schema != SCHEMA:
        raise ValueError(f"its schema is '{document.schema[:100]}'")
    frames = document.frames
    return Recording(np.array([f.t for f in frames]), np.array([f.xy for f in frames], np.float64))


def _from_csv(data: bytes) -> Recording:
    """OpenFace writes a space after each comma. Frames without a face are left out."""
    text = data.decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    head = [cell.strip() for cell in next(rows, [])]
    place = {name: index for index, name in enumerate(head)}
    count = _ALL if f"x_{POINTS}" in place else POINTS
    names = ["timestamp", *(f"{axis}_{point}" for axis in "xy" for point in range(count))]
    missing = [name for name in names if name not in place]
    if missing:
        raise ValueError(f"it has no column {missing[0]}")
    chosen = [place[name] for name in names]
    wanted = [
        (place[key], value) for key, value in (("success", 1), ("face_id", 0)) if key in place
    ]
    values = []
    for cells in rows:
        if not cells:
            continue
        if len(cells) != len(head):
            raise ValueError(f"line {rows.line_num} has {len(cells)} cells, not {len(head)}")
        if all(float(cells[column]) == value for column, value in wanted):
            values.append([float(cells[column]) for column in chosen])
        if len(values) > MOST_FRAMES:
            raise ValueError(f"it has more than {MOST_FRAMES} frames")
    if not values:
        raise ValueError("it has no frame with a face")
    table = np.array(values)
    points = table[:, 1:].reshape(len(table), 2, count).swapaxes(1, 2)
    return Recording(table[:, 0], points)


def _check(recording: Recording) -> None:
    if not (np.isfinite(recording.times).all() and np.isfinite(recording.points).all()):
        raise ValueError("it holds numbers that are not finite")
    if np.abs(recording.points).max() > 1e6 or np.abs(recording.times).max() > 1e6:
        raise ValueError("it holds numbers beyond a million")
    if recording.times[0] < 0 or any(b <= a for a, b in pairwise(recording.times.tolist())):
        raise ValueError("its times do not grow from 0 on")


def _on_face(points: Array, head: Array) -> Array:
    """All 68 points of any person (n, 68, 2), in any units, as the face's lower 36 (n, 36, 2).

    Nose and corners of the eyes are brought onto the head's in each frame, which takes
    its movement, tilt and size out; then what moves from the person's rest is put on
    the face's rest. How far the head turns or nods is not taken out.
    """
    lower = list(IBUG68)
    still = [point for point in range(_ALL) if point not in IBUG68]
    if np.abs(points[:, still] - head[still]).max() < _SAME:  # this face already
        own: Array = points[:, lower]
        return own
    rigid = list(RIGID68)
    sizes = points[:, rigid].std(axis=1).max(axis=1)
    if sizes.min() < 1e-6:
        raise RatingError("A track has frames in which all points are one; expected a face.")
    posed = np.stack([fit_similarity(face[rigid], head[rigid]).apply(face) for face in points])
    moving = posed[:, lower]
    opening = mouth_opening(moving)
    closed = opening <= np.percentile(opening, _CLOSED)
    result: Array = moving - moving[closed].mean(axis=0) + head[lower]
    return result
