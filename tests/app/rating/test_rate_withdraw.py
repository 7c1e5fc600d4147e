"""`visemo rate withdraw`, `verify` of a changed study, and the first row of a machine."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.commands.rate_withdraw import set_first_row
from core.errors import RatingError
from core.rating.design import Wishes
from core.rating.store import VoteStore
from core.rating.study import Study
from core.rating.study_file import read_study, write_study
from tests.app.conftest import Visemo
from tests.app.rating.operators import fill
from tests.app.rating.studies import make_study


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study in which two have taken part."""
    place = tmp_path / "study"
    make_study(place, Wishes(title="A small study", seed=7, training=False))
    fill(place, read_study(place), whole=2)
    return place


@pytest.fixture
def study(folder: Path) -> Study:
    return read_study(folder)


def test_withdrawing_needs_a_yes(visemo: Visemo, folder: Path, study: Study) -> None:
    with VoteStore.open(folder, study, write=False) as store:
        number = store.sessions()[0].subject_id
    asked = visemo("rate", "withdraw", folder, number)
    assert asked.status != 0
    assert f"deletes the 14 votes and all answers of {number} for good" in asked.err
    assert "--yes" in asked.err
    with VoteStore.open(folder, study, write=False) as store:
        assert len(store.sessions()) == 2
    done = visemo("rate", "withdraw", folder, number, "--yes")
    assert (done.status, done.err) == (0, "")
    with VoteStore.open(folder, study, write=False) as store:
        assert [record.subject_id == number for record in store.sessions()] == [False]
        assert store.overview().withdrawn == 1
    again = visemo("rate", "withdraw", folder, number, "--yes")
    assert f"no participant '{number}'" in again.err


def test_verify_names_what_was_changed(visemo: Visemo, folder: Path, study: Study) -> None:
    assert visemo("rate", "verify", folder).status == 0
    first = replace(study.conditions[0], name="Theirs")
    write_study(replace(study, conditions=(first, *study.conditions[1:])), folder)
    ran = visemo("rate", "verify", folder)
    assert ran.status == 2
    assert f"(name of condition '{first.id}')" in ran.out


def test_the_first_row_is_kept(folder: Path, study: Study) -> None:
    set_first_row(folder, 14)
    with VoteStore.open(folder, study) as store:
        assert store.next_row() == 14
        with pytest.raises(RatingError, match="Another window"):
            set_first_row(folder, 3)
    with pytest.raises(RatingError, match="from 0 to"):
        set_first_row(folder, -1)
    with pytest.raises(RatingError, match="Name the study"):
        set_first_row(None, 3)
