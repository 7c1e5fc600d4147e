"""`visemo rate`: every action, and what it says of bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.rating.simulation import simulated_raters
from core.rating.store import VoteStore
from core.rating.study_file import read_study
from tests.app.conftest import Ran, Visemo
from tests.app.rating.studies import make_sounds, make_study

Rate = Visemo


@pytest.fixture
def rate(visemo: Visemo) -> Rate:
    def run(*arguments: object) -> Ran:
        return visemo("rate", *arguments)

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study in which three have taken part."""
    place = tmp_path / "study"
    study = make_study(place)
    with VoteStore.open(place, study) as store:
        for rater in simulated_raters(study, 3):
            session = store.begin().session_id
            position = store.position(session)
            while position is not None:
                position = store.commit_vote(position, rater.vote(position.trial), 900, 1)
            store.finish(session)
    return place


def test_new_from_a_table(rate: Rate, tmp_path: Path, weights: Path) -> None:
    table = make_sounds(tmp_path / "sounds", 0.4)
    out = tmp_path / "study"
    ran = rate(
        "new", table, "--out", out, "--weights", weights, "--device", "cpu", "--seed", 5,
        "--order", "balanced", "--trapping", "--repeat", "--no-training", "--title", "Mine",
        "--json",
    )  # fmt: skip
    assert ran.status == 0, ran.err
    assert ran.err == ""
    study = read_study(out)
    assert json.loads(ran.out) == {
        "study": study.id, "folder": str(out), "trials": 16, "stimuli": 15, "seed": 5,
    }  # fmt: skip
    assert (study.title, study.order, study.seed) == ("Mine", "balanced", 5)
    assert rate("verify", out).status == 0
    again = rate("new", table, "--out", out, "--weights", weights)
    assert (again.status, again.out) == (2, "")
    assert "is there already" in again.err


def test_new_in_another_language(rate: Rate, tmp_path: Path, weights: Path) -> None:
    table = make_sounds(tmp_path / "sounds", 0.4)
    ran = rate("new", table, "--out", tmp_path / "s", "--weights", weights, "--language", "de")
    assert ran.status == 0, ran.err
    assert read_study(tmp_path / "s").scale[-1] == "Sehr gut"
    wrong = rate("new", table, "--out", tmp_path / "t", "--language", "xx")
    assert wrong.status == 2
    assert "expected one of de, en" in wrong.err


def test_verify_finds_what_changed(rate: Rate, folder: Path) -> None:
    good = rate("verify", folder, "--json")
    assert good.status == 0
    assert json.loads(good.out)["problems"] == []
    assert json.loads(good.out)["sessions"] == 3
    study = read_study(folder)
    (folder / study.stimuli[2].track).unlink()
    bad = rate("verify", folder)
    assert bad.status == 2
    assert study.stimuli[2].track in bad.out


def test_report_export_and_the_same_again(rate: Rate, folder: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert rate("report", folder, "--out", first).out.strip() == str(first / "report.html")
    assert rate("report", folder, "--out", second, "--json").status == 0
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()
    tables = tmp_path / "tables"
    ran = rate("export", folder, "--out", tables, "--format", "csv,sureal")
    assert ran.out.splitlines() == [str(tables / "votes.csv"), str(tables / "sureal.json")]
    assert (tables / "votes.csv").read_bytes() == (first / "votes.csv").read_bytes()
    wrong = rate("export", folder, "--out", tables, "--format", "xls")
    assert wrong.status == 2
    assert "expected some of csv, matrix, sureal" in wrong.err


def test_studies_and_votes_travel(rate: Rate, folder: Path, tmp_path: Path) -> None:
    study, votes = tmp_path / "a.visemo-study", tmp_path / "a.visemo-votes"
    assert rate("bundle", folder, "--out", study).status == 0
    assert rate("bundle", folder, "--out", votes).status == 0
    assert "must end in" in rate("bundle", folder, "--out", tmp_path / "a.zip").err
    there = tmp_path / "there"
    assert rate("new", study, "--out", there).status == 0
    merged = rate("merge", there, votes, "--json")
    assert len(json.loads(merged.out)["added"]) == 3
    again = rate("merge", there, votes)
    assert "0 sessions added, 3 were here already." in again.out
    stranger = tmp_path / "other"
    make_study(stranger)
    refused = rate("merge", stranger, votes)
    assert refused.status == 2
    assert "votes of another study" in refused.err


def test_merging_waits_for_nobody(rate: Rate, folder: Path, tmp_path: Path) -> None:
    votes = tmp_path / "a.visemo-votes"
    rate("bundle", folder, "--out", votes)
    with VoteStore.open(folder, read_study(folder)):
        ran = rate("merge", folder, votes)
    assert ran.status == 2
    assert "Another window" in ran.err


def test_simulating_leaves_the_votes_alone(rate: Rate, folder: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.glob("votes*")}
    ran = rate("simulate", folder, "--out", tmp_path / "sim", "--raters", 4, "--seed", 1)
    assert ran.status == 0
    assert "nobody has given these votes" in ran.out
    lines = (tmp_path / "sim" / "votes.csv").read_text("utf-8").splitlines()
    assert len(lines) == 1 + 4 * 19
    assert {path.name: path.read_bytes() for path in folder.glob("votes*")} == before
    assert rate("simulate", folder, "--out", tmp_path / "sim", "--raters", 0).status == 2


@pytest.mark.parametrize("action", ["verify", "report"])
def test_a_folder_that_is_no_study(rate: Rate, tmp_path: Path, action: str) -> None:
    ran = rate(action, tmp_path)
    assert ran.status == 2
    assert len(ran.errors) == 1
    assert "study.json" in ran.err


def test_a_study_without_votes_has_no_report(rate: Rate, tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    ran = rate("report", tmp_path / "study")
    assert ran.status == 2
    assert "Nobody has taken part" in ran.err


def test_a_participant_needs_a_study(rate: Rate) -> None:
    ran = rate("run", "--participant")
    assert ran.status == 2
    assert "Name the study" in ran.err


def test_without_a_display_it_says_so(rate: Rate, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    ran = rate("run")
    assert ran.status == 2
    assert "no display" in ran.err


def test_qt_and_torch_stay_away() -> None:
    """Help, verifying and reports need neither the window's libraries nor the networks'."""
    code = (
        "import sys; from app.cli import main; import app.rating.work\n"
        "try: main(['rate', 'report', '/nowhere'])\n"
        "except SystemExit: pass\n"
        "print([m for m in ('PySide6', 'torch', 'sounddevice') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"
