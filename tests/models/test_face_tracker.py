"""MediaPipe's points against those that others took from the same recordings with it."""

import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.errors import Cancelled, TrackError
from core.monitor import Monitor
from core.tracks import fill_gaps, gaps, read_track
from models import face_tracker
from models.face_tracker import FaceTracker, checked_model
from models.video import Video
from resources import MEDIAPIPE_TO_IBUG68

films = pytest.importorskip("tests.models.films", reason="PyAV is not installed")

DATA = Path(__file__).parents[3] / "shared" / "data"
MODEL = DATA / "mediapipe" / "face_landmarker_v2_with_blendshapes.task"
VIDEOS = DATA / "grid_s1" / "video"


@pytest.fixture(scope="module")
def tracker() -> FaceTracker:
    pytest.importorskip("av", reason="PyAV is not installed")
    pytest.importorskip("mediapipe", reason="MediaPipe is not installed")
    if not MODEL.is_file() or not VIDEOS.is_dir():
        pytest.skip("no recordings in shared/data")
    return FaceTracker(MODEL)


@pytest.mark.parametrize("name", ["bbaf2n", "bbaz6p"])
def test_points_are_those_of_the_corpus(
    name: str, tracker: FaceTracker, capfd: pytest.CaptureFixture[str]
) -> None:
    track = tracker.track(VIDEOS / f"{name}.mpg")
    truth = read_track(DATA / "grid_s1" / "landmarks.npz", name)
    assert track.points.shape == truth.points.shape == (75, 68, 3)
    np.testing.assert_array_equal(track.detected, truth.detected)
    np.testing.assert_allclose(track.times, truth.times, atol=1e-6)
    away = np.linalg.norm(track.points[:, :, :2] - truth.points[:, :, :2], axis=2)
    assert away.mean() < 0.5  # pixels
    assert np.abs(track.points[:, :, 2] - truth.points[:, :, 2]).mean() < 0.5
    assert capfd.readouterr() == ("", "")  # none of MediaPipe's own words


def test_a_covered_face_is_a_gap(tracker: FaceTracker, tmp_path: Path) -> None:
    with Video(VIDEOS / "bbaf2n.mpg") as video:
        pictures = [picture.pixels for picture in video.pictures()][:40]
    for index in (*range(10, 14), *range(20, 32)):
        pictures[index] = np.zeros_like(pictures[index])
    path = films.write(tmp_path / "film.mp4", pictures)
    track = fill_gaps(tracker.track(path), 0.2)
    assert gaps(track).filled == [(10, 14)]
    assert gaps(track).left == [(20, 32)]
    whole = read_track(DATA / "grid_s1" / "landmarks.npz", "bbaf2n").points[10:14, :, :2]
    assert np.linalg.norm(track.points[10:14, :, :2] - whole, axis=2).mean() < 3


def test_a_video_without_a_face_is_told(tracker: FaceTracker, tmp_path: Path) -> None:
    path = films.write(tmp_path / "film.mp4", films.marked(5))
    with pytest.raises(TrackError, match="no face in any of its 5 frames"):
        tracker.track(path)


class Heard(Monitor):
    def __init__(self, stop_at: int = -1) -> None:
        self.steps: list[tuple[float, float]] = []
        self.notices: list[str] = []
        self._stop_at = stop_at

    def step(self, stage: str, done: float, total: float) -> None:
        assert stage == face_tracker.STAGE
        self.steps.append((done, total))
        if done == self._stop_at:
            raise Cancelled

    def notice(self, message: str) -> None:
        self.notices.append(message)


def test_every_frame_is_told_and_any_can_be_the_last(tracker: FaceTracker) -> None:
    monitor = Heard(stop_at=10)
    with pytest.raises(Cancelled):
        tracker.track(VIDEOS / "bbaf2n.mpg", monitor)
    assert [done for done, _ in monitor.steps] == list(range(11))
    assert all(total >= 74 for _, total in monitor.steps)


def test_sound_of_another_length_is_told(tracker: FaceTracker, tmp_path: Path) -> None:
    with Video(VIDEOS / "bbaf2n.mpg") as video:
        pictures = [picture.pixels for picture in video.pictures()][:10]
    monitor = Heard()
    tracker.track(films.write(tmp_path / "film.mp4", pictures, sound=2.0), monitor)
    assert len(monitor.notices) == 1
    assert "the sound is 2." in monitor.notices[0]
    assert "and the pictures 0." in monitor.notices[0]


def test_a_missing_model_says_where_it_is_to_be_had(tmp_path: Path) -> None:
    with pytest.raises(TrackError, match=r"download https://.*face_landmarker\.task .* --model"):
        checked_model(tmp_path / "model.task")
    (tmp_path / "model.task").write_bytes(b"<html>not found</html>")
    with pytest.raises(TrackError, match=r"is not a model of FaceLandmarker: .* anew"):
        checked_model(tmp_path / "model.task")
    with zipfile.ZipFile(tmp_path / "hands.task", "w") as archive:
        archive.writestr("hand_detector.tflite", b"")
    with pytest.raises(TrackError, match="is not a model of FaceLandmarker; download"):
        checked_model(tmp_path / "hands.task")


def test_without_mediapipe_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(TrackError, match=r"pip install 'visemo\[track\]'"):
        FaceTracker(tmp_path / "model.task")


def test_the_map_is_the_one_that_the_corpus_was_tracked_with() -> None:
    rows = json.loads(MEDIAPIPE_TO_IBUG68.read_text())["ibug68_from_mediapipe478"]
    assert len(rows) == 68
    assert all(0 <= vertex < 478 for row in rows for vertex in row)
    theirs = DATA / "mediapipe" / "to_ibug68.json"
    if not theirs.is_file():
        pytest.skip("no recordings in shared/data")
    assert rows == json.loads(theirs.read_text())["ibug68_from_mediapipe478"]
