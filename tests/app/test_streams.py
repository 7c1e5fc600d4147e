"""What is said while the work goes on: JSON lines, lines for people, Ctrl-C."""

import io
import json
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.cli import main
from app.clip_state import part_done
from app.console import JsonReport, Step, TextReport, duration, one_line
from app.progress import ANIMATE_SHARES, FilesProgress, Interrupts, Progress
from core.emotion import mix_from_shares
from core.monitor import Monitor
from models.cascade import Cascade
from tests.app.conftest import Visemo, names, outputs, save_speech
from tests.core.sounds import Notes
from tests.models.clips import babbling_clip


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_json_lines_tell_everything(animate: Visemo, tmp_path: Path) -> None:
    good, bad = save_speech(tmp_path / "good.wav"), tmp_path / "bad.wav"
    bad.write_bytes(b"no sound")
    cut = save_speech(tmp_path / "cut.wav")
    cut.write_bytes(cut.read_bytes()[:-2000])
    ran = animate(good, bad, cut, "--json-log")
    assert ran.status == 2
    told = events(ran.out)
    progress = [event for event in told if event["event"] == "progress"]
    stages = dict.fromkeys(e["stage"] for e in progress if e["file"] == str(good))
    assert list(stages) == [
        "reading", "listening", "recognising emotion", "moving the face",
        "writing csv", "writing json",
    ]  # fmt: skip
    for event in progress:
        assert event.keys() == {"event", "file", "stage", "done", "total", "seconds_left"}
    (written, of_cut) = (event for event in told if event["event"] == "written")
    assert [Path(path).name for path in written["paths"]] == [
        "good.csv", "good.meta.json", "good.json",
    ]  # fmt: skip
    assert len(written["utterance"]["top2"]) == 2
    (note,) = (event for event in told if event["event"] == "note")
    assert note["file"] == of_cut["file"] == str(cut)
    (error,) = (event for event in told if event["event"] == "error")
    assert "'bad.wav' is no sound file" in error["message"]
    assert told[-1] == {"event": "finished", "done": 2, "failed": 1}
    assert ran.errors == [f"{bad}: error: {error['message']}"]


def test_json_lines_of_a_run_that_cannot_start(animate: Visemo, tmp_path: Path) -> None:
    ran = animate(save_speech(tmp_path / "a.wav"), "--json-log", "--fps", "0")
    (event,) = events(ran.out)
    assert event["event"] == "error"
    assert "frame rate" in event["message"]
    assert "frame rate" in ran.err


def test_quiet_json_lines_are_without_progress(animate: Visemo, tmp_path: Path) -> None:
    ran = animate(save_speech(tmp_path / "a.wav"), "--json-log", "--quiet")
    assert [event["event"] for event in events(ran.out)] == ["written", "finished"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def step(part: float = 0.25, elapsed: float = 1.0, left: float | None = 90.0) -> Step:
    return Step("takes/a.wav", 2, 5, "moving the face", 1, 4, part, elapsed, left)


def test_a_terminal_shows_one_line_that_changes() -> None:
    err = Terminal()
    report = TextReport(io.StringIO(), err)
    report.progress(step())
    report.progress(step(0.5, left=5.0))
    assert "\n" not in err.getvalue()
    _, first, second = err.getvalue().split("\r")
    assert first == "takes/a.wav (2 of 5): moving the face, 25 %, 2 min left"
    assert second.rstrip() == "takes/a.wav (2 of 5): moving the face, 50 %, 5 s left"
    report.note("takes/a.wav", "cut short")
    assert err.getvalue().endswith("\rtakes/a.wav: note: cut short\n")


@pytest.mark.parametrize("name", ["a" * 300, "声" * 300])
def test_a_line_never_wraps(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    err = Terminal()
    TextReport(io.StringIO(), err).progress(Step(name, 1, 1, "reading", 0, 1, 0, 0, None))
    assert len(err.getvalue()) < 61
    assert len(err.getvalue().encode("gb18030")) < 62


def test_elsewhere_progress_is_a_line_every_ten_seconds() -> None:
    err = io.StringIO()
    report = TextReport(io.StringIO(), err)
    for second in range(35):
        report.progress(step(elapsed=float(second)))
    assert len(err.getvalue().splitlines()) == 3


def test_quiet_shows_no_progress_but_errors() -> None:
    out, err = io.StringIO(), Terminal()
    report = TextReport(out, err, quiet=True)
    report.progress(step())
    report.error("", "the weights are gone")
    assert (out.getvalue(), err.getvalue()) == ("", "visemo: error: the weights are gone\n")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.1, "1 s"), (59.4, "59 s"), (61, "1 min"), (3540, "59 min"), (5400, "1 h 30 min")],
)
def test_a_time_left_is_no_more_exact_than_it_is(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_control_characters_and_odd_bytes_become_harmless() -> None:
    assert one_line("a\nb\x1b[2J\u2028c\udcff 😀") == "a b [2J c? 😀"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Steps(JsonReport):
    """Keeps the steps."""

    def __init__(self) -> None:
        super().__init__(io.StringIO(), io.StringIO())
        self.steps: list[Step] = []

    def progress(self, step: Step) -> None:
        self.steps.append(step)


def test_time_left_of_a_stage() -> None:
    clock, report = Clock(), Steps()
    progress = Progress(report, Interrupts(), clock)
    progress.step("epochs", 0, 10)
    clock.now += 20
    progress.step("epochs", 4, 10)
    progress.step("checking", 0, 10)
    assert [step.seconds_left for step in report.steps] == [None, 30.0, None]


def test_time_left_of_all_files_goes_by_their_size(tmp_path: Path) -> None:
    small, large = tmp_path / "a", tmp_path / "b"
    small.write_bytes(b"x" * 100)
    large.write_bytes(b"x" * 300)
    clock, report = Clock(), Steps()
    progress = FilesProgress(report, Interrupts(), [small, large], clock=clock)
    progress.begin(1, small)
    clock.now += 10
    progress.begin(2, large)
    progress.step("reading", 0, 1)
    (only,) = report.steps
    assert (only.part, only.seconds_left) == (0.25, 30.0)
    assert (only.file, only.number, only.files) == (str(large), 2, 2)


def test_the_part_done_never_goes_back(tmp_path: Path) -> None:
    report = Steps()
    clock = Clock()
    progress = FilesProgress(report, Interrupts(), [tmp_path / "a"], 2, clock)
    progress.begin(1, tmp_path / "a")
    for stage in (*ANIMATE_SHARES, "writing x", "writing y"):
        for done in (0, 1, 2):
            clock.now += 1
            progress.step(stage, done, 2)
    parts = [step.part for step in report.steps]
    assert parts == sorted(parts)
    assert parts[-1] == pytest.approx(1.0)


def test_who_hears_by_default_is_counted_on() -> None:
    """Every stage of it has its time, in the window as on the command line."""
    notes = Notes()
    Cascade.load(device="cpu").analyse(babbling_clip(1.0), notes)
    stages = list(dict.fromkeys(stage for stage, _, _ in notes.steps))
    assert "hearing the voice" in stages
    assert set(stages) <= set(ANIMATE_SHARES)
    parts = [part_done(stage, done / max(total, 1)) for stage, done, total in notes.steps]
    assert parts == sorted(parts)
    assert parts[-1] > 0


def test_steps_between_are_told_now_and_then() -> None:
    clock, report = Clock(), Steps()
    progress = Progress(report, Interrupts(), clock)
    for done in range(1001):
        clock.now += 0.01
        progress.step("x", done, 1000)
    assert len(report.steps) == pytest.approx(51, abs=2)
    assert report.steps[-1].done == 1000


def press_ctrl_c(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_stops_with_130_and_leaves_nothing_half_written(
    animate: Visemo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.wav", "b.wav"):
        save_speech(tmp_path / name)
    (tmp_path / "a.csv").write_bytes(b"old")
    monkeypatch.setattr(Cascade, "_move", press_ctrl_c)
    ran = animate(tmp_path)
    assert (ran.status, ran.out) == (130, "")
    assert ran.errors == ["visemo: stopped"]
    assert names(tmp_path) == ["a.csv", "a.wav", "b.wav"]
    assert (tmp_path / "a.csv").read_bytes() == b"old"


def test_ctrl_c_while_writing_keeps_the_old_file(
    animate: Visemo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speech = save_speech(tmp_path / "a.wav")
    (tmp_path / "a.csv").write_bytes(b"old")
    monkeypatch.setattr("core.export.landmark_csv._rows", press_ctrl_c)
    assert animate(speech).status == 130
    assert names(tmp_path) == ["a.csv", "a.wav"]
    assert (tmp_path / "a.csv").read_bytes() == b"old"


def test_a_ctrl_c_that_a_library_swallowed_is_heard_at_the_next_step() -> None:
    with Interrupts() as interrupts:
        monitor: Monitor = Progress(Steps(), interrupts)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            monitor.step("reading", 0, 1)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_ignored_ctrl_c_stays_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts() as interrupts:
            os.kill(os.getpid(), signal.SIGINT)
            interrupts.check()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def test_a_reader_that_goes_away_is_no_fault(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_speech(tmp_path / "a.wav")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        monkeypatch.setattr("sys.stdout", closed)
        assert main(["animate", str(tmp_path), "--weights", str(weights)]) == 2
    assert set(outputs(["a"])) <= set(names(tmp_path))


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([0, 0, 0, 0.9, 0.1, 0, 0], "happy 100 %"),
        ([0, 0, 0, 0.6, 0, 0.4, 0], "happy 60 %, sad 40 %"),
    ],
)
def test_only_emotions_that_count_are_told(shares: list[float], words: str) -> None:
    out = io.StringIO()
    heard = mix_from_shares(np.array(shares))
    TextReport(out, io.StringIO()).written("b.wav", [Path("b.csv"), Path("b.json")], heard)
    assert out.getvalue() == f"b.wav: {words} -> b.csv, b.json\n"
