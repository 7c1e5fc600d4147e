"""The player on a card whose clock the test turns: what is heard, and where the playhead is."""

import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.sound import player as player_module
from app.sound.card import Frames
from app.sound.player import PLAYING, STOPPED, Player
from app.sound.silent import SilentCard
from app.sound.sound import Sound
from tests.app.studio.fake_card import HEADPHONES, FakeCard

RATE = 48_000
BLOCK = 0.01  # seconds, of the card
FADE = 240  # frames
LATENCY = 0.1


def sound_of(samples: Frames, channels: int = 1) -> Sound:
    return Sound(np.ascontiguousarray(samples, dtype=np.float32).ravel(), channels, RATE)


def sweep(seconds: float) -> Frames:
    """A sound no two moments of which are alike, and that a click would stand out of."""
    t = np.arange(round(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * (100 * t + 40 * t**2))).astype(np.float32)


def tone(seconds: float, hertz: float = 200.0) -> Frames:
    t = np.arange(round(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


@pytest.fixture
def card() -> FakeCard:
    return FakeCard(LATENCY)


@pytest.fixture
def player(card: FakeCard, qtbot: QtBot) -> Iterator[Player]:  # noqa: ARG001
    player = Player(card)
    yield player
    player.close()


@pytest.fixture
def run(card: FakeCard, player: Player, qtbot: QtBot) -> Callable[[float], None]:
    """Play on, the window at work in between."""

    def run(seconds: float) -> None:
        for _ in range(round(seconds / 0.05)):
            card.advance(0.05)
            if player.state == PLAYING:
                with qtbot.waitSignal(player.moved):
                    pass

    return run


def longest_silence(sound: Frames) -> int:
    """Frames, of the first channel."""
    quiet = np.concatenate([[False], np.abs(sound[:, 0]) < 1e-4, [False]])
    edges = np.flatnonzero(np.diff(quiet.astype(int)))
    return int(max(edges[1::2] - edges[::2], default=0))


@pytest.mark.parametrize("channels", [1, 2])
def test_what_is_heard_is_the_sound(
    card: FakeCard, player: Player, run: Callable[[float], None], channels: int
) -> None:
    samples = np.stack([sweep(1.0), -0.5 * sweep(1.0)][:channels], axis=1)
    player.load(sound_of(samples, channels))
    player.play()
    run(0.8)
    heard = card.stream.sound[: round(0.8 * RATE)]
    expected = np.repeat(samples, 2 // channels, axis=1)[: len(heard)]
    np.testing.assert_array_equal(heard[FADE:], expected[FADE:])
    assert np.abs(heard[0]).max() < 0.01
    assert player.underruns == 0


def test_one_channel_for_a_card_with_one(qtbot: QtBot) -> None:  # noqa: ARG001
    card = FakeCard(channels=1)
    player = Player(card)
    player.load(sound_of(np.stack([sweep(1.0), np.zeros(RATE)], axis=1), 2))
    player.play()
    card.advance(0.2)
    np.testing.assert_allclose(card.stream.sound[FADE:, 0], 0.5 * sweep(0.2)[FADE:], atol=1e-6)
    player.close()


def test_the_playhead_is_what_leaves_the_card(
    card: FakeCard, player: Player, run: Callable[[float], None]
) -> None:
    player.load(sound_of(sweep(3.0)))
    player.play()
    assert player.position == 0.0
    run(0.05)
    assert player.position == 0.0  # it is on its way, and not heard yet
    for played in (0.5, 1.0, 1.5):
        run(0.5)
        assert player.position == pytest.approx(played + 0.05 - LATENCY, abs=1e-6)
    card.time += 0.004  # within a block
    assert player.position == pytest.approx(1.454, abs=1e-6)


@pytest.mark.parametrize(
    "told",
    [
        lambda _: 0.0,
        lambda moment: moment - 500.0,
        lambda moment: 2 * 1_000.0 - moment,  # backwards
        lambda moment: moment + 1e6,
        lambda _: float("nan"),
        lambda _: float("inf"),
    ],
    ids=["zero", "long ago", "backwards", "far ahead", "nan", "inf"],
)
def test_a_card_that_does_not_know_the_time(
    card: FakeCard, player: Player, run: Callable[[float], None], told: Callable[[float], float]
) -> None:
    player.load(sound_of(sweep(3.0)))
    player.play()
    card.stream.tell = told
    seen: list[float] = []
    player.moved.connect(seen.append)
    run(2.0)
    assert player.position == pytest.approx(2.0 - LATENCY, abs=0.001)
    assert seen == sorted(seen)


def test_a_card_that_loses_the_time_while_playing(
    card: FakeCard, player: Player, run: Callable[[float], None]
) -> None:
    player.load(sound_of(sweep(3.0)))
    player.play()
    run(1.0)
    card.stream.tell = lambda _: 0.0
    run(1.0)
    assert player.position == pytest.approx(2.0 - LATENCY, abs=0.001)


def test_the_window_may_be_busy_for_a_while(card: FakeCard, player: Player) -> None:
    player.load(sound_of(sweep(1.0)))
    player.play()
    card.advance(0.2)
    np.testing.assert_array_equal(card.stream.sound[FADE:, 0], sweep(0.2)[FADE:])
    assert player.underruns == 0


def test_an_underrun_is_silence_that_counts_for_nothing(
    card: FakeCard, player: Player, run: Callable[[float], None], qtbot: QtBot
) -> None:
    player.load(sound_of(sweep(3.0)))
    player.play()
    run(0.5)
    card.advance(1.25)  # with a quarter of a second in the ring
    np.testing.assert_array_equal(card.stream.sound[round(0.76 * RATE) :], 0.0)
    assert player.position == pytest.approx(0.75, abs=0.02)
    qtbot.waitUntil(lambda: player.underruns > 0)
    before = player.position
    run(0.5)
    assert player.position == pytest.approx(before + 0.5 - LATENCY, abs=1e-3)
    heard = card.stream.sound[:, 0]
    sounding = heard[np.abs(heard) > 0]
    expected = sweep(3.0)
    expected = expected[np.abs(expected) > 0][: len(sounding)]
    np.testing.assert_array_equal(sounding[FADE:], expected[FADE:])  # nothing is left out


def test_the_card_breaking_off_is_counted_too(
    card: FakeCard, player: Player, run: Callable[[float], None]
) -> None:
    player.load(sound_of(sweep(3.0)))
    player.play()
    run(0.1)
    card.stream.underflows = 2
    run(0.1)
    card.stream.underflows = 3
    run(0.1)
    assert player.underruns == 3


def test_seek_while_playing(card: FakeCard, player: Player, run: Callable[[float], None]) -> None:
    player.load(sound_of(tone(5.0)))
    player.play()
    run(0.5)
    player.seek(3.0)
    assert player.position == 3.0
    run(0.5)
    assert player.position == pytest.approx(3.5 - LATENCY - FADE / RATE, abs=0.001)
    heard = card.stream.sound[:, 0]
    step = np.abs(np.diff(tone(1.0))).max()
    assert np.abs(np.diff(heard)).max() < 1.5 * step + 0.5 / FADE  # no click
    assert longest_silence(card.stream.sound[FADE:]) < FADE


def test_seek_while_stopped(player: Player, qtbot: QtBot) -> None:
    player.load(sound_of(tone(5.0)))
    with qtbot.waitSignal(player.moved) as moved:
        player.seek(2.5)
    assert moved.args == [2.5]
    player.seek(-3.0)
    assert player.position == 0.0
    player.seek(1e9)
    assert player.position == 5.0


def test_a_loop_has_no_gap(card: FakeCard, player: Player, run: Callable[[float], None]) -> None:
    player.load(sound_of(tone(5.0)))  # the loop holds whole periods, so a seam would be seen
    player.set_loop((2.0, 1.5))
    player.play()
    assert player.position == 1.5
    run(2.0)
    assert player.position == pytest.approx(1.5 + (2.0 - LATENCY) % 0.5, abs=1e-6)
    np.testing.assert_allclose(card.stream.sound[FADE:, 0], tone(2.0)[FADE:], atol=1e-3)
    player.set_loop(None)
    run(1.0)
    assert player.position > 2.2


def test_a_loop_set_while_playing(player: Player, run: Callable[[float], None]) -> None:
    player.load(sound_of(sweep(5.0)))
    player.play()
    run(1.0)
    player.set_loop((0.8, 1.1))
    seen: list[float] = []
    player.moved.connect(seen.append)
    run(2.0)
    assert max(seen) <= 1.1
    assert min(seen[20:]) == pytest.approx(0.8, abs=0.1)
    assert sum(np.diff(seen) < 0) >= 5


def test_a_loop_of_nothing_is_none(player: Player, run: Callable[[float], None]) -> None:
    player.load(sound_of(sweep(1.0)))
    player.set_loop((0.5, 0.5))
    player.seek(0.4)
    player.play()
    run(0.4)
    assert player.position > 0.6


def test_the_end_stops_there(
    card: FakeCard, player: Player, run: Callable[[float], None], qtbot: QtBot
) -> None:
    player.load(sound_of(sweep(0.5)))
    player.play()
    run(0.5)
    assert player.state == PLAYING  # the last of it is still on its way
    with qtbot.waitSignal(player.state_changed) as changed:
        card.advance(0.2)
    assert changed.args == [STOPPED]
    assert player.position == 0.5
    assert player.underruns == 0
    player.play()
    assert player.position == 0.0


def test_stop_goes_back_and_pause_stays(player: Player, run: Callable[[float], None]) -> None:
    player.load(sound_of(sweep(3.0)))
    player.seek(1.0)
    player.toggle()
    run(0.5)
    player.pause()
    assert player.state == STOPPED
    assert player.position == pytest.approx(1.5 - LATENCY, abs=1e-3)
    player.play()
    run(0.5)
    assert player.position == pytest.approx(2.0 - 2 * LATENCY, abs=0.02)
    player.toggle()
    assert player.position == pytest.approx(1.5 - LATENCY, abs=1e-3)


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.8, 1.5, 2.0])
def test_speed_keeps_the_pitch(
    card: FakeCard, player: Player, run: Callable[[float], None], speed: float
) -> None:
    player.load(sound_of(tone(8.0, 220.0)))
    player.set_speed(speed)
    player.play()
    run(2.0)
    assert player.position == pytest.approx((2.0 - LATENCY) * speed, abs=1e-6)
    heard = card.stream.sound[RATE // 4 :, 0]
    spectrum = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    assert np.argmax(spectrum) * RATE / len(heard) == pytest.approx(220.0, abs=2.0)
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.03)


def test_speed_while_playing_repeats_nothing(
    card: FakeCard, player: Player, run: Callable[[float], None]
) -> None:
    player.load(sound_of(tone(8.0)))
    player.play()
    run(1.0)
    seen = [player.position]
    player.moved.connect(seen.append)
    player.set_speed(0.5)
    run(1.0)
    assert player.position == pytest.approx(1.0 + 0.5 * (1.0 - LATENCY), abs=0.01)
    assert seen == sorted(seen)
    assert max(np.diff(seen)) < 0.06
    assert longest_silence(card.stream.sound[FADE:]) < 2 * FADE


@pytest.mark.parametrize(("asked", "speed"), [(0.0, 0.25), (-1.0, 0.25), (9.0, 2.0)])
def test_a_speed_beyond_the_limits(
    player: Player, run: Callable[[float], None], asked: float, speed: float
) -> None:
    player.load(sound_of(sweep(3.0)))
    player.set_speed(asked)
    player.play()
    run(0.5)
    assert player.position == pytest.approx((0.5 - LATENCY) * speed, abs=1e-6)


def test_shuttle(card: FakeCard, player: Player, run: Callable[[float], None]) -> None:
    player.load(sound_of(sweep(5.0)))
    player.seek(3.0)
    player.shuttle(-1)
    run(0.5)
    assert player.position == pytest.approx(2.5 + LATENCY, abs=1e-6)
    expected = sweep(3.0)[::-1][: RATE // 2]
    np.testing.assert_array_equal(card.stream.sound[FADE:, 0], expected[FADE:])
    player.shuttle(-2)
    run(0.5)
    assert player.position == pytest.approx(1.5 + 2 * LATENCY, abs=0.02)
    player.shuttle(2)
    run(0.5)
    assert player.position == pytest.approx(2.5 - 2 * LATENCY, abs=0.03)
    player.shuttle(0)
    assert player.state == STOPPED
    player.seek(0.2)
    player.shuttle(-2)
    run(0.1)
    card.advance(0.2)


def test_shuttle_again_is_twice_as_fast_up_to_two(
    player: Player, run: Callable[[float], None]
) -> None:
    player.load(sound_of(sweep(9.0)))
    player.seek(4.0)
    for direction in (1, -1):
        player.pause()
        player.seek(4.0)
        player.shuttle(direction)
        run(0.5)
        assert player.position == pytest.approx(4.0 + direction * (0.5 - LATENCY), abs=0.01)
        for _again in range(3):  # held at 2
            player.shuttle(direction)
        run(0.3)  # the card has some left at 1
        before = player.position
        run(0.5)
        assert direction * (player.position - before) == pytest.approx(1.0, abs=0.05)
    player.shuttle(1)  # the other way begins at 1
    run(0.3)
    before = player.position
    run(0.5)
    assert player.position - before == pytest.approx(0.5, abs=0.05)
    player.shuttle(0)
    assert player.state == STOPPED


def test_another_speed_keeps_the_direction(player: Player, run: Callable[[float], None]) -> None:
    player.load(sound_of(sweep(9.0)))
    player.seek(6.0)
    player.shuttle(-1)
    run(0.5)
    player.set_speed(0.5)
    run(0.3)
    before = player.position
    run(1.0)
    assert player.position - before == pytest.approx(-0.5, abs=0.05)


def test_backwards_to_the_beginning(card: FakeCard, player: Player, qtbot: QtBot) -> None:
    player.load(sound_of(sweep(1.0)))
    player.seek(0.1)
    player.shuttle(-1)
    with qtbot.waitSignal(player.state_changed) as changed:
        card.advance(0.3)
    assert changed.args == [STOPPED]
    assert player.position == 0.0
    player.shuttle(-1)  # from the end, then
    assert player.position == 1.0


def test_scrub(card: FakeCard, player: Player, qtbot: QtBot) -> None:
    player.load(sound_of(sweep(5.0)))
    player.scrub(2.0)
    assert (player.position, player.state) == (2.0, STOPPED)
    card.advance(0.2)
    heard = card.stream.sound[:, 0]
    grain = heard[np.abs(heard) > 0]
    assert len(grain) == pytest.approx(0.08 * RATE, abs=20)
    place = 2 * RATE + 1_000
    np.testing.assert_array_equal(heard[1_000:2_000], sweep(5.0)[place : place + 1_000])
    assert np.abs(np.diff(heard)).max() < 0.03
    player.scrub(3.0)
    player.scrub(4.0)  # while the one before sounds: heard when there is room
    card.advance(0.08)

    def sounds() -> bool:
        card.advance(BLOCK)
        return bool(np.abs(card.stream.heard[-1]).max() > 0.1)

    qtbot.waitUntil(sounds)
    player.end_scrub()
    assert (player.position, player.state) == (4.0, STOPPED)


def test_scrub_while_playing_goes_on_from_there(
    card: FakeCard, player: Player, run: Callable[[float], None]
) -> None:
    player.load(sound_of(sweep(5.0)))
    player.play()
    run(0.5)
    player.scrub(3.0)
    card.advance(0.5)
    assert (player.position, player.state) == (3.0, PLAYING)
    player.end_scrub()
    run(0.5)
    assert player.position == pytest.approx(3.5 - LATENCY, abs=0.01)
    player.end_scrub()  # once more changes nothing
    assert player.state == PLAYING


def test_volume(card: FakeCard, player: Player, run: Callable[[float], None]) -> None:
    player.load(sound_of(tone(3.0)))
    player.set_volume(0.5)
    player.play()
    run(0.2)
    player.set_volume(7.0)
    run(0.2)
    player.set_volume(-1.0)
    run(0.2)
    loud = [np.abs(part).max() for part in np.split(card.stream.sound[:, 0], 6)]
    assert loud[1] == pytest.approx(0.25, rel=0.01)
    assert loud[3] == pytest.approx(0.5, rel=0.01)
    assert loud[5] == 0.0
    assert np.abs(np.diff(card.stream.sound[:, 0])).max() < 0.02


def test_nothing_to_play(player: Player, card: FakeCard) -> None:
    for sound in (None, sound_of(np.empty(0, np.float32))):
        player.load(sound)
        player.play()
        player.shuttle(-1)
        player.scrub(1.0)
        player.end_scrub()
        player.seek(1.0)
        assert (player.state, player.position, player.duration) == (STOPPED, 0.0, 0.0)
    player.set_loop((1.0, 2.0))
    player.set_speed(0.5)
    player.stop()
    assert card.opened.count(None) <= 1


def test_another_clip_stops_the_first(player: Player, run: Callable[[float], None]) -> None:
    player.load(sound_of(sweep(5.0)))
    player.set_loop((1.0, 2.0))
    player.play()
    run(0.3)
    player.load(sound_of(sweep(1.0)))
    assert (player.state, player.position, player.duration) == (STOPPED, 0.0, 1.0)
    player.play()
    run(0.3)
    assert player.position == pytest.approx(0.2, abs=0.01)


def test_a_device_that_goes_and_comes_back(
    card: FakeCard, player: Player, run: Callable[[float], None], qtbot: QtBot
) -> None:
    player.load(sound_of(sweep(30.0)))
    player.play()
    run(0.5)
    with qtbot.waitSignal(player.problem) as problem:
        card.unplug()
    assert "Plug it in again or choose another one" in problem.args[0]
    assert player.state == STOPPED
    assert player.position == pytest.approx(0.4, abs=0.01)
    assert card.streams[0].closed
    with qtbot.waitSignal(player.silent_changed) as silent:
        player.play()
    assert card.refreshed == 1
    assert "not there; plug it in" in silent.args[0]
    assert player.silent_reason == silent.args[0]
    qtbot.waitUntil(lambda: player.position > 0.5)  # by the computer's clock
    player.pause()
    card.present = [HEADPHONES]
    with qtbot.waitSignal(player.silent_changed) as silent:
        player.play()
    assert silent.args == [""]
    run(0.3)
    assert np.abs(card.stream.sound).max() > 0.3


def test_a_card_that_no_longer_asks(player: Player, qtbot: QtBot, card: FakeCard) -> None:
    player.load(sound_of(sweep(3.0)))
    player.play()
    card.advance(0.1)
    with qtbot.waitSignal(player.problem):
        pass
    assert player.state == STOPPED


def test_another_device_goes_on_from_there(
    card: FakeCard, player: Player, run: Callable[[float], None]
) -> None:
    player.load(sound_of(sweep(5.0)))
    player.play()
    run(0.5)
    player.use_device(HEADPHONES.id)
    assert card.opened == [None, HEADPHONES.id]
    assert card.streams[0].closed
    assert player.state == PLAYING
    run(0.5)
    assert player.position == pytest.approx(0.9 - LATENCY, abs=0.02)


def test_without_a_card(qtbot: QtBot) -> None:
    player = Player(SilentCard(), "There is no card.")
    player.load(sound_of(sweep(0.3)))
    player.play()
    qtbot.waitUntil(lambda: player.state == STOPPED)
    assert player.position == pytest.approx(0.3)
    log = player.skew_log()
    late = (log[:, 0] - log[0, 0]) - (log[:, 1] - log[0, 1])
    assert len(log) > 5
    assert np.abs(late[:-1]).max() < 0.03  # in step with the computer's clock
    assert player.silent_reason == "There is no card."
    player.close()


def test_closing_while_playing(
    card: FakeCard, player: Player, run: Callable[[float], None]
) -> None:
    player.load(sound_of(sweep(3.0)))
    player.play()
    run(0.3)
    player.close()
    assert card.stream.closed
    assert player.state == STOPPED
    assert player.position == pytest.approx(0.2, abs=0.01)
    player.play()
    run(0.3)
    assert player.position == pytest.approx(0.4, abs=0.02)


def test_the_card_is_given_back_when_idle(
    card: FakeCard, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player_module, "IDLE_MS", 20)
    player = Player(card)
    player.load(sound_of(sweep(3.0)))
    player.seek(1.0)
    player.play()
    card.advance(0.1)
    player.pause()
    qtbot.waitUntil(lambda: card.stream.closed)
    assert player.position == pytest.approx(1.0, abs=0.01)
    player.play()
    assert len(card.streams) == 2
    player.close()


def test_any_order_of_actions(card: FakeCard, player: Player, qtbot: QtBot) -> None:
    """The playhead stays in the clip, and what is heard is sound within full scale."""
    dice = np.random.default_rng(5)
    sounds = [None, *(sound_of(tone(seconds)) for seconds in (0.001, 0.3, 2.0, 7.0))]
    shown: list[float] = []
    player.moved.connect(shown.append)
    for _ in range(600):
        second = float(dice.uniform(-1.0, 8.0))
        actions: list[Callable[[], None]] = [
            lambda: player.load(sounds[dice.integers(len(sounds))]),
            player.play,
            player.pause,
            player.stop,
            player.toggle,
            player.end_scrub,
            player.close,
            partial(player.seek, second),
            partial(player.scrub, second),
            partial(player.set_loop, (second, float(dice.uniform(-1.0, 8.0)))),
            lambda: player.set_loop(None),
            lambda: player.set_speed(float(dice.uniform(0.0, 3.0))),
            lambda: player.shuttle(int(dice.integers(-2, 3))),
            lambda: player.use_device([None, HEADPHONES.id][dice.integers(2)]),
        ]
        actions[dice.integers(len(actions))]()
        assert 0.0 <= player.position <= player.duration
        assert player.state in (STOPPED, PLAYING)
        if card.streams and card.stream.active:
            card.advance(float(dice.uniform(0.0, 0.3)))
        if player.state == PLAYING and dice.random() < 0.7:
            with qtbot.waitSignal(player.moved, timeout=500, raising=False):
                pass
    heard = np.concatenate([stream.sound for stream in card.streams if stream.heard])
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() <= 1.0
    assert np.abs(heard).std() > 0.05
    assert len(shown) > 300


def test_many_clips_leave_no_memory(card: FakeCard, player: Player, qtbot: QtBot) -> None:
    """Play, scrub, open and close; what is counted are the bytes that Python and numpy hold."""
    sound = sound_of(tone(3.0))

    def use() -> None:
        player.load(sound)
        player.set_speed(1.5)
        player.play()
        with qtbot.waitSignal(player.moved):
            card.advance(0.1)
        player.scrub(1.0)
        card.advance(0.1)
        player.close()
        card.streams.clear()

    tracemalloc.start()
    try:
        for _ in range(20):
            use()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(60):
            use()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 60 * 1_000  # a stretch of sound in one use would be a hundred times as much
