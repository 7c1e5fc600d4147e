"""Our tracks of GRID's videos against the corpus's own: `python -m tests.benchmarks.tracking`.

Also how much of that is left in what the networks learn from, the lower face without head pose.
"""

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.face import mouth_opening
from core.timeline import Timeline
from core.tracks import lower_face, read_track, speaker_reference
from models.face_tracker import FaceTracker

DATA = Path(__file__).parents[3] / "shared" / "data"
MODEL = DATA / "mediapipe" / "face_landmarker_v2_with_blendshapes.task"
LANDMARKS = DATA / "grid_s1" / "landmarks.npz"


def row(name: str, away: NDArray[np.floating], depth: NDArray[np.floating]) -> str:
    """Distances in the picture and in depth, in pixels, as a line of the table."""
    return (
        f"| {name} | {away.mean():.4f} | {np.percentile(away, 95):.4f} | {away.max():.4f} "
        f"| {depth.mean():.4f} | {np.percentile(depth, 95):.4f} |"
    )


def main() -> None:
    """Print the table, and the speed."""
    tracker = FaceTracker(MODEL)
    print("| video | mean, px | 95 % | largest | depth, mean | depth, 95 % |")
    print("| --- | --- | --- | --- | --- | --- |")
    all_away, all_depth, openings, seconds, filmed = [], [], [], 0.0, 0.0
    for video in sorted((DATA / "grid_s1" / "video").glob("*.mpg")):
        start = time.perf_counter()
        ours = tracker.track(video)
        seconds += time.perf_counter() - start
        filmed += ours.duration
        theirs = read_track(LANDMARKS, video.stem)
        difference = ours.points - theirs.points
        all_away.append(np.linalg.norm(difference[:, :, :2], axis=2))
        all_depth.append(np.abs(difference[:, :, 2]))
        timeline = Timeline.covering(ours.duration, 100.0)
        reference = speaker_reference([theirs])
        openings += [
            mouth_opening(lower_face(t, timeline, reference)) for t in (ours, theirs)
        ]  # fmt: skip
        print(row(video.stem, all_away[-1], all_depth[-1]))
    print(row("all", np.concatenate(all_away), np.concatenate(all_depth)))
    mine, theirs_too = np.concatenate(openings[::2]), np.concatenate(openings[1::2])
    print(f"\nmouth opening at 100 Hz: correlation {np.corrcoef(mine, theirs_too)[0, 1]:.6f}")
    print(f"tracking takes {seconds / filmed:.2f} of the videos' length")


if __name__ == "__main__":
    main()
