"""A disk that is full or cannot be read: the trial waits, says so, and goes on."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.rating import participant
from core.errors import RatingError
from core.rating.schema import DiskFull
from core.rating.store import VoteStore
from core.rating.study import Study
from tests.app.rating.conftest import Sit
from tests.app.rating.sittings import Seat

TAB = Qt.Key.Key_Tab


def test_a_full_disk_is_waited_for(
    seat: Seat, store: VoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.enter()
    seat.watch()
    tries: list[tuple[object, ...]] = []
    commit = store.commit_vote

    def full(*vote: object) -> None:
        tries.append(vote)
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(store, "commit_vote", full)
    seat.press(Qt.Key.Key_4)
    seat.enter()
    rating = seat.window.trial.rating
    assert "The disk is full." in rating.note.text()
    assert rating.note.isVisible()
    assert not rating.scale.isEnabled()
    seat.press(Qt.Key.Key_1)  # it is given, and stays as it was given
    seat.enter()  # Try now
    assert len(tries) == 2
    assert seat.rates
    monkeypatch.setattr(store, "commit_vote", commit)
    seat.enter()
    assert not rating.note.isVisible()
    assert [vote.rating for vote in store.votes()] == [4]
    assert len({vote[2] for vote in tries}) == 1  # the time to decide does not grow with waiting
    seat.rate(2)
    assert [vote.rating for vote in store.votes()] == [4, 2]


def test_a_full_disk_is_tried_by_itself(
    sit: Sit, study: Study, folder: Path, store: VoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participant, "RETRY_MS", 20)
    seat = sit(study, folder, store)
    begin, tries = store.begin, []

    def full(**_machine: object) -> None:
        tries.append(1)
        if len(tries) > 2:
            monkeypatch.setattr(store, "begin", begin)
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(store, "begin", full)
    seat.enter()
    assert seat.title == "Welcome"
    seat.qtbot.waitUntil(lambda: seat.title == "Your number is")
    assert len(tries) == 3
    assert store.overview().partial == 1


def test_a_disk_that_cannot_be_read_is_waited_for(
    seat: Seat, store: VoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat.enter()
    seat.watch()
    position = seat.sitting.position

    def unread() -> None:
        raise RatingError("The votes cannot be read.")

    monkeypatch.setattr(seat.sitting, "position", unread)
    seat.press(Qt.Key.Key_4)
    seat.enter()
    assert "The votes cannot be read." in seat.window.trial.rating.note.text()
    assert [vote.rating for vote in store.votes()] == [4]
    monkeypatch.setattr(seat.sitting, "position", position)
    seat.enter()
    seat.rate(2)
    assert [vote.rating for vote in store.votes()] == [4, 2]


def test_one_can_leave_while_the_disk_is_full(
    seat: Seat, store: VoteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(participant, "RETRY_MS", 10)
    seat.enter()
    seat.rate(4)
    seat.watch()

    def full(*_vote: object) -> None:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(store, "commit_vote", full)
    seat.press(Qt.Key.Key_5)
    seat.enter()
    seat.window.close()
    seat.press(TAB)
    seat.enter()
    assert seat.outcomes == ["left"]
    assert [vote.rating for vote in store.votes()] == [4]
    assert store.overview().partial == 1
