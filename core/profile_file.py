"""Speaker profiles on disk: small JSON of schema "visemo-speaker/1"."""

import math
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.atomic import atomic_binary
from core.errors import ExportError, ProfileError
from core.normalisation import BandStatistics
from core.speaker_profile import FeatureStatistics, SpeakerProfile

SCHEMA = "visemo-speaker/1"
SUFFIX = ".speaker.json"
MOST_BYTES = 4 << 20
MOST_FEATURES = 20_000  # of one set
MOST_SOUNDS = 50_000

_Numbers = Annotated[list[float], msgspec.Meta(max_length=MOST_FEATURES)]
_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
_Count = Annotated[float, msgspec.Meta(ge=0)]


class _Statistics(msgspec.Struct, forbid_unknown_fields=True):
    mean: _Numbers
    std: _Numbers
    count: _Count

    def arrays(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Raises ValueError for what cannot be statistics."""
        with np.errstate(over="ignore"):
            mean, std = (np.array(row, np.float64).astype(np.float32)
                         for row in (self.mean, self.std))  # fmt: skip
        if len(mean) != len(std):
            raise ValueError(f"{len(mean)} means but {len(std)} deviations")
        if not (np.isfinite(mean).all() and np.isfinite(std).all() and (std >= 0).all()):
            raise ValueError("numbers that are not finite, or deviations below 0")
        if not math.isfinite(self.count):
            raise ValueError("a count that is not finite")
        return mean, std


class _File(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    name: Annotated[str, msgspec.Meta(max_length=1_000)]
    bands: _Statistics  # count: frames of speech
    sets: dict[str, _Statistics]  # count: utterances
    sounds: Annotated[list[_Sha256], msgspec.Meta(max_length=MOST_SOUNDS)]


def write_profile(path: Path, profile: SpeakerProfile) -> None:
    """Write a profile whole. Raises ProfileError where it cannot be written."""
    bands = profile.bands
    sets = {
        key: _Statistics(s.mean.tolist(), s.std.tolist(), float(s.count))
        for key, s in profile.sets.items()
    }
    own = _Statistics(bands.mean.tolist(), bands.std.tolist(), bands.frames)
    data = msgspec.json.encode(_File(SCHEMA, profile.name, own, sets, sorted(profile.sounds)))
    try:
        with atomic_binary(path) as stream:
            stream.write(data + b"\n")
    except ExportError as problem:
        raise ProfileError(str(problem)) from problem


def read_profile(path: Path) -> SpeakerProfile:
    """Read a profile. Raises ProfileError, naming the file, for anything that is not a whole one.

    Sets of features that this version does not know are kept, for the one that does.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:
        raise ProfileError(f"'{path}' cannot be read as a speaker profile: {problem}.") from problem
    if len(data) > MOST_BYTES:
        raise ProfileError(
            f"'{path}' is larger than the {MOST_BYTES >> 20} MB a speaker profile can have."
        )
    try:
        file = msgspec.json.decode(data, type=_File)
        if file.schema != SCHEMA:
            raise ValueError(f"schema '{file.schema}'")
        bands = BandStatistics(*file.bands.arrays(), file.bands.count)
        sets = {key: FeatureStatistics(*s.arrays(), round(s.count)) for key, s in file.sets.items()}
    except (msgspec.DecodeError, ValueError, RecursionError) as problem:
        raise ProfileError(
            f"'{path}' is no speaker profile of this version, or damaged ({problem}); "
            f"expected JSON of schema '{SCHEMA}', as `visemo animate --profile` writes it."
        ) from problem
    return SpeakerProfile(file.name, bands, sets, frozenset(file.sounds))
