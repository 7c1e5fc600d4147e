"""`visemo track` as a person runs it; the videos are real where the recordings are there."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.cli import main
from app.commands.track import default_model
from app.track_sheet import write_sheet
from core.corpora import read_corpus
from core.errors import TrackError
from core.monitor import SILENT
from core.tracks import FaceTrack, read_track
from tests.core.tracks import faces

DATA = Path(__file__).parents[3] / "shared" / "data"
MODEL = DATA / "mediapipe" / "face_landmarker_v2_with_blendshapes.task"
VIDEO = DATA / "grid_s1" / "video" / "bbaf2n.mpg"


def array(path: Path, missing: tuple[int, ...] = ()) -> Path:
    points = np.array(faces.track(depth=False).points)
    points[list(missing)] = np.nan
    np.save(path, points)
    return path


@pytest.fixture
def real() -> Path:
    pytest.importorskip("av", reason="PyAV is not installed")
    pytest.importorskip("mediapipe", reason="MediaPipe is not installed")
    if not MODEL.is_file() or not VIDEO.is_file():
        pytest.skip("no recordings in shared/data")
    return VIDEO


def test_given_tracks_are_written_in_all_formats(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = array(tmp_path / "clip.npy", missing=(10, 11, 40, 41, 42, 43, 44, 45, 46))
    assert main(["track", str(path), "--format", "npz,csv", "--out", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert "75 frames at 25 fps, a face in 90.67 %, 1 gap filled, 1 left (0.28 s)" in out
    for name in ("clip.track.npz", "clip.track.csv"):
        read = read_track(tmp_path / "out" / name)
        assert np.flatnonzero(read.filled).tolist() == [10, 11]
        assert np.flatnonzero(~read.detected).tolist() == list(range(40, 47))


def test_a_longest_gap_and_a_rate_can_be_asked_for(tmp_path: Path) -> None:
    path = array(tmp_path / "clip.npy", missing=tuple(range(40, 47)))
    rate = ["--fps", "50", "--input-fps", "30"]
    assert main(["track", str(path), "--max-gap", "0.5", *rate]) == 0
    read = read_track(tmp_path / "clip.track.npz")
    assert read.fps == 50
    assert len(read.points) == 125  # 75 frames at 30 are 2.5 seconds
    assert read.detected.all()
    # Interpolation passes through what was there, where both have a frame.
    again = faces.track(depth=False).points
    for first, second in ((7, 4), (22, 13), (37, 22)):  # at 0.15, 0.45 and 0.75 s
        assert read.times[first] == pytest.approx((second + 0.5) / 30)
        np.testing.assert_allclose(read.points[first], again[second], atol=1e-3)


def test_bad_files_are_told_and_the_others_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = array(tmp_path / "good.npy"), tmp_path / "bad.npy"
    np.save(bad, np.zeros((5, 51, 2)))
    missing, folder = tmp_path / "missing.npy", tmp_path / "folder"
    folder.mkdir()
    assert main(["track", str(bad), str(missing), str(folder), str(good)]) == 2
    said = capsys.readouterr()
    assert "expected numbers (frames, 68, 2)" in said.err
    assert "missing.npy: error: there is no such file" in said.err
    assert "there are no videos in this folder" in said.err
    assert "visemo: 1 done, 3 not" in said.err
    assert (tmp_path / "good.track.npz").is_file()
    assert not (tmp_path / "bad.track.npz").exists()


def test_two_of_one_name_do_not_overwrite_each_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        array(tmp_path / name / "clip.npy")
    files = [str(tmp_path / name / "clip.npy") for name in ("a", "b")]
    assert main(["track", *files, "--out", str(tmp_path / "out")]) == 2
    assert "would overwrite that of" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--format", "json"], "unknown format 'json'; expected some of npz, csv"),
        (["--max-gap", "-1"], "0 seconds or more"),
        (["--max-gap", "nan"], "0 seconds or more"),
        (["--corpus", "--format", "csv"], "read with tracks in npz; add it to --format"),
        (["--fps", "0"], "frame rate must be from 1 to 1000"),
    ],
)
def test_options_that_cannot_be(
    options: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["track", str(tmp_path), *options]) == 2
    assert message in capsys.readouterr().err


def test_a_video_needs_the_model(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("mediapipe", reason="MediaPipe is not installed")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "film.mp4").write_bytes(b"film")
    assert main(["track", str(tmp_path / "film.mp4")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"there is no model '{default_model()}'; download https://" in said


def test_nobody_at_home_names_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    with pytest.raises(TrackError, match="name the model with --model"):
        default_model()


def test_a_real_video_and_a_look_at_it(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--model", str(MODEL), "--out", str(tmp_path), "--sheet", "--json-log"]
    assert main(["track", str(real), *options]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    events = [json.loads(line) for line in said.out.splitlines()]
    done = next(event for event in events if event["event"] == "written")
    assert (done["frames"], done["fps"], done["with_face"]) == (75, 25.0, 1.0)
    assert sorted(Path(path).name for path in done["paths"]) == [
        "bbaf2n.track.npz", "bbaf2n.track.png",
    ]  # fmt: skip
    with Image.open(tmp_path / "bbaf2n.track.png") as sheet:
        assert sheet.size == (1280, 3 * 344)


def test_the_videos_of_a_corpus(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "s1"
    for part, name in (("audio", "bbaf2n.flac"), ("video", "bbaf2n.mpg")):
        (folder / part).mkdir(parents=True)
        shutil.copyfile(real.parents[1] / part / name, folder / part / name)
    options = ["--corpus", "--model", str(MODEL)]
    assert main(["track", str(folder), *options]) == 0
    said = capsys.readouterr()
    assert "1 of 1 recordings have a video to track, 0 have landmarks" in said.err
    place = folder / "tracks" / "audio" / "bbaf2n.track.npz"
    assert f"75 frames at 25 fps, a face in 100 %, no gaps -> {place}" in said.out
    (utterance,) = read_corpus(folder).utterances
    assert utterance.landmarks == place
    assert main(["track", str(folder), *options]) == 0  # nothing is left to do
    assert "0 of 1 recordings have a video to track, 1 have landmarks" in capsys.readouterr().err


def drawn(track: FaceTrack, folder: Path) -> NDArray[np.uint8]:
    films = pytest.importorskip("tests.models.films", reason="PyAV is not installed")
    pictures = [np.full((280, 360, 3), 128, dtype=np.uint8)] * len(track.points)
    film = films.write(folder / "film.mp4", pictures)
    write_sheet(track, film, folder / "sheet.png", SILENT)
    with Image.open(folder / "sheet.png") as sheet:
        return np.asarray(sheet.convert("RGB"))


def test_the_sheet_shows_points_where_the_face_is_and_none_where_it_is_not(tmp_path: Path) -> None:
    whole = faces.track(count=30)
    detected = whole.detected.copy()
    detected[10:20] = False
    track = FaceTrack.steady(25.0, whole.points, detected)
    sheet = drawn(track, tmp_path)
    cells = [
        sheet[row : row + 320, column : column + 320]
        for row in range(0, len(sheet), 344)
        for column in range(0, 1280, 320)
    ]
    green = [int(((c[:, :, 1] > 180) & (c[:, :, 0] < 120)).sum()) for c in cells]
    shown = [count for cell, count in zip(cells, green, strict=True) if cell.std() > 1 or count]
    assert sum(count > 200 for count in shown) >= 8
    assert 0 in green[: len(shown) + 1]  # the middle of the gap


def test_help_is_cheap() -> None:
    code = (
        "import sys, app.commands.track, argparse; "
        "app.commands.track.add_arguments(argparse.ArgumentParser()); "
        "assert not {'numpy', 'torch', 'mediapipe', 'av'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
