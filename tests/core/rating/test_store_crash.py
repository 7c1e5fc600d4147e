"""kill -9 while people vote: what was acknowledged is there, and the session goes on."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.rating.store import VoteStore
from tests.core.rating.vote_stores import make_study, score

KILLS = 25
WAIT = 60.0  # seconds, for a child that never answers

# Goes on with the session that is there, or begins one, and tells each vote once it is kept.
VOTING = """
import sys
from pathlib import Path
from core.rating.store import VoteStore
from core.rating.study_file import read_study
from tests.core.rating.vote_stores import vote

folder = Path(sys.argv[1])
with VoteStore.open(folder, read_study(folder)) as store:
    assert not store.read_only, store.notice
    while True:
        waiting = store.resume_candidates()
        session = waiting[0].session_id if waiting else store.begin().session_id
        position = store.position(session)
        print("at", session, position.place if position else -1, flush=True)
        while position is not None:
            store.log(session, "play started", place=position.place)
            place, position = position.place, vote(store, position)
            print("kept", session, place, flush=True)
        store.finish(session)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_no_acknowledged_vote_is_lost(tmp_path: Path) -> None:
    study = make_study(tmp_path)
    dice = random.Random(5)
    kept: list[tuple[str, int]] = []  # (session, place), acknowledged in all runs
    plans: dict[str, list[object]] = {}
    for _ in range(KILLS):
        told = _voted_until_killed(tmp_path, dice.randint(1, 20), dice.uniform(0.0, 0.02))
        at = next(line for line in told if line[0] == "at")
        unfinished, place = _next_trial(kept, len(study.training) + len(study.trials))
        if unfinished is not None:
            # What was kept just before the kill may not have been told yet.
            assert at[1] == unfinished
            assert int(at[2]) in (place, place + 1, -1)
        kept += [(session, int(number)) for what, session, number in told if what == "kept"]
        with VoteStore.open(tmp_path, study, write=False) as store:
            here = [(v.session_id, v.rating) for v in store.votes()]
            for session in {session for session, _ in kept}:
                ratings = [rating for name, rating in here if name == session]
                places = sorted(number for name, number in kept if name == session)
                assert len(ratings) > places[-1]  # one more may not have been told
                assert ratings == [score(number) for number in range(len(ratings))]
                plan: list[object] = list(store.plan(session))
                assert plans.setdefault(session, plan) == plan
                position = store.position(session)
                assert (position.place if position else len(plan)) == len(ratings)
            assert len(store.resume_candidates()) <= 1
    assert len(kept) > KILLS
    with VoteStore.open(tmp_path, study) as store:
        assert not store.read_only
        assert [record.row for record in store.sessions()] == list(range(len(store.sessions())))


def _voted_until_killed(folder: Path, votes: int, delay: float) -> list[list[str]]:
    """What a child told that was killed `delay` seconds after so many votes were acknowledged."""
    told: list[list[str]] = []
    with subprocess.Popen(
        [sys.executable, "-c", VOTING, str(folder)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        try:
            while sum(line[0] == "kept" for line in told) < votes:
                line = child.stdout.readline()
                assert line.endswith("\n"), "the child ended by itself"
                told.append(line.split())
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(timeout=delay)
        finally:
            child.send_signal(signal.SIGKILL)
        # The last line may have been cut by the kill.
        told += [line.split() for line in child.stdout if line.endswith("\n")]
        assert child.wait(timeout=WAIT) == -signal.SIGKILL
    return told


def _next_trial(kept: list[tuple[str, int]], total: int) -> tuple[str | None, int]:
    """The session that was not ended, and its first trial that was not acknowledged."""
    if not kept or kept[-1][1] == total - 1:
        return None, 0
    return kept[-1][0], kept[-1][1] + 1
