"""Making a study: which clips are shown under which conditions, and what goes with them.

A `Plan` is a study whose stimuli are not made yet, with the recordings to make them
of; `freezing.freeze` turns it into a study in a folder.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from core.animation import AnimationSettings
from core.dice import Dice
from core.emotion import EMOTIONS
from core.errors import RatingError
from core.gains import RegionGains
from core.rating import checks, wording
from core.rating.sources import Pool, SourceClip, choose_clips, find_clips
from core.rating.study import (
    GOLD,
    REPEAT,
    SCORED,
    SHUFFLE,
    TRAINING,
    TRAPPING,
    Condition,
    Question,
    Stimulus,
    Study,
    Trial,
)
from core.version import program_version

PAPER = (  # Sadiq et al. 2019, section IV-D
    Condition("dependent", "Emotion dependent", AnimationSettings(model="dependent")),
    Condition("combined", "All combined", AnimationSettings(model="combined")),
)
# Training goes from worst to best: the same face, moving more and more. P.800 and P.910 want
# training to span the range of quality without showing what is tested.
PRACTICE = tuple(
    Condition(
        f"practice-{number}",
        f"Practice: {gain:.0%} of the movement",
        AnimationSettings(gains=RegionGains(gain, gain, gain)),
        practice=True,
    )
    for number, gain in enumerate((0.0, 0.25, 0.5, 0.75, 1.0), start=1)
)
STILL, MOVING = PRACTICE[0], PRACTICE[-1]
TOLD_SCORE = 2  # of the trapping clip, which moves well: by chance nobody gives it
_EXTRAS = (0, 2)  # the stream of chance that chooses them


@dataclass(frozen=True, slots=True)
class Wishes:
    """What an operator chooses beside clips and conditions."""

    title: str = "Rating of facial animation"
    seed: int = 0
    order: str = SHUFFLE
    no_emotion_twice: bool = False
    training: bool = True  # five clips, worst to best
    trapping: bool = False  # a clip that says which score to give
    gold: bool = False  # a clip with a still face, that must get 1 or 2
    repeat: bool = False  # one of the scored clips a second time
    language: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)  # in place of the bundled language's
    questions: tuple[Question, ...] = ()
    picture_size: tuple[int, int] = (720, 720)
    fps: float = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A study to be frozen: its stimuli have no hashes and lengths yet."""

    study: Study
    clips: tuple[SourceClip, ...]

    def clip(self, name: str) -> SourceClip:
        """By its id; raises KeyError."""
        for clip in self.clips:
            if clip.id == name:
                return clip
        raise KeyError(name)


def paper_plan(
    source: Path | None = None,
    wishes: Wishes = Wishes(),
    emotions: Sequence[str] = EMOTIONS,
    conditions: Sequence[Condition] = PAPER,
) -> Plan:
    """The paper's test: one clip of each emotion under each condition, 7 x 2 = 14.

    `source` is a corpus folder, a CSV table, or None for the bundled sample. Raises
    RatingError that lists everything wrong.
    """
    pool = find_clips(source)
    chosen = choose_clips(pool.clips, wishes.seed, emotions)
    if len(pool.clips) > len(chosen):
        note = f"{pool.note} One for each emotion was chosen by the seed {wishes.seed}."
        pool = replace(pool, note=note)
    return make_plan(chosen, conditions, wishes, pool)


def make_plan(
    clips: Sequence[SourceClip],
    conditions: Sequence[Condition],
    wishes: Wishes = Wishes(),
    pool: Pool | None = None,
) -> Plan:
    """Every clip under every condition, each scored once, with the other trials wished for.

    Clips of training, gold and trapping trials are taken from those of the pool that
    are not scored, or, where there are none, from the scored ones. Raises RatingError
    that lists everything wrong.
    """
    if not clips or not conditions:
        raise RatingError("A study needs at least one clip and one condition.")
    dice = Dice(wishes.seed, *_EXTRAS)
    scored = [_stimulus(clip, condition) for clip in clips for condition in conditions]
    trials = [Trial(stimulus.id) for stimulus in scored]
    texts = {**wording.bundled(wishes.language), **wishes.texts}
    spare = _spare(clips, pool, dice)
    practice: dict[str, tuple[SourceClip, Stimulus]] = {}

    def practised(number: int, condition: Condition) -> str:
        clip = spare[number % len(spare)]
        stimulus = _stimulus(clip, condition)
        practice[stimulus.id] = clip, stimulus
        return stimulus.id

    training = [
        Trial(practised(number, condition), TRAINING)
        for number, condition in enumerate(PRACTICE if wishes.training else ())
    ]
    if wishes.trapping:
        trials.append(_trapping(practised(len(PRACTICE), MOVING), texts))
    if wishes.gold:
        trials.append(Trial(practised(len(PRACTICE) + 1, STILL), SCORED, GOLD, 1, 1))
    if wishes.repeat:
        trials.append(replace(trials[dice.below(len(scored))], kind=REPEAT))
    used = {stimulus.condition for _, stimulus in practice.values()}
    study = Study(
        id=secrets.token_hex(8),
        title=wishes.title,
        created_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        app_version=program_version(),
        conditions=(*conditions, *(c for c in PRACTICE if c.id in used)),
        stimuli=(*scored, *(stimulus for _, stimulus in practice.values())),
        training=tuple(training),
        trials=tuple(trials),
        order=wishes.order,
        no_emotion_twice=wishes.no_emotion_twice,
        seed=wishes.seed,
        task=texts["task"],
        scale=wording.scale_of(texts),
        picture_size=wishes.picture_size,
        fps=wishes.fps,
        consent=texts["consent"],
        instructions=texts["instructions"],
        language=wishes.language,
        questions=wishes.questions,
        notes=_notes(pool, bool(practice), any(clip in clips for clip in spare)),
        texts=tuple((k, v) for k, v in texts.items() if k not in wording.REQUIRED),
    )
    sources = {clip.id: clip for clip in (*clips, *(clip for clip, _ in practice.values()))}
    plan = Plan(study, tuple(sources.values()))
    check_plan(plan)
    return plan


def check_plan(plan: Plan) -> None:
    """Raise RatingError that lists everything wrong with a plan."""
    found = checks.problems(plan.study, frozen=False)
    clips = {clip.id: clip for clip in plan.clips}
    references = {condition.id for condition in plan.study.conditions if condition.reference}
    for stimulus in plan.study.stimuli:
        clip = clips.get(stimulus.clip)
        if clip is None:
            found.append(f"there is no recording of the clip '{stimulus.clip}'")
        elif stimulus.condition in references and clip.track is None:
            found.append(
                f"the condition '{stimulus.condition}' shows recorded tracks, and the clip "
                f"'{clip.id}' has none; name it in a column track of a table"
            )
    if references and len(references) == len(plan.study.conditions):
        found.append("there is no condition but recorded tracks; expected an animated one beside")
    for clip in plan.clips:
        for file in (clip.path, clip.track):
            if file is not None and not file.is_file():
                found.append(f"'{file}', of the clip '{clip.id}', is not there")
    if found:
        raise RatingError(checks.as_message("The study cannot be made", found))


def _spare(clips: Sequence[SourceClip], pool: Pool | None, dice: Dice) -> list[SourceClip]:
    """Clips for practice, in an order by chance; scored ones only where there are no others."""
    others: Sequence[SourceClip] = ()
    if pool is not None:
        others = pool.practice or [clip for clip in pool.clips if clip not in clips]
    return dice.shuffled(others or clips)


def _stimulus(clip: SourceClip, condition: Condition) -> Stimulus:
    name = f"{clip.id}--{condition.id}"
    sound, track = f"sounds/{clip.id}.wav", f"tracks/{name}.track"
    return Stimulus(name, clip.id, clip.emotion, condition.id, sound, track, "", "", 0.0)


def _trapping(stimulus: str, texts: Mapping[str, str]) -> Trial:
    label = wording.scale_of(texts)[TOLD_SCORE - 1]
    message = texts["trapping"].replace("{score}", str(TOLD_SCORE)).replace("{label}", label)
    return Trial(stimulus, SCORED, TRAPPING, TOLD_SCORE, 0, message)


def _notes(pool: Pool | None, practice: bool, shared: bool) -> tuple[str, ...]:
    notes = [pool.note] if pool is not None else []
    if practice:
        notes.append(
            "Training, gold and trapping trials show the emotion dependent model with 0 to 100 % "
            "of its movement."
        )
    if practice and shared:
        notes.append("There were no other clips for them: their recordings are also scored.")
    return tuple(notes)
