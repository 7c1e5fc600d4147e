"""NumPy archive: the arrays for scripts, loaded with `numpy.load(path)`, no pickle inside.

`xy` (T, 36, 2), `p` (T, 7), `va` (T, 2) where valence and arousal were heard, `t` (T,)
in seconds, `fps`, `names` (36,), and `meta`, the same description as the JSON
format's, as one string of JSON.
"""

import io
import math
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.affect import DIMENSIONS
from core.animation import CHUNK_FRAMES, Animation
from core.atomic import atomic_binary
from core.emotion import EMOTIONS
from core.export.exporter import Exporter, ExportSettings, runs, target_frames
from core.export.metadata import as_json, document
from core.face import NAMES, POINTS
from core.monitor import Monitor
from core.timeline import Timeline

SCHEMA = "visemo-landmark-npz/1"
STAGE = "writing npz"
_UNIX = 3  # the system recorded in the archive, the same wherever it is made


def _add(
    archive: zipfile.ZipFile,
    name: str,
    kind: str,
    shape: tuple[int, ...],
    blocks: Iterable[NDArray[np.generic]],
) -> None:
    """Write one array of known shape from blocks of its rows; `kind` is a dtype with byte order."""
    header = io.BytesIO()
    npy.write_array_header_1_0(header, {"descr": kind, "fortran_order": False, "shape": shape})
    member = zipfile.ZipInfo(f"{name}.npy")  # its time is 1980: the same bytes on every run
    member.create_system = _UNIX
    member.file_size = header.tell() + math.prod(shape) * np.dtype(kind).itemsize
    with archive.open(member, "w") as stream:
        stream.write(header.getvalue())
        for block in blocks:
            stream.write(block.astype(kind).tobytes())


def _add_whole(archive: zipfile.ZipFile, name: str, array: NDArray[np.generic]) -> None:
    little_endian = array.dtype.newbyteorder("<").str
    _add(archive, name, little_endian, array.shape, [array])


def _times(timeline: Timeline, wanted: range) -> Iterator[NDArray[np.float64]]:
    for first in range(wanted.start, wanted.stop, CHUNK_FRAMES):
        yield timeline.times(first, min(first + CHUNK_FRAMES, wanted.stop))


def _write(
    animation: Animation, path: Path, settings: ExportSettings, monitor: Monitor
) -> list[Path]:
    wanted = target_frames(animation, settings)
    timeline, count = Timeline.covering(animation.duration, settings.fps), len(wanted)
    # An archive takes one array after the other, so the frames are gone through
    # once for each rather than held.
    points = (run.points for run in runs(animation, settings, monitor, STAGE, part=(0, 2)))
    shares = (run.probabilities for run in runs(animation, settings, monitor, STAGE, part=(1, 2)))
    affect = animation.affect
    with atomic_binary(path) as stream, zipfile.ZipFile(stream, "w") as archive:
        _add(archive, "xy", "<f4", (count, POINTS, 2), points)
        _add(archive, "p", "<f4", (count, len(EMOTIONS)), shares)
        if affect is not None:
            values = (affect.at(times)[:, :2] for times in _times(timeline, wanted))
            _add(archive, "va", "<f4", (count, len(DIMENSIONS)), values)
        _add(archive, "t", "<f8", (count,), _times(timeline, wanted))
        _add_whole(archive, "fps", np.array(settings.fps, dtype=np.float64))
        _add_whole(archive, "names", np.array(NAMES))
        _add_whole(archive, "meta", np.array(as_json(document(SCHEMA, animation, settings))))
    return [path]


LANDMARK_NPZ = Exporter(".npz", "NumPy arrays", _write)
