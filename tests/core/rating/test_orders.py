"""Orders: unbiased, recomputed by anybody, balanced where they say so, and refused in words."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise, permutations

import pytest
from scipy import stats

from core.emotion import EMOTIONS
from core.errors import RatingError
from core.rating.checks import problems
from core.rating.design import PAPER
from core.rating.orders import (
    APART,
    design_state,
    next_row,
    order,
    rows_needed,
    verify_order,
    williams,
)
from core.rating.study import BALANCED, GOLD, PLAIN, REPEAT, SCORED, TRAPPING, Study, Trial
from tests.core.rating.pcg64 import Recomputed
from tests.core.rating.plans import stimulus, study_of

PAPER_STUDY = study_of(list(EMOTIONS), PAPER, seed=7)


def shown(study: Study, row: int) -> list[str]:
    return [trial.stimulus for trial in order(study, row)]


def emotions(study: Study, row: int) -> list[str]:
    return [study.stimulus(name).emotion for name in shown(study, row)]


# Shuffles


def test_a_shuffle_can_be_recomputed_elsewhere() -> None:
    names, dice = [s.id for s in PAPER_STUDY.stimuli], Recomputed(7, 3)
    for last in range(13, 0, -1):
        chosen = dice.below(last + 1)
        names[last], names[chosen] = names[chosen], names[last]
    assert shown(PAPER_STUDY, 3) == names


def test_an_order_holds_every_trial_once_and_comes_again() -> None:
    for row in range(50):
        assert Counter(order(PAPER_STUDY, row)) == Counter(PAPER_STUDY.trials)
        assert order(PAPER_STUDY, row) == order(PAPER_STUDY, row)
    assert len({tuple(shown(PAPER_STUDY, row)) for row in range(50)}) == 50
    assert shown(replace(PAPER_STUDY, seed=8), 0) != shown(PAPER_STUDY, 0)


def test_all_shuffles_are_alike() -> None:
    study = study_of(["happy"] * 4)
    seen = Counter(tuple(shown(study, row)) for row in range(4_800))
    assert len(seen) == 24
    assert stats.chisquare(list(seen.values())).pvalue > 1e-3


@pytest.mark.parametrize(
    "kinds", [["sad", "sad", "happy"], ["sad", "sad", "happy", "happy", "fear"]]
)
def test_no_emotion_twice_running_draws_all_that_are_allowed_alike(kinds: list[str]) -> None:
    study = study_of(kinds, no_emotion_twice=True)
    names = [s.id for s in study.stimuli]
    emotion = {s.id: s.emotion for s in study.stimuli}
    allowed = {
        names for names in permutations(names)
        if all(emotion[a] != emotion[b] for a, b in pairwise(names))
    }  # fmt: skip
    seen = Counter(tuple(shown(study, row)) for row in range(100 * len(allowed)))
    assert set(seen) == allowed
    assert stats.chisquare(list(seen.values())).pvalue > 1e-3


def test_the_papers_study_never_has_an_emotion_twice_running() -> None:
    study = replace(PAPER_STUDY, no_emotion_twice=True)
    for row in range(300):
        assert all(a != b for a, b in pairwise(emotions(study, row)))
    assert any(a == b for row in range(9) for a, b in pairwise(emotions(PAPER_STUDY, row)))


def test_an_impossible_order_is_refused_in_words() -> None:
    study = study_of(["sad", "sad", "sad", "happy"], no_emotion_twice=True)
    with pytest.raises(RatingError, match=r"3 of 4 trials are sad.*at most 2 of one emotion"):
        order(study, 0)


@pytest.mark.parametrize("row", [-1, 2**32])
def test_a_row_that_cannot_be(row: int) -> None:
    with pytest.raises(RatingError, match="a row must be from 0"):
        order(PAPER_STUDY, row)


# Williams squares


@pytest.mark.parametrize("size", range(2, 21))
def test_each_follows_each_other_and_has_each_place_equally_often(size: int) -> None:
    study = study_of(["sad"] * size, order=BALANCED, seed=size)
    rows = [shown(study, row) for row in range(rows_needed(study))]
    times = 1 if size % 2 == 0 else 2
    assert len(rows) == times * size
    follows = Counter(pair for row in rows for pair in pairwise(row))
    names = [s.id for s in study.stimuli]
    assert follows == Counter({(a, b): times for a in names for b in names if a != b})
    places = Counter((place, name) for row in rows for place, name in enumerate(row))
    assert set(places.values()) == {times}
    assert len(places) == size**2


def test_the_square_of_four_is_the_published_one() -> None:
    assert williams(4) == [[0, 1, 3, 2], [1, 2, 0, 3], [2, 3, 1, 0], [3, 0, 2, 1]]


def test_rows_begin_anew_after_the_design_and_hang_on_the_seed() -> None:
    study = replace(PAPER_STUDY, order=BALANCED)
    assert rows_needed(study) == 14
    assert shown(study, 3) == shown(study, 17)
    assert [shown(study, r) for r in range(14)] != [
        shown(replace(study, seed=9), r) for r in range(14)
    ]


def test_the_operator_is_told_when_the_design_is_complete() -> None:
    study = replace(PAPER_STUDY, order=BALANCED)
    assert "14 to go: the design is complete with 14, 28, 42" in design_state(study, [])
    assert "1 participant done, 13 to go" in design_state(study, [0])
    assert "the design is complete. It is again with 28" in design_state(study, range(14))
    assert "27 participants done, 1 to go" in design_state(study, range(27))
    assert "the design is complete" in design_state(study, range(28))
    assert "2 participants done, 26 to go" in design_state(study, [0, 14])  # the same row twice
    assert "any number" in design_state(PAPER_STUDY, range(3))


def test_a_row_given_up_is_used_again() -> None:
    assert [next_row(set()), next_row({0, 1, 3}), next_row(range(14))] == [0, 2, 14]


# Trials outside the score


def with_others(study: Study) -> Study:
    extra = (stimulus("trap", "fear"), stimulus("gold", "sad"))
    others = (
        Trial("trap--dependent", SCORED, TRAPPING, 2, message="Choose 2"),
        replace(study.trials[4], kind=REPEAT),
        Trial("gold--dependent", SCORED, GOLD, 1, 1),
    )
    return replace(study, stimuli=study.stimuli + extra, trials=study.trials + others)


@pytest.mark.parametrize("running", [False, True])
@pytest.mark.parametrize("kind", ["shuffle", BALANCED])
def test_others_are_spread_and_repeats_far_from_their_originals(kind: str, running: bool) -> None:
    if kind == BALANCED and running:
        return
    plain = replace(PAPER_STUDY, order=kind, no_emotion_twice=running)
    study = with_others(plain)
    late = 0
    for row in range(100):
        trials = order(study, row)
        assert Counter(trials) == Counter(study.trials)
        places = {trial.kind: place for place, trial in enumerate(trials) if trial.kind != PLAIN}
        original = trials.index(study.trials[4])
        assert abs(places[REPEAT] - original) > APART
        assert 2 <= places[TRAPPING] <= 7
        assert 5 <= places[GOLD] <= 12
        late += places[REPEAT] > original
        if running:
            assert all(a != b for a, b in pairwise(emotions(study, row)))
        elif kind == BALANCED:
            rest = [t.stimulus for t in trials if t.kind == PLAIN]
            assert rest == shown(plain, row)  # what is balanced stays so
    assert late > 50


@pytest.mark.parametrize("size", [4, 5, 6, 7])
def test_a_repeat_needs_six_others(size: int) -> None:
    study = study_of(["sad"] * size, order=BALANCED)
    study = replace(study, trials=(*study.trials, replace(study.trials[2], kind=REPEAT)))
    if size < 6:
        with pytest.raises(RatingError, match=r"no place for 'clip-2--dependent' \(repeat\)"):
            [order(study, row) for row in range(rows_needed(study))]
        (problem,) = problems(study)
        assert "a repeat needs at least 6 scored trials" in problem
    else:
        assert {len(order(study, row)) for row in range(rows_needed(study))} == {size + 1}
        assert problems(study) == []


def test_others_that_fit_nowhere_are_refused() -> None:
    study = study_of(["sad", "happy"], no_emotion_twice=True)
    gold = (stimulus("g", "sad"), stimulus("h", "sad"))
    trials = tuple(Trial(s.id, SCORED, GOLD, 1) for s in gold)
    study = replace(study, stimuli=study.stimuli + gold, trials=study.trials + trials)
    with pytest.raises(RatingError, match="no emotion twice running"):
        order(study, 0)


# What was stored


def test_a_stored_order_is_verified() -> None:
    study = with_others(PAPER_STUDY)
    right = shown(study, 5)
    assert verify_order(study, 5, right) == []
    assert verify_order(study, 5, right[:-1]) == ["row 5 has 17 trials, and 16 were stored"]
    swapped = [right[1], right[0], *right[2:]]
    assert verify_order(study, 5, swapped) == [
        f"trial 1 of row 5 is '{right[0]}', and '{right[1]}' was stored",
        f"trial 2 of row 5 is '{right[1]}', and '{right[0]}' was stored",
    ]
    assert verify_order(study, 6, right)
    assert verify_order(replace(study, seed=1), 5, right)
