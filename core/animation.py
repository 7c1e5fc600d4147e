"""The result: every track of one clip, how it was made, and views of it at any frame rate."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.affect import AffectTrack
from core.clip import Source
from core.emotion import EmotionMix, EmotionSegment, EmotionTrack
from core.gains import AS_LEARNED, RegionGains, with_gains
from core.hearing import BY_DERN, HeardBy
from core.segments import AUTOMATIC, SegmentChoice, check_cover, check_emotion, check_strength
from core.shape_model import ShapeModel, ShapeTrack
from core.timeline import FLICKS, Timeline

MODELS = ("dependent", "combined")
CHUNK_FRAMES = 2_000  # of an export: hours need no more memory than minutes, and making rows of
# text of more at a time keeps Python from the window for longer than one sees


@dataclass(frozen=True, slots=True)
class AnimationSettings:
    """What a person can ask of an animation. Raises ValueError for what cannot be.

    `segments` take the place of `emotion` and `strength`, which must then be as
    they are by default; without any, the whole clip has one emotion or is automatic.
    """

    emotion: str = AUTOMATIC  # or one of EMOTIONS, for the whole clip
    strength: float = 1.0  # 0 neutral, 1 as learned, up to 2
    model: str = "dependent"  # one face model per emotion, or one for all ("combined")
    segments: tuple[SegmentChoice, ...] = ()  # from second 0 on, without gaps
    gains: RegionGains = AS_LEARNED

    def __post_init__(self) -> None:
        check_emotion(self.emotion)
        check_strength(self.strength)
        check_cover(self.segments)
        if self.model not in MODELS:
            raise ValueError(f"unknown model {self.model!r}, expected one of {', '.join(MODELS)}")
        if self.segments and (self.emotion, self.strength) != (AUTOMATIC, 1.0):
            raise ValueError("choose one emotion for the whole clip or one for each segment")


@dataclass(frozen=True, slots=True)
class ModelId:
    """One checkpoint that took part."""

    role: str  # "dern", "dsrn", as in the checkpoint
    emotion: str  # of a DSRN: its emotion, or "combined"; of others: ""
    id: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Animation:
    """All tracks of a clip but `affect`, which is slower, share one 100 Hz timeline.

    `mixes` (frames, 7) are the weights with which the emotions' face models
    were fused in each frame; rows sum to 1.
    """

    source: Source
    duration: float  # seconds of sound
    emotions: EmotionTrack
    mixes: NDArray[np.float32]
    shape: ShapeTrack
    utterance: EmotionMix
    segments: tuple[EmotionSegment, ...]
    shape_model: ShapeModel
    models: tuple[ModelId, ...]
    settings: AnimationSettings
    version: str
    affect: AffectTrack | None = None  # where there are weights for it
    heard_by: HeardBy = BY_DERN

    def __post_init__(self) -> None:
        if self.emotions.timeline != self.shape.timeline:
            raise ValueError("emotion and shape tracks must share one timeline")
        if self.mixes.shape != self.emotions.probabilities.shape:
            raise ValueError(f"mixes must be {self.emotions.probabilities.shape}")
        self.mixes.setflags(write=False)

    @property
    def timeline(self) -> Timeline:
        """The timeline that the tracks share."""
        return self.shape.timeline


@dataclass(frozen=True, slots=True)
class Frames:
    """A run of frames as exported; `first` counts from 0 at the first frame asked for."""

    first: int
    times: NDArray[np.float64]  # (n,), seconds
    points: NDArray[np.float32]  # (n, 36, 2)
    probabilities: NDArray[np.float32]  # (n, 7)
    mixes: NDArray[np.float32]  # (n, 7)
    affect: NDArray[np.float32] | None = None  # (n, 2), valence and arousal


def _sigma(cutoff: float, rate: float) -> float:
    """Width, in frames, of the Gaussian that leaves half the power at `cutoff` Hz."""
    if not (math.isfinite(cutoff) and cutoff > 0):
        raise ValueError(f"the smoothing cut-off must be a positive number of Hz, not {cutoff!r}")
    return math.sqrt(math.log(2)) / (2 * math.pi * cutoff) * rate


def _smoothed_rows(
    values: NDArray[np.float32], sigma: float, first: int, last: int
) -> NDArray[np.float32]:
    """Rows `first` to `last` (exclusive) of the smoothed track, reading only what they need."""
    from scipy.ndimage import gaussian_filter1d  # 0.3 s, which the window would wait for

    reach = int(4 * sigma + 1)  # where gaussian_filter1d cuts the Gaussian off, or just beyond
    begin, end = max(first - reach, 0), min(last + reach, len(values))
    part = gaussian_filter1d(values[begin:end], sigma, axis=0, mode="nearest")
    return part[first - begin : last - begin].astype(np.float32)


def smoothed(shape: ShapeTrack, cutoff: float) -> ShapeTrack:
    """Zero-lag low-pass of the parameters; half the power is left at `cutoff` Hz.

    A Gaussian, so that a closing mouth does not ring open again.
    """
    sigma = _sigma(cutoff, shape.timeline.rate)
    values = _smoothed_rows(shape.parameters, sigma, 0, shape.timeline.count)
    return ShapeTrack(shape.timeline, values)


def _sample(values: NDArray[np.float32], positions: NDArray[np.float64]) -> NDArray[np.float32]:
    """Linear interpolation of rows at fractional row numbers, held at the ends."""
    held = np.clip(positions, 0, len(values) - 1)
    below = np.minimum(held.astype(np.intp), max(len(values) - 2, 0))
    above = np.minimum(below + 1, len(values) - 1)
    part = (held - below).astype(np.float32)[:, None]
    result: NDArray[np.float32] = values[below] * (1 - part) + values[above] * part
    return result


def points_at(
    animation: Animation, seconds: NDArray[np.float64], shape: ShapeTrack | None = None
) -> NDArray[np.float32]:
    """The landmarks (n, 36, 2) at any times (n,) in seconds, held beyond both ends.

    `shape` is the track to look at where it is not the animation's own: a smoothed one.
    """
    track = animation.shape if shape is None else shape
    rows = (seconds - track.timeline.start) * track.timeline.rate
    return _points(animation, _sample(track.parameters, rows))


def _points(animation: Animation, parameters: NDArray[np.float32]) -> NDArray[np.float32]:
    model = animation.shape_model
    return with_gains(model.points(parameters), model.rest, animation.settings.gains)


def frames_within(duration: float, fps: float, span: tuple[float, float] | None = None) -> range:
    """The frames of a clip of `duration` seconds at `fps` whose centres lie in `span`.

    Spans that follow each other share no frame and lose none. Raises ValueError
    where a span holds no frame of the clip, or for an impossible frame rate.
    """
    count = Timeline.covering(duration, fps).count
    if span is None:
        return range(count)
    # As in `Timeline.covering`, for both edges.
    first, last = (max(math.ceil(edge * fps - 0.5 - FLICKS * fps), 0) for edge in span)
    wanted = range(first, min(last, count))
    if not wanted:
        raise ValueError(
            f"there is no frame from {span[0]:g} to {span[1]:g} s at {fps:g} frames a second; "
            f"the clip lasts {duration:.3f} s"
        )
    return wanted


def frames_at(
    animation: Animation,
    fps: float,
    smoothing: float | None = None,
    span: tuple[float, float] | None = None,
) -> Iterator[Frames]:
    """The animation at `fps`, in runs of bounded size; times are frame centres.

    `smoothing` is a cut-off in Hz or None for the raw track. Of a `span` in
    seconds, only the frames whose centre lies in it; their times stay those of
    the clip. Raises ValueError for a frame rate or cut-off that is not a positive
    number and for a span without frames.
    """
    target = Timeline.covering(animation.duration, fps)
    wanted = frames_within(animation.duration, fps, span)
    timeline, parameters = animation.timeline, animation.shape.parameters
    sigma = None if smoothing is None else _sigma(smoothing, timeline.rate)
    for first in range(wanted.start, wanted.stop, CHUNK_FRAMES):
        times = target.times(first, min(first + CHUNK_FRAMES, wanted.stop))
        rows = (times - timeline.start) * timeline.rate
        # Only the rows this run touches: hours are neither copied nor smoothed in one go.
        low = min(max(int(rows[0]), 0), timeline.count - 1)
        high = min(int(rows[-1]) + 2, timeline.count)
        near = parameters[low:high]
        if sigma is not None:
            near = _smoothed_rows(parameters, sigma, low, high)
        yield Frames(
            first=first - wanted.start,
            times=times,
            points=_points(animation, _sample(near, rows - low)),
            probabilities=_sample(animation.emotions.probabilities, rows),
            mixes=_sample(animation.mixes, rows),
            affect=None if animation.affect is None else animation.affect.at(times)[:, :2],
        )
