"""What no test of a window may leave behind, as for the studio; and participants to sit down."""

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from tests.app.rating.sittings import Seat
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
