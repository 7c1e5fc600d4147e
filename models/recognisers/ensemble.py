"""Several recognisers as one: the harmonic mean of their opinions, Milde and Biemann 2015, 2.7.

Which take part and how much each counts is in a small file of settings, learned on speakers
that the members were not trained on. Opinions are joined for each frame, and once more for each
utterance, where a member's is the mean over the utterance's speech.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.animation import ModelId
from core.atomic import atomic_binary
from core.emotion import EMOTIONS, EmotionTrack
from core.errors import CheckpointError
from core.hearing import TITLES, recogniser_file
from core.monitor import Monitor
from models.checkpoint import file_hash
from models.device import Runner
from models.recognisers.recogniser import Recogniser, Speech
from models.spectrum import Values, chunks
from models.voting import LEAST_PROBABILITY

ROLE = "ensemble"
SCHEMA = "visemo-ensemble/1"
LARGEST = 1_000_000  # bytes; ours has some 500

_Weight = Annotated[float, msgspec.Meta(gt=0, le=1_000)]
Load = Callable[[Path, str], Recogniser]


class EnsembleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much each recogniser counts, by name: of clips alone, and where the speaker is known.

    Those that one of the two does not name are not heard there.
    """

    id: str
    alone: dict[str, _Weight]
    known: dict[str, _Weight]
    schema: str = SCHEMA

    def __post_init__(self) -> None:
        if self.schema != SCHEMA:
            raise ValueError(f"its schema is {self.schema!r}, expected {SCHEMA!r}")
        if not self.alone or not self.known:
            raise ValueError("alone and known must each name at least one recogniser")
        unknown = [name for name in self.names if name not in TITLES or name == ROLE]
        if unknown:
            raise ValueError(f"it names {', '.join(unknown)}, which cannot be a member")

    @property
    def names(self) -> tuple[str, ...]:
        """Of all members."""
        return tuple(dict.fromkeys((*self.alone, *self.known)))


def write_settings(folder: Path, settings: EnsembleSettings) -> Path:
    """Write the file that makes an ensemble of a folder's recognisers."""
    path = recogniser_file(folder, ROLE)
    with atomic_binary(path) as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(settings), indent=1) + b"\n")
    return path


def read_settings(path: Path) -> EnsembleSettings:
    """Raises CheckpointError, naming the file, for anything that is not a whole one."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST)
        return msgspec.json.decode(data, type=EnsembleSettings)
    except (OSError, ValueError, RecursionError) as problem:
        raise CheckpointError(f"{path} cannot be read as an ensemble: {problem}") from problem


class Ensemble:
    """See `Recogniser`.

    Members that the folder has no file of are done without, and it says so; a file that is
    damaged is refused. The last one left hears as it does by itself.
    """

    name = ROLE

    def __init__(self, folder: Path, load: Load) -> None:
        """`load` gives a member. Raises CheckpointError."""
        path = recogniser_file(folder, ROLE)
        self.settings = read_settings(path)
        files = {name: recogniser_file(folder, name) for name in self.settings.names}
        there = [name for name, file in files.items() if file.is_file()]
        if not there:
            names = ", ".join(file.name for file in files.values())
            raise CheckpointError(f"{folder} has none of the ensemble's members: {names}")
        self.members = {name: load(folder, name) for name in there}
        self._missing = [file.name for name, file in files.items() if name not in there]
        self._own = ModelId(ROLE, "", self.settings.id, file_hash(path))

    @property
    def models(self) -> tuple[ModelId, ...]:
        """See `Recogniser`."""
        of_members = (model for member in self.members.values() for model in member.models)
        return (self._own, *of_members)

    @property
    def uses_profile(self) -> bool:
        """See `Recogniser`."""
        return any(member.uses_profile for member in self.members.values())

    def hear(self, speech: Speech, runner: Runner, monitor: Monitor) -> EmotionTrack:
        """See `Recogniser`. Within an utterance, votes follow the frames' own opinions."""
        if self._missing:
            monitor.notice(f"the ensemble hears without {', '.join(self._missing)}, not there")
            self._missing = []
        weights = self.settings.alone if speech.profile is None else self.settings.known
        heard = {name: weights[name] for name in self.members if name in weights}
        heard = heard or dict.fromkeys(self.members, 1.0)  # rather than nobody
        tracks = (
            (self.members[name].hear(speech, runner, monitor), weight)
            for name, weight in heard.items()
        )
        if len(heard) == 1:
            return next(tracks)[0]
        return _joined(tracks, speech)


def _joined(tracks: Iterable[tuple[EmotionTrack, float]], speech: Speech) -> EmotionTrack:
    """The tracks of the members, of which one at a time is held, as one."""
    timeline, spans = speech.spectrum.timeline, speech.utterances
    frames = np.zeros((timeline.count, len(EMOTIONS)), np.float32)
    utterances = np.zeros((len(spans), len(EMOTIONS)))
    for track, weight in tracks:
        means = [_mean(track.probabilities, speech.voiced, span) for span in spans]
        utterances += _resistance(np.array(means), weight)
        for first, last in chunks(timeline.count):
            frames[first:last] += _resistance(track.probabilities[first:last], weight)
    opinions = _conductance(utterances)
    votes = np.zeros_like(frames)
    for (first, last), opinion in zip(spans, opinions, strict=True):
        frames[first:last] = _conductance(frames[first:last])
        usual = _mean(frames, speech.voiced, (first, last))
        votes[first:last] = opinion * frames[first:last] / np.maximum(usual, LEAST_PROBABILITY)
    return EmotionTrack(timeline, frames, speech.voiced, votes)


def _mean(rows: Values, voiced: NDArray[np.bool_], span: tuple[int, int]) -> NDArray[np.float64]:
    """Over the speech of an utterance, or all of it where there is none, (7,)."""
    part, spoken = rows[slice(*span)], voiced[slice(*span)]
    result: NDArray[np.float64] = (part[spoken] if spoken.any() else part).mean(0, np.float64)
    return result


def harmonic_mean(opinions: Iterable[tuple[NDArray[np.floating], float]]) -> NDArray[np.float64]:
    """Of opinions (n, 7) and how much each counts; rows summing to 1."""
    sums = sum((_resistance(rows, weight) for rows, weight in opinions), np.zeros(1))
    return _conductance(sums).astype(np.float64)


def _resistance(rows: NDArray[np.floating], weight: float) -> NDArray[np.floating]:
    """What an opinion adds to the sum whose inverse is the harmonic mean."""
    result: NDArray[np.floating] = weight / np.maximum(rows, LEAST_PROBABILITY)
    return result


def _conductance(sums: NDArray[np.floating]) -> NDArray[np.floating]:
    """The harmonic means of sums (n, 7), rows summing to 1."""
    means = 1 / sums
    result: NDArray[np.floating] = means / means.sum(axis=1, keepdims=True)
    return result
