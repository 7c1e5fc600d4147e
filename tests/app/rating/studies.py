"""Small whole studies in a folder, without any network: tones, and faces that open their mouth."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from core.animation import Animation
from core.clip import Source
from core.emotion import EMOTIONS, EmotionTrack
from core.rating.design import Plan, Wishes, paper_plan
from core.rating.freezing import freeze
from core.rating.study import AFTER, BEFORE, CHOICE, NUMBER, YES_NO, Condition, Question, Study
from core.shape_model import ShapeTrack
from core.timeline import FRAMES_PER_SECOND, Timeline
from tests.app.studio.faces import talking

RATE = 48_000
PLAIN = Wishes(title="A small study", seed=7, training=False)  # and without questions
QUESTIONS = (
    Question("age", "How old are you?", NUMBER, when=BEFORE, required=True),
    Question("hearing", "Do you hear well with both ears?", YES_NO, when=BEFORE, required=True),
    Question(
        "listened", "What did you listen with?", CHOICE, ("Headphones", "Loudspeakers"), AFTER
    ),
    Question("remarks", "Is there anything you would like to tell us?", when=AFTER),
)


def make_sounds(folder: Path, seconds: float = 0.06) -> Path:
    """A tone for each emotion, and the table that names them."""
    folder.mkdir(parents=True, exist_ok=True)
    times = np.arange(round(seconds * RATE)) / RATE
    for number, emotion in enumerate(EMOTIONS):
        tone = 0.1 * np.sin(2 * np.pi * (200 + 20 * number) * times)
        soundfile.write(folder / f"{emotion}.wav", tone.astype(np.float32), RATE, subtype="PCM_16")
    table = folder / "clips.csv"
    table.write_text("file,emotion\n" + "".join(f"{e}.wav,{e}\n" for e in EMOTIONS), "utf-8")
    return table


def make_plan(
    folder: Path, wishes: Wishes | None = None, *, seconds: float = 0.06, **fields: object
) -> Plan:
    """The paper's plan on such sounds; `fields` of Study take the place of its own."""
    wishes = wishes or Wishes(title="A small study", seed=7, questions=QUESTIONS)
    plan = paper_plan(make_sounds(folder, seconds), wishes)
    return replace(plan, study=replace(plan.study, **fields))  # type: ignore[arg-type]


def make_study(
    folder: Path, wishes: Wishes | None = None, *, seconds: float = 0.06, grey: float = 0.0,
    **fields: object,
) -> Study:  # fmt: skip
    """Freeze that plan in `folder`, which is new, with so many seconds of grey."""
    sounds = folder.with_name(f"{folder.name} sounds")
    return freeze(make_plan(sounds, wishes, seconds=seconds, grey=grey, **fields), folder, animate)


def animate(sound: Path, condition: Condition) -> Animation:
    """A mouth that opens while the sound lasts."""
    info = soundfile.info(sound)
    seconds = info.frames / info.samplerate
    timeline = Timeline.covering(seconds, FRAMES_PER_SECOND)
    base = talking().animation
    rows = np.linspace(0, len(base.shape.parameters) - 1, timeline.count).astype(int)
    probabilities = base.emotions.probabilities[rows]
    sha256 = hashlib.sha256(sound.read_bytes()).hexdigest()
    return replace(
        base,
        source=Source(sound.name, sha256, info.samplerate, info.channels, seconds),
        duration=seconds,
        emotions=EmotionTrack(timeline, probabilities, base.emotions.voiced[rows]),
        mixes=base.mixes[rows],
        shape=ShapeTrack(timeline, base.shape.parameters[rows]),
        segments=(),
        settings=condition.settings,
    )
