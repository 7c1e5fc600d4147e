"""`visemo train RECIPE` as a person uses it: recordings in a folder, a recipe, a stop, a resume."""

import csv
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from core.clip import SAMPLE_RATE
from core.emotion import EMOTIONS
from tests.app.conftest import Visemo
from tests.models.clips import babble

RECIPE = """
name = "mine"
trains = "dern"
epochs = 3
batch = 3
protocol = "stated"
[pace]
warm_up = 2
patience = 20
"""
WAIT = 120.0  # seconds, for a process that never answers


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A manifest of two speakers with every emotion, and one file that is no sound."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    rows = []
    for first, speaker, part in ((0, "ann", "train"), (10, "bob", "validation")):
        for number, emotion in enumerate(EMOTIONS, first):
            name = f"{speaker}-{emotion}.wav"
            soundfile.write(folder / name, babble(1.0, number), SAMPLE_RATE)
            rows.append((name, speaker, emotion, part))
    (folder / "broken.wav").write_text("not a sound")
    rows.append(("broken.wav", "ann", "happy", "train"))
    with (folder / "manifest.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("file", "speaker", "emotion", "split"), *rows])
    (tmp_path / "mine.toml").write_text(RECIPE)
    return folder / "manifest.csv"


def test_from_recordings_to_weights(visemo: Visemo, corpus: Path, tmp_path: Path) -> None:
    run, cache = tmp_path / "run", tmp_path / "cache"
    options = ("train", tmp_path / "mine.toml", "--data", corpus, "--cache", cache, "--out", run)
    ran = visemo(*options)
    assert ran.status == 0, ran.err
    assert ran.out.startswith("dern: score ")
    assert ran.out.endswith(f" -> {run / 'dern.safetensors'}\n")
    assert "broken.wav is left out: it " in ran.err
    assert len(json.loads((run / "split.json").read_text())["train"]) == 7
    assert len(list((cache / "features").iterdir())) == 14
    again = visemo(*options)
    assert again.status == 2
    assert f"'{run}' holds an earlier training; add --resume" in again.errors[-1]
    assert visemo(*options, "--resume").out == ran.out
    other = visemo(*options, "--resume", "--seed", "3")
    assert other.status == 2
    assert "is a run of another recipe; name another folder" in other.errors[-1]


def test_recordings_that_are_given_twice_are_on_one_side(
    visemo: Visemo, corpus: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "copied"
    shutil.copytree(corpus.parent, copied)
    options = ["train", tmp_path / "mine.toml", "--cache", tmp_path / "cache"]
    splits = []
    for number, data in enumerate(([corpus], [corpus, corpus.parent, copied])):
        run = tmp_path / f"run-{number}"
        ran = visemo(*options, "--data", *data, "--out", run, "--protocol", "paper",
                     "--allow-missing")  # fmt: skip
        assert ran.status == 0, ran.err
        split = json.loads((run / "split.json").read_text())
        splits.append({part: split[part] for part in ("train", "validation", "test")})
    assert splits[0] == splits[1]
    assert len({name for part in splits[0].values() for name in part}) == 14
    first = copied / "ann-angry.wav"
    assert f"{first} is left out: it is there more than once; '{corpus.parent}" in ran.err
    assert ran.err.count("11 more are left out: recordings that are there more than once") == 2
    assert "corpus-ann and copied-ann have 7 recordings in common" in ran.err


def test_what_the_split_lacks_is_said(visemo: Visemo, corpus: Path, tmp_path: Path) -> None:
    rows = corpus.read_text().replace("ann,surprise", "ann,happy")
    corpus.write_text(rows)
    options = ["train", tmp_path / "mine.toml", "--data", corpus, "--out", tmp_path / "run"]
    options += ["--cache", tmp_path / "cache"]
    ran = visemo(*options)
    assert ran.status == 2
    assert "there is no recording of surprise among the 7 to learn from" in ran.errors[-1]
    assert "--allow-missing" in ran.errors[-1]
    ran = visemo(*options, "--fold", "2")
    assert "protocol 'stated' has no fold 2; expected 1" in ran.errors[-1]
    ran = visemo(*options, "--protocol", "speakers", "--fold", "3")
    assert "protocol 'speakers' has no fold 3; expected 1 to 2" in ran.errors[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_lets_the_step_end_and_keeps_the_state(
    number: signal.Signals, status: int, corpus: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    command = [
        sys.executable, "-m", "app.cli", "train", str(tmp_path / "mine.toml"), "--data",
        str(corpus), "--cache", str(tmp_path / "cache"), "--out", str(run), "--progress", "json",
    ]  # fmt: skip
    long = RECIPE.replace("epochs = 3", "epochs = 100000")
    (tmp_path / "mine.toml").write_text(long)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        told = []
        for line in process.stdout:
            told.append(json.loads(line))
            if told[-1].get("done", 0) > 3 and told[-1]["stage"] == "training dern":
                process.send_signal(number)
                break
        told += [json.loads(line) for line in process.stdout]
        error = process.stderr.read()
        process.wait(WAIT)
    assert process.returncode == status
    assert error.strip().endswith("visemo: stopped")
    (kept,) = (line["message"] for line in told if "stopped after" in line.get("message", ""))
    assert kept.endswith(f"resumed, it goes on from what is kept in '{run / 'dern'}'")
    assert (run / "dern" / "state.pt").is_file()
    figures = [line["figures"] for line in told if "figures" in line]
    assert {"loss", "epoch"} <= figures[-1].keys()
