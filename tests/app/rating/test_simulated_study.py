"""Fifteen simulated raters sit at the real window; the report comes of their votes alone."""

from pathlib import Path

from app.rating.work import make_report, verify
from core.rating.analysis import Options, analyse
from core.rating.design import Wishes
from core.rating.records import FAULT
from core.rating.report import read_collected, read_report_votes, report_files
from core.rating.simulation import RaterModel, default_quality, simulated_raters
from core.rating.store import VoteStore
from tests.app.conftest import Visemo
from tests.app.rating.conftest import Sit
from tests.app.rating.studies import make_study

RATERS = 15


def test_fifteen_raters_at_the_keyboard(sit: Sit, visemo: Visemo, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    wishes = Wishes(seed=3, training=False, trapping=True, no_emotion_twice=True)
    study = make_study(folder, wishes)
    quality = default_quality(study)
    raters = simulated_raters(study, RATERS, seed=11, model=RaterModel(quality, noise=0.5))
    with VoteStore.open(folder, study) as store:
        for rater in raters:
            seat = sit(study, folder, store)
            seat.finish(rater.vote)
            assert seat.outcomes == ["done"]
            seat.stand_up()
        votes = store.votes()
        assert store.overview().done == RATERS
        assert not [event for event in store.events() if event.kind == FAULT]

    # Each vote is the one that the rater meant to give, on the stimulus that was on the screen.
    assert len(votes) == RATERS * len(study.trials)
    given = {(vote.order_row, vote.stimulus): vote.rating for vote in votes}
    meant = {(r.number, t.stimulus): r.vote(t) for r in raters for t in study.trials}
    assert given == meant
    assert {vote.plays for vote in votes} == {1}
    assert verify(folder).problems == ()

    # The report, again from the raw votes beside it, and once more by the command line.
    page = make_report(folder, None, Options())
    kept = read_collected(page.parent)
    again = report_files(*read_report_votes(page.parent), collected=kept)
    assert {p.name: p.read_bytes() for p in page.parent.iterdir()} == again
    ran = visemo("rate", "report", page.parent, "--out", tmp_path / "again")
    assert ran.status == 0
    assert {p.name: p.read_bytes() for p in (tmp_path / "again").iterdir()} == again

    # The model that was made better is found to be better, by nearly what it is.
    pairs = {(pair.first, pair.second): pair for pair in analyse(study, votes).views[0].overall}
    found = pairs["dependent", "combined"]
    assert abs(found.difference.mean - 0.4) < 0.15
    assert found.test.p < 0.01
    assert found.effect > 0.5
