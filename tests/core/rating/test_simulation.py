"""Raters drawn from a stated model."""

import dataclasses

import numpy as np
import pytest

from core.rating.analysis import analyse
from core.rating.orders import order
from core.rating.screening import subject_biases
from core.rating.simulation import (
    RaterModel,
    default_quality,
    simulate,
    simulated_models,
    simulated_raters,
)
from core.rating.study import SCORED, Study, Trial
from tests.core.rating.rating_studies import make_study


def reversed_order(study: Study, row: int) -> tuple[Trial, ...]:
    return study.trials[:: -1 if row % 2 else 1]


def test_the_same_seed_gives_the_same_votes() -> None:
    study = make_study()
    assert simulate(study) == simulate(study)
    assert simulate(study) != simulate(study, simulated_raters(study, seed=1))


def test_fifteen_whole_sessions_by_default() -> None:
    study = make_study()
    votes = simulate(study)
    assert len({vote.session_id for vote in votes}) == 15
    assert all(1 <= vote.rating <= 5 and vote.complete for vote in votes)
    assert [v.trial_index for v in votes[:22]] == [*range(5), *range(17)]
    assert len({vote.timestamp_utc for vote in votes}) == len(votes)
    assert [v.timestamp_utc for v in votes] == sorted(v.timestamp_utc for v in votes)


def test_more_raters_leave_the_first_as_they_are() -> None:
    study = make_study()
    assert simulated_raters(study, 30)[:15] == simulated_raters(study, 15)


def test_votes_do_not_depend_on_the_order() -> None:
    study = make_study()
    one = {(v.subject_id, v.kind, v.stimulus, v.phase): v.rating for v in simulate(study)}
    other = {
        (v.subject_id, v.kind, v.stimulus, v.phase): v.rating
        for v in simulate(study, order=reversed_order)
    }
    assert one == other


def test_sessions_can_be_in_the_order_of_the_study() -> None:
    study = make_study()
    votes = simulate(study, simulated_raters(study, 3), order)
    for row in range(3):
        shown = [v.stimulus for v in votes if v.order_row == row and v.phase == SCORED]
        assert shown == [trial.stimulus for trial in order(study, row)]
    assert len(analyse(study, votes).views[0].subjects) == 3


def test_votes_follow_the_model() -> None:
    """Means find the quality, biases the raters', residuals their inconsistency."""
    study = make_study(clips_per_emotion=20)
    quality = {name: 2.2 + 0.35 * (value - 1) for name, value in default_quality(study).items()}
    raters = simulated_raters(study, 40, 5, RaterModel(quality, bias=0.3, noise=0.5))
    matrix = analyse(study, simulate(study, raters)).matrix
    truth = np.array([quality[stimulus.id] for stimulus in study.stimuli])
    mean_bias = np.mean([rater.bias for rater in raters])
    np.testing.assert_allclose(matrix.mean(axis=1) - mean_bias, truth, atol=0.4)
    assert np.mean(matrix.mean(axis=1) - mean_bias - truth) == pytest.approx(0, abs=0.03)
    biases = np.array([rater.bias for rater in raters]) - mean_bias
    np.testing.assert_allclose(subject_biases(matrix), biases, atol=0.15)
    residuals = (matrix - matrix.mean(axis=1, keepdims=True) - subject_biases(matrix)).std(axis=0)
    inconsistencies = [rater.inconsistency for rater in raters]
    assert np.corrcoef(residuals, inconsistencies)[0, 1] > 0.9


def test_careful_raters_pass_checks_and_careless_ones_do_not_always() -> None:
    study = make_study()
    model = RaterModel(default_quality(study), careless=20)
    raters = simulated_raters(study, 40, 1, model)
    assert [rater.careless for rater in raters] == [False] * 20 + [True] * 20
    votes = simulate(study, raters)
    careful = {rater.subject for rater in raters if not rater.careless}
    checked = [vote for vote in votes if vote.passed is not None]
    assert len(checked) == 40 * 2
    assert all(vote.passed for vote in checked if vote.subject_id in careful)
    share = np.mean([vote.passed for vote in checked if vote.subject_id not in careful])
    assert 0.2 < share < 0.6  # one in five of trapping, three in five of gold


def test_one_rater_answers_a_trial_by_itself() -> None:
    study = make_study()
    (rater,) = simulated_raters(study, 1)
    trapping = next(trial for trial in study.trials if trial.kind == "trapping")
    assert rater.vote(trapping) == 2
    assert rater.vote(study.trials[0]) == simulate(study, [rater])[5].rating
    best = dataclasses.replace(rater, quality=dict.fromkeys(rater.quality, 9.0))
    assert best.vote(study.trials[0]) == 5


def test_each_vote_says_that_it_is_simulated_and_of_which_model() -> None:
    study = make_study()
    votes = simulate(study, simulated_raters(study, 2, 9, RaterModel(default_quality(study), 0.1)))
    model = "bias 0.1, noise 0.6, spread 0.25, careless 0, seed 9"
    assert {vote.app_version for vote in votes} == {f"simulated: {model}"}
    assert simulated_models(votes) == (model,)
    real = [dataclasses.replace(vote, app_version=study.app_version) for vote in votes]
    assert simulated_models(real) == ()
    assert simulated_models([*real, votes[0]]) == (model,)
