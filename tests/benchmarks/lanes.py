"""What the lanes cost: `python -m tests.benchmarks.lanes`, offscreen or in a real window.

`QT_QPA_PLATFORM=offscreen python -m tests.benchmarks.lanes` and
`xvfb-run python -m tests.benchmarks.lanes`. A tick is one move of the playhead with all
lanes in view, at a zoom at which each tick moves it some pixels; a step is one notch of
the wheel, until everything is painted. Milliseconds of processor time: of ticks the mean
and the 95th percentile, of steps the worst. Below: the same tick of the plane of valence and
arousal in the panel beside the face.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.result import Result
from app.theme import DARK
from app.time_range import TimeRange
from app.views.controls.affect_plane import AffectPlane
from app.views.lanes import LanesView
from tests.app.studio.lane_results import make_result

CLIPS = {"20 s": 20.0, "10 min": 600.0, "10 h": 36_000.0}
SIZES = ((1280, 300), (2560, 700))
TICKS, STEPS, IN_VIEW = 300, 12, 10.0
FPS = 60.0
PLANE = 262  # pixels of the panel's width


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of some work and the painting that follows."""
    begin = time.process_time()
    work()
    QApplication.processEvents()
    return (time.process_time() - begin) * 1000


def resident() -> float:
    """MB of this process in memory; 0 where the system does not tell as Linux does."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


class Bench:
    """One window with one clip."""

    def __init__(self, result: Result, size: tuple[int, int]) -> None:
        self.range = TimeRange()
        self.view = LanesView(DARK, self.range)
        self.view.resize(*size)
        self.view.show()
        QApplication.processEvents()
        self.result = result

    def open(self) -> None:
        """As the window does."""
        face = self.result.face
        assert face is not None
        self.range.open_clip(self.result.heard.clip.duration)
        self.view.show_result(self.result)
        self.view.set_segments(face.animation.segments, 0)

    def ticks(self, span: float) -> list[float]:
        """Moves of the playhead, with `span` seconds in view."""
        self.range.show_seconds(span, span / 2)
        QApplication.processEvents()
        return [
            timed(lambda at=index / FPS: self.view.set_time(at))  # type: ignore[misc]
            for index in range(TICKS)
        ]

    def zooms(self) -> list[float]:
        """Notches from the whole clip in."""
        self.range.fit()
        QApplication.processEvents()
        at = self.result.heard.clip.duration / 3
        return [timed(lambda: self.range.zoom(0.8, at)) for _ in range(STEPS)]

    def scrolls(self) -> list[float]:
        """Notches to the right, with a third of the clip in view."""
        self.range.fit()
        self.range.zoom(0.34, 0.0)
        QApplication.processEvents()
        step = self.range.span * 0.12
        return [timed(lambda: self.range.scroll(step)) for _ in range(STEPS)]


def row(name: str, result: Result, size: tuple[int, int]) -> str:
    """One line of the table."""
    bench = Bench(result, size)
    opening = timed(bench.open)
    near = bench.ticks(min(IN_VIEW, result.heard.clip.duration))
    whole = bench.ticks(result.heard.clip.duration)
    zooms, scrolls = bench.zooms(), bench.scrolls()
    bench.view.close()
    bench.view.deleteLater()
    QApplication.processEvents()
    cells = (
        f"{name}, {size[0]} x {size[1]}", f"{opening:.1f}",
        f"{statistics.mean(near):.2f} / {statistics.quantiles(near, n=20)[-1]:.2f}",
        f"{statistics.mean(whole):.2f}", f"{max(zooms):.1f}", f"{max(scrolls):.1f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def plane_tick(result: Result) -> float:
    """Milliseconds of a move of the playhead in the plane, its painting included."""
    assert result.analysis is not None
    plane = AffectPlane(DARK)
    plane.resize(PLANE, plane.sizeHint().height())
    plane.show_track(result.analysis.affect)
    plane.show()
    QApplication.processEvents()
    last = result.heard.clip.duration
    spent = [timed(partial(plane.set_time, last * i / TICKS)) for i in range(TICKS)]
    plane.close()
    plane.deleteLater()
    return statistics.mean(spent)


def main() -> None:
    """Print the table."""
    application = QApplication(sys.argv[:1])
    print(f"{application.platformName()}, {application.devicePixelRatio():g} pixels a point\n")
    print("| clip and size | show | tick, 10 s in view | tick, all in view | zoom | scroll |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, seconds in CLIPS.items():
        result = make_result(seconds, compared=True)
        before = resident()
        for size in SIZES:
            print(row(name, result, size), flush=True)
        print(f"| {name}: memory of the lanes | {resident() - before:.0f} MB | | | | |")
        print(f"| {name}: tick of the plane | | {plane_tick(result):.2f} | | | |", flush=True)


if __name__ == "__main__":
    main()
