"""Landmark CSV in OpenFace column order, with a sidecar `NAME.meta.json` that explains it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.animation import Animation, Frames
from core.atomic import atomic_text
from core.emotion import EMOTIONS
from core.export.exporter import (
    ALL_POINTS,
    Exporter,
    ExportSettings,
    runs,
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
from core.monitor import Monitor

SIDECAR_SCHEMA = "visemo-landmark-csv/1"
SIDECAR_SUFFIX = ".meta.json"


def _columns(settings: ExportSettings) -> list[str]:
    columns = ["frame", "face_id", "timestamp", "confidence", "success"]
    columns += [f"{axis}_{point}" for axis in "xy" for point in range(settings.points)]
    if settings.emotions:
        columns += [*(f"p_{emotion}" for emotion in EMOTIONS), "top1", "top2", "w_top1"]
    return columns


def _row_format(settings: ExportSettings) -> str:
    share = number(SHARE_DECIMALS)
    cells = ["%d", "0", number(TIME_DECIMALS), share, "1"]
    cells += [number(POINT_DECIMALS)] * (2 * settings.points)
    if settings.emotions:
        cells += [*[share] * len(EMOTIONS), "%s", "%s", share]
    return ",".join(cells) + "\n"


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
    values = np.column_stack((frames.times, shares.max(axis=1), _points(frames, head, settings)))
    rows = zip(
        values.tolist(), shares.tolist(), leaders.tolist(), weights[:, 0].tolist(), strict=True
    )
    for frame, (row, p, (first, second), weight) in enumerate(rows, start=frames.first + 1):
        emotions = (*p, EMOTIONS[first], EMOTIONS[second], weight) if settings.emotions else ()
        yield row_format % (frame, *row, *emotions)


def _sidecar(animation: Animation, settings: ExportSettings) -> dict[str, object]:
    """The columns' meaning. With 68 points the edges count as the columns do, by iBUG index."""
    content = document(SIDECAR_SCHEMA, animation, settings)
    still = [point for point in range(ALL_POINTS) if point not in IBUG68]
    if settings.points == ALL_POINTS:
        content["edges"] = [[IBUG68[a], IBUG68[b]] for a, b in EDGES]
    content["columns"] = {
        "points": settings.points,
        "numbering": "id" if settings.points == POINTS else "ibug68",
        "still": still if settings.points == ALL_POINTS else [],
        "names": _columns(settings),
    }
    return content


def _write(
    animation: Animation, path: Path, settings: ExportSettings, monitor: Monitor
) -> list[Path]:
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
