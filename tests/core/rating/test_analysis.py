"""What is counted, what is paired with what, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import RatingError
from core.rating.analysis import analyse
from core.rating.simulation import simulate
from core.rating.study import TRAINING, Condition, Trial
from tests.core.rating.rating_studies import make_study, make_vote, votes_of


def test_per_emotion_numbers_and_holm() -> None:
    study = make_study()
    found = analyse(study, simulate(study))
    view = found.views[0]
    assert [row.emotion for row in view.emotions[::2]] == [s.emotion for s in study.stimuli[::2]]
    for row, votes in zip(view.emotions, found.matrix, strict=True):
        assert row.summary.mean == pytest.approx(votes.mean())
        assert row.histogram == tuple(int((votes == score).sum()) for score in range(1, 6))
    raw = sorted(c.test.p for c in view.by_emotion)
    assert min(c.p_holm for c in view.by_emotion) == pytest.approx(min(1, 7 * raw[0]))


def test_three_conditions_are_compared_pairwise_with_holm() -> None:
    study = make_study(("recorded", "dependent", "combined"))
    view = analyse(study, simulate(study)).views[0]
    pairs = [(c.first, c.second) for c in view.overall]
    assert pairs == [("recorded", "dependent"), ("recorded", "combined"), ("dependent", "combined")]
    assert len(view.by_emotion) == 3 * 7
    raw = [c.test.p for c in view.overall]
    order = np.argsort(raw)
    expected = np.maximum.accumulate(np.array(raw)[order] * [3, 2, 1]).clip(max=1)
    assert [view.overall[place].p_holm for place in order] == pytest.approx(expected)


def test_a_pair_is_made_of_clips_seen_under_both_conditions() -> None:
    study = make_study(emotions=("angry", "sad"))
    votes = votes_of(study, {"a": [5, 3, 1, None], "b": [2, 2, 4, 2], "c": [4, None, None, 3]})
    comparison = analyse(study, votes).views[0].overall[0]
    assert comparison.test.n == 2  # c saw no clip under both
    assert comparison.difference.mean == pytest.approx((2 + 1) / 2)


def test_votes_that_are_not_of_the_study_are_refused() -> None:
    study = make_study()
    vote = make_vote(study, "a", study.stimuli[0].id, 3)
    with pytest.raises(RatingError, match=r"Vote 1 of session 'session-a' belongs to study 'ff'"):
        analyse(study, [replace(vote, study_id="ff")])
    with pytest.raises(RatingError, match=r"is on 'other', which the study does not have"):
        analyse(study, [replace(vote, stimulus="other")])
    for rating in (0, 6, -1):
        with pytest.raises(RatingError, match=rf"is {rating}, off the scale of 1 to 5"):
            analyse(study, [replace(vote, rating=rating)])


def test_what_is_only_practised_on_is_no_result() -> None:
    study = make_study(checks=False)
    easy = Condition("practice-1", "Practice", practice=True)
    clip = replace(study.stimuli[0], id="angry1--practice-1", condition=easy.id)
    with_practice = replace(
        study,
        conditions=(*study.conditions, easy),
        stimuli=(*study.stimuli, clip),
        training=(Trial(clip.id, phase=TRAINING),),
    )
    votes = simulate(study)
    practised = [replace(votes[0], phase=TRAINING, stimulus=clip.id, condition=easy.id)]
    plain = analyse(study, votes).views[0]
    found = analyse(with_practice, [*votes, *practised]).views[0]
    assert [row.condition for row in found.conditions] == ["dependent", "combined"]
    assert len(found.clips) == len(study.stimuli)
    assert [(c.first, c.second) for c in found.overall] == [("dependent", "combined")]
    assert [row.summary for row in found.conditions] == [row.summary for row in plain.conditions]
