"""A page of faces from a landmark file: what a person looks at before trusting the numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.errors import ExportError
from core.face import INNER_LIPS, JAW, NOSE, OUTER_LIPS, POINTS, mouth_opening

SCHEMA = "visemo-landmarks/1"
WIDTH, HEIGHT, LABEL = 240, 160, 34  # pixels of a cell
COLUMNS = 4
LEFT, TOP, EXTENT = -1.25, -0.2, 2.5  # the stretch of face space across a cell
PAPER, INK, LIP, MOUTH = "#fbfaf8", "#333a40", "#c8696b", "#4a1519"


def read_landmarks(path: Path) -> dict[str, Any]:
    """A file written by `visemo animate --format json`; raises ExportError when it is not one."""
    try:
        document = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise ExportError(f"{path} cannot be read as landmarks: {error}") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ExportError(f"{path} is not a landmark file; expected JSON of schema {SCHEMA}")
    if not document["frames"]:
        raise ExportError(f"{path} has no frames")
    return document


def telling_moments(document: dict[str, Any], count: int) -> list[int]:
    """Frames (from 0) worth a look, by `telling_frames`."""
    openings = np.array([mouth_opening(_points(frame)) for frame in document["frames"]])
    return telling_frames(openings, count)


def telling_frames(openings: NDArray[np.floating], count: int) -> list[int]:
    """A closed and an open mouth in each of count / 2 stretches of mouth openings (frames,)."""
    stretches = np.array_split(np.arange(len(openings)), max(1, count // 2))
    chosen = [
        int(frames[pick(openings[frames])])
        for frames in stretches
        if len(frames)
        for pick in (np.argmin, np.argmax)
    ]
    return sorted(set(chosen))


def _points(frame: dict[str, Any]) -> NDArray[np.float64]:
    return np.asarray(frame["xy"], dtype=np.float64).reshape(POINTS, 2)


def contact_sheet(document: dict[str, Any], frames: Sequence[int]) -> str:
    """An SVG of the given frames (from 0), each with its time and its leading emotion."""
    rows = -(-len(frames) // COLUMNS)
    width, height = COLUMNS * WIDTH, rows * (HEIGHT + LABEL)
    cells = "\n".join(
        _cell(
            document["frames"][frame], place % COLUMNS * WIDTH, place // COLUMNS * (HEIGHT + LABEL)
        )
        for place, frame in enumerate(frames)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>\n{cells}\n</svg>\n'
    )


def _cell(frame: dict[str, Any], x: int, y: int) -> str:
    points = (_points(frame) - (LEFT, TOP)) * (WIDTH / EXTENT)

    def path(indices: Sequence[int], closed: bool) -> str:
        corners = " L".join(f"{points[i, 0]:.1f} {points[i, 1]:.1f}" for i in indices)
        return f"M{corners}{' Z' if closed else ''}"

    label = f"{frame['t']:.2f} s   {frame['top2'][0]} {100 * frame['w'][0]:.0f} %"
    line = f'fill="none" stroke="{INK}" stroke-width="2.5" stroke-linejoin="round"'
    return (
        f'<g transform="translate({x} {y})">'
        f'<path d="{path(JAW, False)}" {line}/><path d="{path(NOSE, False)}" {line}/>'
        f'<path d="{path(OUTER_LIPS, True)}" fill="{LIP}" stroke="{LIP}" stroke-width="1.5"/>'
        f'<path d="{path(INNER_LIPS, True)}" fill="{MOUTH}" stroke="{MOUTH}" stroke-width="1"/>'
        f'<text x="{WIDTH / 2}" y="{HEIGHT + 16}" text-anchor="middle" fill="{INK}" '
        f'font-family="sans-serif" font-size="15">{escape(label)}</text></g>'
    )
