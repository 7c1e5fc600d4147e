"""What no test of a window may leave behind, as for the studio; and participants to sit down."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.jobs import JobRunner
from app.rating.operator import OperatorWindow
from core.rating.store import VoteStore
from core.rating.study import Study
from core.rating.study_file import read_study
from tests.app.rating.operators import make_window
from tests.app.rating.sittings import Seat
from tests.app.rating.studies import PLAIN, make_study
from tests.app.studio.conftest import _nothing_left, _only_new_objects, _own_settings

Sit = Callable[..., Seat]

__all__ = ["Sit", "_nothing_left", "_only_new_objects", "_own_settings"]


@pytest.fixture
def sit(qtbot: QtBot) -> Iterator[Sit]:
    """Have a participant sit down: `sit(study, folder, store)`; they leave with the test."""
    seats: list[Seat] = []

    def take(*place: object, **rest: object) -> Seat:
        seats.append(Seat(qtbot, *place, **rest))  # type: ignore[arg-type]
        return seats[-1]

    yield take
    for seat in seats:
        seat.stand_up()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study without questions and practice; nothing in it is changed."""
    place = tmp_path_factory.mktemp("studies") / "study"
    make_study(place, PLAIN)
    return place


@pytest.fixture
def study(folder: Path) -> Study:
    return read_study(folder)


@pytest.fixture
def store(folder: Path, study: Study) -> Iterator[VoteStore]:
    """Its votes, at first none."""
    for file in folder.glob("votes*"):
        file.unlink()
    with VoteStore.open(folder, study) as opened:
        yield opened


@pytest.fixture
def seat(sit: Sit, study: Study, folder: Path, store: VoteStore) -> Seat:
    """Somebody who has come to the announcement of the first clip."""
    taken = sit(study, folder, store)
    taken.go_to_trials()
    return taken


@pytest.fixture
def operator(qtbot: QtBot, weights: Path) -> Iterator[OperatorWindow]:
    """A window with nothing open."""
    runner = JobRunner()
    window = make_window(qtbot, runner, weights)
    yield window
    if window.participant is not None:
        window.participant.leave()
    window.close()
    window.problems.close()
    assert runner.close(10.0)
