"""Face tracks: 68 points per frame of a video. A new format is a file here and a line in a table.

`TRACK_READERS` are asked in their order; `TRACK_WRITERS` are by name.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import TrackError
from core.tracks.dlib68 import DLIB_ARRAY, DLIB_FOLDER, DLIB_TABLE
from core.tracks.face_track import FaceTrack, Gaps, TrackFacts, fill_gaps, gaps
from core.tracks.lower_face import lower_face, speaker_reference
from core.tracks.openface import OPENFACE, write_openface
from core.tracks.reader import ASSUMED_FPS, TRACK_SUFFIX, TrackReader, TrackSource
from core.tracks.resampling import at_rate, seen
from core.tracks.track_npz import TRACK_ARCHIVE, TRACK_NPZ, write_npz

if TYPE_CHECKING:  # corpora look at the tracks that they name
    from core.corpora.utterance import Utterance

__all__ = [
    "ASSUMED_FPS",
    "TRACK_READERS",
    "TRACK_SUFFIX",
    "TRACK_WRITERS",
    "FaceTrack",
    "Gaps",
    "TrackFacts",
    "at_rate",
    "fill_gaps",
    "gaps",
    "is_track",
    "lower_face",
    "read_track",
    "seen",
    "speaker_reference",
    "track_of",
]

TRACK_READERS: dict[str, TrackReader] = {
    "npz": TRACK_NPZ,
    "archive": TRACK_ARCHIVE,
    "openface": OPENFACE,
    "csv": DLIB_TABLE,
    "pts": DLIB_FOLDER,
    "array": DLIB_ARRAY,
}

TRACK_WRITERS: dict[str, Callable[[FaceTrack, Path], None]] = {
    "npz": write_npz,
    "csv": write_openface,
}


def is_track(path: Path) -> bool:
    """Whether a reader takes the file or folder for a track."""
    return any(reader.recognises(path) for reader in TRACK_READERS.values())


def read_track(path: Path, name: str = "", fps: float = ASSUMED_FPS) -> FaceTrack:
    """The track in a file or folder, whatever its format.

    `name` is the recording's in a file that holds several; `fps` is that of a track
    that does not say it. Raises TrackError with what would be right.
    """
    if not path.exists():
        raise TrackError(f"'{path}' is not there")
    for reader in TRACK_READERS.values():
        if reader.recognises(path):
            return reader.read(TrackSource(path, name, fps))
    known = "; ".join(reader.description for reader in TRACK_READERS.values())
    raise TrackError(f"'{path}' is not a face track; expected one of: {known}")


def track_of(utterance: "Utterance") -> FaceTrack:
    """The track of a corpus's utterance, by the name of its sound where a file holds several.

    Raises TrackError where it has none.
    """
    if utterance.landmarks is None:
        raise TrackError(
            f"'{utterance.audio}' has no face track; make one of its video with `visemo track`"
        )
    return read_track(utterance.landmarks, utterance.audio.stem)
