"""Recordings that are something like acted emotions, made in no time, and recipes for them."""

from pathlib import Path

import msgspec
import numpy as np

from core.corpora.splits import Split
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS
from models.training.recipe_file import Recipe
from models.training.recordings import Face, Recording
from models.training.schedule import Pace
from tests.core.animations import make_shape_model

SPEAKERS = ("a", "b", "c")


def make_recording(
    speaker: str, emotion: str, take: int = 0, frames: int = 120, face: bool = False
) -> Recording:
    """Features whose colour hangs on the emotion; a face whose mouth follows the loudness."""
    choice = np.random.default_rng((SPEAKERS.index(speaker), EMOTIONS.index(emotion), take))
    colour = 2 * np.cos(np.arange(40) * (EMOTIONS.index(emotion) + 1) * np.pi / 40)
    loudness = np.cumsum(choice.normal(0, 0.3, frames))
    values = (choice.normal(-9, 1, (frames, 40)) + colour + loudness[:, None]).astype(np.float32)
    voiced = np.ones(frames, bool)
    voiced[:10] = False
    audio = Path("corpus") / speaker / f"{emotion}-{take}.wav"
    utterance = Utterance(audio, "made", f"made-{speaker}", emotion)
    shown = None
    if face:
        model = make_shape_model()
        parameters = choice.normal(0, 0.01, (frames, 18)) * np.sqrt(model.variances)
        parameters[:, 0] += 0.1 * loudness
        seen = np.ones(frames, bool)
        seen[-5:] = False
        shown = Face(model.points(parameters), seen, model.head)
    return Recording(utterance, values, voiced, shown)


def make_recordings(takes: int = 2, face: bool = False) -> list[Recording]:
    """Every emotion by every speaker."""
    return [
        make_recording(speaker, emotion, take, 100 + 20 * take, face)
        for speaker in SPEAKERS
        for emotion in EMOTIONS
        for take in range(takes)
    ]


def split_of(recordings: list[Recording], name: str = "c out") -> Split:
    """Learn from a and b, listen to c."""
    apart = [i for i, r in enumerate(recordings) if r.utterance.speaker == "made-c"]
    return Split(name, tuple(i for i in range(len(recordings)) if i not in apart), tuple(apart))


def make_recipe(trains: str = "dern", **changes: object) -> Recipe:
    """Three epochs of seven steps."""
    recipe = Recipe(
        name="tiny", trains=trains, epochs=3, batch=4, pace=Pace(warm_up=2, learning_rate=2e-3)
    )
    return msgspec.structs.replace(recipe, **changes)
