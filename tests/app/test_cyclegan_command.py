"""`visemo evaluate cyclegan` calls what makes it, in short or by the paper's schedule."""

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

    def evaluate(*given: Any, command: str) -> Evaluation:
        asked.append(given)
        return Evaluation("Augmentation", (command,), (), (), ())

    monkeypatch.setattr("models.evaluation.cyclegan_tables.evaluate_cyclegan", evaluate)
    out = tmp_path / "report"
    assert main(["evaluate", name, "--data", str(tmp_path), "--out", str(out), "--no-plots"]) == 0
    assert asked[0][:4] == ([tmp_path], experiment, out / "folds", False)
    assert (out / "report.html").is_file()
