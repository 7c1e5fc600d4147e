"""What the exported files say, read back without our own code."""

import csv
import dataclasses
import json
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from core.animation import Animation, Frames, frames_at
from core.errors import ExportError
from core.export import EXPORTERS, ExportSettings, exporter_named
from core.export.text import safe_cell
from core.face import EDGES, IBUG68, NAMES
from resources import LANDMARK_SCHEMA
from tests.core.animations import make_animation
from tests.core.readers import LABELS, READERS

FRAME_RATES = [12.5, 24, 25, 29.97, 30, 50, 60, 100]
HALF_OF_LAST_DIGIT = 0.5e-5


def export(
    name: str, animation: Animation, folder: Path, settings: ExportSettings | None = None
) -> Path:
    exporter = EXPORTERS[name]
    paths = exporter.write(
        animation, folder / f"speech{exporter.suffix}", settings or ExportSettings()
    )
    return paths[0]


def only_run(animation: Animation, fps: float, smoothing: float | None = None) -> Frames:
    (frames,) = frames_at(animation, fps, smoothing)
    return frames


def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(LANDMARK_SCHEMA.read_text("utf-8")))


@pytest.mark.parametrize("name", EXPORTERS)
@pytest.mark.parametrize("smoothing", [None, 4.0])
@pytest.mark.parametrize("fps", FRAME_RATES)
def test_round_trip(
    name: str, fps: float, smoothing: float | None, animation: Animation, tmp_path: Path
) -> None:
    read = READERS[name](export(name, animation, tmp_path, ExportSettings(fps, smoothing)))
    frames = only_run(animation, fps, smoothing)
    assert read.xy.shape == frames.points.shape
    np.testing.assert_allclose(read.xy, frames.points, atol=1.1 * HALF_OF_LAST_DIGIT)
    np.testing.assert_allclose(read.p, frames.probabilities, atol=1e-6)
    np.testing.assert_allclose(read.p.sum(axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose(read.t, frames.times, atol=1e-6)
    inside = sum((k + 0.5) / fps < animation.duration for k in range(200))
    assert len(read.t) == read.about["frame_count"] == inside
    assert read.about["fps"] == fps
    assert read.about["settings"]["smoothing"] == (smoothing or "none")


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_shortest_clip_has_one_frame(name: str, tmp_path: Path) -> None:
    read = READERS[name](export(name, make_animation(0.004), tmp_path))
    assert read.xy.shape == (1, 36, 2)
    assert np.isfinite(read.xy).all()
    assert read.t == pytest.approx([0.02])


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_same_animation_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for folder in (first, second):
        folder.mkdir()
        export(name, make_animation(), folder)
    names = [path.name for path in sorted(first.iterdir())]
    assert names == [path.name for path in sorted(second.iterdir())]
    for file in names:
        assert (first / file).read_bytes() == (second / file).read_bytes()


@pytest.mark.parametrize("name", EXPORTERS)
def test_long_animations_are_written_run_by_run(
    name: str, animation: Animation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.animation.CHUNK_FRAMES", 7)
    monkeypatch.setattr("core.export.landmark_npz.CHUNK_FRAMES", 7)
    read = READERS[name](export(name, animation, tmp_path))
    monkeypatch.undo()
    frames = only_run(animation, 25)
    np.testing.assert_allclose(read.xy, frames.points, atol=1.1 * HALF_OF_LAST_DIGIT)
    np.testing.assert_allclose(read.t, frames.times, atol=1e-6)


@pytest.mark.parametrize("name", EXPORTERS)
def test_the_description_says_how_it_was_made(
    name: str, animation: Animation, tmp_path: Path
) -> None:
    about = READERS[name](export(name, animation, tmp_path)).about
    assert about["source"] == {
        "file": "speech.wav",
        "sha256": animation.source.sha256,
        "sample_rate": 44_100,
        "duration_s": 1.0,
    }
    assert about["time_origin"] == "frame_centre"
    assert about["coordinates"]["units"] == "interocular"
    assert [(point["name"], point["ibug68"]) for point in about["landmarks"]] == list(
        zip(NAMES, IBUG68, strict=True)
    )
    assert [tuple(edge) for edge in about["edges"]] == list(EDGES)
    assert about["models"]["dern"]["id"] == "dern-1"
    assert [model["emotion"] for model in about["models"]["dsrn"]] == LABELS
    by_hand = {"start": 0.5, "end": 1.0, "emotion": "happy", "strength": 1.5, "source": "user"}
    assert about["settings"] == {
        "smoothing": "none",
        "recogniser": "dern",
        "emotion": "auto",
        "strength": 1.0,
        "model": "dependent",
        "override": [by_hand],
        "version": "0.1.0",
    }
    assert about["segments"][1] == by_hand
    assert about["utterance"]["top2"] == [animation.utterance.first, animation.utterance.second]


def test_the_schema_is_itself_valid() -> None:
    Draft202012Validator.check_schema(json.loads(LANDMARK_SCHEMA.read_text("utf-8")))


@pytest.mark.parametrize(
    "settings",
    [ExportSettings(), ExportSettings(29.97, smoothing=3.0, columns=("points",), span=(0.25, 0.5))],
)
def test_json_follows_its_schema(
    settings: ExportSettings, animation: Animation, tmp_path: Path
) -> None:
    document = json.loads(export("json", animation, tmp_path, settings).read_text("utf-8"))
    assert [error.message for error in schema().iter_errors(document)] == []


def test_json_of_a_chosen_emotion_without_a_recogniser_follows_the_schema(
    animation: Animation, tmp_path: Path
) -> None:
    combined = dataclasses.replace(animation.models[-1], emotion="combined")
    chosen = dataclasses.replace(make_animation(emotion="sad"), models=(combined,))
    document = json.loads(export("json", chosen, tmp_path).read_text("utf-8"))
    assert [error.message for error in schema().iter_errors(document)] == []
    assert document["models"]["dern"] is None


def _without(document: dict[str, Any], key: str) -> None:
    del document[key]


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda d: d.update(extra=1), "Additional properties are not allowed"),
        (lambda d: _without(d, "fps"), "'fps' is a required property"),
        (lambda d: d["frames"][0].update(note=""), "Additional properties are not allowed"),
        (lambda d: d["frames"][0]["xy"].pop(), "is too short"),
        (lambda d: d["frames"][0]["xy"][0].append(0.0), "is too long"),
        (lambda d: d["frames"][0]["p"].pop(), "is too short"),
        (lambda d: d["frames"][0].update(frame=0), "less than the minimum"),
        (lambda d: d["landmarks"].pop(), "is too short"),
        (lambda d: d["edges"][0].append(36), "is too long"),
        (lambda d: d.update(time_origin="frame_start"), "'frame_centre' was expected"),
        (lambda d: d["settings"].update(strength=3.0), "greater than the maximum"),
        (lambda d: d["settings"]["override"][0].update(source="auto"), "'user' was expected"),
    ],
)
def test_the_schema_is_strict(
    damage: Any, complaint: str, animation: Animation, tmp_path: Path
) -> None:
    document = json.loads(export("json", animation, tmp_path).read_text("utf-8"))
    damage(document)
    assert any(complaint in error.message for error in schema().iter_errors(document))


def test_json_frames_name_the_two_leading_face_models(tmp_path: Path) -> None:
    animation = make_animation()
    mixes = np.tile(np.array([0, 0.2, 0.4, 0, 0, 0.4, 0], np.float32), (100, 1))
    mixes[50:] = np.eye(7, dtype=np.float32)[3]
    path = export("json", dataclasses.replace(animation, mixes=mixes), tmp_path)
    frames = json.loads(path.read_text("utf-8"))["frames"]
    assert [frame["frame"] for frame in frames] == list(range(1, 26))
    assert (frames[0]["top2"], frames[0]["w"]) == (["fear", "sad"], [0.5, 0.5])
    assert (frames[-1]["top2"], frames[-1]["w"]) == (["happy", "angry"], [1.0, 0.0])
    assert all(math.isclose(sum(frame["w"]), 1.0, abs_tol=1e-6) for frame in frames)


@pytest.mark.parametrize("points", [36, 68])
@pytest.mark.parametrize(
    "columns",
    [
        ("points", "probabilities", "top2"),
        ("top2", "points"),
        ("points",),
        ("probabilities",),
        ("probabilities", "top2"),
        ("top2",),
    ],
)
def test_csv_columns_are_those_of_openface(
    points: int, columns: tuple[str, ...], animation: Animation, tmp_path: Path
) -> None:
    settings = ExportSettings(points=points, columns=columns)
    header, *rows = export("csv", animation, tmp_path, settings).read_text("utf-8").splitlines()
    coordinates = [f"x_{i}" for i in range(points)] + [f"y_{i}" for i in range(points)]
    expected = ["frame", "face_id", "timestamp", "confidence", "success"]
    expected += coordinates if "points" in columns else []
    expected += [f"p_{label}" for label in LABELS] if "probabilities" in columns else []
    expected += ["top1", "top2", "w_top1"] if "top2" in columns else []
    assert header == ",".join(expected)
    assert {row.count(",") for row in rows} == {len(expected) - 1}
    about = json.loads((tmp_path / "speech.meta.json").read_text("utf-8"))
    assert about["columns"]["names"] == expected


def test_csv_columns_hold_the_same_alone_as_together(animation: Animation, tmp_path: Path) -> None:
    def table(*columns: str) -> list[dict[str, str]]:
        path = export("csv", animation, tmp_path, ExportSettings(columns=columns))
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    whole = table("points", "probabilities", "top2")
    for group in ("points", "probabilities", "top2"):
        for part, row in zip(table(group), whole, strict=True):
            assert part.items() <= row.items()


def test_csv_rows_count_from_one_and_state_the_confidence(
    animation: Animation, tmp_path: Path
) -> None:
    path = export("csv", animation, tmp_path)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["frame"] for row in rows] == [str(k) for k in range(1, 26)]
    assert {(row["face_id"], row["success"]) for row in rows} == {("0", "1")}
    for row in rows:
        assert float(row["confidence"]) == max(float(row[f"p_{label}"]) for label in LABELS)
    assert (rows[0]["top1"], rows[0]["top2"], float(rows[0]["w_top1"])) == ("angry", "fear", 0.75)
    assert (rows[-1]["top1"], float(rows[-1]["w_top1"])) == ("happy", 1.0)


def test_csv_of_68_points_takes_the_others_from_the_neutral_face(
    animation: Animation, tmp_path: Path
) -> None:
    path = export("csv", animation, tmp_path, ExportSettings(points=68))
    read = READERS["csv"](path)
    frames = only_run(animation, 25)
    still = [i for i in range(68) if i not in IBUG68]
    assert read.xy.shape == (25, 68, 2)
    np.testing.assert_allclose(
        read.xy[:, list(IBUG68)], frames.points, atol=1.1 * HALF_OF_LAST_DIGIT
    )
    np.testing.assert_allclose(
        read.xy[:, still],
        np.broadcast_to(animation.shape_model.head[still], (25, 32, 2)),
        atol=1.1 * HALF_OF_LAST_DIGIT,
    )
    assert read.about["columns"]["still"] == still
    assert read.about["columns"]["numbering"] == "ibug68"
    assert read.about["edges"] == [[IBUG68[a], IBUG68[b]] for a, b in EDGES]


def test_csv_has_no_negative_zero(tmp_path: Path) -> None:
    flat = make_animation()
    tiny = np.full((68, 2), -1e-9, dtype=np.float32)
    model = dataclasses.replace(flat.shape_model, head=tiny)
    path = export(
        "csv", dataclasses.replace(flat, shape_model=model), tmp_path, ExportSettings(points=68)
    )
    row = path.read_text("utf-8").splitlines()[1].split(",")
    assert "-0.00000" not in row
    assert row.count("0.00000") >= 64


def test_npz_holds_the_arrays_of_the_convention(animation: Animation, tmp_path: Path) -> None:
    path = export("npz", animation, tmp_path, ExportSettings(fps=29.97))
    with np.load(path, allow_pickle=False) as arrays:
        assert set(arrays) == {"xy", "p", "t", "fps", "names", "meta"}
        assert arrays["xy"].dtype == arrays["p"].dtype == np.float32
        assert arrays["fps"] == 29.97
        assert tuple(arrays["names"]) == NAMES
        np.testing.assert_array_equal(arrays["xy"], only_run(animation, 29.97).points)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", [name for name in EXPORTERS if name != "csv"])
def test_formats_of_36_points_say_so_when_asked_for_68(
    name: str, animation: Animation, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match="holds 36 points, not 68; choose another"):
        export(name, animation, tmp_path, ExportSettings(points=68))
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_lists_the_known_ones() -> None:
    assert exporter_named("npz") is EXPORTERS["npz"]
    with pytest.raises(ExportError, match=r"Unknown format 'docx'; expected one of csv, json, npz"):
        exporter_named("docx")


def test_suffixes_and_descriptions_tell_the_formats_apart() -> None:
    assert len({exporter.suffix for exporter in EXPORTERS.values()}) == len(EXPORTERS)
    assert len({exporter.description for exporter in EXPORTERS.values()}) == len(EXPORTERS)
    assert all(exporter.suffix.startswith(".") for exporter in EXPORTERS.values())


@pytest.mark.parametrize("fps", [0.0, 0.9, 1001.0, -25.0, math.nan, math.inf])
def test_an_impossible_frame_rate_is_refused(fps: float) -> None:
    with pytest.raises(ValueError, match="frame rate must be from 1 to 1000"):
        ExportSettings(fps=fps)


@pytest.mark.parametrize("cutoff", [0.0, 0.05, 51.0, -1.0, math.nan, math.inf])
def test_an_impossible_smoothing_is_refused(cutoff: float) -> None:
    with pytest.raises(ValueError, match=r"smoothing must be from 0.1 to 50 Hz or None"):
        ExportSettings(smoothing=cutoff)


def test_an_impossible_number_of_points_is_refused() -> None:
    with pytest.raises(ValueError, match="points must be 36 or 68, not 51"):
        ExportSettings(points=51)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(start: str) -> None:
    assert safe_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["", "a=b", "angry", "søren 😀.wav", "'=1", " =1"])
def test_other_text_is_left_alone(text: str) -> None:
    assert safe_cell(text) == text
