"""Valence and arousal in exported files: there where they were heard, absent where not."""

import csv
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from core.animation import Animation
from core.errors import ExportError
from core.export import EXPORTERS, ExportSettings, preview
from resources import LANDMARK_SCHEMA
from tests.core.animations import make_affect, make_affect_model, make_animation
from tests.core.test_export import export, schema


@pytest.fixture
def heard() -> Animation:
    plain = make_animation()
    models = (*plain.models, make_affect_model())
    return dataclasses.replace(plain, affect=make_affect(), models=models)


def values_of(name: str, path: Path) -> np.ndarray:
    if name == "npz":
        with np.load(path, allow_pickle=False) as arrays:
            return np.asarray(arrays["va"])
    if name == "json":
        return np.array([frame["va"] for frame in json.loads(path.read_text("utf-8"))["frames"]])
    with path.open(encoding="utf-8", newline="") as stream:
        return np.array(
            [[float(row["valence"]), float(row["arousal"])] for row in csv.DictReader(stream)]
        )


@pytest.mark.parametrize("name", EXPORTERS)
def test_values_are_those_of_the_track_at_the_frames_times(
    name: str, heard: Animation, tmp_path: Path
) -> None:
    values = values_of(name, export(name, heard, tmp_path))
    ramp = np.linspace(0, 1, 25)
    np.testing.assert_allclose(values, np.column_stack((ramp - 0.5, 0.75 - ramp)), atol=1e-6)


@pytest.mark.parametrize("name", EXPORTERS)
def test_other_frame_rates_lie_between(name: str, heard: Animation, tmp_path: Path) -> None:
    values = values_of(name, export(name, heard, tmp_path, ExportSettings(fps=50.0)))
    ramp = np.clip((np.arange(50) + 0.5) / 50 - 0.02, 0, 0.96) / 0.96
    np.testing.assert_allclose(values[:, 0], ramp - 0.5, atol=1e-6)


def test_json_with_valence_and_arousal_follows_the_schema(heard: Animation, tmp_path: Path) -> None:
    document = json.loads(export("json", heard, tmp_path).read_text("utf-8"))
    assert [error.message for error in schema().iter_errors(document)] == []
    assert document["models"]["valence_arousal"]["id"] == "va-1"
    document["frames"][0]["va"] = [0.0, 1.5]
    strict = Draft202012Validator(json.loads(LANDMARK_SCHEMA.read_text("utf-8")))
    assert ["greater than the maximum" in e.message for e in strict.iter_errors(document)] == [True]


def test_without_a_track_nothing_is_said_of_it(tmp_path: Path) -> None:
    plain = make_animation()
    header = export("csv", plain, tmp_path).read_text("utf-8").splitlines()[0].split(",")
    assert header[-1] == "w_top1"
    document = json.loads(export("json", plain, tmp_path).read_text("utf-8"))
    assert "va" not in document["frames"][0]
    assert "valence_arousal" not in document["models"]
    with np.load(export("npz", plain, tmp_path), allow_pickle=False) as arrays:
        assert "va" not in arrays


@pytest.mark.parametrize("others", [(), ("top2",), ("points",)])
def test_the_columns_can_be_chosen(
    others: tuple[str, ...], heard: Animation, tmp_path: Path
) -> None:
    settings = ExportSettings(columns=(*others, "affect"))
    path = export("csv", heard, tmp_path, settings)
    header, *rows = path.read_text("utf-8").splitlines()
    assert header.split(",")[-2:] == ["valence", "arousal"]
    assert {row.count(",") for row in rows} == {header.count(",")}
    about = json.loads(path.with_suffix(".meta.json").read_text("utf-8"))
    assert about["columns"]["names"] == header.split(",")
    shown, cells = preview(heard, settings, rows=2)
    assert [shown, *cells] == [line.split(",") for line in (header, *rows[:2])]


def test_choosing_only_what_was_not_heard_says_so(tmp_path: Path) -> None:
    only = ExportSettings(columns=("affect",))
    with pytest.raises(ExportError, match="do not hear valence and arousal; choose other columns"):
        export("csv", make_animation(), tmp_path, only)
    with pytest.raises(ExportError, match="points, probabilities, top2"):
        preview(make_animation(), only)
    assert list(tmp_path.iterdir()) == []
