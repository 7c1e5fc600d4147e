"""What can be a track, and what becomes of frames without a face."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import TrackError
from core.tracks import FaceTrack, fill_gaps, gaps
from core.tracks.face_track import usual_rate
from tests.core.tracks import faces


def with_gaps(*stretches: tuple[int, int]) -> FaceTrack:
    whole = faces.track()
    points, detected = np.array(whole.points), whole.detected.copy()
    for first, beyond in stretches:
        points[first:beyond], detected[first:beyond] = np.nan, False
    return replace(whole, points=points, detected=detected)


def test_short_gaps_are_interpolated_and_long_ones_left() -> None:
    filled = fill_gaps(with_gaps((10, 15), (30, 36)), limit=0.2)  # 0.2 s and 0.24 s
    assert gaps(filled).filled == [(10, 15)]
    assert gaps(filled).left == [(30, 36)]
    # Linear in time between the last face before and the first after.
    before, after = filled.points[9], filled.points[15]
    np.testing.assert_allclose(filled.points[11], before + (after - before) * 2 / 6, atol=1e-9)
    assert filled.detected[10:15].all()
    assert not filled.detected[30:36].any()


def test_nothing_is_made_up_before_the_first_and_after_the_last_face() -> None:
    filled = fill_gaps(with_gaps((0, 2), (73, 75)), limit=1.0)
    assert gaps(filled).filled == []
    assert gaps(filled).left == [(0, 2), (73, 75)]


def test_no_limit_fills_nothing() -> None:
    assert gaps(fill_gaps(with_gaps((10, 11)), limit=0.0)).left == [(10, 11)]


def test_the_usual_rate_is_not_moved_by_a_jump() -> None:
    times = np.delete(np.arange(100) / 30, range(40, 60)).round(3)  # as OpenFace rounds them
    assert usual_rate(times, 25.0) == pytest.approx(30, rel=1e-3)
    assert usual_rate(times[:1], 25.0) == 25.0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"points": np.zeros((75, 67, 2))}, r"\(frames, 68, 2\) or \(frames, 68, 3\), not"),
        ({"detected": np.ones(74, bool)}, r"detected must be \(75,\), not \(74,\)"),
        ({"fps": np.nan}, "must be a positive number"),
        ({"detected": np.zeros(75, bool)}, "no frame has a face"),
        ({"times": np.linspace(0, 1, 75)[::-1].copy()}, "times must grow .* frame 2 is at"),
        ({"times": np.full(75, np.nan)}, "the time of frame 1 is not a number"),
        ({"points": np.full((75, 68, 2), np.nan)}, "frame 1 holds points that are not numbers"),
    ],
)  # fmt: skip
def test_what_is_no_track_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(TrackError, match=message):
        replace(faces.track(), **change)  # type: ignore[arg-type]


def test_no_frames_are_no_track() -> None:
    with pytest.raises(TrackError, match="there are no frames"):
        FaceTrack.steady(25.0, np.zeros((0, 68, 2)), np.zeros(0, dtype=bool))
