"""kill -9 in the middle of a session: no vote that was acknowledged is lost."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.rating.design import Wishes
from core.rating.store import VoteStore
from tests.app.rating.studies import make_study

KILLS = 3
VOTES_BEFORE = 4  # each kill
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")


def test_killed_again_and_again(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    study = make_study(folder, Wishes(seed=5, training=False))
    acknowledged: list[int] = []
    plan: list[str] = []
    for number in range(KILLS + 1):
        command = [sys.executable, "-m", "tests.app.rating.killed", str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for line in child.stdout:
                acknowledged.append(int(line.split()[1]))
                if number < KILLS and len(acknowledged) == VOTES_BEFORE * (number + 1):
                    child.kill()
                    break
            else:
                child.wait()
        with VoteStore.open(folder, study) as store:
            (record,) = store.sessions()
            votes = store.votes()
            stored = {vote.trial_index: vote.rating for vote in votes}
            assert {n: n % 5 + 1 for n in acknowledged}.items() <= stored.items()
            plan = plan or [trial.stimulus for trial in store.plan(record.session_id)]
            assert [vote.stimulus for vote in votes] == plan[: len(votes)]
    assert record.state == "done"
    assert acknowledged == sorted(set(acknowledged))  # no trial was shown twice
    assert len(votes) == len(study.trials)
