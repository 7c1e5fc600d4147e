"""Results as bytes: a digest followed by safetensors, read only when the digest fits.

The bytes carry the key they were made under, in case files were renamed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from core.affect import COLUMNS, AffectTrack
from core.animation import Animation, AnimationSettings, ModelId
from core.clip import Source
from core.emotion import EmotionMix, EmotionSegment, EmotionTrack
from core.hearing import HeardBy
from core.shape_model import ShapeModel, ShapeTrack
from core.timeline import Timeline

FORMAT = 3  # counted up when the layout changes
_DIGEST_BYTES = hashlib.sha256().digest_size
_DAMAGE = (SafetensorError, msgspec.MsgspecError, KeyError, ValueError, RecursionError)
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


def pack_emotions(key: str, emotions: EmotionTrack) -> bytes:
    """The same of what was heard, for `unpack_emotions`."""
    return _packed(key, emotions.timeline, None, _of_emotions(emotions))


def unpack_emotions(key: str, data: bytes) -> EmotionTrack:
    """What `pack_emotions` made under the same key. Raises ValueError for any other bytes."""
    try:
        return _emotions(*_unpacked(data, key))
    except _DAMAGE as problem:
        raise ValueError(str(problem)) from problem


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
