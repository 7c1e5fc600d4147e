"""PortAudio that is missing, has no devices, or says no: each is a message that helps."""

import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.sound.card import Device
from app.sound.player import Player
from app.sound.portaudio import PortAudioCard, choose_card
from app.sound.silent import SilentCard
from app.sound.sound import Sound
from core.errors import SoundCardError


class FakeError(Exception):
    """In the place of sounddevice.PortAudioError."""


class FakeStream:
    """A stream of sounddevice; what it will not do is in `refuses`."""

    refuses: Callable[[dict[str, Any]], bool] = staticmethod(lambda _: False)

    def __init__(self, **options: Any) -> None:
        if self.refuses(options):
            raise FakeError("Invalid sample rate", -9997)
        self.options = options
        self.samplerate, self.channels = options["samplerate"], options["channels"]
        self.latency, self.time, self.active = 0.1, 5.0, True

    def start(self) -> None:
        self.time = 6.0

    def abort(self, ignore_errors: bool) -> None:
        self.active = not ignore_errors

    close = abort


def row(index: int, name: str, outputs: int, inputs: int) -> dict[str, Any]:
    return {
        "index": index, "name": name, "hostapi": 0, "max_output_channels": outputs,
        "max_input_channels": inputs, "default_samplerate": 44_100.0,
    }  # fmt: skip


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """sounddevice with two equal loudspeakers and a microphone."""
    library = ModuleType("sounddevice")
    rows = [row(0, "Speaker", 2, 0), row(1, "Speaker", 8, 0), row(2, "Mic", 0, 2)]
    vars(library).update(
        rows=rows,
        starts=0,
        query_devices=lambda: vars(library)["rows"],
        query_hostapis=lambda: [{"name": "ALSA"}],
        default=SimpleNamespace(device=(2, 1)),
        PortAudioError=FakeError,
        OutputStream=type("OutputStream", (FakeStream,), {}),
        InputStream=type("InputStream", (FakeStream,), {}),
        _terminate=lambda: None,
        _initialize=lambda: setattr(library, "starts", library.starts + 1),
    )
    monkeypatch.setitem(sys.modules, "sounddevice", library)
    return library


def nothing(*_: object) -> None:
    """A callback."""


def test_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(SoundCardError, match="apt install libportaudio2"):
        PortAudioCard()
    card, reason = choose_card()
    assert isinstance(card, SilentCard)
    assert "is not installed" in reason


def test_no_devices(library: ModuleType, qtbot: QtBot) -> None:
    vars(library)["rows"] = []
    card, reason = choose_card()
    assert card.devices() == ()
    assert "No sound device was found; plug one in" in reason
    player = Player(card, reason)
    player.load(Sound(np.zeros(48_000, np.float32), 1, 48_000))
    player.play()
    qtbot.waitUntil(lambda: player.position > 0.05)  # in silence
    player.close()
    with pytest.raises(SoundCardError, match="that can record was found"):
        card.open_input(None, nothing)


def test_devices(library: ModuleType) -> None:
    card, reason = choose_card()
    assert reason == ""
    assert card.devices() == (
        Device("ALSA: Speaker", "Speaker", 2, 0, 44_100.0),
        Device("ALSA: Speaker (2)", "Speaker", 8, 0, 44_100.0, default_output=True),
        Device("ALSA: Mic", "Mic", 0, 2, 44_100.0, default_input=True),
    )
    told: list[tuple[float, float]] = []
    stream = card.open_output("ALSA: Speaker", 48_000, lambda _, dac, now: told.append((dac, now)))
    assert (stream.rate, stream.channels, stream.latency) == (48_000, 2, 0.1)
    assert stream.active
    card.refresh()
    assert library.starts == 0  # it would cut off the sound
    out, moments = np.zeros((4, 2), np.float32), SimpleNamespace(outputBufferDacTime=6.1)
    for underflow, now in ((False, 6.0), (True, 0.0)):
        moments.currentTime = now
        callback = stream._stream.options["callback"]  # type: ignore[attr-defined]
        callback(out, 4, moments, SimpleNamespace(output_underflow=underflow))
    assert told == [(6.1, 6.0), (6.1, 6.0)]  # a library that does not say now is asked for it
    assert stream.underflows == 1
    stream.close()
    stream.close()
    assert not stream.active
    assert stream.time == 0.0
    card.refresh()
    assert library.starts == 1


def test_a_device_that_is_not_there(library: ModuleType) -> None:  # noqa: ARG001
    card = PortAudioCard()
    with pytest.raises(SoundCardError, match=r"'ALSA: Headset' is not there.*\('Speaker', 'Sp"):
        card.open_output("ALSA: Headset", 48_000, nothing)
    with pytest.raises(SoundCardError, match=r"'ALSA: Speaker' is not there, or cannot record"):
        card.open_input("ALSA: Speaker", nothing)


def test_a_device_that_says_no(library: ModuleType) -> None:
    library.OutputStream.refuses = staticmethod(lambda _: True)
    with pytest.raises(SoundCardError, match=r"'Speaker' cannot be opened \(Invalid sample rate\)"):
        PortAudioCard().open_output(None, 48_000, nothing)


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        ((48_000, 1), (48_000, 1)),
        ((44_100, 1), (44_100, 1)),
        ((48_000, 2), (48_000, 2)),
        ((44_100, 2), (44_100, 2)),
    ],
)
def test_a_microphone_as_it_can(
    library: ModuleType, accepts: tuple[int, int], expected: tuple[int, int]
) -> None:
    library.InputStream.refuses = staticmethod(
        lambda options: (options["samplerate"], options["channels"]) != accepts
    )
    stream = PortAudioCard().open_input(None, nothing)
    assert (stream.rate, stream.channels) == expected


def test_a_microphone_that_cannot(library: ModuleType) -> None:
    library.InputStream.refuses = staticmethod(lambda _: True)
    with pytest.raises(SoundCardError, match="'Mic' cannot be opened"):
        PortAudioCard().open_input(None, nothing)
