"""Writing pictures of a small animation, and reading them without our own code."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from PIL import Image

from app.pictures import PICTURE_EXPORTERS, PictureSettings, picture_exporters
from core.animation import Animation
from core.errors import Cancelled
from core.export import ExportSettings
from core.monitor import SILENT, Monitor

SMALL = PictureSettings((96, 64), "light")
RATE = 16_000
needs_av = pytest.mark.skipif(find_spec("av") is None, reason="no PyAV to write films with")
every_format = pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=needs_av if name == "mp4" else ()) for name in PICTURE_EXPORTERS],
)


class Recorder(Monitor):
    """Notes what it hears, and cancels at the step asked for."""

    def __init__(self, cancel_at: int | None = None) -> None:
        self.steps: list[tuple[str, float, float]] = []
        self.notices: list[str] = []
        self.cancel_at = cancel_at

    def step(self, stage: str, done: float, total: float) -> None:
        if len(self.steps) == self.cancel_at:
            raise Cancelled("asked to stop")
        self.steps.append((stage, done, total))

    def notice(self, message: str) -> None:
        self.notices.append(message)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """One second, as long as the animation."""
    folder = tmp_path / "sounds"
    folder.mkdir()
    return save(folder / "speech.wav", tone(1.0))


def tone(seconds: float, rate: int = RATE, hertz: float = 440.0) -> NDArray[np.float32]:
    times = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def save(path: Path, samples: NDArray[np.float32], rate: int = RATE) -> Path:
    soundfile.write(path, samples, rate)
    return path


def write(
    name: str,
    animation: Animation,
    sound: Path,
    settings: ExportSettings | None = None,
    picture: PictureSettings = SMALL,
    monitor: Monitor = SILENT,
) -> Path:
    """The export, in a folder of its own beside that of the sound."""
    exporter = picture_exporters(sound, picture)[name]
    path = target(name, sound)
    path.parent.mkdir(exist_ok=True)
    written = exporter.write(animation, path, settings or ExportSettings(), monitor)
    assert written == [path]
    return path


def target(name: str, sound: Path) -> Path:
    return sound.parent.parent / "out" / f"speech{PICTURE_EXPORTERS[name].suffix}"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def probe(path: Path) -> dict[str, Any]:
    if shutil.which("ffprobe") is None:
        pytest.skip("no ffprobe to read films with")
    ran = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format",
         "-count_frames", str(path)],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    document: dict[str, Any] = json.loads(ran.stdout)
    streams = {stream["codec_type"]: stream for stream in document["streams"]}
    return {**streams, "format": document["format"]}


def decoded(path: Path, *options: str) -> bytes:
    """What ffmpeg makes of a file."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg to read films with")
    ran = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(path), *options, "-"],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return ran.stdout


def film_pictures(path: Path, size: tuple[int, int]) -> NDArray[np.uint8]:
    raw = decoded(path, "-f", "rawvideo", "-pix_fmt", "rgb24")
    return np.frombuffer(raw, np.uint8).reshape(-1, size[1], size[0], 3)


def film_sound(path: Path) -> NDArray[np.float32]:
    return np.frombuffer(decoded(path, "-vn", "-f", "f32le", "-ac", "1", "-ar", "48000"), "<f4")


def png_pictures(folder: Path) -> list[NDArray[np.uint8]]:
    return [np.asarray(Image.open(path)) for path in sorted(folder.glob("*.png"))]


def gif_frames(path: Path) -> Iterator[tuple[NDArray[np.uint8], int]]:
    """Pictures, and the milliseconds for which each is shown."""
    with Image.open(path) as image:
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            yield np.asarray(image.convert("RGB")), int(image.info["duration"])
