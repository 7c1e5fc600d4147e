"""Small studies and votes for tests."""

from collections.abc import Sequence

from core.emotion import EMOTIONS
from core.rating.study import (
    GOLD,
    PLAIN,
    REPEAT,
    SCORED,
    TRAINING,
    TRAPPING,
    Condition,
    Stimulus,
    Study,
    Trial,
    Vote,
)

STUDY_ID = "00112233445566aa"
NAMES = {"dependent": "Emotion dependent", "combined": "All combined", "recorded": "Recorded"}


def make_study(
    conditions: Sequence[str] = ("dependent", "combined"),
    emotions: Sequence[str] = EMOTIONS,
    checks: bool = True,
    seed: int = 7,
    clips_per_emotion: int = 1,
) -> Study:
    """The paper's design, with training, and gold, trapping and repeat trials if `checks`."""
    stimuli = tuple(
        Stimulus(
            id=f"{emotion}{number}--{condition}",
            clip=f"{emotion}{number}",
            emotion=emotion,
            condition=condition,
            sound=f"sounds/{emotion}{number}.wav",
            track=f"tracks/{emotion}{number}--{condition}.npz",
            sound_sha256="0" * 64,
            track_sha256="0" * 64,
            duration=3.0,
        )
        for emotion in emotions
        for number in range(1, clips_per_emotion + 1)
        for condition in conditions
    )
    names = [stimulus.id for stimulus in stimuli]
    extra = (
        Trial(names[0], kind=GOLD, expected=2, tolerance=1),
        Trial(names[1 % len(names)], kind=TRAPPING, expected=2, message="Please choose 2, Poor"),
        Trial(names[-1], kind=REPEAT),
    )
    return Study(
        id=STUDY_ID,
        title="Emotion dependent or combined",
        created_utc="2026-01-02T03:04:05Z",
        app_version="0.1.0",
        conditions=tuple(
            Condition(c, NAMES.get(c, c), reference=c == "recorded") for c in conditions
        ),
        stimuli=stimuli,
        training=tuple(Trial(name, phase=TRAINING) for name in names[:5]),
        trials=(*(Trial(name) for name in names), *(extra if checks else ())),
        seed=seed,
        task="Rate how well the mouth fits sound and emotion.",
    )


def make_vote(
    study: Study,
    subject: str,
    stimulus: str,
    rating: int,
    *,
    kind: str = PLAIN,
    phase: str = SCORED,
    passed: bool | None = None,
    fault: bool = False,
    complete: bool = True,
    index: int = 0,
    session: str = "",
) -> Vote:
    """One vote of the session of `subject`."""
    shown = study.stimulus(stimulus)
    return Vote(
        study_id=study.id,
        session_id=session or f"session-{subject}",
        subject_id=subject,
        phase=phase,
        trial_index=index,
        stimulus=stimulus,
        clip=shown.clip,
        emotion=shown.emotion,
        condition=shown.condition,
        kind=kind,
        rating=rating,
        rating_time_ms=1200,
        plays=1,
        passed=passed,
        technical_fault=fault,
        timestamp_utc=f"2026-01-05T09:{index // 60:02d}:{index % 60:02d}.000Z",
        seed=study.seed,
        order_row=0,
        app_version="0.1.0",
        complete=complete,
    )


def votes_of(study: Study, table: dict[str, Sequence[int | None]]) -> list[Vote]:
    """By subject, a score for each of the study's stimuli; None for no vote."""
    return [
        make_vote(study, subject, stimulus.id, score, index=place)
        for subject, scores in table.items()
        for place, (stimulus, score) in enumerate(zip(study.stimuli, scores, strict=True))
        if score is not None
    ]
