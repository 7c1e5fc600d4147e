"""The recorder on a fake microphone: takes, meter, count, and everything that can go wrong."""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from app.sound import take as take_module
from app.sound.card import Frames
from app.sound.recorder import COUNTING, IDLE, RECORDING, TESTING, Recorder
from app.sound.silent import SilentCard
from app.sound.take import HEADER, Take, recover, recoverable
from core.audio_file import read_clip
from core.errors import AudioFileError
from tests.app.studio.fake_card import MICROPHONE, FakeCard

RATE = 48_000
HALF_STEP = 0.51 / (1 << 23)


def tone(seconds: float, height: float = 0.5) -> Frames:
    t = np.arange(round(seconds * RATE)) / RATE
    return (height * np.sin(2 * np.pi * 200 * t)).astype(np.float32)


@pytest.fixture
def card() -> FakeCard:
    return FakeCard(channels=1)


@pytest.fixture
def recorder(card: FakeCard, qtbot: QtBot) -> Iterator[Recorder]:  # noqa: ARG001
    recorder = Recorder(card)
    yield recorder
    recorder.close()


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    return tmp_path / "takes"


def stopped(recorder: Recorder, qtbot: QtBot) -> Path:
    with qtbot.waitSignal(recorder.finished) as finished:
        recorder.stop()
    path = finished.args[0]
    assert isinstance(path, Path)
    return path


def samples_of(path: Path) -> Frames:
    samples: Frames = soundfile.read(path, dtype="float32")[0]
    return samples


@pytest.mark.parametrize("channels", [1, 2])
def test_a_take(qtbot: QtBot, takes: Path, channels: int) -> None:
    card = FakeCard(channels=channels)
    recorder = Recorder(card)
    states: list[str] = []
    recorder.state_changed.connect(states.append)
    recorder.start(takes, MICROPHONE.id)
    card.speak(tone(0.5))
    qtbot.waitUntil(lambda: recorder.seconds == 0.5)  # as it goes
    card.speak(tone(0.25))
    path = stopped(recorder, qtbot)  # with what has just come
    assert card.opened == [MICROPHONE.id]
    assert card.stream.closed
    assert states == [RECORDING, IDLE]
    info = soundfile.info(path)
    assert (info.samplerate, info.channels, info.subtype) == (RATE, 1, "PCM_24")
    expected = np.concatenate([tone(0.5), tone(0.25)])
    np.testing.assert_allclose(samples_of(path), expected, atol=HALF_STEP)
    assert read_clip(path).duration == pytest.approx(0.75, abs=1e-4)


def test_names_are_times_and_never_taken_twice(takes: Path) -> None:
    now = datetime(2026, 11, 20, 14, 3, 22, tzinfo=UTC)
    names = []
    for _ in range(3):
        take = Take(takes, RATE, now)
        assert take.path.name.endswith(".recording.wav")
        take.write(tone(0.1))
        path = take.finish()
        assert path is not None
        names.append(path.name)
    assert names == [
        "Take 2026-11-20 14.03.22.wav",
        "Take 2026-11-20 14.03.22 (2).wav",
        "Take 2026-11-20 14.03.22 (3).wav",
    ]
    assert sorted(path.name for path in takes.iterdir()) == sorted(names)
    both = Take(takes, RATE, now), Take(takes, RATE, now)
    assert both[0].path != both[1].path
    for take in both:
        take.discard()


def test_the_disk_has_it_at_once(
    card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path
) -> None:
    recorder.start(takes)
    card.speak(tone(0.5))
    qtbot.waitUntil(lambda: recorder.seconds == 0.5)
    (working,) = takes.iterdir()
    assert working.stat().st_size == HEADER.size + 3 * RATE // 2
    np.testing.assert_allclose(samples_of(working), tone(0.5), atol=HALF_STEP)


def test_count(card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path) -> None:
    """By the card's clock, to the sample."""
    counted: list[int] = []
    recorder.counted.connect(counted.append)
    recorder.start(takes, count_in=2.0)
    assert recorder.state == COUNTING
    ramp = (np.arange(round(2.5 * RATE)) / (4.0 * RATE)).astype(np.float32)
    for part in np.split(ramp, 5):
        with qtbot.waitSignal(recorder.levels):  # the meter shows what comes
            card.speak(part)
    assert recorder.state == RECORDING
    assert counted == [2, 1, 0]
    path = stopped(recorder, qtbot)
    np.testing.assert_allclose(samples_of(path), ramp[2 * RATE :], atol=HALF_STEP)


def test_stop_while_counting_leaves_nothing(
    card: FakeCard, recorder: Recorder, takes: Path, qtbot: QtBot
) -> None:
    recorder.start(takes, count_in=3.0)
    card.speak(tone(1.0))
    with qtbot.assertNotEmitted(recorder.finished), qtbot.assertNotEmitted(recorder.problem):
        recorder.stop()
    assert recorder.state == IDLE
    assert list(takes.iterdir()) == []
    assert card.stream.closed


def test_a_count_is_no_longer_than_five_seconds(
    card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path
) -> None:
    with qtbot.waitSignal(recorder.counted) as counted:
        recorder.start(takes, count_in=500.0)
    assert counted.args == [5]
    recorder.stop()
    recorder.start(takes, count_in=-1.0)
    assert recorder.state == RECORDING
    card.speak(tone(0.1))


def test_the_meter(card: FakeCard, recorder: Recorder, qtbot: QtBot, tmp_path: Path) -> None:
    recorder.test()
    assert recorder.state == TESTING

    def level(samples: Frames) -> tuple[float, float, bool]:
        with qtbot.waitSignal(recorder.levels) as seen:
            card.speak(samples)
        peak, rms, clipped = seen.args
        return round(peak, 3), round(rms, 3), clipped

    assert level(tone(0.1)) == (0.5, 0.354, False)
    assert level(0 * tone(0.1)) == (0.0, 0.0, False)
    assert level(tone(0.1, 1.0)) == (1.0, 0.707, True)
    recorder.set_gain(-20.0)
    assert level(tone(0.1)) == (0.05, 0.035, False)
    assert level(tone(0.1, 1.0)) == (0.1, 0.071, True)  # clipped in the card
    recorder.set_gain(20.0)
    assert level(tone(0.1, 0.2))[::2] == (2.0, True)  # clipped in the file
    assert level(np.array([np.nan, np.inf, -np.inf] * 100, np.float32))[2]
    recorder.stop()
    assert recorder.state == IDLE
    assert list(tmp_path.iterdir()) == []


def test_gain_is_in_the_file(card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path) -> None:
    recorder.set_gain(6.0206)
    recorder.start(takes)
    card.speak(tone(0.1, 0.25))
    card.speak(tone(0.1, 0.8))
    samples = samples_of(stopped(recorder, qtbot))
    np.testing.assert_allclose(samples[: RATE // 10], tone(0.1, 0.5), atol=1e-5)
    assert samples[RATE // 10 :].max() == pytest.approx(1.0, abs=1e-6)  # and does not wrap


def test_from_test_to_take(card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path) -> None:
    recorder.test()
    recorder.start(takes)
    assert card.streams[0].closed
    recorder.start(takes)  # again: the first is kept or, as here, held nothing
    card.speak(tone(0.2))
    path = stopped(recorder, qtbot)
    assert len(samples_of(path)) == round(0.2 * RATE)
    assert list(takes.iterdir()) == [path]


def test_starting_over_keeps_the_take(
    card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path
) -> None:
    recorder.start(takes)
    card.speak(tone(0.2))
    with qtbot.waitSignal(recorder.finished) as finished:
        recorder.start(takes)
    assert len(samples_of(finished.args[0])) == round(0.2 * RATE)
    assert recorder.state == RECORDING
    card.speak(tone(0.1))


def test_a_take_without_sound(recorder: Recorder, qtbot: QtBot, takes: Path) -> None:
    recorder.start(takes)
    with qtbot.waitSignal(recorder.problem) as problem:
        recorder.stop()
    assert problem.args == ["Nothing was heard, so there is no take; test the microphone."]
    assert list(takes.iterdir()) == []


def test_unplugged(card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path) -> None:
    recorder.start(takes)
    card.speak(tone(0.4))
    with (
        qtbot.waitSignal(recorder.finished) as finished,
        qtbot.waitSignal(recorder.problem) as problem,
    ):
        card.unplug()
    path = finished.args[0]
    assert problem.args == [
        "The microphone stopped, as when it is unplugged; what was recorded until then is kept "
        f"as '{path.name}'. Plug it in again or choose another one."
    ]
    np.testing.assert_allclose(samples_of(path), tone(0.4), atol=HALF_STEP)
    assert recorder.state == IDLE
    with qtbot.waitSignal(recorder.problem):
        recorder.start(takes)  # still gone
    card.present = [MICROPHONE]
    recorder.start(takes)  # found by looking again
    assert recorder.state == RECORDING
    card.speak(tone(0.1))


def test_a_microphone_that_goes_quiet(
    card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path
) -> None:
    recorder.start(takes)
    card.speak(tone(0.1))
    with qtbot.waitSignal(recorder.finished):
        pass
    assert recorder.state == IDLE


def test_unplugged_while_testing(card: FakeCard, recorder: Recorder, qtbot: QtBot) -> None:
    recorder.test()
    with qtbot.waitSignal(recorder.problem) as problem:
        card.unplug()
    assert "unplugged. Plug it in again" in problem.args[0]
    assert recorder.state == IDLE


def test_full_disk(
    card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.start(takes)
    card.speak(tone(0.3))
    qtbot.waitUntil(lambda: recorder.seconds == 0.3)

    def full(_take: Take, _samples: Frames) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Take, "write", full)
    with (
        qtbot.waitSignal(recorder.finished) as finished,
        qtbot.waitSignal(recorder.problem) as problem,
    ):
        card.speak(tone(0.3))
    path = finished.args[0]
    assert (
        f"(No space left on device); what was recorded until then is kept as '{path.name}'"
        in (problem.args[0])
    )
    np.testing.assert_allclose(samples_of(path), tone(0.3), atol=HALF_STEP)
    assert recorder.state == IDLE


class Narrow:
    """A file on a disk with room for so many bytes."""

    def __init__(self, file: FileIO, room: int) -> None:
        self.file, self.room = file, room

    def write(self, data: memoryview) -> int:
        if self.room == 0:
            raise OSError(28, "No space left on device")
        count = self.file.write(data[: self.room])
        self.room -= count
        return count


def test_half_a_block_on_a_full_disk(takes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fits is kept, whole samples of it."""
    take = Take(takes, RATE)
    take.write(tone(0.1))
    with monkeypatch.context() as patch:
        patch.setattr(take, "_file", Narrow(take._file, 1_001))
        with pytest.raises(OSError, match="No space left"):
            take.write(tone(0.1))
    path = take.finish()
    assert path is not None
    samples = samples_of(path)
    assert len(samples) == RATE // 10 + 332  # an even number of bytes
    np.testing.assert_allclose(samples[: RATE // 10], tone(0.1), atol=HALF_STEP)
    np.testing.assert_allclose(samples[RATE // 10 :], tone(0.1)[:332], atol=HALF_STEP)


def test_a_folder_that_cannot_be(
    card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path
) -> None:
    takes.write_text("a file")
    with qtbot.waitSignal(recorder.problem) as problem:
        recorder.start(takes / "deeper")
    assert "No take can be written to" in problem.args[0]
    assert "choose another folder" in problem.args[0]
    assert recorder.state == IDLE
    assert card.stream.closed


def test_no_microphone(qtbot: QtBot, takes: Path) -> None:
    recorder = Recorder(SilentCard())
    assert recorder.devices() == ()
    for test in (True, False):
        with qtbot.waitSignal(recorder.problem) as problem:
            if test:
                recorder.test()
            else:
                recorder.start(takes)
        assert "no microphone" in problem.args[0]
        assert recorder.state == IDLE
    assert not takes.exists()


def test_devices(card: FakeCard, recorder: Recorder) -> None:
    assert recorder.devices() == (MICROPHONE,)
    card.present = []
    assert recorder.devices() == (MICROPHONE,)
    assert recorder.devices(refresh=True) == ()


def test_a_busy_window_is_owned_up_to(
    card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path
) -> None:
    recorder.start(takes)
    card.speak(tone(10.5))  # with no tick in between
    with qtbot.waitSignal(recorder.problem) as problem:
        path = stopped(recorder, qtbot)
    assert problem.args[0].startswith(f"0.5 s of '{path.name}' were lost")
    assert len(samples_of(path)) == 10 * RATE


def test_a_take_of_eight_hours_ends(
    card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_module, "MOST", 3 * RATE * 3 // 2)
    recorder.start(takes)
    card.speak(tone(1.0))
    with qtbot.waitSignal(recorder.problem) as problem:
        pass
    assert "can be no longer; what was recorded until then is kept" in problem.args[0]
    assert recorder.state == IDLE


def left_by_a_crash(folder: Path, seconds: float, extra: bytes = b"") -> Path:
    take = Take(folder, RATE)
    take.write(tone(seconds))
    take._file.close()  # all that a crash does for it
    with take.path.open("ab") as file:
        file.write(extra)
    return take.path


@pytest.mark.parametrize("extra", [b"", b"\x01", b"\x01\x02"])
def test_recovery(takes: Path, extra: bytes) -> None:
    left = left_by_a_crash(takes, 0.5, extra)
    assert recoverable(takes) == [left]
    path = recover(left)
    assert path.name == left.name.replace(".recording", "")
    assert recoverable(takes) == []
    np.testing.assert_allclose(samples_of(path), tone(0.5), atol=HALF_STEP)
    riff, data = struct.unpack("<4xI32xI", path.read_bytes()[:44])
    assert (riff, data) == (path.stat().st_size - 8, path.stat().st_size - 44)


def test_recovery_overwrites_nothing(takes: Path) -> None:
    left = left_by_a_crash(takes, 0.5)
    other = takes / left.name.replace(".recording", "")
    other.write_text("precious")
    path = recover(left)
    assert path.name == f"{other.stem} (2).wav"
    assert other.read_text() == "precious"


def test_what_is_no_left_over(takes: Path) -> None:
    assert recoverable(takes) == []  # no such folder
    takes.mkdir()
    (takes / "empty.recording.wav").write_bytes(b"")
    (takes / "text.recording.wav").write_text("not a sound at all " * 10)
    (takes / "header.recording.wav").write_bytes(left_by_a_crash(takes, 0.1).read_bytes()[:44])
    (takes / "folder.recording.wav").mkdir()
    (takes / "done.wav").write_bytes(b"")
    (left,) = recoverable(takes)
    assert left.name.startswith("Take ")
    for name in ("empty", "text", "header", "folder", "none"):
        with pytest.raises(AudioFileError, match=f"'{name}.recording.wav' cannot be recovered"):
            recover(takes / f"{name}.recording.wav")


def test_a_take_being_recorded_is_left_alone(
    card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path
) -> None:
    recorder.start(takes)
    card.speak(tone(0.3))
    qtbot.waitUntil(lambda: recorder.seconds == 0.3)
    assert recoverable(takes) == []
    (working,) = takes.iterdir()
    with pytest.raises(AudioFileError, match="it is being recorded"):
        recover(working)
    path = stopped(recorder, qtbot)
    assert len(samples_of(path)) == round(0.3 * RATE)


def test_a_name_that_cannot_be_given(
    card: FakeCard, recorder: Recorder, qtbot: QtBot, takes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.start(takes)
    card.speak(tone(0.3))

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)
    path = stopped(recorder, qtbot)
    monkeypatch.undo()
    assert path.name.endswith(".recording.wav")
    assert len(samples_of(path)) == round(0.3 * RATE)
    assert recoverable(takes) == [path]
    assert list(takes.iterdir()) == [path]
