"""Trainings by recipe: what they leave behind, how they go on, and what they refuse."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from core.corpora.splits import Split
from core.errors import Cancelled, TrainingError
from core.monitor import Monitor
from models.checkpoint import load_checkpoint
from models.dern import Dern
from models.training.fold import train_fold
from models.training.lesson import Material, check
from models.training.recipe_file import load_recipe
from models.training.recordings import Recording
from tests.models.training_sets import make_recipe, make_recording, make_recordings, split_of


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small gain nothing by two, which wait for each other on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Watch(Monitor):
    """Notes what it is told, and may stop the work."""

    def __init__(self, stop_at: int = -1) -> None:
        self.stop_at = stop_at
        self.notices: list[str] = []
        self.told: list[dict[str, float]] = []

    def figures(self, values: object) -> None:
        self.told.append(dict(values))  # type: ignore[call-overload]

    def step(self, stage: str, done: float, total: float) -> None:
        if stage.startswith("training") and done == self.stop_at:
            raise Cancelled(f"{stage} at {done} of {total}")

    def notice(self, message: str) -> None:
        self.notices.append(message)


def test_a_run_tells_how_it_was_made(tmp_path: Path) -> None:
    recordings = make_recordings()
    watch = Watch()
    trained = train_fold(make_recipe(), recordings, split_of(recordings), tmp_path, watch)
    assert load_recipe(str(tmp_path / "recipe.toml"), ["dern"]) == make_recipe()
    split = json.loads((tmp_path / "split.json").read_text())
    assert split["validation"][:2] == ["c/angry-0.wav", "c/angry-1.wav"]
    assert (len(split["train"]), len(split["validation"]), split["test"]) == (28, 14, [])
    environment = json.loads((tmp_path / "environment.json").read_text())
    assert environment["torch"] == torch.__version__
    with (tmp_path / "curves.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["network"], float(row["epoch"])) for row in rows] == [
        ("dern", 1.0), ("dern", 2.0), ("dern", 3.0),
    ]  # fmt: skip
    assert all(float(row["validation_loss"]) > 0 for row in rows)
    network = trained.networks["dern"]
    assert json.loads((tmp_path / "metrics.json").read_text())["dern"] == network.figures
    assert network.figures["made_uar"] == network.figures["score"]
    assert max(float(row["score"]) for row in rows) == network.figures["score"]
    provenance = load_checkpoint(network.path, "dern").description.provenance
    assert (provenance.recipe, provenance.speakers) == ("tiny", ["made-a", "made-b"])
    network.checkpoint.fill(Dern())
    files = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {
        "recipe.toml", "split.json", "environment.json", "log.jsonl", "curves.csv",
        "metrics.json", "dern.safetensors",
    }  # fmt: skip
    assert {"epoch", "loss", "validation_loss", "score"} <= watch.told[-1].keys()


def test_stopped_and_resumed_is_the_same_to_the_byte(tmp_path: Path) -> None:
    recordings = make_recordings()
    split = split_of(recordings)
    whole = train_fold(make_recipe(), recordings, split, tmp_path / "whole")
    watch = Watch(stop_at=10)
    with pytest.raises(Cancelled):
        train_fold(make_recipe(), recordings, split, tmp_path / "parts", watch)
    assert "stopped after step 10 of 21; resumed, it goes on" in watch.notices[-1]
    assert (tmp_path / "parts" / "curves.csv").is_file()
    parts = train_fold(make_recipe(), recordings, split, tmp_path / "parts")
    one, two = (run.networks["dern"].path.read_bytes() for run in (whole, parts))
    assert one == two


def test_a_finished_run_is_read_not_made_again(tmp_path: Path) -> None:
    recordings = make_recordings()
    first = train_fold(make_recipe(), recordings, split_of(recordings), tmp_path)
    watch = Watch(stop_at=0)
    again = train_fold(make_recipe(), recordings, split_of(recordings), tmp_path, watch)
    sha = first.networks["dern"].checkpoint.sha256
    assert again.networks["dern"].checkpoint.sha256 == sha


def test_another_runs_folder_is_left_alone(tmp_path: Path) -> None:
    recordings = make_recordings()
    train_fold(make_recipe(), recordings, split_of(recordings), tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(TrainingError, match="is a run of another recipe; name another folder"):
        train_fold(make_recipe(seed=1), recordings, split_of(recordings), tmp_path)
    with pytest.raises(TrainingError, match="other recordings or another split"):
        train_fold(make_recipe(), recordings, split_of(recordings, "other"), tmp_path)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def fails(recordings: list[Recording], split: Split | None = None, **options: bool) -> str:
    with pytest.raises(TrainingError) as caught:
        check(Material(recordings, split or split_of(recordings), (), **options))
    return str(caught.value)


def test_what_is_missing_is_named() -> None:
    recordings = make_recordings()
    nobody = Split("x", tuple(range(len(recordings))), ())
    assert "leaves no recording for validation" in fails(recordings, nobody)
    assert "no recording to learn from" in fails(recordings, Split("x", (), (0,)))
    six = [r for r in recordings if r.utterance.emotion != "surprise"]
    assert "no recording of surprise among the 24 to learn from" in fails(six)
    assert "--allow-missing" in fails(six)
    watch = Watch()
    check(Material(six, split_of(six), (), allow_missing=True), watch)
    assert watch.notices == ["nothing is learned of surprise: there is no recording"]


def test_silence_and_speakers_of_one_emotion_are_told() -> None:
    recordings = make_recordings()
    silent = make_recording("a", "sad", 9)
    silent.voiced[:] = False
    recordings.append(silent)
    recordings = [
        r for r in recordings
        if r.utterance.speaker != "made-b" or r.utterance.emotion == "happy"
    ]  # fmt: skip
    watch = Watch()
    check(Material(recordings, split_of(recordings)), watch)
    assert watch.notices[0].startswith("1 recordings hold no speech and teach nothing, such as")
    assert watch.notices[1].startswith("made-b has recordings of happy only")
    assert len(watch.notices) == 2
