"""A sound server of our own with a loudspeaker that is captured and a microphone that is fed."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from ctypes.util import find_library
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.sound.card import Frames

RATE = 48_000
NEAR = 2.0  # seconds around a sample in which the arrival of chunks tells its moment
MODULES = (
    "module-native-protocol-unix socket={folder}/native auth-anonymous=1",
    "module-null-sink sink_name=studio_out rate=48000 norewinds=1",  # rewinds stall streams
    "module-null-sink sink_name=mic_feed rate=48000 norewinds=1",
    "module-remap-source master=mic_feed.monitor source_name=studio_mic",
)


def missing() -> str:
    """Why there can be no sound server here; empty where there can."""
    for program in ("pulseaudio", "pactl", "parec", "paplay"):
        if shutil.which(program) is None:
            return f"{program} is not installed (Debian: pulseaudio, pulseaudio-utils)"
    if find_library("portaudio") is None:
        return "PortAudio is not installed (Debian: libportaudio2)"
    if not list(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so")):
        return "ALSA's way to PulseAudio is not installed (Debian: libasound2-plugins)"
    return ""


class Pulse:
    """The server; `environment` is what its clients need."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pulse"))  # short: a socket's path is
        self.folder.chmod(0o700)
        self.environment = {"PULSE_SERVER": f"unix:{self.folder}/native"}
        own = {"XDG_RUNTIME_DIR": str(self.folder), "HOME": str(self.folder)}
        modules = [text for module in MODULES for text in ("-L", module.format(folder=self.folder))]
        self.process = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit",
             "--use-pid-file=no", "--log-level=error", *modules],
            env=os.environ | own, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._wait()
        self.control("set-default-sink", "studio_out")
        self.control("set-default-source", "studio_mic")

    def _wait(self) -> None:
        for _ in range(200):
            try:
                self.process.wait(0.05)
            except subprocess.TimeoutExpired:
                if (self.folder / "native").exists():
                    return
            else:
                break
        raise RuntimeError("the sound server did not start")

    def control(self, *arguments: str) -> None:
        subprocess.run(["pactl", *arguments], env=os.environ | self.environment, check=True)

    def speak(self, path: Path) -> subprocess.Popen[bytes]:
        """Feed a WAV to the microphone."""
        command = ["paplay", "--device=mic_feed", str(path)]
        return subprocess.Popen(command, env=os.environ | self.environment)

    def capture(self) -> "Capture":
        """Hear what the loudspeaker plays, from now on."""
        return Capture(os.environ | self.environment)

    def kill(self) -> None:
        """As if the card were unplugged."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Capture:
    """What the loudspeaker plays, and when."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            ["parec", "--device=studio_out.monitor", "--format=float32le", f"--rate={RATE}",
             "--channels=1", "--latency-msec=10"],
            env=environment, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._chunks: list[bytes] = []
        self._arrivals: list[tuple[float, int]] = []  # of each chunk, and samples until then
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        total = 0
        while data := os.read(self._process.stdout.fileno(), 1 << 14):
            now = time.monotonic()
            self._chunks.append(data)
            total += len(data)
            self._arrivals.append((now, total // 4))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        assert self._process.stdout is not None
        self._process.stdout.close()

    @property
    def length(self) -> int:
        """Samples so far."""
        return self._arrivals[-1][1] if self._arrivals else 0

    @property
    def samples(self) -> Frames:
        return np.frombuffer(b"".join(self._chunks), dtype="<f4").copy()

    def moments(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """Seconds of `time.monotonic` at which samples left the loudspeaker.

        No chunk arrives before it was played, and the quickest ones nearby hardly after.
        """
        arrivals = np.array(self._arrivals)
        ahead = arrivals[:, 0] - arrivals[:, 1] / RATE
        moments = np.empty(len(places))
        for number, place in enumerate(places):
            near = np.abs(arrivals[:, 1] - place) < NEAR * RATE
            moments[number] = ahead[near].min() + place / RATE
        return moments


def place_of(pattern: Frames, samples: Frames) -> int:
    """The index in `samples` at which `pattern` begins, by their correlation."""
    size = 1 << int(np.ceil(np.log2(len(samples) + len(pattern))))
    product = np.fft.rfft(samples, size) * np.conj(np.fft.rfft(pattern, size))
    return int(np.argmax(np.fft.irfft(product, size)[: len(samples)]))


def clicks(seconds: float, every: float = 0.5) -> Frames:
    """A sound with a click at each multiple of `every`, of 1 ms."""
    samples = np.zeros(round(seconds * RATE), np.float32)
    for number in range(1, round(seconds / every)):
        at = round(number * every * RATE)
        samples[at : at + RATE // 1_000] = 0.8
    return samples


def click_places(samples: Frames) -> NDArray[np.int64]:
    """Where clicks begin."""
    loud = np.abs(samples) > 0.4
    return np.flatnonzero(loud[1:] & ~loud[:-1]) + 1


def skews(
    capture: Capture, playheads: NDArray[np.float64], every: float = 0.5
) -> NDArray[np.float64]:
    """How much the picture is ahead of the sound at each click heard, seconds, (clicks,)."""
    moments = capture.moments(click_places(capture.samples))
    inside = moments[(moments > playheads[0, 0]) & (moments < playheads[-1, 0])]
    shown = np.interp(inside, playheads[:, 0], playheads[:, 1])
    skew: NDArray[np.float64] = shown - np.round(shown / every) * every
    return skew
