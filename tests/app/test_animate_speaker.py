"""`visemo animate` by a recogniser of one's choice, and of a speaker who is known."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from core.functionals import NAMES, SET
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
def attentive(own_weights: Path, visemo: Visemo, few_suffice: None) -> Visemo:  # noqa: ARG001
    """`visemo animate` with a DERN that listens to who speaks, be it in two clips."""
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
    ran = attentive(folder / "a.wav", "--out", two, "--speaker", "Ann")
    assert ran.status == 0
    assert ran.err.count("note: too little is known of Ann (1 clip): it takes 2") == 1
    assert exported(one) == exported(two)


def test_enough_is_clips_and_speech(
    attentive: Visemo, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.voices.LEAST_CLIPS", 3)
    monkeypatch.setattr("app.voices.LEAST_SECONDS", 1.5)

    def told_of(*sounds: Path) -> str:
        out = tmp_path / "out"
        ran = attentive(*sounds, "--out", out, "--speaker", "Ann", "--quiet", "--format", "json")
        assert ran.status == 0
        known = "profile" in settings_of(out / "a.json")
        assert known == (ran.err == "")
        return ran.err

    files = [folder / "a.wav", folder / "b.wav", save_speech(folder / "c.wav", 1.0, seed=3)]
    assert "of Ann (2 clips): it takes 3, with 1.5 s of speech in all" in told_of(*files[:2])
    assert told_of(*files) == ""
    for seed, file in enumerate(files):
        save_speech(file, 0.4, seed=seed)
    assert "of Ann (3 clips)" in told_of(*files)


def test_a_profile_grows_until_it_is_of_use(
    attentive: Visemo, folder: Path, tmp_path: Path
) -> None:
    file, c = tmp_path / "ann.speaker.json", save_speech(folder / "c.wav", 1.0, seed=3)
    a, b = folder / "a.wav", folder / "b.wav"
    alone, one, two = tmp_path / "alone", tmp_path / "one", tmp_path / "two"
    assert attentive(a, "--out", alone).status == 0
    for _ in range(2):  # the same sound tells nothing new
        ran = attentive(a, "--out", one, "--profile", file)
        assert ran.err.count("note: too little is known of ann (1 clip)") == 1
        assert exported(one) == exported(alone)
        assert len(read_profile(file).sounds) == 1
    assert attentive(b, "--out", two, "--profile", file).err == ""
    assert settings_of(two / "b.json")["profile"]["sha256"] == read_profile(file).id
    at_once = tmp_path / "at_once.speaker.json"
    assert attentive(a, b, "--out", two, "--profile", at_once).status == 0
    assert read_profile(at_once).sounds == read_profile(file).sounds
    np.testing.assert_allclose(
        read_profile(at_once).bands.mean, read_profile(file).bands.mean, rtol=1e-5
    )
    before = file.read_bytes()
    assert attentive(c, "--out", two, "--profile", file).err == ""
    assert file.read_bytes() == before  # the same sounds get the same faces


def test_a_profile_of_other_features_is_refused(
    attentive: Visemo, folder: Path, tmp_path: Path
) -> None:
    file, out = tmp_path / "ann.speaker.json", tmp_path / "out"
    assert attentive(folder, "--out", out, "--profile", file).status == 0
    good = json.loads(file.read_text("utf-8"))
    (values,) = good["sets"].values()
    short = {key: rows[:3] if isinstance(rows, list) else rows for key, rows in values.items()}
    for sets, reason in (
        ({"functionals/9": values}, f"its features are functionals/9, and .* are {SET}"),
        ({SET: short}, f"it has 3 features of {SET}, which are {len(NAMES)}"),
        ({}, "its features are none"),
    ):
        file.write_text(json.dumps(good | {"sets": sets}), encoding="utf-8")
        ran = attentive(folder, "--out", out, "--profile", file)
        assert ran.status == 2
        assert re.search(f"{file.name}' is of no use here: {reason}.*to make it anew", ran.err)


def test_a_profile_of_nothing_is_begun_anew(
    attentive: Visemo, folder: Path, tmp_path: Path
) -> None:
    file, out = tmp_path / "ann.speaker.json", tmp_path / "out"
    assert attentive(folder, "--out", out, "--profile", file).status == 0
    good = file.read_bytes()
    nothing = json.loads(good)
    for statistics in (nothing["bands"], *nothing["sets"].values()):
        statistics["count"] = 0
    file.write_text(json.dumps(nothing), encoding="utf-8")
    assert attentive(folder, "--out", out, "--profile", file).status == 0
    assert file.read_bytes() == good


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
    write_project(Project(tuple(clips), "dern", profiles=False), tmp_path / "a.visemo")
    three, four = tmp_path / "three", tmp_path / "four"
    assert attentive(tmp_path / "a.visemo", "--out", three).status == 0
    assert attentive(folder, "--recogniser", "dern", "--out", four).status == 0
    assert exported(three) == exported(four)
