"""`visemo train valence-arousal` and `visemo evaluate valence-arousal` call what makes them."""

from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from core.evaluation.report import Evaluation


def test_train_passes_on_folders_and_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("models.training.affect_training.train_affect", lambda *a: asked.append(a))
    folders = [tmp_path / name for name in ("data", "out", "runs")]
    folders[0].mkdir()
    data, out, runs = map(str, folders)
    arguments = ["--data", data, "--out", out, "--cache", runs, "--seed", "3"]
    assert main(["train", "valence-arousal", *arguments]) == 0
    ((*paths, recipe, _),) = asked
    assert paths == folders
    assert recipe.seed == 3


def test_evaluate_writes_the_experiments_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Any] = []

    def evaluate(request: Any, _monitor: Any) -> Evaluation:
        asked.append(request)
        return Evaluation("Valence and arousal", ("as good as can be",), (), (), ())

    monkeypatch.setattr("models.evaluation.affect_report.evaluate_affect", evaluate)
    out = tmp_path / "report"
    arguments = ["--data", str(tmp_path), "--out", str(out), "--no-plots"]
    assert main(["evaluate", "valence-arousal", *arguments]) == 0
    assert (asked[0].data, asked[0].run) == ((tmp_path,), out / "folds")
    assert not asked[0].with_plots
    assert (asked[0].extent.runs, asked[0].extent.filter_runs) == (5, 2)  # five as in the paper
    assert main(["evaluate", "valence-arousal", *arguments, "--runs", "1", "--device", "cpu"]) == 0
    assert (asked[1].extent.runs, asked[1].extent.filter_runs) == (1, 1)
    assert asked[1].device.type == "cpu"
    assert (out / "report.html").is_file()
    assert "as good as can be" in capsys.readouterr().out
