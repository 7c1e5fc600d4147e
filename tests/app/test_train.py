"""`visemo train`: what it takes and how it reports; training itself is tested elsewhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.commands.train import RECIPES
from core.monitor import Monitor
from models.training.recipe import BundledRecipe
from resources import WEIGHTS
from tests.app.conftest import Visemo


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the recipe was called with; it takes two steps and gives one notice."""
    seen: list[tuple[Any, ...]] = []

    def train(data: Path, out: Path, run: Path, recipe: BundledRecipe, monitor: Monitor) -> None:
        seen.append((data, out, run, recipe.seed))
        monitor.step("epochs", 0, 2)
        monitor.step("epochs", 2, 2)
        monitor.notice("one clip was left out")

    monkeypatch.setattr("models.training.bundled.train_bundled", train)
    return seen


def test_the_recipe_gets_its_folders(
    visemo: Visemo, calls: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    out, runs = tmp_path / "out", tmp_path / "runs"
    ran = visemo("train", "--data", tmp_path, "--out", out, "--cache", runs, "--seed", "3")
    assert (ran.status, ran.out) == (0, "")
    assert ran.errors == ["visemo: note: one clip was left out"]
    assert calls == [(tmp_path, out, runs, 3)]


def test_the_weights_go_where_the_program_looks(
    visemo: Visemo, calls: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    assert visemo("train", "--data", tmp_path, "--cache", tmp_path / "none").status == 0
    assert calls[0][1] == WEIGHTS


def test_json_lines(visemo: Visemo, calls: list[tuple[Any, ...]], tmp_path: Path) -> None:
    ran = visemo("train", "--data", tmp_path, "--cache", tmp_path / "none", "--progress", "json")
    assert calls
    first, last, note = (json.loads(line) for line in ran.out.splitlines())
    assert first == {
        "event": "progress", "stage": "epochs", "done": 0, "total": 2, "seconds_left": None,
    }  # fmt: skip
    assert last["done"] == 2
    assert note == {"event": "note", "message": "one clip was left out"}


def test_unfinished_work_is_not_lost_unasked(
    visemo: Visemo, calls: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    (tmp_path / "epoch-3").touch()
    options = ("train", "--data", tmp_path, "--cache", tmp_path)
    ran = visemo(*options)
    assert ran.status == 2
    assert "holds an earlier training; add --resume to go on with it" in ran.err
    assert not calls
    assert visemo(*options, "--resume").status == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--data", "nowhere"], "There is no folder 'nowhere'; name that of the data sets"),
        ([], "the following arguments are required: --data"),
        (
            ["--data", ".", "--recipe", "soup"],
            f"there is no recipe 'soup'; expected one of {', '.join(RECIPES)}, dern-paper, ",
        ),
    ],
)
def test_what_cannot_be_is_explained(options: list[str], message: str, visemo: Visemo) -> None:
    ran = visemo("train", *options)
    assert ran.status == 2
    assert message in ran.errors[-1]
