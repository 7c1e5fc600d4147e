"""`visemo animate` by a recogniser of one's choice, and of a speaker who is known."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from core.profile_file import read_profile
from core.project import Project, ProjectClip
from core.project_file import write_project
from resources import LANDMARK_SCHEMA
from tests.app.conftest import Visemo, save_speech
from tests.core.readers import read_json
from tests.weights import write_dern


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two clips of somebody."""
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    save_speech(sounds / "a.wav", 1.0, seed=1)
    save_speech(sounds / "b.wav", 1.0, seed=2)
    return sounds


@pytest.fixture
def attentive(own_weights: Path, visemo: Visemo) -> Visemo:
    """`visemo animate` with a DERN that listens to who speaks."""
    write_dern(own_weights, "speaker")

    def run(*arguments: object) -> Any:
        return visemo("animate", "--weights", own_weights, "--device", "cpu", *arguments)

    return run


def exported(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


def settings_of(path: Path) -> dict[str, Any]:
    schema = json.loads(LANDMARK_SCHEMA.read_text("utf-8"))
    jsonschema.validate(json.loads(path.read_text("utf-8")), schema)
    settings: dict[str, Any] = read_json(path).about["settings"]
    return settings


def test_clips_of_one_speaker_share_a_profile(
    attentive: Visemo, folder: Path, tmp_path: Path
) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    assert attentive(folder, "--out", alone).status == 0
    assert attentive(folder, "--out", together, "--speaker", "Ann").status == 0
    assert "profile" not in settings_of(alone / "a.json")
    profiles = [settings_of(together / name)["profile"] for name in ("a.json", "b.json")]
    assert profiles[0] == profiles[1]
    assert profiles[0]["speaker"] == "Ann"
    assert not np.array_equal(read_json(alone / "a.json").p, read_json(together / "a.json").p)


def test_the_order_of_clips_makes_no_difference(
    attentive: Visemo, folder: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    files = sorted(folder.iterdir())
    assert attentive(*files, "--out", one, "--speaker", "Ann").status == 0
    assert attentive(*reversed(files), "--out", two, "--speaker", "Ann").status == 0
    assert exported(one) == exported(two)


def test_a_profile_is_kept_and_taken_up(attentive: Visemo, folder: Path, tmp_path: Path) -> None:
    file, one, two = tmp_path / "ann.speaker.json", tmp_path / "one", tmp_path / "two"
    assert attentive(folder, "--out", one, "--profile", file).status == 0
    profile = read_profile(file)
    assert profile.name == "ann"
    assert attentive(folder / "a.wav", "--out", two, "--profile", file).status == 0
    assert (one / "a.json").read_bytes() == (two / "a.json").read_bytes()
    assert settings_of(two / "a.json")["profile"] == {"speaker": "ann", "sha256": profile.id}


def test_a_clip_alone_tells_nothing_of_its_speaker(
    attentive: Visemo, folder: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert attentive(folder / "a.wav", "--out", one).status == 0
    assert attentive(folder / "a.wav", "--out", two, "--speaker", "Ann").status == 0
    assert exported(one) == exported(two)


def test_the_papers_dern_hears_all_speakers_alike_and_says_so(
    animate: Visemo, folder: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert animate(folder, "--out", one).err == ""
    ran = animate(folder, "--out", two, "--speaker", "Ann", "--recogniser", "dern")
    assert ran.status == 0
    assert ran.err.splitlines() == [
        "visemo: note: DERN hears all speakers alike; who speaks makes no difference"
    ]
    assert exported(one) == exported(two)
    assert settings_of(one / "a.json")["recogniser"] == "dern"


def test_a_bad_clip_is_named_and_is_not_in_the_profile(
    attentive: Visemo, folder: Path, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert attentive(folder, "--out", one, "--speaker", "Ann").status == 0
    (folder / "c.wav").write_bytes(b"nothing")
    ran = attentive(folder, "--out", two, "--speaker", "Ann")
    assert ran.status == 2
    assert "c.wav: error: " in ran.errors[0]
    assert ran.errors[1:] == ["visemo: 2 done, 1 not"]
    assert exported(one) == exported(two)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--recogniser", "nobody"], "unknown recogniser 'nobody', expected one of dern"),
        (["--profile", "bad.json"], "'bad.json' is no speaker profile"),
        (["--profile", "."], "cannot be read as a speaker profile"),
    ],
)
def test_what_cannot_be_is_told(
    arguments: list[str], message: str, animate: Visemo, folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(folder)
    (folder / "bad.json").write_text("{}", encoding="utf-8")
    ran = animate("a.wav", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.err


def test_a_project_knows_who_speaks(attentive: Visemo, folder: Path, tmp_path: Path) -> None:
    save_speech(folder / "c.wav", 1.0, seed=3)
    clips = [ProjectClip(folder / f"{name}.wav", speaker="Ann" * (name != "c")) for name in "abc"]
    write_project(Project(tuple(clips), "dern"), tmp_path / "a.visemo")
    one, two = tmp_path / "one", tmp_path / "two"
    assert attentive(tmp_path / "a.visemo", "--out", one).status == 0
    assert (
        attentive(folder / "a.wav", folder / "b.wav", "--out", two, "--speaker", "Ann").status == 0
    )
    assert attentive(folder / "c.wav", "--out", two).status == 0
    assert exported(one) == exported(two)
