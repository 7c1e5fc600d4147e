"""What `visemo rate` says of seeds, raters, sources and conditions that cannot be."""

import secrets
from pathlib import Path

import pytest

from core.rating.study_file import read_study
from tests.app.conftest import Ran, Visemo
from tests.app.rating.studies import make_sounds, make_study

Rate = Visemo


@pytest.fixture
def rate(visemo: Visemo) -> Rate:
    def run(*arguments: object) -> Ran:
        return visemo("rate", *arguments)

    return run


@pytest.mark.parametrize("seed", [-5, 1 << 32, 10**30])
def test_seeds_that_cannot_be(rate: Rate, tmp_path: Path, seed: int) -> None:
    make_study(folder := tmp_path / "study")
    for ran in (
        rate("new", "--out", tmp_path / "new", "--seed", seed),
        rate("simulate", folder, "--out", tmp_path / "sim", "--seed", seed),
    ):
        assert (ran.status, len(ran.errors)) == (2, 1)
        assert f"The seed must be from 0 to 4294967295, not {seed}." in ran.err
    assert not (tmp_path / "new").exists()


def test_no_raters_at_all(rate: Rate, tmp_path: Path) -> None:
    ran = rate("simulate", tmp_path, "--out", tmp_path / "sim", "--raters", 0)
    assert (ran.status, len(ran.errors)) == (2, 1)
    assert "Expected 1 to 100000 raters" in ran.err


def test_a_source_that_is_not_there(rate: Rate, tmp_path: Path) -> None:
    ran = rate("new", tmp_path / "nowhere", "--out", tmp_path / "study")
    assert (ran.status, len(ran.errors)) == (2, 1)
    assert f"There is no '{tmp_path / 'nowhere'}'" in ran.err


def test_a_condition_twice(rate: Rate, tmp_path: Path) -> None:
    ran = rate(
        "new", "--out", tmp_path / "s", "--condition", "combined", "--condition", "combined"
    )  # fmt: skip
    assert (ran.status, len(ran.errors)) == (2, 1)
    assert "The condition 'combined' is given twice" in ran.err


def test_without_a_seed_one_is_drawn_and_told(
    rate: Rate, tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda below: below - 7)
    table = make_sounds(tmp_path / "sounds", 0.4)
    ran = rate("new", table, "--out", tmp_path / "s", "--weights", weights, "--device", "cpu")
    assert ran.status == 0, ran.err
    assert "seed 4294967289" in ran.out
    assert read_study(tmp_path / "s").seed == 4294967289
