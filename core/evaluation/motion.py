"""How near one face's motion is to another's, by the measures that the field reads.

All distances are in inter-ocular units, all times in seconds. A person's own face is not
motion: before landmarks are compared, one similarity may bring the mean of the shown face over
the utterance onto the mean of the true one (Procrustes, as the paper aligns its speakers).
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from core.face import LandmarkTrack, mouth_opening, mouth_width
from core.lips import lip_gap
from core.shape_model import fit_similarity
from core.timeline import FRAMES_PER_SECOND

Values = NDArray[np.float64]
Seen = NDArray[np.bool_]
MOST_LAG = 0.3  # seconds looked to both sides
LEAST_OVERLAP = 0.5  # of the utterance, at the largest shift
CLOSED = 0.02  # of inter-ocular distance between the inner lips: closed, as on b, m, p
NAN = float("nan")
STILL = 1e-9  # a spread below which nothing moves


@dataclass(frozen=True, slots=True)
class MotionFigures:
    """Of one utterance; NaN where it cannot be said, as of a mouth that never moves."""

    error: float  # mean distance of landmarks
    squared: float  # mean squared error of their coordinates, inter-ocular units squared
    movement_error: float  # the same, of each landmark about its own mean
    velocity_error: float  # mean distance of landmarks' velocities, units a second
    opening: float  # Pearson's correlation of mouth opening
    width: float  # and of mouth width
    lag: float  # seconds that the shown mouth opening is late
    opening_range: float  # spread of the shown opening over that of the true one
    closure: float  # F1 of frames with closed lips


FIGURES = tuple(field.name for field in fields(MotionFigures))


def correlation(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """Pearson's, (n,) and (n,); NaN where one of them does not move."""
    first, second = np.asarray(a, float), np.asarray(b, float)
    first, second = first - first.mean(), second - second.mean()
    size = np.sqrt((first**2).sum() * (second**2).sum())
    return float((first * second).sum() / size) if size > STILL * len(first) else NAN


def resampled(track: LandmarkTrack, times: Values) -> Values:
    """Points (n, 36, 2) at `times` (n,) in seconds, linear, held at the ends."""
    own = track.timeline.times()
    flat = track.points.reshape(len(track.points), -1)
    columns = [np.interp(times, own, column) for column in flat.T]
    return np.stack(columns, axis=1).reshape(len(times), *track.points.shape[1:])


def landmark_error(shown: Values, true: Values) -> float:
    """Mean over frames and points of the distance; both (n, 36, 2)."""
    return float(np.linalg.norm(shown - true, axis=-1).mean())


def velocity_error(shown: Values, true: Values, rate: float, seen: Seen) -> float:
    """The same of the velocities between neighbouring frames at `rate` Hz, units a second.

    Of neighbours that are both `seen` (n,).
    """
    both = seen[1:] & seen[:-1]
    if not both.any():
        return NAN
    return landmark_error(np.diff(shown, axis=0)[both], np.diff(true, axis=0)[both]) * rate


def lag(shown: Values, true: Values, rate: float, most: float = MOST_LAG) -> float:
    """Seconds by which `shown` (n,) is later than `true` (n,), both at `rate` Hz.

    The shift within +-`most` seconds with the largest correlation of what overlaps, refined
    by a parabola through its neighbours. NaN where nothing moves or nothing fits.
    """
    reach = min(round(most * rate), int(len(true) * (1 - LEAST_OVERLAP)))
    shifts = range(-reach, reach + 1)
    found = np.array([_shifted(shown, true, shift) for shift in shifts])
    if len(found) < 3 or np.isnan(found).any():
        return NAN
    best = int(found.argmax())
    if best in (0, len(found) - 1):
        return NAN  # still rising at the end of what was looked at
    before, top, after = found[best - 1 : best + 2]
    bend = before - 2 * top + after
    part = 0.5 * (before - after) / bend if bend else 0.0
    return float((shifts[best] + part) / rate)


def _shifted(shown: Values, true: Values, shift: int) -> float:
    late = shown[max(shift, 0) : len(shown) + min(shift, 0)]
    early = true[max(-shift, 0) : len(true) + min(-shift, 0)]
    return correlation(late, early)


def closure(shown: Values, true: Values) -> float:
    """F1 of frames in which the inner lips (n, 36, 2) are closed; NaN where they never are."""
    here, there = lip_gap(shown) < CLOSED, lip_gap(true) < CLOSED
    if not there.any():
        return NAN
    return float(2 * (here & there).sum() / (here.sum() + there.sum()))


def compare(
    shown: LandmarkTrack, true: LandmarkTrack, seen: Seen | None = None, place: bool = True
) -> MotionFigures:
    """Of one utterance, at the frames of the true track that were `seen` (n,); the lag at 100 Hz.

    Without `place`, both faces are compared where they are. Raises ValueError where no frame
    was seen.
    """
    times = true.timeline.times()
    seen = np.ones(len(times), dtype=bool) if seen is None else seen
    if not seen.any():
        raise ValueError("no frame has a face")
    truth, there = true.points.astype(float), resampled(shown, times)
    placed = there
    if place:
        placed = fit_similarity(there[seen].mean(axis=0), truth[seen].mean(axis=0)).apply(there)
    here, wanted = placed[seen], truth[seen]
    opening, width = mouth_opening(wanted), mouth_width(wanted)
    spread = float(opening.std())
    return MotionFigures(
        error=landmark_error(here, wanted),
        squared=float(np.square(here - wanted).mean()),
        movement_error=landmark_error(here - here.mean(axis=0), wanted - wanted.mean(axis=0)),
        velocity_error=velocity_error(placed, truth, true.timeline.rate, seen),
        opening=correlation(mouth_opening(here), opening),
        width=correlation(mouth_width(here), width),
        lag=_lag_of(shown, true),
        opening_range=float(mouth_opening(here).std()) / spread if spread > STILL else NAN,
        closure=closure(here, wanted),
    )


def _lag_of(shown: LandmarkTrack, true: LandmarkTrack) -> float:
    own, times = shown.timeline.times(), true.timeline.times()
    fine = np.arange(times[0], times[-1], 1 / FRAMES_PER_SECOND)
    opening, wanted = (
        np.interp(fine, at, mouth_opening(track.points).astype(float))
        for at, track in ((own, shown), (times, true))
    )
    return lag(opening, wanted, FRAMES_PER_SECOND)
