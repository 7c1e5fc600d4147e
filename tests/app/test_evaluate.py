"""`visemo evaluate`, as a person types it, on a small corpus named like RAVDESS."""

import json
import shutil
from pathlib import Path

import pytest

from core.evaluation.report import PAGE, RESULTS
from tests.app.conftest import Visemo, names, save_speech

TINY = """
name = "tiny"
trains = "dern"
protocol = "speakers"
normalisation = "training"
epochs = 1
batch = 4
[pace]
warm_up = 1
[dern]
windows = 2
"""


@pytest.fixture(scope="module")
def ravdess(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six actors, two emotions."""
    folder = tmp_path_factory.mktemp("ravdess")
    for actor in ("13", "14", "15", "16", "17", "18"):
        (folder / f"Actor_{actor}").mkdir()
        for code in ("04", "05"):
            path = folder / f"Actor_{actor}" / f"03-01-{code}-01-01-01-{actor}.wav"
            save_speech(path, 0.8, 10 * int(actor) + int(code))
    return folder


def test_a_damaged_recording_is_named_and_the_others_are_judged(
    visemo: Visemo, weights: Path, ravdess: Path, tmp_path: Path
) -> None:
    data = tmp_path / "ravdess"
    shutil.copytree(ravdess, data)
    broken = data / "Actor_13" / "03-01-05-01-01-02-13.wav"
    broken.write_bytes(b"RIFF")
    out = tmp_path / "out"
    ran = visemo(
        "evaluate", "--data", data, "--weights", weights, "--speakers", "ravdess-13",
        "--out", out, "--no-plots",
    )  # fmt: skip
    assert ran.status == 0
    assert f"{broken} is left out" in ran.err
    assert broken.name in (out / PAGE).read_text("utf-8")


def test_a_report_of_weights(visemo: Visemo, weights: Path, ravdess: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = visemo(
        "evaluate", "--data", ravdess, "--weights", weights, "--speakers", "all", "--out", out
    )
    assert ran.status == 0
    assert "note: It is not written down whom these weights were trained on" in ran.err
    assert "RAVDESS (perhaps trained on)" in ran.out
    assert ran.out.splitlines()[-1] == str(out / PAGE)
    results = json.loads((out / RESULTS).read_text("utf-8"))
    (row, _paper) = results["tables"]["table3-dern"]["rows"]
    assert row[1:3] == [12, 6]
    assert {"table3-dern-recalls.svg", "table3-dern-recalls.png", "utterances.csv"} <= set(
        names(out)
    )
    again = tmp_path / "again"
    visemo("evaluate", "--data", ravdess, "--weights", weights, "--speakers", "all", "--out", again)
    same = [name for name in names(out) if name not in (PAGE, RESULTS)]
    assert [(out / n).read_bytes() for n in same] == [(again / n).read_bytes() for n in same]


def test_the_bundled_weights_are_not_praised_for_remembering(
    visemo: Visemo, ravdess: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = visemo(
        "evaluate", "--data", ravdess, "--speakers", "all", "--out", out, "--no-plots",
        "--progress", "json",
    )  # fmt: skip
    assert ran.status == 0
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert lines[-1] == {"event": "finished", "done": 1, "failed": 0}
    notes = [line["message"] for line in lines if line["event"] == "note"]
    assert notes[0].startswith("NOT A TEST: 8 of 12 recordings are of speakers")
    text = (out / PAGE).read_text("utf-8")
    assert 'class="warning">NOT A TEST' in text
    assert "RAVDESS (trained on)" in text


def test_a_recipe_is_trained_and_judged_fold_by_fold(
    visemo: Visemo, ravdess: Path, tmp_path: Path
) -> None:
    recipe, out = tmp_path / "tiny.toml", tmp_path / "out"
    recipe.write_text(TINY)
    command = ("evaluate", recipe, "--data", ravdess, "--out", out, "--no-plots", "--device", "cpu")
    refused = visemo(*command)
    assert refused.status == 2
    assert "there is no recording of disgust, fear, happy, neutral, surprise" in refused.err
    ran = visemo(*command, "--allow-missing")
    assert ran.status == 0
    folds = json.loads((out / RESULTS).read_text("utf-8"))["tables"]["folds-test"]["rows"]
    assert [row[0] for row in folds] == [*(f"speakers out {n}" for n in range(1, 6)), "mean",
                                         "deviation"]  # fmt: skip
    assert sum(row[1] for row in folds[:5]) == 12
    assert len(list(out.rglob("*.safetensors"))) == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "There is nothing to judge by; name corpora with --data."),
        (["--data", "nowhere"], "There is no folder or table 'nowhere'"),
        (["--data", "{ravdess}", "--speakers", "nobody"], "There is no speaker nobody"),
        (["--data", "{ravdess}", "--recogniser", "oracle"], "There is no recogniser 'oracle'"),
        (["--data", "{ravdess}", "--weights", "nowhere"], "nowhere"),
        (["missing-recipe", "--data", "{ravdess}"], "there is no recipe 'missing-recipe'"),
        (["{ravdess}", "--data", "{ravdess}"], "is no run of `visemo train`"),
        (["dern-small", "--protocol", "loso", "--data", "{ravdess}"], "no protocol 'loso'"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    visemo: Visemo, ravdess: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    filled = [text.format(ravdess=ravdess) for text in arguments]
    ran = visemo("evaluate", *filled, "--out", tmp_path / "out", "--no-plots")
    assert ran.status == 2
    assert said in ran.errors[-1]
    assert not (tmp_path / "out").exists()
