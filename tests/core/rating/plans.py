"""Small studies and plans that the tests of their design share."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.animation import Animation
from core.audio_file import read_clip
from core.corpora.ravdess import EMOTION_CODES
from core.rating.design import PAPER, Plan, Wishes, make_plan
from core.rating.sources import SourceClip
from core.rating.study import Condition, Stimulus, Study, Trial
from core.shape_model import ShapeTrack
from core.timeline import FRAMES_PER_SECOND, Timeline
from tests.core.animations import make_animation
from tests.core.sounds import encoded, tone

HASH = hashlib.sha256(b"").hexdigest()


def stimulus(clip: str, emotion: str = "happy", condition: str = "dependent") -> Stimulus:
    name = f"{clip}--{condition}"
    return Stimulus(
        name,
        clip,
        emotion,
        condition,
        f"sounds/{clip}.wav",
        f"tracks/{name}.track",
        HASH,
        HASH,
        2.0,
    )


def study_of(
    emotions: list[str], conditions: tuple[Condition, ...] = PAPER[:1], **more: object
) -> Study:
    """One clip for each emotion named, under each condition, each scored once."""
    stimuli = tuple(
        stimulus(f"clip-{number}", emotion, condition.id)
        for number, emotion in enumerate(emotions)
        for condition in conditions
    )
    whole = Study(
        id="0123456789abcdef",
        title="Test",
        created_utc="2026-01-01T00:00:00+00:00",
        app_version="0.1.0",
        conditions=conditions,
        stimuli=stimuli,
        training=(),
        trials=tuple(Trial(s.id) for s in stimuli),
    )
    return replace(whole, **more)  # type: ignore[arg-type]


def clips_in(
    folder: Path, emotions: tuple[str, ...] = ("happy", "sad", "angry")
) -> list[SourceClip]:
    """A short tone for each emotion."""
    clips = []
    for number, emotion in enumerate(emotions):
        path = folder / f"{emotion}.wav"
        path.write_bytes(encoded(tone(0.5 + number / 10, hertz=200.0 + 50 * number)))
        clips.append(SourceClip(emotion, path, emotion))
    return clips


def plan_in(folder: Path, **wishes: object) -> Plan:
    return make_plan(clips_in(folder), PAPER, Wishes(training=False, **wishes))  # type: ignore[arg-type]


def animate(path: Path, condition: Condition) -> Animation:
    """A face for a sound without networks: the conditions differ in size."""
    clip = read_clip(path)
    found = make_animation(clip.duration)
    timeline = Timeline.covering(clip.duration, FRAMES_PER_SECOND)
    assert timeline == found.timeline
    size = {"dependent": 1.0, "combined": 0.5}.get(condition.id, 0.25)
    shape = ShapeTrack(timeline, (size * found.shape.parameters).astype(np.float32))
    return replace(found, source=clip.source, shape=shape, settings=condition.settings)


def ravdess(folder: Path, actors: int = 3) -> Path:
    """A corpus of one short sound under all the right names."""
    sound = encoded(tone(0.1))
    for actor in range(1, actors + 1):
        below = folder / f"Actor_{actor:02}"
        below.mkdir(parents=True)
        for code in EMOTION_CODES:
            (below / f"03-01-{code}-01-01-01-{actor:02}.wav").write_bytes(sound)
    return folder


def unsteady(animation: Animation) -> Animation:
    parameters = animation.shape.parameters.copy()
    parameters[3, 4] = np.nan
    return replace(animation, shape=replace(animation.shape, parameters=parameters))
