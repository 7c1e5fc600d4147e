"""Small synthetic animations, from a shape model that looks like a face."""

import hashlib
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.affect import AffectTrack
from core.animation import Animation, AnimationSettings, ModelId
from core.clip import Source
from core.emotion import EMOTIONS, EmotionSegment, EmotionTrack, chosen_mix
from core.face import IBUG68
from core.shape_model import COMPONENTS, ShapeModel, ShapeTrack
from core.timeline import FRAMES_PER_SECOND, Timeline

Array = NDArray[np.float64]


def _arc(steps: Array, width: float, height: float, y: float) -> Array:
    """Points from the left end over the top (negative height: over the bottom)."""
    return np.column_stack((-width * np.cos(steps), y - height * np.sin(steps)))


def neutral_face() -> Array:
    """All 68 iBUG points, (68, 2), symmetric about x = 0; x right, y down, eyes 1 apart."""
    quarter_turns = np.linspace(0, np.pi, 5)
    half_eye = np.column_stack(
        ([-0.7, -0.57, -0.43, -0.3, -0.43, -0.57], [-0.4, -0.47, -0.47, -0.4, -0.34, -0.34])
    )
    brow = _arc(quarter_turns, 0.35, 0.1, -0.75) - [0.55, 0.0]
    mirror = np.array([-1.0, 1.0])
    return np.concatenate(
        (
            _arc(np.linspace(0, np.pi, 17), 1.1, -1.5, -0.1),
            brow,
            brow[::-1] * mirror,
            np.column_stack((np.zeros(4), np.linspace(-0.35, 0.3, 4))),
            _arc(quarter_turns, 0.25, -0.06, 0.45),
            half_eye,
            half_eye[[3, 2, 1, 0, 5, 4]] * mirror,
            _arc(np.arange(12) * np.pi / 6, 0.5, 0.2, 0.95),
            _arc(np.arange(8) * np.pi / 4, 0.4, 0.05, 0.95),
        )
    )


def talking_shapes(count: int = 200, seed: int = 0) -> Array:
    """Lower faces (count, 36, 2) that open, widen and tremble at random."""
    rng = np.random.default_rng(seed)
    rest = neutral_face()[list(IBUG68)]
    down = np.clip(rest[:, 1] - 0.9, 0.0, None)[:, None] * [0.0, 1.0]
    wide = rest * [1.0, 0.0]
    opening, widening = rng.normal(0.0, 0.2, (2, count, 1, 1))
    shapes: Array = rest + opening * down + 0.5 * widening * wide
    return shapes + rng.normal(0.0, 0.004, shapes.shape)


@cache
def make_shape_model() -> ShapeModel:
    return ShapeModel.fit(talking_shapes(), neutral_face())


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def make_models() -> tuple[ModelId, ...]:
    faces = [ModelId("dsrn", e, f"dsrn-{e}", sha256_of(f"dsrn-{e}")) for e in EMOTIONS]
    return (ModelId("dern", "", "dern-1", sha256_of("dern-1")), *faces)


def make_affect(duration: float = 1.0) -> AffectTrack:
    """Valence that rises from -0.5 and arousal that falls from 0.75, with narrow bands."""
    timeline = Timeline.covering(duration, 25.0)
    ramp = np.linspace(0, 1, timeline.count, dtype=np.float32)
    bands = (np.full(timeline.count, width, np.float32) for width in (0.05, 0.1))
    return AffectTrack(timeline, ramp - 0.5, 0.75 - ramp, *bands)


def make_affect_model() -> ModelId:
    return ModelId("valence-arousal", "", "va-1", sha256_of("va-1"))


def make_animation(
    duration: float = 1.0, file: str = "speech.wav", emotion: str = "auto", seed: int = 1
) -> Animation:
    """A moving face: the first half angry with some fear, the second half a person's "happy"."""
    rng = np.random.default_rng(seed)
    timeline = Timeline.covering(duration, FRAMES_PER_SECOND)
    model = make_shape_model()
    times = timeline.times()[:, None]
    pitch, phase = rng.uniform(0.5, 6.0, COMPONENTS), rng.uniform(0, 2 * np.pi, COMPONENTS)
    parameters = np.sqrt(2 * model.variances) * np.sin(2 * np.pi * pitch * times + phase)
    probabilities = rng.dirichlet(np.full(len(EMOTIONS), 0.7), timeline.count).astype(np.float32)
    voiced = np.ones(timeline.count, dtype=np.bool_)
    emotions = EmotionTrack(timeline, probabilities, voiced)
    utterance = emotions.mix()
    mixes = np.zeros_like(probabilities)
    half = timeline.count // 2
    mixes[:half, EMOTIONS.index("angry")] = 0.75
    mixes[:half, EMOTIONS.index("fear")] = 0.25
    mixes[half:, EMOTIONS.index("happy")] = 1.0
    return Animation(
        source=Source(file, sha256_of(file), 44_100, 1, duration),
        duration=duration,
        emotions=emotions,
        mixes=mixes,
        shape=ShapeTrack(timeline, parameters.astype(np.float32)),
        utterance=utterance,
        segments=(
            EmotionSegment(0.0, duration / 2, utterance),
            EmotionSegment(duration / 2, duration, chosen_mix("happy"), 1.5, "user"),
        ),
        shape_model=model,
        models=make_models(),
        settings=AnimationSettings(emotion=emotion),
        version="0.1.0",
    )
