"""kill -9 at any moment of a training: what is resumed ends with the bytes of what was not."""

import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

KILLS = {"dern": 5, "dsrn": 3}  # a state of three networks takes longer to write
WAIT = 120.0  # seconds, for a process that never answers

# Imports torch once. For each line "FOLDER WHAT" forks a process that trains there, keeps its
# state after every step, and tells its number, its steps and its end.
NURSERY = """
import os, sys
from pathlib import Path
import torch
from core.monitor import Monitor
from models.training import loop
from models.training.fold import train_fold
from tests.models.training_sets import make_recipe, make_recordings, split_of

class Steps(Monitor):
    def step(self, stage, done, total):
        if stage.startswith("training"):
            print("step", flush=True)

def train(folder, what):
    torch.set_num_threads(1)
    loop.STATE_SECONDS = 0.0
    recordings = [r for r in make_recordings(takes=2, face=what == "dsrn")
                  if r.utterance.emotion in ("angry", "happy")]
    recipe = make_recipe(what, epochs=2, batch=4)
    train_fold(recipe, recordings, split_of(recordings), Path(folder), Steps(), allow_missing=True)

for line in sys.stdin:
    child = os.fork()
    if not child:
        try:
            train(*line.split())
            print("done", flush=True)
        finally:
            os._exit(0)
    print("pid", child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


@dataclass(frozen=True)
class Nursery:
    """Processes that train."""

    process: subprocess.Popen[str]

    def train(self, folder: Path, what: str, kill_at: int, pick: random.Random) -> bool:
        """Train in a folder; killed at a step by chance up to `kill_at`. Whether it ended."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{folder} {what}\n")
        self.process.stdin.flush()
        steps, last, pid = 0, pick.randint(1, kill_at) if kill_at else -1, 0
        ended = False
        while (line := self._line()) != "gone":
            if line.startswith("pid"):
                pid = int(line.split()[1])
            steps += line == "step"
            ended = ended or line == "done"
            if pid and steps >= last > 0:
                # While it computes, or keeps its state: whatever it is at just now.
                subprocess.run(["kill", "-9", str(pid)], check=False)
                last = -1
        return ended

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the nursery has gone"
        return line.strip()


@contextmanager
def nursery() -> Iterator[Nursery]:
    with subprocess.Popen(
        [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Nursery(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(WAIT)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL")
@pytest.mark.parametrize("what", ["dern", "dsrn"])
def test_the_weights_are_those_of_a_run_that_was_not_killed(what: str, tmp_path: Path) -> None:
    pick = random.Random(what)
    with nursery() as processes:
        assert processes.train(tmp_path / "whole", what, 0, pick)
        ends = [processes.train(tmp_path / "parts", what, 3, pick) for _ in range(KILLS[what])]
        assert not all(ends)
        assert processes.train(tmp_path / "parts", what, 0, pick)
    whole = {path.name: path.read_bytes() for path in (tmp_path / "whole").glob("*.safetensors")}
    parts = {path.name: path.read_bytes() for path in (tmp_path / "parts").glob("*.safetensors")}
    assert whole == parts
    assert len(whole) == {"dern": 1, "dsrn": 3}[what]
    for name in ("split.json", "metrics.json", "recipe.toml"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "parts" / name).read_bytes()
