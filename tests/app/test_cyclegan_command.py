"""`visemo evaluate cyclegan` calls what makes it, in short or by the paper's schedule."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from core.evaluation.report import Evaluation
from models.evaluation.cyclegan import Experiment, small_experiment


@pytest.mark.parametrize(
    ("name", "experiment"), [("cyclegan", small_experiment()), ("cyclegan-paper", Experiment())]
)
def test_it_writes_the_experiments_report(
    name: str, experiment: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    named: list[dict[str, Any]] = []

    def evaluate(*given: Any, **others: Any) -> Evaluation:
        asked.append(given)
        named.append(others)
        return Evaluation("Augmentation", (others["command"],), (), (), ())

    monkeypatch.setattr("models.evaluation.cyclegan_tables.evaluate_cyclegan", evaluate)
    out = tmp_path / "report"
    arguments = ["evaluate", name, "--data", str(tmp_path), "--out", str(out), "--no-plots"]
    assert main(arguments) == 0
    assert asked[0][:4] == ([tmp_path], experiment, out / "folds", False)
    assert named[0]["features"] == "functionals/2"
    assert (out / "report.html").is_file()
    assert main([*arguments, "--features", "IS10", "--repeats", "2", "--device", "cpu"]) == 0
    assert asked[1][1] == replace(experiment, repeats=2)
    assert (named[1]["features"], named[1]["device"].type) == ("IS10", "cpu")
