"""Plans: the paper's test from corpora, tables and the sample; everything wrong told at once."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from core.emotion import EMOTIONS
from core.errors import RatingError
from core.rating import wording
from core.rating.checks import problems
from core.rating.design import (
    PAPER,
    PRACTICE,
    Plan,
    Wishes,
    check_plan,
    make_plan,
    paper_plan,
)
from core.rating.orders import order
from core.rating.sources import (
    find_clips,
)
from core.rating.study import BALANCED, GOLD, PLAIN, REPEAT, TRAPPING, Condition
from resources import SAMPLE
from tests.core.rating.plans import clips_in, plan_in, ravdess
from tests.core.sounds import encoded, tone

ALL = Wishes(trapping=True, gold=True, repeat=True, no_emotion_twice=True)


# The paper's test


def test_the_papers_test_from_a_corpus_is_seven_emotions_under_two_conditions(
    tmp_path: Path,
) -> None:
    plan = paper_plan(ravdess(tmp_path), Wishes(seed=3))
    study = plan.study
    assert [t.kind for t in study.trials] == [PLAIN] * 14
    shown = Counter((study.stimulus(t.stimulus).emotion, study.stimulus(t.stimulus).condition)
                    for t in study.trials)  # fmt: skip
    assert shown == Counter((e, c) for e in EMOTIONS for c in ("dependent", "combined"))
    assert [c.settings.model for c in study.conditions[:2]] == ["dependent", "combined"]
    assert all(plan.clip(s.clip).emotion == s.emotion for s in study.stimuli)
    assert not any(clip.told for clip in plan.clips)
    assert "RAVDESS" in study.notes[0]
    assert "seed 3" in study.notes[0]
    assert str(tmp_path) not in str(study)


def test_the_papers_test_from_the_sample_says_what_it_is() -> None:
    plan = paper_plan(None, ALL)
    study = plan.study
    scored = {study.stimulus(t.stimulus).clip for t in study.trials if t.kind == PLAIN}
    clips = [plan.clip(name) for name in scored]
    assert sorted(clip.emotion for clip in clips) == sorted(EMOTIONS)
    assert all(clip.told and clip.path == SAMPLE for clip in clips)
    assert "told the emotion and did not hear it" in study.notes[0]
    assert order(study, 0)
    for language in wording.languages():
        assert paper_plan(None, replace(ALL, language=language)).study.scale != ()


def test_ids_of_studies_differ() -> None:
    assert len({paper_plan().study.id for _ in range(20)}) == 20


def test_fewer_emotions_and_other_conditions(tmp_path: Path) -> None:
    conditions = (*PAPER, Condition("ours", "Ours", weights="/somewhere/weights"))
    plan = paper_plan(ravdess(tmp_path), Wishes(order=BALANCED), ("sad", "happy"), conditions)
    assert len(plan.study.trials) == 6
    assert problems(plan.study, frozen=False) == []


# Training and trials outside the score


def test_training_goes_from_worst_to_best_with_clips_that_are_not_scored(tmp_path: Path) -> None:
    plan = paper_plan(ravdess(tmp_path), ALL)
    study = plan.study
    shown = [study.stimulus(trial.stimulus) for trial in study.training]
    gains = {c.id: c.settings.gains.jaw for c in study.conditions}
    assert [gains[s.condition] for s in shown] == [0.0, 0.25, 0.5, 0.75, 1.0]
    scored = {study.stimulus(t.stimulus).clip for t in study.trials if t.kind == PLAIN}
    assert len({s.clip for s in shown}) == 5
    assert scored.isdisjoint(s.clip for s in shown)


def test_other_trials_ask_for_what_they_show(tmp_path: Path) -> None:
    study = paper_plan(ravdess(tmp_path), ALL).study
    kinds = {trial.kind: trial for trial in study.trials if trial.kind != PLAIN}
    assert set(kinds) == {TRAPPING, GOLD, REPEAT}
    assert kinds[TRAPPING].expected == 2
    assert kinds[TRAPPING].message == "Please give this clip the score 2, Poor."
    gold = next(
        c for c in study.conditions if c.id == study.stimulus(kinds[GOLD].stimulus).condition
    )
    assert gold.settings.gains.jaw == 0
    assert (kinds[GOLD].expected, kinds[GOLD].tolerance) == (1, 1)  # 1 and 2 pass
    assert kinds[REPEAT].stimulus in [t.stimulus for t in study.trials if t.kind == PLAIN]
    german = paper_plan(tmp_path, replace(ALL, language="de")).study
    assert any("die Bewertung 2, Dürftig" in trial.message for trial in german.trials)


def test_without_others_training_takes_scored_clips_and_says_so(tmp_path: Path) -> None:
    plan = make_plan(clips_in(tmp_path), PAPER)
    assert len(plan.study.training) == 5
    assert "their recordings are also scored" in plan.study.notes[-1]
    assert all(c.practice for c in plan.study.conditions[2:])
    assert plan.study.conditions[2:] == PRACTICE


def test_the_same_seed_plans_the_same(tmp_path: Path) -> None:
    def anonymous(plan: Plan) -> Plan:
        return replace(plan, study=replace(plan.study, id="", created_utc=""))

    ravdess(tmp_path)
    wishes = replace(ALL, seed=11)
    assert anonymous(paper_plan(tmp_path, wishes)) == anonymous(paper_plan(tmp_path, wishes))


# What is wrong with a plan


def test_a_folder_that_is_no_corpus(tmp_path: Path) -> None:
    (tmp_path / "holiday.wav").write_bytes(b"")
    with pytest.raises(
        RatingError, match=r"no corpus of a known layout: it holds 1 rec.*or a CSV table"
    ):
        find_clips(tmp_path)


def test_missing_emotions_are_named(tmp_path: Path) -> None:
    for letter in "WEATN":
        (tmp_path / f"03a01{letter}a.wav").write_bytes(encoded(tone(0.1)))
    with pytest.raises(RatingError, match="no clip of happy, surprise; the clips there are angry"):
        paper_plan(tmp_path)
    emotions = [emotion for emotion in EMOTIONS if emotion not in ("happy", "surprise")]
    assert len(paper_plan(tmp_path, emotions=emotions).study.trials) == 10


def test_everything_wrong_with_a_plan_is_told_at_once(tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    recorded = replace(plan.study.conditions[1], reference=True)
    study = replace(plan.study, title="", fps=1.0, conditions=(plan.study.conditions[0], recorded))
    (tmp_path / "sad.wav").unlink()
    with pytest.raises(RatingError) as caught:
        check_plan(Plan(study, plan.clips[1:]))
    for part in (
        "title must have", "frame rate", "no recording of the clip 'happy'",
        "'combined' shows recorded tracks, and the clip 'angry' has none",
        "sad.wav', of the clip 'sad', is not there",
    ):  # fmt: skip
        assert part in str(caught.value)


def test_a_reference_alone_is_no_study(tmp_path: Path) -> None:
    clips = [replace(clip, track=clip.path) for clip in clips_in(tmp_path)]
    with pytest.raises(RatingError, match="no condition but recorded tracks"):
        make_plan(clips, [Condition("r", "R", reference=True)], Wishes(training=False))


def test_nothing_to_plan(tmp_path: Path) -> None:
    for clips, conditions in (([], PAPER), (clips_in(tmp_path), ())):
        with pytest.raises(RatingError, match="at least one clip and one condition"):
            make_plan(clips, conditions)


def test_an_order_that_cannot_be_is_told_when_the_study_is_made(tmp_path: Path) -> None:
    clips = clips_in(tmp_path, ("sad",))
    with pytest.raises(RatingError, match="2 of 2 trials are sad"):
        make_plan(clips, PAPER, Wishes(no_emotion_twice=True))
    with pytest.raises(RatingError, match="a repeat needs at least 6 scored trials, not 2"):
        make_plan(clips, PAPER, Wishes(repeat=True))
    with pytest.raises(RatingError, match="of a shuffle only"):
        make_plan(clips, PAPER, Wishes(order=BALANCED, no_emotion_twice=True))


def test_clips_of_no_sound_are_found_before_anything_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (clip,) = clips_in(folder, ("sad",))
    clip.path.unlink()
    clip.path.mkdir()
    with pytest.raises(RatingError, match="is not there"):
        make_plan([clip], PAPER)
