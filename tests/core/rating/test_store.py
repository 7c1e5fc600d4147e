"""Votes are kept, in order, once, and only where they belong."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import RatingError
from core.rating import orders
from core.rating.records import CLOCK_BACK, FAULT, PLAY_STARTED, VOTED, is_code, new_code
from core.rating.schema import VOTES
from core.rating.store import VoteStore
from core.rating.study import SCORED, TRAINING, Study
from tests.core.rating.vote_stores import (
    Clock,
    changed,
    make_study,
    score,
    take_part,
    vote,
)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return make_study(tmp_path)


def test_a_session_goes_through_training_and_the_order_of_its_row(
    tmp_path: Path, study: Study
) -> None:
    with VoteStore.open(tmp_path, study, clock=Clock()) as store:
        assert not store.read_only
        record = store.begin(machine={"system": "Linux", "cores": 2})
        expected = [*study.training, *orders.order(study, 0)]
        position = store.position(record.session_id)
        for place, trial in enumerate(expected):
            assert position is not None
            assert (position.place, position.trial) == (place, trial)
            assert position.trial_index == (place if trial.phase == TRAINING else place - 2)
            assert position.phase_total == (2 if trial.phase == TRAINING else 10)
            position = store.commit_vote(position, score(place), 1000 + place, 2)
        assert position is None
        code = store.finish(record.session_id)
        assert store.finish(record.session_id) == code
        assert store.machine(record.session_id) == {"system": "Linux", "cores": 2}
        votes = store.votes()
    assert [vote.rating for vote in votes] == [score(place) for place in range(12)]
    assert [vote.stimulus for vote in votes] == [trial.stimulus for trial in expected]
    assert [vote.phase for vote in votes] == [TRAINING] * 2 + [SCORED] * 10
    first = votes[2]
    shown = study.stimulus(first.stimulus)
    assert (first.clip, first.emotion, first.condition) == (
        shown.clip, shown.emotion, shown.condition,
    )  # fmt: skip
    assert (first.subject_id, first.seed, first.order_row) == (record.subject_id, 7, 0)
    assert (first.rating_time_ms, first.plays, first.complete) == (1002, 2, True)
    # begun, two of training, and the third a second each
    assert first.timestamp_utc == "2026-01-02T03:04:09.000Z"
    by_kind = {vote.kind: vote for vote in votes}
    assert by_kind["gold"].passed is (by_kind["gold"].rating >= 4)
    assert by_kind["trapping"].passed is (by_kind["trapping"].rating == 2)
    assert by_kind["plain"].passed is None


def test_a_vote_is_given_once_and_in_turn(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        session = store.begin().session_id
        first = store.position(session)
        assert first is not None
        second = store.commit_vote(first, 3, 500, 1)
        assert second is not None
        assert store.commit_vote(first, 3, 500, 1) == second  # the same again: acknowledged again
        assert len(store.votes()) == 1
        with pytest.raises(RatingError, match="has a vote already"):
            store.commit_vote(first, 4, 500, 1)
        ahead = replace(second, place=2, trial_index=0, trial=study.trials[0])
        with pytest.raises(RatingError, match=r"Trial 1 of scored is not .* trial 2 of training"):
            store.commit_vote(ahead, 4, 500, 1)
        for rating in (0, 6):
            with pytest.raises(ValueError, match="from 1 to 5"):
                store.commit_vote(second, rating, 500, 1)
        with pytest.raises(RatingError, match="no vote yet on trial 2 of training"):
            store.finish(session)
        with pytest.raises(RatingError, match="There is no session"):
            store.position("0" * 16)
        assert [v.rating for v in store.votes()] == [3]


def test_a_session_is_resumed_where_it_was(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        session = take_part(store, 5)
        before, plan = store.position(session), store.plan(session)
    with VoteStore.open(tmp_path, study) as store:
        (candidate,) = store.resume_candidates()
        assert (candidate.session_id, candidate.done, candidate.total) == (session, 5, 12)
        assert store.position(session) == before
        assert store.plan(session) == plan
        assert not any(vote.complete for vote in store.votes())


def test_a_technical_fault_repeats_the_trial(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        session = take_part(store, 4)
        unrated = store.position(session)
        assert unrated is not None
        assert store.fault(session, 4, {"skew": 0.3}) == unrated
        again = store.fault(session, 3)
        assert (again.place, again.attempt) == (3, 1)
        with pytest.raises(RatingError, match="not shown yet"):
            store.fault(session, 5)
        assert store.commit_vote(again, 5, 700, 1) == unrated
        found = [(v.trial_index, v.rating, v.technical_fault) for v in store.votes()[-2:]]
        assert found == [(1, score(3), True), (1, 5, False)]
        faults = [(e.place, e.details) for e in store.events(session) if e.kind == FAULT]
        assert faults == [(4, {"skew": 0.3}), (3, {})]


def test_rows_are_used_evenly_and_those_of_abandoned_sessions_again(
    tmp_path: Path, study: Study
) -> None:
    with VoteStore.open(tmp_path, study) as store:
        take_part(store)
        given_up = take_part(store, 3)
        take_part(store, 1)
        assert [record.row for record in store.sessions()] == [0, 1, 2]
        assert store.next_row() == 3
        store.abandon(given_up)
        assert store.next_row() == 1
        with pytest.raises(RatingError, match="was set aside; begin a new one"):
            vote(store, store.position(given_up))
        overview = store.overview()
        assert (overview.done, overview.partial, overview.abandoned) == (1, 1, 1)
        assert overview.next_row == 1
        assert overview.free_bytes > 0
        told = repr(overview)
        assert not any(name in told for name in ("dependent", "combined", "rating"))
        assert len(store.votes()) == 12 + 3 + 1


def test_answers_can_be_changed_until_the_end(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        session = take_part(store, 0)
        store.answer(session, "age", "31")
        store.answer(session, "age", "32")
        with pytest.raises(ValueError, match="unknown question 'name', expected one of age, note"):
            store.answer(session, "name", "Ada")
        assert [(a.question, a.value) for a in store.answers()] == [("age", "32")]


def test_a_clock_set_back_is_noted_and_changes_no_order(tmp_path: Path, study: Study) -> None:
    clock = Clock()
    with VoteStore.open(tmp_path, study, clock=clock) as store:
        session = take_part(store, 3)
    clock.now -= timedelta(days=400)
    with VoteStore.open(tmp_path, study, clock=clock) as store:
        vote(store, store.position(session))
        vote(store, store.position(session))
        later = take_part(store, 1)
        assert [record.session_id for record in store.sessions()] == [session, later]
        assert [v.rating for v in store.votes()] == [1, 2, 3, 4, 5, 1]
        events = store.events()
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    back = [event for event in events if event.kind == CLOCK_BACK]
    assert len(back) == 1
    assert back[0].details["from"] == "2026-01-02T03:04:09.000Z"
    assert back[0].details["to"] == "2024-11-28T03:04:10.000Z"
    places = [event.place for event in events if event.kind == VOTED]
    assert places == [0, 1, 2, 3, 4, 0]


def test_events_are_logged(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        session = take_part(store, 0)
        store.log(session, PLAY_STARTED, {"device": "Lautsprecher 😀"}, place=0)
        with pytest.raises(ValueError, match="unknown event 'dance', expected one of begun"):
            store.log(session, "dance")
        with pytest.raises(ValueError, match="from 0 to 11"):
            store.log(session, PLAY_STARTED, place=12)
        assert store.events(session)[-1].details == {"device": "Lautsprecher 😀"}
        (level,) = store._connection.execute("PRAGMA synchronous").fetchone()
        assert level == 2  # FULL again


def test_the_second_window_only_looks(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as first:
        session = take_part(first, 2)
        with VoteStore.open(tmp_path, study) as second:
            assert second.read_only
            assert "Another window is running this study" in second.notice
            assert len(second.votes()) == 2
            position = second.position(session)
            assert position is not None
            for refused in (second.begin, lambda: second.commit_vote(position, 3, 1, 1),
                            lambda: second.withdraw(session)):  # fmt: skip
                with pytest.raises(RatingError, match="Another window"):
                    refused()
            vote(first, position)
            assert len(second.votes()) == 3
    with VoteStore.open(tmp_path, study) as third:
        assert not third.read_only
    with VoteStore.open(tmp_path, study, write=False) as looking:
        assert looking.read_only
        assert len(looking.votes()) == 3


def test_votes_of_another_study_are_refused(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        take_part(store, 1)
    with pytest.raises(RatingError, match="holds votes of study 00112233445566aa, not of"):
        VoteStore.open(tmp_path, replace(study, id="f" * 16))
    with pytest.raises(RatingError, match="neutral0--dependent changed since"):
        VoteStore.open(tmp_path, changed(study))
    with pytest.raises(RatingError, match="another design"):
        VoteStore.open(tmp_path, replace(study, seed=8))


def test_rows_begin_where_the_machine_was_told(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        store.set_first_row(20)
        take_part(store)
        store.abandon(take_part(store, 1))
        assert store.next_row() == 21
        with pytest.raises(RatingError, match="from 0 to"):
            store.set_first_row(-1)
    with VoteStore.open(tmp_path, study) as store:
        assert (store.first_row, store.overview().next_row) == (20, 21)
        assert [record.row for record in store.sessions()] == [20, 21]


def test_votes_of_a_newer_version_are_refused(tmp_path: Path, study: Study) -> None:
    VoteStore.open(tmp_path, study).close()
    connection = sqlite3.connect(tmp_path / VOTES)
    connection.execute("PRAGMA user_version = 2")
    connection.close()
    before = (tmp_path / VOTES).read_bytes()
    with pytest.raises(RatingError, match=r"newer version.*format 2; this one reads 1.*update"):
        VoteStore.open(tmp_path, study)
    assert (tmp_path / VOTES).read_bytes() == before


def test_a_file_of_another_program_is_refused(tmp_path: Path, study: Study) -> None:
    connection = sqlite3.connect(tmp_path / VOTES)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(RatingError, match="holds no votes of Visemo"):
        VoteStore.open(tmp_path, study)


def test_folders_that_cannot_hold_votes(tmp_path: Path, study: Study) -> None:
    with pytest.raises(RatingError, match="choose the folder of a study"):
        VoteStore.open(tmp_path / "nowhere", study)
    with pytest.raises(RatingError, match="There are no votes in"):
        VoteStore.open(tmp_path, study, write=False)
    (tmp_path / VOTES).mkdir()
    with pytest.raises(RatingError, match="is not a file"):
        VoteStore.open(tmp_path, study)


def test_codes_tell_a_wrong_letter_and_two_changed_round() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    code = codes.pop()
    assert is_code(f" {code.lower()} ")
    letters = code.replace("-", "")
    for place in range(8):
        other = "2" if letters[place] != "2" else "3"
        assert not is_code(letters[:place] + other + letters[place + 1 :])
    for place in range(7):
        one, two = letters[place], letters[place + 1]
        turned = letters[:place] + two + one + letters[place + 2 :]
        assert is_code(turned) == (one == two)
    assert not is_code("")
    assert not is_code(code + "2")
    assert not is_code("ÄÖÜ0-1ILO")
