"""Options of `visemo evaluate` that are not for everything do something, or are refused."""

from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from core.evaluation.report import Evaluation


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["voting", "--protocol", "paper"], "--protocol is for recipes and runs, not for voting"),
        (["voting", "--speakers", "all"], "--speakers is for weights, not for voting"),
        (["voting", "--runs", "2"], "--runs is for valence-arousal, not for voting"),
        (["voting", "--allow-missing"], "--allow-missing is for recipes and runs"),
        (["cyclegan", "--steps", "9"], "--steps is for voting, not for cyclegan"),
        (["cyclegan-paper", "--folds", "1"], "--folds is for recipes and runs and voting"),
        (["valence-arousal", "--folds", "1"], "not for valence-arousal"),
        (["valence-arousal", "--features", "IS10"], "is for cyclegan and cyclegan-paper, not for"),
        (["valence-arousal", "--tracks", "t"], "--tracks is for weights and recipes and runs"),
        (["dern-small", "--source", "text"], "--source is for voting, not for recipes and runs"),
        (["dern-small", "--profiles"], "--profiles is for weights, not for recipes and runs"),
        (["--protocol", "paper"], "--protocol is for recipes and runs, not for weights"),
        (["voting", "dern-small"], "voting is judged alone; name nothing beside it"),
    ],
)
def test_options_that_are_for_something_else_are_refused(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert main(["evaluate", *arguments, "--data", str(tmp_path), "--out", out]) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--steps", "--folds", "--runs", "--repeats"])
@pytest.mark.parametrize("value", ["0", "-5"])
def test_counts_begin_at_one(
    option: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["evaluate", "voting", option, value, "--data", ".", "--out", str(tmp_path / "out")])
    assert f"{value} is too few; expected 1 or more" in capsys.readouterr().err


def test_voting_takes_its_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def evaluate(request: Any, *_: Any) -> Evaluation:
        asked.append(request)
        return Evaluation("Voting", ("as good as can be",), (), (), ())

    monkeypatch.setattr("models.evaluation.voting_report.evaluate_voting", evaluate)
    monkeypatch.setattr("models.training.by_recipe.read_corpora", lambda *_, **__: [])
    arguments = ["evaluate", "voting", "--data", str(tmp_path), "--out", str(tmp_path / "out")]
    assert main([*arguments, "--no-plots"]) == 0
    assert main([*arguments, "--no-plots", "--steps", "7", "--source", "text", "--folds", "2",
                 "--device", "cpu"]) == 0  # fmt: skip
    usual, other = asked
    assert (usual.settings.steps, usual.settings.source, usual.folds) == (1_000, "speaker", 0)
    assert (other.settings.steps, other.settings.source_steps) == (7, 7)
    assert (other.settings.source, other.folds, other.device.type) == ("text", 2, "cpu")
