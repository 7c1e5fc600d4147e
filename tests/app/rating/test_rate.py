"""`visemo rate`: every action, and what it says of bad input."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from core.rating.records import FOCUS_LOST, PLAY_ENDED
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


def test_simulated_votes_say_so_everywhere(rate: Rate, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "sim"
    assert rate("simulate", folder, "--out", out, "--raters", 4, "--seed", 1).status == 0
    assert rate("simulate", folder, "--out", out, "--raters", 5, "--seed", 1).status == 0
    again = tmp_path / "again"
    assert rate("report", out, "--out", again).status == 0
    for place in (out, again):
        for name in ("manifest.json", "results.json"):
            told = json.loads((place / name).read_bytes())
            assert told["simulated"] is True
            assert told["model"] == ["bias 0.35, noise 0.6, spread 0.25, careless 0, seed 1"]
        page = (place / "report.html").read_text("utf-8")
        assert "Simulated votes: nobody has given them." in page
    rows = (out / "votes.csv").read_text("utf-8").splitlines()[1:]
    assert all("simulated: bias" in row for row in rows)
    assert rate("report", folder, "--out", tmp_path / "real").status == 0
    assert json.loads((tmp_path / "real" / "manifest.json").read_bytes())["simulated"] is False
    assert "Simulated" not in (tmp_path / "real" / "report.html").read_text("utf-8")


def test_simulated_votes_take_the_place_of_none(rate: Rate, folder: Path) -> None:
    assert "is the folder of a study" in rate("report", folder, "--out", folder).err
    assert rate("report", folder).status == 0
    for place, said in ((folder, "is the folder of a study"), (folder / "report", "not simulated")):
        before = {path: path.read_bytes() for path in place.iterdir() if path.is_file()}
        ran = rate("simulate", folder, "--out", place)
        assert (ran.status, len(ran.errors)) == (2, 1)
        assert said in ran.err
        assert {path: path.read_bytes() for path in place.iterdir() if path.is_file()} == before


def test_votes_of_a_study_come_from_its_store_alone(rate: Rate, tmp_path: Path) -> None:
    study = tmp_path / "study"
    make_study(study)
    assert rate("simulate", study, "--out", tmp_path / "sim").status == 0
    for name in ("votes.json", "manifest.json"):
        (study / name).write_bytes((tmp_path / "sim" / name).read_bytes())
    for action in ("report", "export"):
        ran = rate(action, study, "--out", tmp_path / "out")
        assert ran.status == 2
        assert "Nobody has taken part" in ran.err
    assert not (tmp_path / "out").exists()


def test_all_that_was_collected_is_got_out(rate: Rate, folder: Path, tmp_path: Path) -> None:
    study = read_study(folder)
    with VoteStore.open(folder, study) as store:
        first = store.sessions()[0]
        broken = store.begin(machine={"screen": "1920 x 1080"}).session_id
        store.answer(broken, "remarks", '=HYPERLINK("x"), ok')
        for skew, dropped in ((4.0, 0), (10.0, 3), (1.0, 1)):
            store.log(broken, PLAY_ENDED, {"skew_ms": skew, "dropped": dropped}, 0)
        store.log(broken, PLAY_ENDED, {"skew_ms": "none", "dropped": 10**400}, 0)
        store.log(broken, FOCUS_LOST)
        store.abandon(broken)
        codes = {store.finish(record.session_id) for record in store.sessions()[:3]}
        events = store.events()
    out = tmp_path / "tables"
    assert rate("export", folder, "--out", out).status == 0
    tables = {
        name: list(csv.DictReader(io.StringIO((out / f"{name}.csv").read_text("utf-8"))))
        for name in ("answers", "sessions", "events")
    }
    subject = tables["sessions"][3]["subject_id"]
    (answer,) = tables["answers"]
    assert (answer["session_id"], answer["subject_id"]) == (broken, subject)
    assert answer["value"].startswith("'=HYPERLINK")
    row = tables["sessions"][3]
    assert (row["state"], row["plays"], row["median_skew_ms"]) == ("abandoned", "4", "4")
    assert (row["median_dropped_pictures"], row["focus_losses"]) == ("1", "1")
    assert (row["machine"], row["technical_faults"]) == ('{"screen":"1920 x 1080"}', "0")
    assert row["ended_utc"] == events[-1].timestamp_utc
    assert tables["sessions"][0]["session_id"] == first.session_id
    assert tables["sessions"][0]["median_skew_ms"] == ""
    assert [int(event["number"]) for event in tables["events"]] == [e.number for e in events]
    assert json.loads(tables["events"][-2]["details"]) == {}

    assert rate("report", folder).status == 0
    for name in tables:
        kept = (folder / "report" / f"{name}.csv").read_bytes()
        assert kept == (out / f"{name}.csv").read_bytes()
    listed = rate("codes", folder)
    assert listed.out.splitlines() == ["code,state", *(f"{code},done" for code in sorted(codes))]
    assert json.loads(rate("codes", folder, "--json").out)["codes"][0]["state"] == "done"
    for path in (*out.iterdir(), *(folder / "report").iterdir()):
        assert not [code for code in codes if code.encode() in path.read_bytes()]


def test_a_simulated_report_has_no_sessions(rate: Rate, folder: Path, tmp_path: Path) -> None:
    assert rate("simulate", folder, "--out", tmp_path / "sim").status == 0
    assert rate("export", tmp_path / "sim", "--out", tmp_path / "out").status == 0
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"votes.csv", "matrix.csv", "sureal.json"}
    ran = rate("export", tmp_path / "sim", "--out", tmp_path / "out", "--format", "answers")
    assert (ran.status, len(ran.errors)) == (2, 1)
    assert "holds no answers.csv" in ran.err
