"""Does the window keep its promises? `python -m tests.benchmarks.studio [--json] [PART ...]`.

Measures the whole studio, with the bundled weights and no sound card, in a real window: on
the display there is, or under an Xvfb of its own, where everything is drawn by the processor
(which is not counted for the display's own process). Each line is a figure, what was promised
of it, and whether that was kept; the exit status is 1 where one was not. Parts: start, gaps,
opening, playing, editing. Nothing else should be running.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import app.cli  # noqa: F401 - sets, as every command does, how numpy's libraries use threads
from resources import SAMPLE
from tests.app.studio.display import Display, missing

if TYPE_CHECKING:  # Qt is only to be loaded once there is a display
    from tests.benchmarks.studio_bench import Bench

STARTS, OPENINGS, STEPS = 5, 5, 30
MINUTES, CLIP = 10.0, 10.0
PLAYED = 10.0  # seconds
SIZES = ((1280, 720), (2560, 1440))
START_BAR, GAP_BAR, OPENING_BAR, PLAYING_BAR, FPS_BAR = 1.5, 100.0, 1.0, 60.0, 58.0
EDIT_BAR = 200.0  # ms; what follows a hand

# As `visemo studio`, and the moment at which its window was painted on the screen.
START = """
import sys, time
import app.cli, app.main
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and watched.parent() is None:
            QTimer.singleShot(0, lambda: print(time.time(), flush=True))
            QApplication.instance().removeEventFilter(self)
        return False

class Application(QApplication):
    def __init__(self, arguments):
        super().__init__(arguments)
        self.watch = Watch(self)
        self.installEventFilter(self.watch)

app.main.QApplication = Application
sys.exit(app.cli.main(["studio"]))
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line; without a bar nothing was promised."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    least: bool = False  # the bar is the least it may be, not the most

    @property
    def passed(self) -> bool:
        if self.bar is None:
            return True
        return self.value >= self.bar if self.least else self.value <= self.bar

    def __str__(self) -> str:
        if self.bar is None:
            return f"      {self.name:58}{self.value:9.2f} {self.unit}"
        word = "ok  " if self.passed else "FAIL"
        sign = ">=" if self.least else "<="
        return f"{word}  {self.name:58}{self.value:9.2f} {self.unit:8} {sign} {self.bar:g}"


Tell = Callable[[Figure], None]


def measure_start(folder: Path, tell: Tell) -> None:
    """From the start of a fresh process to the first paint of its window."""
    spent = []
    for number in range(STARTS + 1):
        home = folder / f"home{number}"
        home.mkdir()
        homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"))
        environment = os.environ | dict.fromkeys(homes, str(home))
        begin = time.time()
        with subprocess.Popen(
            [sys.executable, "-c", START], env=environment, stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            painted = process.stdout.readline()
            process.kill()
        spent.append(float(painted) - begin)
    tell(Figure("start: process to first paint, first run", spent[0], "s"))
    tell(Figure("start: process to first paint, median", statistics.median(spent[1:]), "s",
                START_BAR))  # fmt: skip


def measure_window(folder: Path, parts: Sequence[str], tell: Tell) -> None:
    """Everything that one window can show."""
    from tests.benchmarks.studio_bench import Bench, write_sound

    bench = Bench(folder / "studio")
    long = write_sound(folder / "long.wav", 60 * MINUTES)
    if "gaps" in parts:
        measure_gaps(bench, long, folder, tell)
    if "opening" in parts:
        measure_opening(bench, folder, tell)
    if "playing" in parts:
        measure_playing(bench, long, "10 minutes", tell)
        measure_playing(bench, SAMPLE, "sample", tell)
    if "editing" in parts:
        measure_editing(bench, "sample", SAMPLE, tell)
        measure_editing(bench, "10 minutes", long, tell)
    bench.close()


def measure_gaps(bench: Bench, sound: Path, folder: Path, tell: Tell) -> None:
    """What a person sees stand still while the worker works on a long clip, and exports it."""
    from app.export_job import ExportRequest
    from tests.benchmarks.studio_bench import Gaps

    studio = bench.studio
    gaps = Gaps(studio.window.face)
    gaps.stage("nothing")
    bench.run(1.0)
    gaps.stage("opening")
    studio.analyst.progressed.connect(lambda _path, stage, *_: gaps.stage(stage))
    studio.analyst.result_changed.connect(lambda: gaps.stage("showing"))
    studio.open([sound])
    bench.until(lambda: studio.analyst.result is not None)
    studio.player.play()
    bench.until(lambda: bench.has_face)
    bench.run(0.5)
    gaps.stage("nothing")
    bench.run(0.1)
    for name in ("csv", "json", "npz"):
        clip = studio.session.clip
        assert clip is not None
        gaps.stage("opening the export dialog")
        dialog = studio.files.export_dialog(clip, everything=False)
        dialog.show()
        bench.run(0.3)
        gaps.stage("nothing")
        bench.run(0.1)
        gaps.stage(f"export {name}")
        written = folder / "exports" / name
        dialog.export_requested.emit(ExportRequest((name,), folder=written, clips=(sound,)))
        bench.until(lambda: not studio.runner.busy)
        gaps.stage("nothing")
        assert list(written.iterdir()), "nothing was exported"
        studio.analyst.release()
        dialog.close()
        dialog.deleteLater()
    studio.player.pause()
    gaps.stop()
    gaps.deleteLater()
    for name, longest in gaps.longest.items():
        if name:
            words = f"gap while: {name} ({gaps.seconds[name]:.1f} s)"
            tell(Figure(words, longest, "ms", None if name == "nothing" else GAP_BAR))


def measure_opening(bench: Bench, folder: Path, tell: Tell) -> None:
    """From asking for a clip never seen before until it is painted; the networks are loaded."""
    from tests.benchmarks.studio_bench import Paints, write_sound

    bench.open(write_sound(folder / "warm.wav", CLIP, 99))
    heard, curves = [], []
    for number in range(OPENINGS):
        path = write_sound(folder / f"clip{number}.wav", CLIP, number + 1)
        waveform = Paints(bench.studio.window.lanes.waveform)
        opening = Paints(bench.studio.window.lanes.opening)
        begin = time.perf_counter()
        bench.studio.open([path])
        heard.append(
            bench.painted(waveform, lambda: bench.studio.analyst.result is not None) - begin
        )
        curves.append(bench.painted(opening, lambda: bench.has_face) - begin)
        waveform.stop()
        opening.stop()
        bench.run(0.3)
    tell(Figure("opening 10 s, warm: to the waveform, median", statistics.median(heard), "s"))
    tell(Figure("opening 10 s, warm: to curves and face, median", statistics.median(curves), "s",
                OPENING_BAR))  # fmt: skip
    tell(Figure("opening 10 s, warm: to curves and face, worst", max(curves), "s", OPENING_BAR))


def measure_playing(bench: Bench, sound: Path, name: str, tell: Tell) -> None:
    """The processor's time that playing takes, and the frames that the face really painted."""
    from tests.benchmarks.studio_bench import Paints

    bench.open(sound)
    studio = bench.studio
    for size in SIZES:
        studio.window.resize(*size)
        bench.run(1.0)
        studio.player.set_loop((0.0, min(studio.player.duration, PLAYED)))
        studio.playing.seek(0.0)
        studio.player.play()
        bench.run(0.5)
        paints = Paints(studio.window.face)
        wall, busy = time.perf_counter(), time.process_time()
        bench.run(PLAYED)
        busy, wall = time.process_time() - busy, time.perf_counter() - wall
        paints.stop()
        studio.player.pause()
        words = f"playing: {name}, {size[0]} x {size[1]}"
        tell(Figure(f"{words}, of a core", 100 * busy / wall, "%", PLAYING_BAR))
        tell(Figure(f"{words}, faces painted", paints.count / wall, "a second", FPS_BAR, True))
    studio.window.resize(*SIZES[0])


def measure_editing(bench: Bench, name: str, sound: Path, tell: Tell) -> None:
    """A step of dragging a segment's edge, until the face that follows is painted."""
    from tests.benchmarks.studio_bench import Paints

    bench.open(sound)
    studio = bench.studio
    studio.session.choose_scope("segments")
    bench.until(lambda: bench.has_face)
    found = studio.session.segments()
    index = next(i for i, segment in enumerate(found[:-1]) if segment.end - segment.start > 0.5)
    edge = found[index].end
    studio.playing.seek(edge)
    bench.run(0.3)
    paints, spent = Paints(studio.window.face), []
    for number in range(STEPS):
        begin = time.perf_counter()
        studio.window.lanes.edge_dragged.emit(index, edge - 0.01 * (1 + number % 30), False)
        spent.append(1000 * (bench.painted(paints, lambda: bench.has_face) - begin))
        bench.run(0.03)
    paints.stop()
    studio.session.end_drag()
    words = f"editing: a step of dragging, {name}"
    tell(Figure(f"{words}, median", statistics.median(spent), "ms", EDIT_BAR))
    tell(Figure(f"{words}, worst", max(spent), "ms"))


def main() -> int:
    """Returns 1 where a promise was not kept."""
    parts = ("start", "gaps", "opening", "playing", "editing")
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*parts, []], metavar="PART")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    wanted = options.parts or parts
    figures: list[Figure] = []

    def tell(figure: Figure) -> None:
        figures.append(figure)
        if not options.json:
            print(figure, flush=True)

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if (
            sys.platform == "linux"
            and "DISPLAY" not in os.environ
            and "WAYLAND_DISPLAY" not in os.environ
        ):
            if missing():
                sys.exit(missing())
            os.environ.update(stack.enter_context(Display()).environment)
        if "start" in wanted:
            measure_start(folder, tell)
        if set(wanted) - {"start"}:
            measure_window(folder, wanted, tell)
    if options.json:
        print(json.dumps([asdict(f) | {"passed": f.passed} for f in figures], indent=1))
    return int(not all(figure.passed for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
