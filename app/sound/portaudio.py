"""The real sound card, by PortAudio."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any

from app.sound.card import Card, Device, Fill, Stream, Take
from app.sound.silent import SilentCard
from core.errors import SoundCardError

RATE = 48_000  # Hz, preferred for recording
LATENCY = 0.1  # seconds; long enough for a callback that has to wait for Python
NO_DEVICE = "No sound device was found; plug one in, or choose it in the system's settings"


class PortAudioCard:
    """Devices by PortAudio. Raises SoundCardError where it is not installed."""

    def __init__(self) -> None:
        self._sd = _sounddevice()
        self._open: list[_PortAudioStream] = []

    def devices(self) -> tuple[Device, ...]:
        """Devices at the start or at the last `refresh`; the same name twice gets a number."""
        return tuple(device for device, _ in self._listed())

    def _listed(self) -> list[tuple[Device, int]]:
        """Devices and their present numbers, which change when others come and go."""
        sd = self._sd
        try:
            rows, hosts = sd.query_devices(), sd.query_hostapis()
            usual_in, usual_out = sd.default.device
        except sd.PortAudioError as problem:
            raise SoundCardError(f"{NO_DEVICE} ({_reason(problem)}).") from problem
        listed: list[tuple[Device, int]] = []
        seen: dict[str, int] = {}
        for row in rows:
            plain = f"{hosts[row['hostapi']]['name']}: {row['name']}"
            seen[plain] = seen.get(plain, 0) + 1
            device = Device(
                id=plain if seen[plain] == 1 else f"{plain} ({seen[plain]})",
                name=row["name"],
                outputs=row["max_output_channels"],
                inputs=row["max_input_channels"],
                rate=row["default_samplerate"],
                default_output=row["index"] == usual_out,
                default_input=row["index"] == usual_in,
            )
            listed.append((device, row["index"]))
        return listed

    def refresh(self) -> None:
        """Look for devices anew, unless a stream is open."""
        self._open = [stream for stream in self._open if not stream.closed]
        if not self._open:
            # PortAudio makes its list once; sounddevice has no public way to make another.
            with suppress(self._sd.PortAudioError):
                self._sd._terminate()
            with suppress(self._sd.PortAudioError):
                self._sd._initialize()

    def open_output(self, device: str | None, rate: int, fill: Fill) -> Stream:
        """Begin to play. Raises SoundCardError."""
        found, number = self._find(device, output=True)
        stream = _PortAudioStream(self._sd)

        def callback(out: Any, frames: int, time: Any, status: Any) -> None:  # noqa: ARG001
            stream.underflows += status.output_underflow
            fill(out, time.outputBufferDacTime, time.currentTime or stream.time)

        channels = min(found.outputs, 2)
        stream.start(self._sd.OutputStream, found, number, rate, channels, callback)
        self._open.append(stream)
        return stream

    def open_input(self, device: str | None, take: Take) -> Stream:
        """Begin to listen. Raises SoundCardError."""
        found, number = self._find(device, output=False)

        def callback(data: Any, frames: int, time: Any, status: Any) -> None:  # noqa: ARG001
            take(data)

        # Some drivers take nothing but what the device is: then it is mixed by the recorder.
        own = round(found.rate)
        wishes = dict.fromkeys([(RATE, 1), (own, 1), (RATE, found.inputs), (own, found.inputs)])
        failure: SoundCardError | None = None
        for rate, channels in wishes:
            stream = _PortAudioStream(self._sd)
            try:
                stream.start(self._sd.InputStream, found, number, rate, channels, callback)
            except SoundCardError as problem:
                failure = failure or problem
                continue
            self._open.append(stream)
            return stream
        raise failure or SoundCardError(f"{NO_DEVICE}.")

    def _find(self, id_: str | None, *, output: bool) -> tuple[Device, int]:
        kind = "play" if output else "record"
        able = [
            (device, number)
            for device, number in self._listed()
            if (device.outputs if output else device.inputs) > 0
        ]
        if id_ is None:
            usual = [
                pair for pair in able
                if (pair[0].default_output if output else pair[0].default_input)
            ]  # fmt: skip
            if not able:
                raise SoundCardError(f"No sound device that can {kind} was found; plug one in.")
            return (usual or able)[0]
        for pair in able:
            if pair[0].id == id_:
                return pair
        names = ", ".join(f"'{device.name}'" for device, _ in able) or "none"
        raise SoundCardError(
            f"The sound device '{id_}' is not there, or cannot {kind}; "
            f"plug it in, or choose another one ({names})."
        )


class _PortAudioStream:
    """A stream of sounddevice, with answers instead of exceptions once the device is gone."""

    def __init__(self, sd: ModuleType) -> None:
        self._sd = sd
        self._stream: Any = None
        self._finished = False
        self.closed = False
        self.underflows = 0

    def start(
        self, kind: Any, device: Device, number: int, rate: int, channels: int,
        callback: Callable[..., None],
    ) -> None:  # fmt: skip
        """Open and begin. Raises SoundCardError."""
        sd = self._sd
        extra = None
        if sys.platform == "win32" and device.id.startswith("Windows WASAPI"):
            extra = sd.WasapiSettings(auto_convert=True)  # any rate, as other systems do
        try:
            self._stream = kind(
                samplerate=rate, channels=channels, dtype="float32", device=number,
                latency=LATENCY, callback=callback, finished_callback=self._finish,
                extra_settings=extra,
            )  # fmt: skip
            self._stream.start()
        except (sd.PortAudioError, ValueError) as problem:
            self.close()
            raise SoundCardError(
                f"The sound device '{device.name}' cannot be opened ({_reason(problem)}); close "
                "other programs that use it, or choose another one."
            ) from problem

    def _finish(self) -> None:
        self._finished = True

    @property
    def rate(self) -> int:
        return int(self._stream.samplerate)

    @property
    def channels(self) -> int:
        return int(self._stream.channels)

    @property
    def latency(self) -> float:
        return float(self._stream.latency)

    @property
    def active(self) -> bool:
        if self.closed or self._finished:
            return False
        try:
            return bool(self._stream.active)
        except self._sd.PortAudioError:
            return False

    @property
    def time(self) -> float:
        if self.closed or self._stream is None:
            return 0.0
        try:
            return float(self._stream.time)
        except self._sd.PortAudioError:  # it says so by the time 0
            return 0.0

    def close(self) -> None:
        if self.closed or self._stream is None:
            return
        self.closed = True
        self._stream.abort(ignore_errors=True)
        self._stream.close(ignore_errors=True)


def _sounddevice() -> ModuleType:
    try:
        import sounddevice
    except (ImportError, OSError) as problem:  # OSError: without the library itself
        raise SoundCardError(
            "PortAudio, by which sound is played and recorded, is not installed; install it "
            "(on Debian and Ubuntu: apt install libportaudio2) and start again."
        ) from problem
    module: ModuleType = sounddevice
    return module


def _reason(problem: Exception) -> str:
    """The gist of what PortAudio says, for the brackets of a message."""
    return str(problem.args[0] if problem.args else problem).rstrip(".")


def choose_card() -> tuple[Card, str]:
    """The card of this machine; and, where it cannot play so that sound is mute, why not."""
    try:
        card = PortAudioCard()
        devices = card.devices()
    except SoundCardError as problem:
        return SilentCard(), str(problem)
    if not devices:
        return card, f"{NO_DEVICE}."
    return card, ""
