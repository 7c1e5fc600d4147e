"""Results kept on disk, so that a clip seen before need not be computed again.

An entry is found by what it was made from: the sound's bytes, the weights, the
settings and this program's version. It is a digest followed by safetensors, read
only when the digest fits: one that was damaged or cut is dropped, and computed
anew. Several programs may use one folder at once.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from core.affect import COLUMNS, AffectTrack
from core.animation import Animation, AnimationSettings, ModelId
from core.atomic import atomic_binary
from core.clip import Source
from core.emotion import EmotionMix, EmotionSegment, EmotionTrack
from core.errors import ExportError
from core.gains import AS_LEARNED
from core.hearing import HeardBy
from core.monitor import SILENT, Monitor
from core.shape_model import ShapeModel, ShapeTrack
from core.timeline import Timeline
from core.version import program_version

LIMIT = 1 << 30  # bytes; an hour of sound takes 50 MB
SUFFIX = ".result"
_FORMAT = 3  # counted up when the layout of entries changes
_DIGEST_BYTES = hashlib.sha256().digest_size
_STALE = 3600.0  # seconds after which a temporary file is no longer being written
_DAMAGE = (SafetensorError, msgspec.MsgspecError, KeyError, ValueError, RecursionError)
T = TypeVar("T")
Tensors = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class _About:
    """An entry but for its arrays; `key` once more, in case files were renamed."""

    key: str
    timeline: Timeline
    rest: msgspec.Raw


@dataclass(frozen=True, slots=True)
class _AnimationRest:
    """Of an animation."""

    source: Source
    duration: float
    utterance: EmotionMix
    segments: tuple[EmotionSegment, ...]
    explained: float
    models: tuple[ModelId, ...]
    settings: AnimationSettings
    version: str
    heard_by: HeardBy
    affect: Timeline | None


class AnimationStore:
    """A folder of results that holds at most `limit` bytes; those not used for longest go first.

    Without a folder nothing is kept. Where the disk is full or does not let itself
    be written, `monitor` gets one notice and nothing more is kept: the work goes on.
    """

    def __init__(self, folder: Path | None, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit
        self._writes = folder is not None

    def get(self, source: Source, weights: str, settings: AnimationSettings) -> Animation | None:
        """The animation of a sound made with those weights, as `put` was given it.

        `weights` names all networks there are, see `Cascade.weights_id`.
        """
        key = _key("animation", source.sha256, weights, _posed(settings))

        def made(about: _About, tensors: Tensors) -> Animation:
            animation = _animation(about, tensors)
            # The same sound may have another name now, and gains are applied when looking.
            return replace(animation, source=source, settings=settings)

        return self._read(key, made)

    def put(self, weights: str, animation: Animation, monitor: Monitor = SILENT) -> None:
        """Keep an animation."""
        if not self._writes:  # nor put together
            return
        key = _key("animation", animation.source.sha256, weights, _posed(animation.settings))
        self._write(pack(key, animation), key, monitor)

    def get_emotions(self, sound: str, recogniser: str) -> EmotionTrack | None:
        """What was heard in the sound of a hash by a recogniser, see `Cascade.hearing_id`."""
        return self._read(_key("emotions", sound, recogniser), _emotions)

    def put_emotions(
        self, sound: str, recogniser: str, emotions: EmotionTrack, monitor: Monitor = SILENT
    ) -> None:
        """Keep what was heard."""
        if not self._writes:
            return
        key = _key("emotions", sound, recogniser)
        data = _packed(key, emotions.timeline, None, _of_emotions(emotions))
        self._write(data, key, monitor)

    def used(self) -> int:
        """Bytes in the folder."""
        return sum(size for _, size, _ in self._entries())

    def clear(self) -> None:
        """Drop everything."""
        for _, _, path in self._entries():
            _unlink(path)

    # Files

    def _read(self, key: str, made: Callable[[_About, Tensors], T]) -> T | None:
        if self._folder is None:
            return None
        path = self._folder / f"{key}{SUFFIX}"
        try:
            with path.open("rb") as stream:
                data = stream.read(self._limit + 1)
        except (OSError, MemoryError):
            return None
        try:
            about, tensors = _unpacked(data, key)
            result = made(about, tensors)
        except _DAMAGE:
            _unlink(path)
            return None
        with suppress(OSError):
            os.utime(path)  # used just now
        return result

    def _write(self, data: bytes, key: str, monitor: Monitor) -> None:
        if self._folder is None or len(data) > self._limit:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with atomic_binary(self._folder / f"{key}{SUFFIX}") as stream:
                stream.write(data)
        except (OSError, ValueError, ExportError) as problem:
            self._writes = False
            monitor.notice(f"Results are not kept for the next time: {problem}")
        self._make_room()

    def _make_room(self) -> None:
        """Drop what was not used for longest, and temporary files that a kill left."""
        entries = sorted(self._entries())
        total = sum(size for _, size, _ in entries)
        newest = max((time for time, _, _ in entries), default=0.0)
        for time, size, path in entries:
            stale = path.suffix != SUFFIX and newest - time > _STALE
            if total > self._limit or stale:
                _unlink(path)
                total -= size

    def _entries(self) -> list[tuple[float, int, Path]]:
        """(time of last use, bytes, path) of what is in the folder and ours."""
        found: list[tuple[float, int, Path]] = []
        if self._folder is None:
            return found
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.suffix in (SUFFIX, ".tmp"):
                    with suppress(OSError):  # another program may drop it meanwhile
                        status = path.stat()
                        found.append((status.st_mtime, status.st_size, path))
        return found


def pack(key: str, animation: Animation) -> bytes:
    """An animation as bytes; the very same comes back from `unpack`."""
    model = animation.shape_model
    rest = _AnimationRest(
        animation.source, animation.duration, animation.utterance, animation.segments,
        model.explained, animation.models, animation.settings, animation.version,
        animation.heard_by,
        animation.affect.timeline if animation.affect is not None else None,
    )  # fmt: skip
    tensors = {
        **_of_emotions(animation.emotions),
        **_of_affect(animation.affect),
        "mixes": animation.mixes,
        "parameters": animation.shape.parameters,
        "mean": model.mean,
        "components": model.components,
        "variances": model.variances,
        "head": model.head,
    }
    return _packed(key, animation.timeline, rest, tensors)


def unpack(key: str, data: bytes) -> Animation:
    """The animation in bytes that `pack` made under the same key.

    Raises ValueError for any others. Numbers that are not finite come back as they are.
    """
    try:
        return _animation(*_unpacked(data, key))
    except _DAMAGE as problem:
        raise ValueError(str(problem)) from problem


def _posed(settings: AnimationSettings) -> AnimationSettings:
    """Gains are applied to a face when it is looked at: all of them share one entry."""
    return replace(settings, gains=AS_LEARNED)


def _key(*parts: object) -> str:
    text = msgspec.json.encode((_FORMAT, program_version(), *parts))
    return hashlib.sha256(text).hexdigest()


def _packed(key: str, timeline: Timeline, rest: object, tensors: Tensors) -> bytes:
    about = _About(key, timeline, msgspec.Raw(msgspec.json.encode(rest)))
    arrays = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    data = save(arrays, {"about": msgspec.json.encode(about).decode()})
    return hashlib.sha256(data).digest() + data


def _unpacked(data: bytes, key: str) -> tuple[_About, Tensors]:
    """Raises ValueError and what the decoders raise for an entry that is not as it was written."""
    digest, packed = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    if hashlib.sha256(packed).digest() != digest:
        raise ValueError("the digest does not fit")
    # safetensors: 8 bytes of length, then the JSON of the header
    length = int.from_bytes(packed[:8], "little")
    header = msgspec.json.decode(packed[8 : 8 + length], type=dict[str, msgspec.Raw])
    text = msgspec.json.decode(header["__metadata__"], type=dict[str, str])["about"]
    about = msgspec.json.decode(text, type=_About)
    if about.key != key:
        raise ValueError("it is another entry")
    return about, load(packed)


def _of_emotions(emotions: EmotionTrack) -> dict[str, NDArray[np.generic]]:
    tensors = {"probabilities": emotions.probabilities, "voiced": emotions.voiced}
    return tensors if emotions.votes is None else {**tensors, "votes": emotions.votes}


def _emotions(about: _About, tensors: Tensors) -> EmotionTrack:
    voiced = np.asarray(tensors["voiced"], np.bool_)
    votes = _floats(tensors, "votes") if "votes" in tensors else None
    return EmotionTrack(about.timeline, _floats(tensors, "probabilities"), voiced, votes)


def _of_affect(affect: AffectTrack | None) -> dict[str, NDArray[np.generic]]:
    return {} if affect is None else {name: getattr(affect, name) for name in COLUMNS}


def _affect(timeline: Timeline | None, tensors: Tensors) -> AffectTrack | None:
    if timeline is None:
        return None
    return AffectTrack(timeline, *(_floats(tensors, name) for name in COLUMNS))


def _animation(about: _About, tensors: Tensors) -> Animation:
    rest = msgspec.json.decode(about.rest, type=_AnimationRest)
    return Animation(
        source=rest.source,
        duration=rest.duration,
        emotions=_emotions(about, tensors),
        mixes=_floats(tensors, "mixes"),
        shape=ShapeTrack(about.timeline, _floats(tensors, "parameters")),
        utterance=rest.utterance,
        segments=rest.segments,
        shape_model=ShapeModel(
            mean=_floats(tensors, "mean"),
            components=_floats(tensors, "components"),
            variances=_floats(tensors, "variances"),
            explained=rest.explained,
            head=_floats(tensors, "head"),
        ),
        models=rest.models,
        settings=rest.settings,
        version=rest.version,
        heard_by=rest.heard_by,
        affect=_affect(rest.affect, tensors),
    )


def _floats(tensors: Tensors, name: str) -> NDArray[np.float32]:
    return np.asarray(tensors[name], np.float32)


def _unlink(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
