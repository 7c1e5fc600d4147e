"""Tracks as files: each form that people keep, and what is told of one that is none."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.animation import Animation
from core.corpora.utterance import Utterance
from core.errors import ExportError, TrackError
from core.export import EXPORTERS, ExportSettings
from core.timeline import Timeline
from core.tracks import (
    TRACK_WRITERS,
    FaceTrack,
    fill_gaps,
    lower_face,
    read_track,
    track_of,
)  # fmt: skip
from tests.core.tracks import faces

COUNT = 12


def flat(fps: float = 25.0) -> FaceTrack:
    return faces.track(fps, COUNT, wobble=0.0, depth=False)


def openface(path: Path, track: FaceTrack, extra: str = "", cells: str = "") -> Path:
    """As FeatureExtraction of OpenFace 2.2 writes it: spaces after commas, times from 0."""
    header = ["frame", "face_id", "timestamp", "confidence", "success", "gaze_0_x"]
    header += [f"{axis}_{i}" for axis in "xy" for i in range(68)]
    lines = [", ".join(header) + extra]
    for row, points in enumerate(track.points):
        seen = int(track.detected[row])
        values = [row + 1, 0, round(row / track.fps, 3), 0.98 * seen, seen, 0.1]
        values += [round(v, 1) for v in points[:, :2].T.reshape(-1).tolist()]
        lines.append(", ".join(str(v) for v in values) + cells)
    path.write_text("\n".join(lines) + "\n")
    return path


def dlib_csv(path: Path, track: FaceTrack) -> Path:
    names = ",".join(f"x{i},y{i}" for i in range(68))
    rows = [f"{i}," + ",".join(map(str, p[:, :2].ravel())) for i, p in enumerate(track.points)]
    path.write_text("\n".join([f"frame,{names}", *rows]))
    return path


def bare_csv(path: Path, track: FaceTrack) -> Path:
    np.savetxt(path, track.points[:, :, :2].reshape(COUNT, -1), delimiter=",")
    return path


def pts_folder(path: Path, track: FaceTrack) -> Path:
    folder = path.with_suffix("")
    folder.mkdir()
    for i, points in enumerate(track.points, start=1):
        lines = "\n".join(f"{x} {y}" for x, y in points[:, :2].tolist())
        text = f"version: 1\nn_points: 68\n{{\n{lines}\n}}\n"
        (folder / f"clip2_{i:04d}.pts").write_text(text)
    return folder


def npy(path: Path, track: FaceTrack) -> Path:
    np.save(path.with_suffix(".npy"), track.points[:, :, :2])
    return path.with_suffix(".npy")


def npz(path: Path, track: FaceTrack) -> Path:
    np.savez(path.with_suffix(".npz"), landmarks=track.points[:, :, :2])
    return path.with_suffix(".npz")


@pytest.mark.parametrize("write", [openface, dlib_csv, bare_csv, pts_folder, npy, npz])
def test_every_form_gives_the_same_track(
    write: Callable[[Path, FaceTrack], Path], tmp_path: Path
) -> None:
    read = read_track(write(tmp_path / "clip.csv", flat()))
    np.testing.assert_allclose(read.points, flat().points, atol=0.051)  # OpenFace rounds to 0.1
    np.testing.assert_allclose(read.times, (np.arange(COUNT) + 0.5) / 25, atol=1e-3)
    assert read.fps == pytest.approx(25)
    assert read.detected.all()


@pytest.mark.parametrize("name", list(TRACK_WRITERS))
def test_what_is_written_is_read(name: str, tmp_path: Path) -> None:
    whole = faces.track()
    points, detected = np.array(whole.points), whole.detected.copy()
    points[[10, 11, 30, 31, 32, 33, 34, 35, 36]] = np.nan
    detected[[10, 11, 30, 31, 32, 33, 34, 35, 36]] = False
    track = fill_gaps(FaceTrack.steady(25.0, points, detected))
    TRACK_WRITERS[name](track, tmp_path / f"clip.{name}")
    read = read_track(tmp_path / f"clip.{name}")
    np.testing.assert_array_equal(read.detected, track.detected)
    np.testing.assert_array_equal(read.filled, track.filled)
    np.testing.assert_allclose(read.times, track.times, atol=1e-6)
    shown, wanted = read.points[read.detected], track.points[track.detected]
    depth = shown.shape[2]
    assert depth == (3 if name == "npz" else 2)
    np.testing.assert_allclose(shown, wanted[:, :, :depth], atol=1e-3)
    assert [file.name for file in tmp_path.iterdir()] == [f"clip.{name}"]


def test_depth_of_openface_is_brought_to_pixels(tmp_path: Path) -> None:
    """A camera far away: a millimetre is two pixels, wherever it points."""
    track = faces.track(25.0, COUNT, wobble=0.2)
    space = track.points / 2 + (0, 0, 900)
    header = "," + ",".join(f"{axis}_{i}" for axis in "XYZ" for i in range(68))
    path = openface(tmp_path / "clip.csv", track, header)
    lines = path.read_text().splitlines()
    rows = [
        line + "," + ",".join(map(str, points.T.ravel()))
        for line, points in zip(lines[1:], space, strict=True)
    ]
    path.write_text("\n".join([lines[0], *rows]))
    read = read_track(path)
    assert read.points.shape == (COUNT, 68, 3)
    depth = track.points[:, :, 2] - track.points[:, :, 2].mean(axis=1, keepdims=True)
    np.testing.assert_allclose(read.points[:, :, 2], depth, atol=0.1)
    timeline = Timeline(25.0, COUNT, 0.02)
    posed = lower_face(read, timeline, faces.reference())
    np.testing.assert_allclose(posed, lower_face(track, timeline, faces.reference()), atol=0.01)


def test_frames_without_success_and_other_faces_are_left_out(tmp_path: Path) -> None:
    track = flat()
    detected = track.detected.copy()
    detected[4] = False
    path = openface(tmp_path / "a.csv", FaceTrack.steady(25.0, track.points, detected))
    lines = path.read_text().splitlines()
    passer = lines[3].replace(", 0, ", ", 1, ", 1)  # a second face in frame 3
    path.write_text("\n".join([*lines[:4], passer, *lines[4:]]))
    read = read_track(path)
    assert len(read.points) == COUNT
    np.testing.assert_array_equal(np.flatnonzero(~read.detected), [4])


@pytest.mark.parametrize("missing", ["row", "nan", "zero"])
def test_dlib_frames_without_a_face(missing: str, tmp_path: Path) -> None:
    path = dlib_csv(tmp_path / "clip.csv", flat())
    lines = path.read_text().splitlines()
    if missing == "row":
        del lines[6]
    else:
        lines[6] = "5," + ",".join([missing.replace("zero", "0")] * 136)
    path.write_text("\n".join(lines))
    read = read_track(path)
    assert len(read.points) == COUNT
    np.testing.assert_array_equal(np.flatnonzero(~read.detected), [5])


def test_a_rate_that_no_file_says_is_given(tmp_path: Path) -> None:
    read = read_track(npy(tmp_path / "clip", flat()), fps=50.0)
    assert read.fps == 50.0
    assert read.times[-1] == pytest.approx((COUNT - 0.5) / 50)


def test_an_archive_of_many_is_read_by_name(tmp_path: Path) -> None:
    both = np.stack([faces.track(count=COUNT).points, faces.track(count=COUNT).points + 7])
    np.savez(
        tmp_path / "landmarks.npz", names=np.array(["one", "two"]), fps=25.0, unit=0.02,
        landmarks=np.round(both / 0.02).astype(np.int16), detected=np.ones((2, COUNT), bool),
    )  # fmt: skip
    utterance = Utterance(
        tmp_path / "audio" / "two.flac", "c", "s", "neutral", landmarks=tmp_path / "landmarks.npz"
    )
    np.testing.assert_allclose(track_of(utterance).points, both[1], atol=0.0101)
    with pytest.raises(TrackError, match="holds 2 recordings, such as 'one', and none named 'x'"):
        read_track(tmp_path / "landmarks.npz", "x")
    with pytest.raises(TrackError, match="has no face track; make one"):
        track_of(Utterance(tmp_path / "a.wav", "c", "s", "neutral"))


@pytest.mark.parametrize("name", ["csv", "npz"])
def test_our_own_animations_are_no_tracks(name: str, animation: Animation, tmp_path: Path) -> None:
    path = tmp_path / f"clip.{name}"
    EXPORTERS[name].write(animation, path, ExportSettings())
    with pytest.raises(TrackError, match="has the 36 points that `visemo animate` writes"):
        read_track(path)


def _array(shape: tuple[int, ...]) -> Callable[[Path], object]:
    return lambda path: np.save(path, np.ones(shape))


def _text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content)


HEADER = ",".join(["timestamp", "success", *[f"{a}_{i}" for a in "xy" for i in range(68)]])
ROW = ",".join(["{time}", "1", *["{value}"] * 136])


def _rows(*rows: str) -> str:
    return "\n".join([HEADER, *rows])


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("a.npy", _array((5, 51, 2)), r"array of float64 \(5, 51, 2\); expected numbers"),
        ("a.npy", lambda p: np.save(p, np.zeros((5, 68, 2))), "no frame has a face"),
        ("a.npy", lambda p: p.write_bytes(b"\x93NUMPY\x01\x00"), "cannot be read as an array"),
        ("a.npz", _text("PK"), "cannot be read as an array"),
        ("a.csv", _text("name,age\nx,3\n"), "is not a face track; expected one of: track of"),
        ("a.csv", _text(HEADER), "has no frames below its first line"),
        ("a.csv", _text(_rows(ROW.format(time=0, value="x"))), "line 2: could not convert"),
        ("a.csv", _text(_rows("0,1,2")), "line 2: 3 cells, expected 138; the file may be cut"),
        ("a.csv", _text(_rows(ROW.format(time=0, value="nan"))), "frame 1 holds points that are"),
        (
            "a.csv",
            _text(_rows(*[ROW.format(time=t, value=v) for t, v in ((0, 1), (1, 2), (1, 3))])),
            "times must grow from frame to frame, but frame 3",
        ),
        ("a.csv", _text(HEADER.replace("y_67", "w")), "lacks 1 of the 136 columns .* as y_67"),
        ("a.csv", _text(",".join(f"x{i},y{i}" for i in range(51)) + "\n"), "columns for 51 points"),
    ],
)  # fmt: skip
def test_what_is_no_track_is_told(
    name: str, make: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    make(tmp_path / name)
    with pytest.raises(TrackError, match=message):
        read_track(tmp_path / name)


def test_folders_of_pts_that_are_no_track(tmp_path: Path) -> None:
    folder = pts_folder(tmp_path / "clip", flat())
    (folder / "clip3_0004.pts").write_text("n_points: 68\n{\n1 2\n}")
    with pytest.raises(TrackError, match="are the same frame; keep one recording a folder"):
        read_track(folder)
    (folder / "clip2_0004.pts").unlink()
    with pytest.raises(TrackError, match=r"points of shape \(1, 2\); a track needs \(68, 2\)"):
        read_track(folder)
    (folder / "clip3_0004.pts").write_text("nothing")
    with pytest.raises(TrackError, match=r"is not a \.pts file"):
        read_track(folder)
    with pytest.raises(TrackError, match="is not there"):
        read_track(tmp_path / "missing")


def test_a_damaged_track_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "clip.npz"
    TRACK_WRITERS["npz"](faces.track(), path)
    content = path.read_bytes()
    for name, damage in (("cut", content[: len(content) // 2]), ("flipped", _flipped(content))):
        (tmp_path / f"{name}.npz").write_bytes(damage)
        with pytest.raises(TrackError, match=name):
            read_track(tmp_path / f"{name}.npz")


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2  # in the compressed points
    return (
        content[:middle]
        + bytes(b ^ 0xFF for b in content[middle : middle + 50])
        + (content[middle + 50 :])
    )


def test_no_pickle_is_read(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([{"evil": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(TrackError, match="cannot be read as an array: Object arrays"):
        read_track(tmp_path / "a.npy")


def test_a_full_disk_leaves_no_half_track() -> None:
    device = Path("/dev/full")
    if not device.exists():
        pytest.skip("no /dev/full on this system")
    for write in TRACK_WRITERS.values():
        with pytest.raises(ExportError, match="Cannot write"):
            write(faces.track(count=3), device)
