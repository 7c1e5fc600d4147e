"""Does the studio grow? `python -m tests.benchmarks.soak [MINUTES] [--seed N]`, 30 by default.

A whole studio, offscreen and with no sound card, is used without a rest: clips are opened
and closed, played, scrubbed, edited, compared, undone; themes, zoom and dialogs come and
go. Prints each minute's median memory. The exit status is 1 where the memory grows: the
median slope between any two minutes, the first five left out, is over a bar.
"""

import argparse
import itertools
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import app.cli  # noqa: F401 - sets, as every command does, how numpy's libraries use threads
from app.views.status import memory_used
from core.emotion import EMOTIONS
from core.gains import RegionGains
from resources import SAMPLE
from tests.benchmarks.studio_bench import Bench, write_sound

CLIPS, LONGEST = 12, 40.0  # clips to choose from, and seconds of the longest
MOST_OPEN = 8  # clips
SETTLING = 5  # minutes in which caches fill
BAR = 1.0  # MB a minute
PAUSE = (0.05, 1.0)  # seconds from one act to the next


class Restless:
    """Somebody who tries everything, over and over."""

    def __init__(self, bench: Bench, sounds: list[Path], seed: int) -> None:
        self.bench, self.studio = bench, bench.studio
        self.acts: Counter[str] = Counter()
        self._sounds, self._chance = sounds, random.Random(seed)
        self._doings: tuple[tuple[int, Callable[[], object]], ...] = (
            (6, self.open), (2, self.close_clip), (8, self.play), (4, self.pause), (8, self.scrub),
            (8, self.seek), (6, self.choose), (6, self.drag), (4, self.strength), (4, self.gains),
            (3, self.smooth), (3, self.compare), (10, self.undo), (5, self.redo), (2, self.theme),
            (6, self.zoom), (2, self.fold), (2, self.speed), (2, self.onion), (1, self.dialog),
            (1, self.resize), (1, self.recorder), (1, self.new),
        )  # fmt: skip

    def act(self) -> None:
        """One thing, and some rest."""
        weights = [weight for weight, _ in self._doings]
        (_, doing) = self._chance.choices(self._doings, weights)[0]
        doing()
        self.acts[getattr(doing, "__name__", "")] += 1
        self.bench.run(self._chance.uniform(*PAUSE))

    def _somewhere(self) -> float:
        return self._chance.uniform(0.0, self.studio.player.duration)

    def open(self) -> None:
        clips = self.studio.session.project.clips
        if len(clips) >= MOST_OPEN:
            self.studio.session.remove([self._chance.choice(clips).path])
        self.studio.open([self._chance.choice(self._sounds)])

    def close_clip(self) -> None:
        self.studio.clips.remove_current()

    def play(self) -> None:
        self.studio.player.play()

    def pause(self) -> None:
        self.studio.player.pause()

    def scrub(self) -> None:
        lanes, at = self.studio.window.lanes, self._somewhere()
        for step in range(20):
            lanes.scrub_requested.emit(at + 0.02 * step)
            self.bench.run(0.016)
        lanes.scrub_ended.emit()

    def seek(self) -> None:
        self.studio.playing.seek(self._somewhere())

    def choose(self) -> None:
        self.studio.session.choose_scope(self._chance.choice(("auto", "clip", "segments")))
        self.studio.editing.choose(self._chance.choice(("auto", *EMOTIONS)))

    def drag(self) -> None:
        found = self.studio.session.segments()
        if len(found) < 2:
            return
        index = self._chance.randrange(len(found) - 1)
        for step in range(15):
            at = found[index].end - 0.01 * step
            self.studio.window.lanes.edge_dragged.emit(index, at, step == 14)
            self.bench.run(0.016)

    def strength(self) -> None:
        for _ in range(10):
            self.studio.session.set_strength(self._chance.uniform(0.2, 1.0), final=False)
            self.bench.run(0.016)
        self.studio.session.end_drag()

    def gains(self) -> None:
        gains = RegionGains(*(self._chance.uniform(0.5, 1.5) for _ in range(3)))
        self.studio.session.set_gains(gains, final=True)

    def smooth(self) -> None:
        self.studio.session.set_smoothing(self._chance.choice((None, 6.0, 12.0)))

    def compare(self) -> None:
        self.studio.editing.compare(self._chance.random() < 0.5)

    def undo(self) -> None:
        self.studio.session.undo()

    def redo(self) -> None:
        self.studio.session.redo()

    def theme(self) -> None:
        self.studio.settings.other_theme()

    def zoom(self) -> None:
        self._chance.choice((
            partial(self.studio.playing.zoom, True), partial(self.studio.playing.zoom, False),
            self.studio.playing.zoom_to_second, self.studio.window.time_range.fit,
        ))()  # fmt: skip

    def fold(self) -> None:
        lanes = self.studio.window.lanes
        lanes.restore({"folded": self._chance.sample(["waveform", "mouth", "spectrogram"], 1)})
        self.bench.run(0.05)
        lanes.restore({})

    def speed(self) -> None:
        self.studio.playing.set_speed(self._chance.choice((0.5, 1.0, 2.0)))

    def onion(self) -> None:
        on = self._chance.random() < 0.5
        self.studio.window.face.set_style(onion=3 if on else 0, points=on, indices=on)

    def dialog(self) -> None:
        clip = self.studio.session.clip
        if clip is not None:
            dialog = self.studio.files.export_dialog(clip, everything=True)
            dialog.show()
            self.bench.run(0.2)
            dialog.close()
            dialog.deleteLater()

    def resize(self) -> None:
        self.studio.window.resize(*self._chance.choice(((1280, 720), (1600, 900))))

    def recorder(self) -> None:
        self.studio.show_recorder(self._chance.random() < 0.5)

    def new(self) -> None:
        """Leave everything that was open, and its history, behind."""
        clips = [clip.path for clip in self.studio.session.project.clips]
        self.studio.session.remove(clips)


def slope(values: list[float]) -> float:
    """The median of the slopes between any two: few that are far off do not change it."""
    pairs = itertools.combinations(enumerate(values), 2)
    slopes = [(second - first) / (j - i) for (i, first), (j, second) in pairs]
    return statistics.median(slopes) if slopes else 0.0


def minute(restless: Restless) -> float:
    """The median memory of a minute of use, MB."""
    samples: list[float] = []
    end = time.monotonic() + 60.0
    while time.monotonic() < end:
        restless.act()
        samples.append((memory_used() or 0) / 1e6)
    return statistics.median(samples)


def main() -> int:
    """Returns 1 where the memory grows."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("minutes", nargs="?", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    used: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench = Bench(folder / "studio")
        sounds = [
            write_sound(folder / f"{index}.wav", 3.0 + index * LONGEST / CLIPS, index)
            for index in range(CLIPS)
        ]
        restless = Restless(bench, [SAMPLE, *sounds], options.seed)
        bench.open(SAMPLE)
        for number in range(1, options.minutes + 1):
            used.append(minute(restless))
            widgets = len(bench.application.allWidgets())
            print(
                f"minute {number:3}: {used[-1]:7.1f} MB, {widgets} widgets, "
                f"{restless.acts.total()} acts", flush=True,
            )  # fmt: skip
        bench.studio.session.end_drag()
        bench.close()
    growth = slope(used[SETTLING:])
    print(f"growth after {SETTLING} minutes: {growth:+.2f} MB a minute, at most {BAR:g}")
    print(", ".join(f"{name} {count}" for name, count in sorted(restless.acts.items())))
    return int(growth > BAR)


if __name__ == "__main__":
    sys.exit(main())
