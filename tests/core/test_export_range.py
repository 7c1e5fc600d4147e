"""A part of a clip, chosen columns, gains, and the preview of a table."""

import csv
import dataclasses
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from core.animation import Animation, AnimationSettings, frames_within
from core.errors import ExportError
from core.export import EXPORTERS, ExportSettings, preview
from core.gains import RegionGains
from core.segments import SegmentChoice
from core.shape_model import ShapeModel
from resources import LANDMARK_SCHEMA
from tests.core.animations import make_animation
from tests.core.readers import READERS, Read

POINTS_OF = ShapeModel.points
every_format = pytest.mark.parametrize("name", EXPORTERS)


def read(name: str, animation: Animation, folder: Path, settings: ExportSettings) -> Read:
    path = folder / f"speech{EXPORTERS[name].suffix}"
    EXPORTERS[name].write(animation, path, settings)
    return READERS[name](path)


def complaints(document: dict[str, Any]) -> list[str]:
    schema = Draft202012Validator(json.loads(LANDMARK_SCHEMA.read_text("utf-8")))
    return [error.message for error in schema.iter_errors(document)]


@every_format
@pytest.mark.parametrize("fps", [12.5, 24, 25, 29.97, 60, 100])
@pytest.mark.parametrize("smoothing", [None, 6.0])
@pytest.mark.parametrize("span", [(0.0, 0.5), (0.25, 0.75), (0.333, 1.0), (0.5, 60.0)])
def test_a_part_holds_the_frames_whose_centre_lies_in_it(
    name: str,
    fps: float,
    smoothing: float | None,
    span: tuple[float, float],
    animation: Animation,
    tmp_path: Path,
) -> None:
    whole = read(name, animation, tmp_path, ExportSettings(fps, smoothing))
    part = read(name, animation, tmp_path, ExportSettings(fps, smoothing, span=span))
    inside = (whole.t >= span[0] - 1e-6) & (whole.t < span[1] - 1e-6)
    assert 0 < inside.sum() < len(whole.t)
    np.testing.assert_allclose(part.t, whole.t[inside], atol=1e-9)
    np.testing.assert_allclose(part.xy, whole.xy[inside], atol=1.1e-5)
    np.testing.assert_allclose(part.p, whole.p[inside], atol=1.1e-6)
    assert part.about["frame_count"] == len(part.t)
    assert part.about["settings"]["range"] == list(span)
    assert "range" not in whole.about["settings"]


@pytest.mark.parametrize("name", ["csv", "json"])
def test_frames_of_a_part_count_from_one(name: str, animation: Animation, tmp_path: Path) -> None:
    path = tmp_path / f"speech{EXPORTERS[name].suffix}"
    EXPORTERS[name].write(animation, path, ExportSettings(span=(0.4, 0.6)))
    if name == "csv":
        with path.open(encoding="utf-8", newline="") as stream:
            numbers = [int(row["frame"]) for row in csv.DictReader(stream)]
    else:
        numbers = [frame["frame"] for frame in json.loads(path.read_text("utf-8"))["frames"]]
    assert numbers == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("fps", [1, 7.3, 25, 29.97, 100])
def test_parts_that_follow_each_other_share_no_frame_and_lose_none(fps: float) -> None:
    edges = [0.0, 1.1, 2.3, 3.14, 4.42, 7.0]
    parts = [frames_within(7.0, fps, pair) for pair in pairwise(edges)]
    assert [frame for part in parts for frame in part] == list(frames_within(7.0, fps))


def test_a_part_is_written_run_by_run(
    animation: Animation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ExportSettings(fps=100, span=(0.2, 0.8))
    expected = {name: read(name, animation, tmp_path, settings) for name in EXPORTERS}
    monkeypatch.setattr("core.animation.CHUNK_FRAMES", 7)
    monkeypatch.setattr("core.export.landmark_npz.CHUNK_FRAMES", 7)
    for name, before in expected.items():
        after = read(name, animation, tmp_path, settings)
        assert len(after.t) == 60
        np.testing.assert_array_equal(after.t, before.t)
        np.testing.assert_allclose(after.xy, before.xy, atol=1.1e-5)


@every_format
@pytest.mark.parametrize("span", [(1.0, 2.0), (0.51, 0.53)])
def test_a_part_without_frames_is_refused(
    name: str, span: tuple[float, float], animation: Animation, tmp_path: Path
) -> None:
    with pytest.raises(
        ExportError, match=r"no frame from .* s at 25 frames a second; the clip lasts 1\.000 s"
    ):
        read(name, animation, tmp_path, ExportSettings(span=span))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "span", [(1.0, 1.0), (2.0, 1.0), (-1.0, 1.0), (0.0, math.inf), (math.nan, 1.0), (0.0, math.nan)]
)
def test_a_part_that_cannot_be_is_refused(span: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="the range must go from a time to a later one"):
        ExportSettings(span=span)


def test_unknown_columns_and_none_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown columns 'mouth', expected some of points, prob"):
        ExportSettings(columns=("points", "mouth"))
    with pytest.raises(ValueError, match="choose at least one group of columns: points"):
        ExportSettings(columns=())


@every_format
def test_gains_are_recorded_where_they_change_something(name: str, tmp_path: Path) -> None:
    plain = make_animation()
    assert "gains" not in read(name, plain, tmp_path, ExportSettings()).about["settings"]
    gains = RegionGains(jaw=0.5, lips=2.0)
    louder = dataclasses.replace(plain, settings=AnimationSettings(gains=gains))
    about = read(name, louder, tmp_path, ExportSettings()).about
    assert about["settings"]["gains"] == {"jaw": 0.5, "lips": 2.0, "corners": 1.0}


def test_json_with_gains_segments_and_a_range_follows_its_schema(tmp_path: Path) -> None:
    choices = (SegmentChoice(0.0, 0.5, "sad", 0.5), SegmentChoice(0.5, 1.0))
    settings = AnimationSettings(segments=choices, gains=RegionGains(corners=0.0))
    animation = dataclasses.replace(make_animation(), settings=settings)
    path = tmp_path / "a.json"
    EXPORTERS["json"].write(animation, path, ExportSettings(span=(0.1, 0.2)))
    document = json.loads(path.read_text("utf-8"))
    assert complaints(document) == []
    document["settings"]["gains"]["jaw"] = 2.5
    document["settings"]["range"] = [0.1]
    assert sorted(complaints(document)) == [
        "2.5 is greater than the maximum of 2",
        "[0.1] is too short",
    ]


@pytest.mark.parametrize(
    "settings",
    [
        ExportSettings(),
        ExportSettings(fps=60, smoothing=5.0, points=68),
        ExportSettings(columns=("top2",), span=(0.41, 0.9)),
        ExportSettings(span=(0.4, 0.5)),
    ],
)
def test_the_preview_is_the_beginning_of_the_file(settings: ExportSettings, tmp_path: Path) -> None:
    animation = make_animation()
    EXPORTERS["csv"].write(animation, tmp_path / "a.csv", settings)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    assert preview(animation, settings, 8) == (header, rows[:8])


def test_the_preview_of_the_shortest_clip_is_its_frame() -> None:
    header, rows = preview(make_animation(0.004), ExportSettings())
    assert (len(rows), len(rows[0])) == (1, len(header))


@pytest.mark.parametrize("span", [None, (300.0, 600.0)])
def test_the_preview_of_a_long_clip_computes_what_it_shows(
    span: tuple[float, float] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    smoothed_rows: list[int] = []
    posed: list[int] = []

    def smooth(values: NDArray[np.float32], *rest: Any, **options: Any) -> NDArray[np.float32]:
        smoothed_rows.append(len(values))
        return gaussian_filter1d(values, *rest, **options)

    def pose(model: ShapeModel, parameters: NDArray[np.float32]) -> NDArray[np.float32]:
        posed.append(len(parameters))
        return POINTS_OF(model, parameters)

    monkeypatch.setattr("scipy.ndimage.gaussian_filter1d", smooth)
    monkeypatch.setattr(ShapeModel, "points", pose)
    settings = ExportSettings(fps=100, smoothing=5.0, span=span)
    assert len(preview(make_animation(600.0), settings, 8)[1]) == 8
    assert posed == [8]
    sigma = 100 * math.sqrt(math.log(2)) / (2 * math.pi * 5.0)  # frames
    assert len(smoothed_rows) == 1
    assert 8 <= smoothed_rows[0] <= 8 + 2 * (4 * sigma + 2)  # the Gaussian on both sides


def test_the_preview_says_why_there_is_none() -> None:
    with pytest.raises(ExportError, match="there is no frame from 5 to 6 s"):
        preview(make_animation(), ExportSettings(span=(5.0, 6.0)))


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    animation = make_animation(file="=HYPERLINK(1).wav")
    path = tmp_path / "=HYPERLINK(1).csv"
    EXPORTERS["csv"].write(animation, path, ExportSettings())
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.reader(stream):
            for cell in row:
                if cell.startswith(("=", "+", "-", "@", "\t", "\r")):
                    assert math.isfinite(float(cell))
