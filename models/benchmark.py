"""How fast the cascade is on this machine, also against the plain window-by-window one.

What is compared runs in turns, and a ratio is the median of each turn's ratio: another
program's work then hardly shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TypeVar

import numpy as np
import soundfile
import torch
from torch import Tensor

from core.animation import AnimationSettings
from core.audio_file import read_clip
from core.clip import SAMPLE_RATE
from core.export import ExportSettings, exporter_named
from core.hearing import BEST, Hearing, there_are
from core.mfsc import BANDS
from core.monitor import SILENT, Monitor
from models.cascade import Cascade, face_path
from models.checkpoint import load_checkpoint
from models.dense_dsrn import CONTEXT, DenseDsrn
from models.dsrn import Dsrn
from models.reference import PlainCascade, by_windows, trained

SECONDS = 10.0  # of the clip
FRAMES = 1_000  # that one DSRN alone is measured on, 10 s
# Two faces, each weighing half, whatever the clip's emotion would be taken for.
SETTINGS = AnimationSettings("happy", strength=0.5)
FACES = {"happy": 0.5, "neutral": 0.5}

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A fast way and a plain way of doing the same. Seconds, medians over the runs."""

    fast: float
    plain: float
    speedup: float
    largest_difference: float  # between any two numbers of their results

    @classmethod
    def of(cls, turns: list["Turn"]) -> "Comparison":
        """Over runs in turns."""
        return cls(
            fast=median(turn.fast for turn in turns),
            plain=median(turn.plain for turn in turns),
            speedup=median(turn.plain / turn.fast for turn in turns),
            largest_difference=max(turn.difference for turn in turns),
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """One run of either way, in seconds."""

    fast: float
    plain: float
    difference: float


def write_clip(source: Path, path: Path) -> None:
    """Ten seconds of a sound file, repeated if it is shorter, as a WAV file."""
    samples = read_clip(source).samples[:]
    soundfile.write(path, np.resize(samples, round(SECONDS * SAMPLE_RATE)), SAMPLE_RATE)


def compare_cascades(cascade: Cascade, weights: Path, clip: Path, runs: int) -> Comparison:
    """MFSC, DERN, two DSRNs and their fusion; `cascade` has `weights` on the CPU."""
    plain, sound = PlainCascade(weights, FACES), read_clip(clip)
    turns = []
    for _ in range(runs + 1):
        expected, slow = _timed(lambda: plain.run(sound))
        made, fast = _timed(lambda: cascade.animate(sound, SETTINGS, hearing=Hearing("dern")))
        found = (made.emotions.probabilities, made.shape.parameters)
        apart = [_difference(torch.tensor(a), b) for a, b in zip(found, expected, strict=True)]
        turns.append(Turn(fast, slow, max(apart)))
    return Comparison.of(turns[1:])  # the first one is to get warm


def compare_dsrns(weights: Path, runs: int) -> Comparison:
    """One DSRN over ten seconds."""
    plain = trained(Dsrn(), load_checkpoint(face_path(weights, "neutral"), "dsrn"))
    dense = DenseDsrn(plain)
    features = torch.randn(FRAMES + CONTEXT, BANDS, generator=torch.Generator().manual_seed(0))
    turns = []
    with torch.inference_mode():
        for _ in range(runs + 1):
            expected, slow = _timed(lambda: by_windows(plain, features))
            made, fast = _timed(lambda: dense(features))
            turns.append(Turn(fast, slow, _difference(made, expected)))
    return Comparison.of(turns[1:])


def stage_times(cascade: Cascade, clip: Path, folder: Path, runs: int) -> dict[str, float]:
    """Seconds that each stage takes, medians, from the file to its exports in `folder`."""
    every = []
    for _ in range(runs + 1):
        stages = _Stages()
        animate_once(cascade, clip, folder, stages)
        every.append(stages.seconds())
    return {stage: median(run[stage] for run in every[1:]) for stage in every[0]}


def hearing_times(cascade: Cascade, weights: Path, clip: Path, runs: int) -> dict[str, float]:
    """Seconds that each recogniser of the weights takes over a sound, by name; "" is the best.

    In turns, so that another program's work shows in all of them alike.
    """
    sound, names = read_clip(clip), (BEST, *there_are(weights))
    every: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(runs + 1):
        for name in names:
            _, seconds = _timed(partial(cascade.analyse, sound, hearing=Hearing(name)))
            every[name].append(seconds)
    return {name: median(seconds[1:]) for name, seconds in every.items()}


def animate_once(cascade: Cascade, clip: Path, folder: Path, monitor: Monitor = SILENT) -> None:
    """From the file to its exports, once."""
    monitor.step("reading", 0, 1)
    sound = read_clip(clip)
    monitor.step("listening", 0, 1)
    animation = cascade.animate(sound, SETTINGS, monitor)
    monitor.step("writing", 0, 1)
    for name in ("csv", "json"):
        exporter_named(name).write(animation, folder / f"benchmark.{name}", ExportSettings())


def peak_megabytes() -> float:
    """The most memory that this process ever held; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if status.is_file():  # Linux, whose ru_maxrss starts with what the parent process held
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


class _Stages(Monitor):
    """Notes when each stage begins."""

    def __init__(self) -> None:
        self._starts: dict[str, float] = {}

    def step(self, stage: str, done: float, total: float) -> None:  # noqa: ARG002
        self._starts.setdefault(stage, perf_counter())

    def seconds(self) -> dict[str, float]:
        """How long each stage took, the last one until now."""
        ends = [*list(self._starts.values())[1:], perf_counter()]
        pairs = zip(self._starts.items(), ends, strict=True)
        return {stage: end - start for (stage, start), end in pairs}


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    start = perf_counter()
    result = work()
    return result, perf_counter() - start


def _difference(one: Tensor, other: Tensor) -> float:
    return float((one - other).abs().max())
