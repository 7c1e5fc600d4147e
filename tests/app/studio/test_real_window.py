"""The program in a real window, on a display and a sound server of its own, used with keys."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from app.sound.sound import decode
from app.theme import DARK
from core.emotion import EMOTIONS
from resources import SAMPLE
from tests.app.studio.display import Display
from tests.app.studio.display import missing as no_display
from tests.app.studio.pulse import RATE, Capture, Pulse, clicks, place_of, skews
from tests.app.studio.pulse import missing as no_sound

ROOT = Path(__file__).parents[3]
LANES = {"Waveform lane", "Spectrogram lane", "Probabilities lane", "Segments lane",
         "Mouth opening lane"}  # fmt: skip
VIDEO_FRAME = 1 / 25  # seconds
STEP = 4 / 32_768  # the server's own samples have 16 bits
TRIES = 4  # a run that broke off because the machine was busy is made again
LONGEST = 240.0  # seconds; a machine may be busy


@dataclass(frozen=True)
class Visit:
    """How the program ended, and what was seen of it."""

    status: int
    errors: str
    folder: Path

    @property
    def seen(self) -> dict[str, Any]:
        result: dict[str, Any] = json.loads((self.folder / "seen.json").read_text())
        return result


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    if no_display():
        pytest.skip(no_display())
    with Display() as display:
        yield display


@pytest.fixture
def pulse() -> Iterator[Pulse]:
    if no_sound():
        pytest.skip(no_sound())
    pulse = Pulse()
    yield pulse
    pulse.close()


def home(folder: Path) -> dict[str, str]:
    """An environment whose settings and caches are in a folder, and that has no display."""
    left_out = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "PULSE_SERVER")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    own = folder / "home"
    own.mkdir(mode=0o700)
    names = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
             "XDG_RUNTIME_DIR")  # fmt: skip
    return kept | dict.fromkeys(names, str(own))


def visit(folder: Path, plan: str, *arguments: object, **environment: str) -> Visit:
    """Run the program with somebody at the keyboard until it is closed."""
    command = [sys.executable, "-m", "tests.app.studio.real_window", str(folder), plan]
    done = subprocess.run(
        [*command, *map(str, arguments)], cwd=ROOT, env=home(folder) | environment,
        capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    return Visit(done.returncode, done.stderr, folder)


def colours(picture: QImage, place: list[int]) -> NDArray[np.uint32]:
    """The pixels of a part of the screen, 0xffRRGGBB, (height, width)."""
    part = picture.copy(*place).convertToFormat(QImage.Format.Format_RGB32)
    shape = part.height(), part.bytesPerLine() // 4
    values = np.frombuffer(part.constBits(), np.uint32).reshape(shape)[:, : part.width()]
    return values | np.uint32(0xFF000000)


def share(pixels: NDArray[np.uint32], colour: str) -> float:
    """How much of a picture is of one colour."""
    return float((pixels == QColor(colour).rgb()).mean())


def test_the_window_on_a_screen(display: Display, weights: Path, tmp_path: Path) -> None:
    visited = visit(
        tmp_path, "tour", "studio", SAMPLE, "--weights", weights, "--device", "cpu",
        **display.environment,
    )  # fmt: skip
    assert (visited.status, visited.errors) == (0, "")
    seen = visited.seen
    assert seen["threads"] == ["MainThread"]
    assert seen["title"] == f"{SAMPLE.name}[*] — Visemo"
    assert seen["stepped to"] == pytest.approx(2.5 / 25)  # the centre of the third frame
    assert seen["chosen"] == EMOTIONS[3]  # whose key is 4
    picture = QImage(str(tmp_path / "screen.png"))
    window = colours(picture, seen["places"]["window"])
    assert window.shape[0] >= 700
    assert window.shape[1] >= 1200
    assert 0.05 < share(window, DARK.panel) < 0.9
    face = colours(picture, seen["places"]["face"])
    assert 0.1 < share(face, DARK.sunken) < 0.9
    assert len(np.unique(face)) > 500  # shaded skin
    assert set(seen["places"]) >= LANES
    for lane in LANES:
        pixels = colours(picture, seen["places"][lane])
        assert len(np.unique(pixels)) > 10, lane
        assert share(pixels, DARK.sunken) < 0.97, lane


def test_the_whole_studio_plays_the_file(
    display: Display, pulse: Pulse, weights: Path, tmp_path: Path
) -> None:
    for attempt in range(TRIES):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with pulse.capture() as capture:
            visited = listen(display, pulse, weights, folder, SAMPLE)
        if visited.seen["underruns"] == 0:
            break
    assert visited.seen["underruns"] == 0, "the machine is too busy to play"
    samples = decode(SAMPLE).read(0, 60 * RATE)[:, 0].clip(-1.0, 1.0)  # as loud as a card plays
    heard = capture.samples[place_of(samples, capture.samples) :][: len(samples)]
    inner = slice(RATE // 10, -RATE // 10)
    np.testing.assert_allclose(heard[inner], samples[inner], atol=STEP)


def test_the_whole_studio_is_in_step_with_the_sound(
    display: Display, pulse: Pulse, weights: Path, tmp_path: Path
) -> None:
    path = tmp_path / "clicks.wav"
    soundfile.write(path, clicks(8.0), RATE)
    for attempt in range(TRIES):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with pulse.capture() as capture:
            seen = listen(display, pulse, weights, folder, path).seen
        if seen["underruns"] == 0:
            break
    for view in ("face", "transport"):
        skew = skews_of(capture, seen[view])
        print(f"{view} ahead of the sound: {1_000 * skew.min():.1f} to {1_000 * skew.max():.1f} ms")
        assert len(skew) >= 14
        assert np.abs(skew).max() <= VIDEO_FRAME


def listen(display: Display, pulse: Pulse, weights: Path, folder: Path, sound: Path) -> Visit:
    visited = visit(
        folder, "listen", "studio", sound, "--weights", weights, "--device", "cpu",
        **display.environment, **pulse.environment,
    )  # fmt: skip
    assert visited.status == 0, visited.errors
    assert visited.seen["silent"] == ""
    assert visited.seen["threads"] == ["MainThread"]
    return visited


def skews_of(capture: Capture, shown: list[list[float]]) -> NDArray[np.float64]:
    return skews(capture, np.array(shown, np.float64))


def test_without_a_display_one_line_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "studio"], cwd=ROOT, env=home(tmp_path),
        capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("visemo: error:")
    assert "display" in line


def test_an_unreachable_display_is_told_of_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "studio"], cwd=ROOT, timeout=LONGEST, check=False,
        env=home(tmp_path) | {"DISPLAY": ":4077"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "no window can be opened on this display" in done.stderr
