"""What is played, before it comes to a card: decoding, ring, tape and stretch."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import core.spool
from app.sound.card import Frames
from app.sound.ring import Ring
from app.sound.sound import Sound, decode
from app.sound.stretch import SEARCH, Stretch
from app.sound.tape import Tape
from core.errors import AudioFileError, Cancelled
from tests.app.studio.pulse import click_places, clicks
from tests.core.sounds import Notes, encoded, pcm16, plain_wav, saved, tone

RATE = 48_000
FADE = 240


def sound_of(samples: NDArray[np.floating]) -> Sound:
    return Sound(samples.astype(np.float32), 1, RATE)


def ramp(count: int) -> Sound:
    """Each frame is its number."""
    return sound_of(np.arange(count, dtype=np.float32))


def played(reader: Tape | Stretch, count: int, step: int) -> Frames:
    """Up to `count` frames, read `step` at a time."""
    parts = [reader.read(min(step, count - at)) for at in range(0, count, step)]
    return np.concatenate(parts)[:, 0]


# Decoding


@pytest.mark.parametrize("rate", [8_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_decoded_at_the_rate_of_the_card(tmp_path: Path, rate: int, channels: int) -> None:
    columns = [tone(1.0, rate), 0.5 * tone(1.0, rate, 330.0)][:channels]
    data = encoded(np.stack(columns, axis=1), rate=rate, subtype="FLOAT")
    sound = decode(saved(tmp_path, data))
    assert (sound.rate, sound.channels) == (RATE, channels)
    assert sound.duration == pytest.approx(1.0, abs=2 / RATE)
    read = sound.read(0, len(sound))[2_000:-2_000]
    expected = [tone(1.0, RATE), 0.5 * tone(1.0, RATE, 330.0)][:channels]
    np.testing.assert_allclose(
        read, np.stack(expected, axis=1)[2_000:-2_000][: len(read)], atol=1e-3
    )


def test_more_channels_are_averaged(tmp_path: Path) -> None:
    samples = np.stack([tone(0.1, RATE)] * 3 + [0 * tone(0.1, RATE)], axis=1)
    sound = decode(saved(tmp_path, encoded(samples, rate=RATE, subtype="FLOAT")))
    assert sound.channels == 1
    np.testing.assert_allclose(sound.read(0, 99)[:, 0], 0.75 * samples[:99, 0], atol=1e-6)


def test_cleaned_as_for_the_animation(tmp_path: Path) -> None:
    samples = np.array([0.5, np.nan, np.inf, 1e30, -1e30, 0.25] * 100)
    sound = decode(saved(tmp_path, encoded(samples, rate=RATE, subtype="FLOAT")))
    np.testing.assert_array_equal(sound.read(0, 6)[:, 0], [0.5, 0.0, 0.0, 1.0, -1.0, 0.25])


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF, 10**6])
def test_a_header_that_does_not_know(tmp_path: Path, size: int) -> None:
    data = plain_wav(pcm16(tone(0.5)), size=size)
    assert decode(saved(tmp_path, data)).duration == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"text" * 99], ids=["empty", "cut", "text"])
def test_what_is_no_sound(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(AudioFileError, match=r"WAV, FLAC, OGG or MP3"):
        decode(saved(tmp_path, data))
    with pytest.raises(AudioFileError, match="There is no file"):
        decode(tmp_path / "none.wav")


def test_reading_beyond_the_ends() -> None:
    sound = ramp(100)
    assert sound.read(-10, 5)[:, 0].tolist() == [0, 1, 2, 3, 4]
    assert sound.read(98, 200)[:, 0].tolist() == [98, 99]
    assert sound.read(200, 300).shape == (0, 1)
    assert sound.read(60, 50).shape == (0, 1)
    with pytest.raises(ValueError, match="no frames of 2"):
        Sound(np.zeros(3, np.float32), 2, RATE)


def test_a_long_sound_lies_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = np.stack([tone(2.0, RATE), -tone(2.0, RATE)], axis=1)
    path = saved(tmp_path, encoded(samples, rate=RATE, subtype="FLOAT"))
    whole = decode(path)
    monkeypatch.setattr(core.spool, "IN_MEMORY", 1_000)
    spooled = decode(path)
    assert not isinstance(spooled.samples, np.ndarray)
    for first, last in ((0, 10), (1_001, 70_000), (95_999, 96_010)):
        np.testing.assert_array_equal(spooled.read(first, last), whole.read(first, last))


def test_progress_and_cancel(tmp_path: Path) -> None:
    path = saved(tmp_path, encoded(tone(30.0)))
    notes = Notes()
    decode(path, notes)
    assert notes.steps[-1] == ("decoding", 30.0, 30.0)
    with pytest.raises(Cancelled):
        decode(path, Notes(stop_at=2))


LONG = """
import sys
from app.sound.sound import decode
from tests.core.memory import peak_megabytes
sound = decode(sys.argv[1])
print(round(sound.duration), peak_megabytes())
"""


def test_twenty_minutes_in_bounded_memory(tmp_path: Path) -> None:
    """At once they would be 460 MB."""
    path = saved(tmp_path, plain_wav(b"", rate=RATE, channels=2, size=4 * RATE * 1_200))
    with path.open("r+b") as file:
        file.truncate(44 + 4 * RATE * 1_200)
    done = subprocess.run(
        [sys.executable, "-c", LONG, str(path)], capture_output=True, text=True, check=True
    )
    seconds, megabytes = map(int, done.stdout.split())
    assert seconds == 1_200
    assert megabytes < 250


# Ring


def test_ring_goes_round() -> None:
    ring = Ring(10, 2)
    out = np.zeros((7, 2), np.float32)
    at = 0
    for count in (7, 3, 6, 1, 7, 5):
        frames = np.arange(at, at + count, dtype=np.float32)[:, None].repeat(2, axis=1)
        assert ring.write(frames) == count
        assert (ring.filled, ring.free) == (count, 10 - count)
        assert ring.read(out) == count
        np.testing.assert_array_equal(out[:count], frames)
        at += count
    assert ring.read(out) == 0


def test_ring_full_and_skipped() -> None:
    ring = Ring(10, 1)
    frames = np.arange(15, dtype=np.float32)[:, None]
    assert ring.write(frames) == 10
    assert ring.write(frames) == 0
    ring.skip_to(4)
    ring.skip_to(2)  # not back
    out = np.zeros((3, 1), np.float32)
    assert ring.read(out) == 3
    assert out[:, 0].tolist() == [4, 5, 6]
    ring.skip_to(99)  # nor beyond what is there
    assert (ring.filled, ring.taken) == (0, 10)


@pytest.fixture
def _busy_threads() -> Iterator[None]:
    """Threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_busy_threads")
def test_ring_between_two_threads() -> None:
    ring, total = Ring(97, 1), 10_000
    got: list[Frames] = []

    def read() -> None:
        out, count = np.zeros((31, 1), np.float32), 0
        while count < total:
            part = ring.read(out)
            got.append(out[:part, 0].copy())
            count += part

    thread = threading.Thread(target=read)
    thread.start()
    at = 0
    while at < total:
        frames = np.arange(at, min(at + 41, total), dtype=np.float32)[:, None]
        at += ring.write(frames)
    thread.join()
    np.testing.assert_array_equal(np.concatenate(got), np.arange(total))


# Tape


@pytest.mark.parametrize("step", [1, 100, 1_000])
def test_tape_forwards_and_backwards(step: int) -> None:
    sound = ramp(1_500)
    forwards = played(Tape(sound, 200), 2_000, step)
    assert len(forwards) == 1_300
    np.testing.assert_array_equal(forwards[FADE:-FADE], np.arange(200, 1_500)[FADE:-FADE])
    backwards = played(Tape(sound, 1_400, -1), 2_000, step)
    assert len(backwards) == 1_400
    np.testing.assert_array_equal(backwards[FADE:-FADE], np.arange(1_399, -1, -1)[FADE:-FADE])


@pytest.mark.parametrize("step", [7, 100, 5_000])
@pytest.mark.parametrize("direction", [1, -1])
def test_tape_in_a_loop(step: int, direction: int) -> None:
    tape = Tape(ramp(5_000), 1_500, direction, (1_000, 2_000))
    frames = played(tape, 5_000, step)
    at = (500 + np.arange(5_000) * direction) % 1_000 + 1_000 - (direction < 0)
    since = (np.arange(5_000) - 500) % 1_000  # since the last turn
    inner = (since > FADE) & (np.arange(5_000) > FADE)
    np.testing.assert_array_equal(frames[inner], at[inner])
    assert np.abs(np.diff(frames[FADE:])).max() < 10  # the seam is no step of a thousand
    assert tape.marks == [(0, 1_500)] + [
        (500 + 1_000 * turn, 1_000 if direction > 0 else 2_000) for turn in range(5)
    ]


def test_tape_of_some_length() -> None:
    frames = played(Tape(sound_of(np.ones(9_000)), 1_000, 1, None, 4_000), 9_000, 500)
    assert len(frames) == 4_000
    assert frames.max() == 1.0
    assert max(frames[0], frames[-1]) < 0.01
    assert np.abs(np.diff(frames)).max() < 0.005
    assert len(played(Tape(sound_of(np.ones(9_000)), 8_000, 1, None, 4_000), 9_000, 500)) == 1_000


def test_tape_at_the_end() -> None:
    assert len(Tape(ramp(100), 100).read(10)) == 0
    assert len(Tape(ramp(100), 0, -1).read(10)) == 0
    assert len(Tape(ramp(0), 0).read(10)) == 0


# Stretch


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.8, 1.0, 1.3, 2.0])
@pytest.mark.parametrize("seconds", [0.001, 0.02, 1.0, 1.2345])
def test_stretch_to_the_length_asked_for(speed: float, seconds: float) -> None:
    sound = sound_of(tone(seconds, RATE))
    for step in (100, 2_048):
        count = len(played(Stretch(Tape(sound, 0), speed), 10 * RATE, step))
        assert count == round(len(sound) / speed)


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.8, 1.3, 2.0])
def test_stretch_is_in_time(speed: float) -> None:
    """Each click comes where the playhead says, as near as grains may be moved."""
    sound = sound_of(clicks(8.0))
    out = played(Stretch(Tape(sound, 0), speed), round(8.0 * RATE / speed), 2_048)
    places = click_places(out) / RATE * speed
    found = np.round(places / 0.5)
    assert len(set(found)) >= (15 if speed < 1.5 else 5)  # so short a sound may fall between
    assert np.abs(places - 0.5 * found).max() < 1.5 * SEARCH * max(speed, 1.0)


@pytest.mark.parametrize("speed", [0.25, 0.6, 1.7, 2.0])
@pytest.mark.parametrize("hertz", [70.0, 220.0, 1_000.0])
def test_stretch_keeps_a_tone_clean(speed: float, hertz: float) -> None:
    sound = sound_of(tone(4.0, RATE, hertz))
    out = played(Stretch(Tape(sound, 0), speed), round(4.0 * RATE / speed), 999)
    middle = out[RATE // 4 :][:RATE]
    phase = 2 * np.pi * hertz * np.arange(RATE) / RATE
    basis = np.stack([np.sin(phase), np.cos(phase)], axis=1)
    parts = middle.reshape(10, -1)  # a slow drift of the phase is not heard
    for part, where in zip(parts, np.split(basis, 10), strict=True):
        fitted = where @ np.linalg.lstsq(where, part, rcond=None)[0]
        assert np.std(part - fitted) < 0.1 * np.std(part)


def test_stretch_of_silence() -> None:
    assert not played(Stretch(Tape(sound_of(np.zeros(RATE)), 0), 0.5), RATE, 999).any()


def test_speed_one_changes_nothing() -> None:
    sound = sound_of(tone(0.5, RATE))
    frames = played(Stretch(Tape(sound, 0), 1.0), RATE, 999)
    np.testing.assert_array_equal(frames, played(Tape(sound, 0), RATE, 999))
