"""A page of video frames with the tracked points on them: what a person looks at first."""

from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.atomic import atomic_binary
from core.contact_sheet import telling_frames
from core.errors import TrackError
from core.face import IBUG68, mouth_opening
from core.monitor import Monitor
from core.tracks import FaceTrack, gaps
from models.video import Video

CELLS, COLUMNS = 12, 4
SIDE, LABEL = 320, 24  # pixels of a cell
ROOM = 1.25  # sides of a cell to sides of the face
FOUND, FILLED, PAPER, INK = "#39d98a", "#ffb020", "#fbfaf8", "#333a40"
LINES = (
    range(0, 17), range(17, 22), range(22, 27), range(27, 31), range(31, 36),
    (*range(36, 42), 36), (*range(42, 48), 42), (*range(48, 60), 48), (*range(60, 68), 60),
)  # fmt: skip


def write_sheet(track: FaceTrack, video: Path, path: Path, monitor: Monitor) -> None:
    """A PNG of open and closed mouths through the video, and of gaps; filled points are orange.

    `track` has the video's own frames. Raises TrackError for what is not a video, and
    ExportError where the file cannot be written.
    """
    chosen = telling(track)
    cells: dict[int, Image.Image] = {}
    square = _square(track)
    with Video(video) as reader, closing(reader.pictures()) as pictures:
        for frame, picture in enumerate(pictures):
            monitor.step("drawing the sheet", min(frame, chosen[-1]), chosen[-1] or 1)
            if frame in chosen:
                cells[frame] = _cell(track, frame, picture.pixels, square)
            if frame >= chosen[-1]:
                break
    if len(cells) != len(chosen):
        raise TrackError("the video has fewer frames than the track; name the one it was made of")
    rows = -(-len(cells) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * SIDE, rows * (SIDE + LABEL)), PAPER)
    for place, cell in enumerate(cells.values()):
        sheet.paste(cell, (place % COLUMNS * SIDE, place // COLUMNS * (SIDE + LABEL)))
    with atomic_binary(path) as stream:
        sheet.save(stream, "PNG")


def telling(track: FaceTrack) -> list[int]:
    """Frames worth a look: open and closed mouths, and the middles of the first gaps."""
    stretches = gaps(track)
    empty = [(a + b) // 2 for a, b in (*stretches.filled[:2], *stretches.left[:2])]
    found = np.flatnonzero(track.detected)
    openings = mouth_opening(track.points[found][:, list(IBUG68), :2])
    return sorted({*empty, *found[telling_frames(openings, CELLS - len(empty))].tolist()})[:CELLS]


def _square(track: FaceTrack) -> tuple[float, float, float]:
    """Left, top and side, in pixels, of what of the picture is shown: wherever the face goes."""
    faces = track.points[track.detected][:, :, :2].reshape(-1, 2)
    low, high = np.percentile(faces, [0.5, 99.5], axis=0)
    side = ROOM * float((high - low).max())
    left, top = (low + high - side) / 2
    return float(left), float(top), max(side, 1.0)


def _cell(
    track: FaceTrack, frame: int, pixels: NDArray[np.uint8], square: tuple[float, float, float]
) -> Image.Image:
    left, top, side = square
    scale = SIDE / side
    cell = Image.new("RGB", (SIDE, SIDE + LABEL), PAPER)
    shown = Image.fromarray(pixels).transform(
        (SIDE, SIDE), Image.Transform.AFFINE, (1 / scale, 0, left, 0, 1 / scale, top),
        Image.Resampling.BICUBIC,
    )  # fmt: skip
    cell.paste(shown, (0, 0))
    draw = ImageDraw.Draw(cell)
    label = f"{track.times[frame]:.2f} s"
    if track.detected[frame]:
        colour = FILLED if track.filled[frame] else FOUND
        label += "   interpolated" if track.filled[frame] else ""
        points = [(x, y) for x, y in ((track.points[frame, :, :2] - (left, top)) * scale).tolist()]
        for line in LINES:
            for first, second in pairwise(line):
                draw.line([points[first], points[second]], fill=colour, width=1)
        for x, y in points:
            draw.ellipse([x - 1.5, y - 1.5, x + 1.5, y + 1.5], fill=colour)
    else:
        label += "   no face"
    font = ImageFont.load_default(14)
    draw.rectangle([0, SIDE, SIDE, SIDE + LABEL], fill=PAPER)
    draw.text((SIDE / 2, SIDE + LABEL / 2), label, fill=INK, font=font, anchor="mm")
    return cell
