"""Our own track file: `NAME.npz`, loaded with `numpy.load(path)`, no pickle inside.

`schema`, `fps`, `points` (T, 68, 2 or 3) float32 in pixels, `detected`, `filled` (T,),
`times` (T,) in seconds, middles of frames, and `facts`, JSON of `TrackFacts`. The
archive of a whole corpus is read as well: `names`, `landmarks` (clips, frames, 68, 3) in
units of `unit` pixels, `detected` (clips, frames), `fps`.
"""

import zipfile
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.atomic import atomic_binary
from core.errors import TrackError
from core.tracks.face_track import FaceTrack, TrackFacts
from core.tracks.reader import ARRAY_FAULTS, TrackReader, TrackSource

SCHEMA = "visemo-track/1"


def _members(path: Path) -> set[str]:
    """Names of the arrays in an archive; empty for what is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name.removesuffix(".npy") for name in archive.namelist()}
    except (OSError, ValueError, zipfile.BadZipFile):
        return set()


def _is_track(path: Path) -> bool:
    return path.suffix.lower() == ".npz" and "schema" in _members(path)


def _read(request: TrackSource) -> FaceTrack:
    path = request.path
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if str(stored["schema"]) != SCHEMA:
                raise TrackError(f"it is of schema '{stored['schema']}'; expected {SCHEMA}")
            facts = msgspec.json.decode(str(stored["facts"]), type=TrackFacts)
            return FaceTrack(
                float(stored["fps"]), stored["points"].astype(np.float32),
                stored["detected"].astype(bool), stored["times"].astype(np.float64),
                stored["filled"].astype(bool), facts,
            )  # fmt: skip
    except TrackError as problem:
        raise TrackError(f"'{path}': {problem}") from problem
    except (*ARRAY_FAULTS, msgspec.MsgspecError) as problem:
        raise TrackError(f"'{path}' is a damaged track file: {problem}") from problem


def write_npz(track: FaceTrack, path: Path) -> None:
    """The track as `_read` reads it. Raises ExportError where the file cannot be written."""
    facts = msgspec.json.encode(track.facts).decode()
    points = np.where(track.detected[:, None, None], track.points, 0).astype(np.float32)
    with atomic_binary(path) as stream:
        np.savez_compressed(
            stream, schema=np.array(SCHEMA), fps=np.array(track.fps), points=points,
            detected=track.detected, filled=track.filled, times=track.times,
            facts=np.array(facts),
        )  # fmt: skip


# --- all recordings of a corpus in one file -------------------------------------------------


def _is_archive(path: Path) -> bool:
    return path.suffix.lower() == ".npz" and {"names", "landmarks", "unit"} <= _members(path)


@lru_cache(maxsize=1)  # a corpus is read clip after clip, and unpacked once
def _archive(path: Path, _changed: int) -> dict[str, NDArray[np.generic]]:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        wanted = ("names", "landmarks", "detected", "unit", "fps")
        return {name: stored[name] for name in wanted}


def _read_clip(request: TrackSource) -> FaceTrack:
    path = request.path
    try:
        stored = _archive(path, path.stat().st_mtime_ns)
        names = [str(name) for name in stored["names"]]
        if request.name not in names:
            raise TrackError(
                f"it holds {len(names)} recordings, such as '{names[0] if names else ''}', "
                f"and none named '{request.name}'"
            )
        index = names.index(request.name)
        points = stored["landmarks"][index].astype(np.float64) * float(stored["unit"])
        detected = stored["detected"][index].astype(bool)
        facts = TrackFacts(request.name)
        return FaceTrack.steady(float(stored["fps"]), points, detected, facts)
    except TrackError as problem:
        raise TrackError(f"'{path}': {problem}") from problem
    except (*ARRAY_FAULTS, IndexError) as problem:
        raise TrackError(f"'{path}' is a damaged archive of tracks: {problem}") from problem


TRACK_NPZ = TrackReader("track of `visemo track`", _is_track, _read)
TRACK_ARCHIVE = TrackReader("archive of a corpus's tracks", _is_archive, _read_clip)
