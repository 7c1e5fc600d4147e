"""Landmark CSV in OpenFace column order, with a sidecar `NAME.meta.json` that explains it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.affect import DIMENSIONS
from core.animation import Animation, Frames
from core.atomic import atomic_text
from core.emotion import EMOTIONS
from core.errors import ExportError
from core.export.exporter import (
    ALL_POINTS,
    COLUMNS,
    Exporter,
    ExportSettings,
    runs,
    target_frames,
    top_two,
)
from core.export.metadata import as_json, document
from core.export.text import (
    POINT_DECIMALS,
    SHARE_DECIMALS,
    TIME_DECIMALS,
    number,
    rounded,
)
from core.face import EDGES, IBUG68, POINTS
from core.monitor import SILENT, Monitor

SIDECAR_SCHEMA = "visemo-landmark-csv/1"
SIDECAR_SUFFIX = ".meta.json"


def _with_what_is_there(animation: Animation, settings: ExportSettings) -> ExportSettings:
    """Without columns of what was not heard. Raises ExportError where none are left."""
    there = tuple(name for name in COLUMNS if name != "affect" or animation.affect is not None)
    columns = tuple(name for name in there if name in settings.columns)
    if not columns:
        raise ExportError(
            "Nothing was written: the weights in use do not hear valence and arousal; "
            f"choose other columns ({', '.join(there)})."
        )
    return replace(settings, columns=columns)


def _columns(settings: ExportSettings) -> list[str]:
    groups = {
        "points": [f"{axis}_{point}" for axis in "xy" for point in range(settings.points)],
        "probabilities": [f"p_{emotion}" for emotion in EMOTIONS],
        "top2": ["top1", "top2", "w_top1"],
        "affect": list(DIMENSIONS),
    }
    chosen = (column for name in groups if name in settings.columns for column in groups[name])
    return ["frame", "face_id", "timestamp", "confidence", "success", *chosen]


def _row_format(settings: ExportSettings) -> str:
    share = number(SHARE_DECIMALS)
    groups = {
        "points": [number(POINT_DECIMALS)] * (2 * settings.points),
        "probabilities": [share] * len(EMOTIONS),
        "top2": ["%s", "%s", share],
        "affect": [share] * len(DIMENSIONS),
    }
    chosen = (cell for name in groups if name in settings.columns for cell in groups[name])
    return ",".join(["%d", "0", number(TIME_DECIMALS), share, "1", *chosen]) + "\n"


def _points(
    frames: Frames, head: NDArray[np.float32], settings: ExportSettings
) -> NDArray[np.float64]:
    """All x, then all y, (n, 2 * points); of 68, those that do not move come from `head`."""
    points = frames.points
    if settings.points == ALL_POINTS:
        points = np.repeat(head[None], len(frames.points), axis=0)
        points[:, IBUG68] = frames.points
    return rounded(points.swapaxes(1, 2).reshape(len(points), -1), POINT_DECIMALS)


def _rows(frames: Frames, head: NDArray[np.float32], settings: ExportSettings) -> Iterator[str]:
    """Each frame as one line of the table."""
    row_format = _row_format(settings)
    shares = rounded(frames.probabilities, SHARE_DECIMALS)
    leaders, weights = top_two(frames.mixes)
    numbers = [frames.times, shares.max(axis=1)]
    if "points" in settings.columns:
        numbers.append(_points(frames, head, settings))
    if "probabilities" in settings.columns:
        numbers.append(shares)
    affect: list[list[float]] = [[]] * len(shares)
    if "affect" in settings.columns and frames.affect is not None:
        affect = rounded(frames.affect, SHARE_DECIMALS).tolist()
    rows = zip(
        np.column_stack(numbers).tolist(), leaders.tolist(), weights[:, 0].tolist(), affect,
        strict=True,
    )  # fmt: skip
    with_top2 = "top2" in settings.columns
    for frame, (row, (first, second), weight, last) in enumerate(rows, start=frames.first + 1):
        top2 = (EMOTIONS[first], EMOTIONS[second], weight) if with_top2 else ()
        yield row_format % (frame, *row, *top2, *last)


def preview(
    animation: Animation, settings: ExportSettings, rows: int = 8
) -> tuple[list[str], list[list[str]]]:
    """The header and the first rows of the table, cell by cell as they will be written.

    Only these are computed, so it is quick for a clip of any length. Raises
    ExportError as writing would.
    """
    settings = _with_what_is_there(animation, settings)
    first = target_frames(animation, settings)[:rows]
    shown = replace(settings, span=(first.start / settings.fps, first.stop / settings.fps))
    lines = (
        line.rstrip("\n").split(",")
        for frames in runs(animation, shown, SILENT, "preview")
        for line in _rows(frames, animation.shape_model.head, settings)
    )
    return _columns(settings), list(lines)


def _sidecar(animation: Animation, settings: ExportSettings) -> dict[str, object]:
    """The columns' meaning. With 68 points the edges count as the columns do, by iBUG index."""
    content = document(SIDECAR_SCHEMA, animation, settings)
    whole_head = settings.points == ALL_POINTS
    if whole_head:
        content["edges"] = [[IBUG68[a], IBUG68[b]] for a, b in EDGES]
    content["columns"] = {
        "points": settings.points,
        "numbering": "ibug68" if whole_head else "id",
        "still": [p for p in range(ALL_POINTS) if p not in IBUG68] if whole_head else [],
        "names": _columns(settings),
    }
    return content


def _write(
    animation: Animation, path: Path, settings: ExportSettings, monitor: Monitor
) -> list[Path]:
    settings = _with_what_is_there(animation, settings)
    _, sidecar = LANDMARK_CSV.paths(path)
    content = _sidecar(animation, settings)
    head = animation.shape_model.head
    # Both inside one block: a cancel or a full disk leaves both old files.
    with atomic_text(sidecar) as notes, atomic_text(path) as table:
        notes.write("{" + ",\n".join(f'"{k}":{as_json(v)}' for k, v in content.items()) + "}\n")
        notes.flush()  # a full disk shows here, before the table takes its place
        table.write(",".join(_columns(settings)) + "\n")
        for frames in runs(animation, settings, monitor, "writing csv"):
            table.writelines(_rows(frames, head, settings))
    return [path, sidecar]


LANDMARK_CSV = Exporter(
    ".csv",
    "Landmark CSV (OpenFace columns)",
    _write,
    points=(POINTS, ALL_POINTS),
    sidecars=(SIDECAR_SUFFIX,),
)
