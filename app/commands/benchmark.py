"""`visemo benchmark`: how fast this machine animates."""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from core.errors import VisemoError
from resources import ROOT, SAMPLE, WEIGHTS

COLD_RUNS = 3  # fresh processes, at most


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How often, with what, and for whom."""
    parser.add_argument(
        "--runs", type=_positive, default=7, metavar="N",
        help="of everything; medians are shown (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS, metavar="DIR",
        help="trained weights other than the ones that came along",
    )  # fmt: skip
    parser.add_argument(
        "--clip", type=Path, default=SAMPLE, metavar="FILE",
        help="a sound file other than the bundled sample; its first 10 s count",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")


def run(options: argparse.Namespace) -> int:
    """Measure on the CPU and print."""
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(options.clip, options.weights, options.runs, Path(folder))
    if options.json:
        print(json.dumps(figures, allow_nan=False))
    else:
        print("\n".join(table(figures)))
    return 0


def measure(source: Path, weights: Path, runs: int, folder: Path) -> dict[str, float]:
    """All figures by name: times in seconds, memory in MB (2^20 bytes). Files go to `folder`."""
    import torch

    from models import benchmark
    from models.cascade import Cascade

    clip = folder / "clip.wav"
    benchmark.write_clip(source, clip)
    cascade = Cascade.load(weights, "cpu")
    benchmark.animate_once(cascade, clip, folder)
    peak = benchmark.peak_megabytes()  # before the reference takes more
    stages = benchmark.stage_times(cascade, clip, folder, runs)
    whole = benchmark.compare_cascades(cascade, weights, clip, runs)
    dsrn = benchmark.compare_dsrns(weights, runs)
    hearing = benchmark.hearing_times(cascade, weights, clip, runs)
    best = hearing.pop("")
    return {
        "rtf": sum(stages.values()) / benchmark.SECONDS,
        "cascade_speedup": whole.speedup,
        "dsrn_speedup": dsrn.speedup,
        "peak_mb": peak,
        "hearing_added_rtf": (best - hearing["dern"]) / benchmark.SECONDS,
        **{f"hearing_{name}_s": seconds for name, seconds in hearing.items()},
        "cold_start_s": cold_start(weights, clip, folder, min(runs, COLD_RUNS)),
        "cascade_s": whole.fast,
        "cascade_reference_s": whole.plain,
        "cascade_difference": whole.largest_difference,
        "dsrn_s": dsrn.fast,
        "dsrn_reference_s": dsrn.plain,
        "dsrn_difference": dsrn.largest_difference,
        **{f"stage_{stage.replace(' ', '_')}_s": seconds for stage, seconds in stages.items()},
        "clip_s": benchmark.SECONDS,
        "runs": runs,
        "threads": torch.get_num_threads(),
    }


def cold_start(weights: Path, clip: Path, folder: Path, runs: int) -> float:
    """Seconds of `visemo animate` on the clip in a process of its own, median."""
    arguments = ["animate", clip, "--out", folder, "--weights", weights.resolve()]
    command = [sys.executable, "-m", "app.cli", *map(str, arguments), "--device", "cpu", "--quiet"]
    times = []
    for _ in range(runs):
        start = perf_counter()
        ended = subprocess.run(command, cwd=ROOT.parent, capture_output=True, text=True)
        times.append(perf_counter() - start)
        if ended.returncode:
            raise VisemoError(f"`visemo animate` failed: {ended.stderr.strip()}")
    return median(times)


def table(figures: dict[str, float]) -> list[str]:
    """The figures in words, a line each."""
    stages = {name[6:-2]: value for name, value in figures.items() if name.startswith("stage_")}
    hearing = [pair for pair in figures.items() if re.fullmatch("hearing_.*_s", pair[0])]
    f = figures
    return [
        f"{f['clip_s']:g} s of speech, medians of {f['runs']:g} runs, {f['threads']:g} threads",
        *(f"  {s.replace('_', ' '):<22}{1000 * t:8.1f} ms" for s, t in stages.items()),
        f"  {'all':<22}{1000 * sum(stages.values()):8.1f} ms, {f['rtf']:.3f} of real time",
        f"cascade   {f['cascade_speedup']:5.1f} times as fast as window by window "
        f"({f['cascade_s']:.3f} s, not {f['cascade_reference_s']:.3f} s), "
        f"largest difference {f['cascade_difference']:.1e}",
        f"one DSRN  {f['dsrn_speedup']:5.1f} times as fast as window by window "
        f"({f['dsrn_s']:.3f} s, not {f['dsrn_reference_s']:.3f} s), "
        f"largest difference {f['dsrn_difference']:.1e}",
        *(f"hearing   {s[8:-2]:<22}{1000 * t:8.1f} ms" for s, t in hearing),
        f"          the best there is adds {f['hearing_added_rtf']:+.3f} of real time to DERN",
        f"memory    {f['peak_mb']:5.0f} MB at most",
        f"`visemo animate` of this clip, started afresh: {f['cold_start_s']:.2f} s",
    ]


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a number of 1 or more, not {text!r}")
    return int(text)
