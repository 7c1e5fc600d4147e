"""How long a participant waits for a vote: `python -m tests.benchmarks.rating_store [FOLDER]`.

Milliseconds of `commit_vote`, until the vote is on the disk of FOLDER (default: a
temporary one), in an empty store and in one of a thousand sessions; beside it the
disk's own time for a write of 4 KB that is waited for.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from core.rating.reading import SessionRows
from core.rating.store import VoteStore
from tests.core.rating.vote_stores import make_study, vote

SESSIONS = 1_000
MEASURED = 20  # sessions of 18 trials


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - begun)


def line(name: str, spent: list[float]) -> None:
    """Median, 95th percentile and worst."""
    spent = sorted(spent)
    print(
        f"{name:34} median {statistics.median(spent):6.2f} ms   "
        f"95 % {spent[int(0.95 * len(spent))]:6.2f} ms   worst {spent[-1]:6.2f} ms"
    )


def measure(store: VoteStore, name: str) -> None:
    """Sessions one after another."""
    votes, logs, ends = [], [], []
    for _ in range(MEASURED):
        session = store.begin().session_id
        log, finish = partial(store.log, session, "play started"), partial(store.finish, session)
        while (position := store.position(session)) is not None:
            logs.append(timed(log))
            votes.append(timed(partial(vote, store, position)))
        ends.append(timed(finish))
    line(f"vote, {name}", votes)
    line(f"event, {name}", logs)
    line(f"end and backup, {name}", ends)


def measure_disk(folder: Path) -> None:
    """What no store can be faster than."""
    with (folder / "probe").open("wb", buffering=0) as stream:

        def write() -> None:
            stream.write(b"\0" * 4096)
            os.fsync(stream.fileno())

        line("the disk alone", [timed(write) for _ in range(200)])


def fill(store: VoteStore) -> None:
    """Copies of one session under other ids, as they are joined from other machines."""
    rows = store.rows(store.sessions()[0].session_id)
    copies = []
    for number in range(SESSIONS):
        name = f"{number:016x}"
        trials, votes, answers, events = (
            tuple((name, *row[1:]) for row in table)
            for table in (rows.trials, rows.votes, rows.answers, rows.events)
        )
        session = (name, *rows.session[1:-1], name)
        copies.append(SessionRows(session, trials, votes, answers, events))
    store.add(copies)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as name:
        folder = Path(name)
        study = make_study(folder, clips=7)
        measure_disk(folder)
        with VoteStore.open(folder, study) as store:
            measure(store, "empty")
            fill(store)
            measure(store, f"{SESSIONS} sessions")
            line("all votes read", [timed(store.votes) for _ in range(3)])
        opening = timed(lambda: VoteStore.open(folder, study).close())
        print(f"opening, checked                   {opening:.0f} ms")


if __name__ == "__main__":
    main()
