"""Animated GIF: one palette for all frames, so that nothing flickers, and exact timing.

Delays are whole centiseconds, so rounding is spread: each frame begins at the
centisecond nearest to its time. Written frame by frame, in bounded memory.
"""

import json
import math
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from app.pictures.frames import Picture, description, drawer, pictures
from app.pictures.palette import Palette
from app.pictures.settings import PictureSettings
from core.animation import Animation, points_at
from core.atomic import atomic_binary
from core.export import ExportSettings
from core.export.exporter import target_frames
from core.monitor import Monitor

STAGE = "writing gif"
MOST_FPS = 50.0  # browsers show shorter delays than 2 centiseconds as 10
_SAMPLES = 12  # frames that the palette is made from
_PIXELS = 8_000_000  # of them all, at most
_KEEP = 1  # disposal: the next frame is laid over this one
Indices = NDArray[np.uint8]  # (height, width), into the palette


def write(
    animation: Animation,
    path: Path,
    settings: ExportSettings,
    monitor: Monitor,
    picture: PictureSettings,
) -> list[Path]:
    """Write `path`. More than 50 frames a second become 50, which the monitor is told."""
    if settings.fps > MOST_FPS:
        monitor.notice(
            f"A GIF shows at most {MOST_FPS:g} frames a second, so it has {MOST_FPS:g}, "
            f"not {settings.fps:g}."
        )
        settings = replace(settings, fps=MOST_FPS)
    picture = replace(picture, transparent=False)
    palette = _palette(animation, settings, picture, monitor)
    about = json.dumps(description(animation, settings, picture), separators=(",", ":"))
    frames = pictures(animation, settings, picture, monitor, STAGE)
    with atomic_binary(path) as stream:
        stream.write(_header(picture.size, palette, about.encode("ascii")))
        for delay, change in _timed(_changes(frames, palette), settings.fps):
            _write_frame(stream, change, delay)
        stream.write(b";")
    return [path]


def _palette(
    animation: Animation, settings: ExportSettings, picture: PictureSettings, monitor: Monitor
) -> Palette:
    """The colours that serve frames from all over the range best."""
    wanted = target_frames(animation, settings)
    draw = drawer(animation, picture)
    rows = np.linspace(wanted.start, wanted.stop - 1, min(_SAMPLES, len(wanted))).round()
    pixels = len(rows) * picture.size[0] * picture.size[1]
    nth = math.ceil(math.sqrt(pixels / _PIXELS))  # in both directions
    samples = []
    for points in points_at(animation, (rows + 0.5) / settings.fps):
        monitor.step(STAGE, 0, len(wanted))
        samples.append(draw(points)[::nth, ::nth].copy())
    return Palette(samples)


Change = tuple[int, int, Indices]  # left, top, and the pixels that are new


def _changes(frames: Iterator[Picture], palette: Palette) -> Iterator[Change]:
    """The part of each frame that is not as before; at least a pixel, to hang its time on."""
    before: Indices | None = None
    for frame in frames:
        now = palette.indices(frame)
        changed = np.ones_like(now, np.bool_) if before is None else now != before
        rows, columns = (np.flatnonzero(changed.any(axis=axis)) for axis in (1, 0))
        top, bottom = (rows[0], rows[-1] + 1) if len(rows) else (0, 1)
        left, right = (columns[0], columns[-1] + 1) if len(columns) else (0, 1)
        yield int(left), int(top), now[top:bottom, left:right]
        before = now


def _timed(changes: Iterator[Change], fps: float) -> Iterator[tuple[int, Change]]:
    """Each change with its delay in centiseconds; the sums are those of exact delays, rounded."""
    for index, change in enumerate(changes):
        yield round(100 * (index + 1) / fps) - round(100 * index / fps), change


def _header(size: tuple[int, int], palette: Palette, comment: bytes) -> bytes:
    """The file's beginning: size, the palette, "for ever", and a comment."""
    screen = struct.pack("<6sHHBBB", b"GIF89a", *size, 0b1111_0111, 0, 0)
    loop = b"!\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00"
    blocks = (comment[first : first + 255] for first in range(0, len(comment), 255))
    text = b"!\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"
    return screen + palette.bytes() + loop + text


def _write_frame(stream: BinaryIO, change: Change, delay: int) -> None:
    left, top, indices = change
    image = Image.fromarray(np.ascontiguousarray(indices))
    for block in GifImagePlugin.getdata(image, (left, top), duration=10 * delay, disposal=_KEEP):
        stream.write(block)
