"""Bad playback is marked, and the same clip comes again; a clip that changed is not shown."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.rating.playback import LEAST_DROPPED, MOST_SKEW, Playback, Showing, drift_of
from app.sound.player import Player
from app.sound.silent import SilentCard
from app.theme import LIGHT
from app.views.face_view import FaceView
from core.rating import records
from core.rating.design import Wishes
from core.rating.store import VoteStore
from core.rating.study import Study
from tests.app.rating.conftest import Sit
from tests.app.rating.sittings import KEYS, Seat
from tests.app.rating.studies import make_study
from tests.app.rating.test_participant import texts
from tests.app.studio.fake_card import SPEAKER, FakeCard

SECONDS = 0.4
CLIP = "clip"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "study"


@pytest.fixture
def study(folder: Path) -> Study:
    return make_study(folder, Wishes(seed=7, training=False), seconds=SECONDS)


@pytest.fixture
def store(folder: Path, study: Study) -> Iterator[VoteStore]:
    with VoteStore.open(folder, study) as opened:
        yield opened


@pytest.fixture
def seat(sit: Sit, study: Study, folder: Path, store: VoteStore) -> Iterator[Seat]:
    """Somebody whose first clip has just begun."""
    taken = sit(study, folder, store, card=FakeCard(latency=0.0))
    taken.go_to_trials()
    taken.enter()
    taken.qtbot.waitUntil(lambda: taken.window.trials.playback.phase == CLIP)
    yield taken
    taken.stand_up()


def watch_slowly(seat: Seat) -> None:
    """As a card plays: never more than a picture ahead of the window."""
    playback = seat.window.trials.playback
    seen = [-1]

    def over() -> bool:
        if playback.phase == CLIP and len(playback.showing.shown) != seen[0]:
            seen[0] = len(playback.showing.shown)
            seat.card.advance(0.01)
        return seat.rates or seat.page is not seat.window.trial

    seat.qtbot.waitUntil(over, timeout=10_000)


def of_kind(store: VoteStore, kind: str) -> list[records.Event]:
    return [event for event in store.events() if event.kind == kind]


def test_a_clip_that_plays_well_is_rated_and_measured(seat: Seat, store: VoteStore) -> None:
    watch_slowly(seat)
    assert seat.rates
    assert of_kind(store, records.FAULT) == []
    (played,) = of_kind(store, records.PLAY_ENDED)
    assert played.details["dropped"] == 0
    assert played.details["underruns"] == 0
    assert played.details["fault"] == ""
    pictures = played.details["pictures"]
    assert isinstance(pictures, int)
    assert pictures > SECONDS * 50
    (skew,) = of_kind(store, records.SKEW)
    assert abs(float(str(skew.details["skew_ms"]))) < 20
    assert played.details["width"] == played.details["height"] == 720


def test_pictures_that_were_dropped_are_a_fault(seat: Seat, store: VoteStore) -> None:
    seat.card.advance(0.2)  # the window was busy
    watch_slowly(seat)
    assert seat.title == "That did not play as it should"
    (fault,) = of_kind(store, records.FAULT)
    assert fault.place == 0
    dropped = fault.details["dropped"]
    assert isinstance(dropped, int)
    assert dropped > LEAST_DROPPED
    assert fault.details["underruns"] == 0
    seat.enter()
    seat.qtbot.waitUntil(lambda: seat.window.trials.playback.phase == CLIP)
    watch_slowly(seat)
    seat.press(seat_key(4))
    seat.enter()
    (vote,) = store.votes()
    assert (vote.trial_index, vote.rating, vote.plays) == (0, 4, 2)


def seat_key(score: int) -> Qt.Key:

    return KEYS[score - 1]


def test_a_break_in_the_sound_is_a_fault(seat: Seat, store: VoteStore) -> None:
    seat.card.stream.underflows += 1
    watch_slowly(seat)
    (fault,) = of_kind(store, records.FAULT)
    assert fault.details["fault"] == "the sound broke off 1 times"


def test_a_device_that_goes_stops_the_trial_and_comes_back(seat: Seat, store: VoteStore) -> None:
    seat.card.advance(0.05)
    seat.card.unplug()
    seat.watch()
    assert "The sound stopped" in seat.window.shown.findChildren(QLabel)[1].text()
    assert len(of_kind(store, records.DEVICE_LOST)) == 1
    seat.enter()  # still not there
    seat.watch()
    assert not seat.rates
    assert len(of_kind(store, records.DEVICE_LOST)) == 2
    seat.card.present = [SPEAKER]
    seat.enter()
    seat.qtbot.waitUntil(lambda: seat.window.trials.playback.phase == CLIP)
    watch_slowly(seat)
    assert seat.rates
    assert store.votes() == []


def test_after_several_faults_somebody_is_called(seat: Seat) -> None:
    for _ in range(3):
        seat.qtbot.waitUntil(lambda: seat.window.trials.playback.phase == CLIP)
        seat.card.advance(SECONDS)
        seat.watch()
        text = seat.window.shown.findChildren(QLabel)[1].text()
        seat.enter()
    assert "call the person" in text


def test_a_clip_that_changed_is_not_shown_and_named_to_the_operator_only(
    seat: Seat, study: Study, folder: Path, store: VoteStore
) -> None:
    following = store.plan(seat.sitting.session_id)[1].stimulus
    track = folder / study.stimulus(following).track
    kept = track.read_bytes()
    track.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    watch_slowly(seat)
    seat.press(seat_key(4))
    seat.enter()
    said = seat.window.shown.findChildren(QLabel)[1].text()
    assert said.startswith("This clip cannot be shown. Please call")
    assert said.endswith(f"2 of {len(study.trials)}")
    secrets = {condition.id for condition in study.conditions} | {str(folder)}
    for stimulus in study.stimuli:
        secrets |= {stimulus.track, stimulus.sound, stimulus.clip, Path(stimulus.track).name}
    for text in texts(seat.window):
        assert not any(secret.lower() in text.lower() for secret in secrets), text
    (fault,) = of_kind(store, records.FAULT)
    assert fault.place == 1
    assert study.stimulus(following).track in str(fault.details["reason"])
    assert len(store.votes()) == 1
    track.write_bytes(kept)
    seat.enter()
    assert seat.page is seat.window.trial


def test_a_fault_uses_up_no_replay(sit: Sit, study: Study, folder: Path, store: VoteStore) -> None:
    seat = sit(replace(study, replays=1), folder, store, card=FakeCard(latency=0.0))
    seat.go_to_trials()
    seat.enter()
    playback, replay = seat.window.trials.playback, seat.window.trial.rating.replay
    seat.qtbot.waitUntil(lambda: playback.phase == CLIP)
    seat.card.advance(SECONDS)  # a fault
    seat.watch()
    seat.enter()
    seat.qtbot.waitUntil(lambda: playback.phase == CLIP)
    seat.press(Qt.Key.Key_Escape)
    seat.press(Qt.Key.Key_Escape)
    seat.qtbot.waitUntil(lambda: playback.phase == CLIP)
    watch_slowly(seat)
    assert replay.isVisible()
    replay.click()
    seat.qtbot.waitUntil(lambda: playback.phase == CLIP)
    watch_slowly(seat)
    assert seat.rates
    assert not replay.isVisible()
    seat.press(seat_key(4))
    seat.enter()
    assert [vote.plays for vote in store.votes()] == [4]
    seat.stand_up()


def test_what_is_a_fault() -> None:
    steady = [n / 60 for n in range(121)]
    assert Showing(60.0, 2.0, shown=steady, behind=[0.01] * 121).fault == ""
    held = Showing(60.0, 2.0, shown=steady[:50] + steady[55:], behind=[0.0] * 116)
    assert held.dropped == 5
    assert held.fault == ""
    stuck = Showing(60.0, 2.0, shown=steady[:50] + steady[61:], behind=[0.0] * 110)
    assert stuck.fault == "11 of 120 pictures were dropped"
    assert Showing(60.0, 2.0, shown=steady[:100], behind=[0.0] * 100).dropped == 20
    assert Showing(60.0, 2.0).fault == "119 of 120 pictures were dropped"  # nothing was seen
    late = Showing(60.0, 2.0, shown=steady, behind=[MOST_SKEW + 0.01] * 121)
    assert late.fault == "the picture was 55 ms behind the sound"
    once = Showing(60.0, 2.0, shown=steady, behind=[0.0] * 100 + [0.2] * 21)
    assert once.fault == ""
    assert Showing(60.0, 2.0, shown=steady, underruns=1).fault
    assert Showing(60.0, lost="gone").fault == "gone"


def test_drift_is_measured_while_sound_leaves_the_card() -> None:
    wall = np.arange(0.0, 3.0, 0.016)
    heard = np.clip(1.001 * (wall - 0.5), 0.0, 2.0)  # half a second late, and then too fast
    log = np.column_stack((wall, heard))
    assert drift_of(log, 2.0) == pytest.approx(0.002, abs=2e-4)
    assert drift_of(np.empty((0, 2)), 2.0) == 0.0


@pytest.mark.parametrize(
    ("rate", "wanted"), [(30.0, 30.0), (60.0, 60.0), (144.0, 60.0), (1.0, 60.0)]
)
def test_a_slow_screen_drops_nothing_that_it_could_show(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, rate: float, wanted: float
) -> None:
    screen = SimpleNamespace(refreshRate=lambda: rate)
    monkeypatch.setattr(FaceView, "screen", lambda _face: screen)
    face = FaceView(LIGHT)
    qtbot.addWidget(face)
    player = Player(SilentCard())
    playback = Playback(player, face, 0.0, 60.0)
    assert playback._possible_fps() == wanted
    player.close()
