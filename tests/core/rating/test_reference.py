"""Recorded tracks as references: the motion in a file comes back on the study's face."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.animation import Animation, AnimationSettings, frames_at
from core.errors import RatingError
from core.export.exporter import ExportSettings
from core.export.landmark_csv import LANDMARK_CSV
from core.export.landmark_json import LANDMARK_JSON
from core.face import IBUG68
from core.gains import RegionGains
from core.head_pose import RIGID68
from core.rating import reference
from core.rating.design import PAPER, Wishes, make_plan
from core.rating.freezing import freeze, load_track
from core.rating.reference import read_recording, reference_animation
from core.rating.sources import read_table
from core.rating.study import Condition
from tests.core.animations import make_animation
from tests.core.rating.plans import animate, clips_in

Array = NDArray[np.float64]
RECORDED = make_animation(1.0, "recorded.wav", seed=5)
LIKE = make_animation(1.0, "shown.wav", seed=6)


def saved(
    path: Path, animation: Animation = RECORDED, fps: float = 100.0, points: int = 36
) -> Path:
    """An export of an animation, JSON or CSV by the name's suffix."""
    exporter = LANDMARK_JSON if path.suffix == ".json" else LANDMARK_CSV
    exporter.write(animation, path, ExportSettings(fps=fps, points=points))
    return path


def openface(path: Path, faces: Array, success: Array | None = None, fps: float = 30.0) -> Path:
    """A table as OpenFace writes it: 68 points in pixels, a space after each comma."""
    names = [f"{axis}_{point}" for axis in "xy" for point in range(68)]
    lines = [", ".join(["frame", "face_id", "timestamp", "confidence", "success", *names])]
    for frame, face in enumerate(faces):
        good = 1 if success is None else int(success[frame])
        cells = [*face[:, 0], *face[:, 1]] if good else [0.0] * 136
        head = [frame + 1, 0, f"{frame / fps:.3f}", 0.98, good]
        lines.append(", ".join([*map(str, head), *(f"{cell:.2f}" for cell in cells)]))
    path.write_text("\n".join(lines) + "\n")
    return path


def whole_heads(animation: Animation, fps: float = 30.0) -> Array:
    """All 68 points of each frame of an animation, in face units."""
    (frames,) = frames_at(animation, fps)
    heads = np.repeat(
        animation.shape_model.head[None].astype(np.float64), len(frames.times), axis=0
    )
    heads[:, list(IBUG68)] = frames.points
    return heads


def error(found: Animation, wanted: Animation) -> float:
    """The largest distance between two tracks' points in face units."""
    points = [a.shape_model.points(a.shape.parameters) for a in (found, wanted)]
    return float(np.abs(points[0] - points[1]).max())


@pytest.mark.parametrize(
    ("name", "points"), [("a.json", 36), ("a.csv", 36), ("a.csv", 68)]
)  # fmt: skip
def test_an_export_comes_back(name: str, points: int, tmp_path: Path) -> None:
    found = reference_animation(saved(tmp_path / name, points=points), LIKE)
    assert error(found, RECORDED) < 1e-3  # the file's decimals
    assert found.source == LIKE.source
    assert found.timeline == LIKE.timeline
    assert found.models == ()


def test_other_frame_rates_are_resampled(tmp_path: Path) -> None:
    slow = replace(RECORDED, shape=replace(RECORDED.shape, parameters=ramp()))
    found = reference_animation(saved(tmp_path / "a.json", slow, fps=25.0), LIKE)
    middle = slice(2, -2)  # before the first and after the last frame it is held
    assert np.allclose(found.shape.parameters[middle], ramp()[middle], atol=2e-3)
    assert error(found, slow) < 0.05


def ramp() -> NDArray[np.float32]:
    rising = np.linspace(-0.5, 0.5, RECORDED.timeline.count, dtype=np.float32)
    return np.repeat(rising[:, None], 18, axis=1)


def test_gains_of_the_face_are_not_applied_to_a_recording(tmp_path: Path) -> None:
    like = replace(LIKE, settings=AnimationSettings("sad", gains=RegionGains(0.0, 0.0, 0.0)))
    found = reference_animation(saved(tmp_path / "a.json"), like)
    assert found.settings == AnimationSettings()


def test_a_tracked_person_moves_the_studys_face(tmp_path: Path) -> None:
    """Another size, place, tilt and face shape in every frame: only the motion is left."""
    model, times = LIKE.shape_model, np.arange(30) / 30.0
    lower = [*range(55, 60), *range(65, 68), 7, 8, 9]  # lower lip and chin
    heads = np.repeat(model.head[None].astype(np.float64), 30, axis=0)
    heads[:, lower, 1] += 0.1 * (1 - np.cos(2 * np.pi * times))[:, None]
    person = np.random.default_rng(3).normal(0.0, 0.02, (68, 2))  # what this person looks like
    person[list(RIGID68)] = 0.0
    filmed = []
    for frame, head in enumerate(heads + person):
        angle, size = 0.2 * np.sin(frame / 5), 90 + frame
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        filmed.append(size * head @ turn + [320 + frame, 240 - 2 * frame])
    lost = np.ones(30)
    lost[4:6] = 0
    found = reference_animation(openface(tmp_path / "a.csv", np.array(filmed), lost), LIKE)
    truth = model.parameters(heads[:, list(IBUG68)])
    there = np.interp(found.timeline.times(), times, np.arange(30))
    wanted = np.column_stack([np.interp(there, np.arange(30), column) for column in truth.T])
    assert np.abs(model.points(found.shape.parameters) - model.points(wanted)).max() < 0.02
    assert np.ptp(model.points(wanted), axis=0).max() > 0.15


def test_a_person_at_rest_is_the_face_at_rest(tmp_path: Path) -> None:
    head = LIKE.shape_model.head.astype(np.float64)
    found = reference_animation(
        openface(tmp_path / "a.csv", np.repeat(200 * head[None] + 300, 30, 0)), LIKE
    )
    model = LIKE.shape_model
    still = model.points(model.parameters(model.rest))
    assert np.abs(model.points(found.shape.parameters) - still).max() < 1e-3


def test_a_study_with_a_recorded_reference(tmp_path: Path) -> None:
    clips = clips_in(tmp_path, ("happy", "sad"))
    lines = ["file,emotion,track"]
    for clip in clips:
        made = animate(clip.path, PAPER[0])
        saved(
            tmp_path / f"{clip.id}.json",
            replace(made, shape=replace(made.shape, parameters=-made.shape.parameters)),
        )
        lines.append(f"{clip.path.name},{clip.emotion},{clip.id}.json")
    table = tmp_path / "clips.csv"
    table.write_text("\n".join(lines))
    conditions = (Condition("recorded", "Recorded", reference=True), *PAPER)
    plan = make_plan(read_table(table).clips, conditions, Wishes(training=False))
    study = freeze(plan, tmp_path / "study", animate)
    for stimulus in study.stimuli:
        track = load_track(tmp_path / "study", stimulus)
        assert track.duration == stimulus.duration
        if stimulus.condition == "recorded":
            made = load_track(tmp_path / "study", study.stimulus(f"{stimulus.clip}--dependent"))
            assert np.allclose(track.shape.parameters, -made.shape.parameters, atol=2e-3)
            digest = hashlib.sha256((tmp_path / "study" / stimulus.track).read_bytes()).hexdigest()
            assert digest == stimulus.track_sha256


# What is no track


def test_a_track_of_another_recording(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.json", make_animation(3.0))
    with pytest.raises(
        RatingError, match=r"ends at 3\.00 s and its sound, 'shown\.wav', at 1\.00 s"
    ):
        reference_animation(path, LIKE)


def test_a_lower_face_in_pixels(tmp_path: Path) -> None:
    document = json.loads(saved(tmp_path / "a.json").read_text())
    for frame in document["frames"]:
        frame["xy"] = [[300 * x, 300 * y] for x, y in frame["xy"]]
    (tmp_path / "b.json").write_text(json.dumps(document))
    with pytest.raises(RatingError, match=r"36 points in pixels.*expected all 68 points"):
        reference_animation(tmp_path / "b.json", LIKE)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no column timestamp"),
        (b"hello", "no column timestamp"),
        (b"timestamp,x_0\n0,1\n", "no column x_1"),
        (b"{}", "missing required field"),
        (b'{"schema":"visemo-landmarks/2","frames":[{"t":0,"xy":XY}]}', "visemo-landmarks/2"),
        (b'{"schema":"visemo-landmarks/1","frames":[]}', "length >= 1"),
        (b'{"schema":"visemo-landmarks/1","frames":[{"t":0,"xy":[[0,0]]}]}', "length >= 36"),
        (b'{"schema":"visemo-landmarks/1","frames":[{"t":0,"xy":XY},{"t":0,"xy":XY}]}', "times do"),
        (b'{"schema":"visemo-landmarks/1","frames":[{"t":-1,"xy":XY}]}', "times do not grow"),
        (b'{"schema":"visemo-landmarks/1","frames":[{"t":1e99,"xy":XY}]}', "beyond a million"),
        (b'{"schema":"visemo-landmarks/1","frames":[{"t":NaN,"xy":XY}]}', "malformed"),
        (b'{"deep":' + b"[" * 10_000, "recursion"),
        (b"\xff\xfe\x00", "can't decode"),
    ],
)
def test_a_file_that_is_no_track(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content.replace(b"XY", json.dumps([[0.0, 0.0]] * 36).encode()))
    with pytest.raises(RatingError, match=f"^'a.json' is no track of landmarks .*{message}"):
        read_recording(path)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda t: t.replace("0.98, 1", "0.98, 0"), "no frame with a face"),
        (lambda t: t.replace("0.98", "0.98, 7", 1), "line 2 has 142 cells, not 141"),
        (lambda t: t.replace("0.000", "nan", 1), "not finite"),
        (lambda t: t.replace("0.000", "one", 1), "could not convert"),
    ],
)
def test_a_damaged_table(edit: object, message: str, tmp_path: Path) -> None:
    assert callable(edit)
    path = openface(tmp_path / "a.csv", whole_heads(LIKE) * 100 + 300)
    path.write_text(edit(path.read_text()))
    with pytest.raises(RatingError, match=message):
        read_recording(path)


def test_a_face_that_is_one_point(tmp_path: Path) -> None:
    path = openface(tmp_path / "a.csv", np.full((30, 68, 2), 5.0))
    with pytest.raises(RatingError, match="all points are one"):
        reference_animation(path, LIKE)


def test_files_that_are_too_large_or_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RatingError, match="cannot be read"):
        read_recording(tmp_path / "gone.json")
    monkeypatch.setattr(reference, "MOST_BYTES", 100)
    with pytest.raises(RatingError, match="is larger than"):
        read_recording(saved(tmp_path / "a.json"))
