"""Results to look at in the lanes: a synthetic clip of any length, without any network."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.peaks import make_peaks
from app.result import Face, Heard, Result
from app.sound.sound import Sound
from core.affect import AffectTrack
from core.animation import Animation, AnimationSettings
from core.clip import SAMPLE_RATE, Clip, Source
from core.emotion import EMOTIONS, EmotionTrack
from core.face import mouth_opening
from core.mfsc import BANDS, mfsc_timeline
from core.normalisation import BandStatistics
from core.shape_model import COMPONENTS, ShapeTrack
from core.timeline import Timeline
from core.utterances import automatic_segments, mix_track
from models.cascade import Analysis
from models.spectrum import Spectrum
from tests.core.animations import make_models, make_shape_model

PHRASE = 4.0  # seconds, of which the last is a pause


@cache
def phrase() -> NDArray[np.float32]:
    """A tone of 200 Hz growing to half of full scale in three seconds, and a second of silence."""
    seconds = np.arange(int(PHRASE * SAMPLE_RATE)) / SAMPLE_RATE
    loud = np.where(seconds < PHRASE - 1, 0.5 * seconds / (PHRASE - 1), 0.0)
    return (loud * np.sin(2 * np.pi * 200 * seconds)).astype(np.float32)


@dataclass(frozen=True)
class Phrases:
    """That over and over, for as long as you like and never in memory."""

    count: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: slice, /) -> NDArray[np.float32]:
        first, last, _ = index.indices(self.count)
        return phrase()[np.arange(first, max(last, first)) % len(phrase())]


def track(timeline: Timeline) -> EmotionTrack:
    """Each phrase another emotion, in the order of EMOTIONS, with some fear in it."""
    times = timeline.times()
    probabilities = np.full((timeline.count, len(EMOTIONS)), 0.02, np.float32)
    phrase = (times // PHRASE).astype(int) % len(EMOTIONS)
    probabilities[np.arange(timeline.count), phrase] += 0.6
    probabilities[:, EMOTIONS.index("fear")] += 0.26 * np.sin(times * 3) ** 2
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return EmotionTrack(timeline, probabilities, times % PHRASE < PHRASE - 1)


def affect(timeline: Timeline) -> AffectTrack:
    """Each phrase more pleasant than the last and as much less excited; narrow bands."""
    slow = Timeline(25.0, -(-timeline.count // 4), timeline.start + 0.015)
    phrase = (slow.times() // PHRASE).astype(np.float32)
    values = np.clip(phrase / 4 - 0.5, -1, 1).astype(np.float32)
    bands = [np.full(slow.count, width, np.float32) for width in (0.05, 0.1)]
    return AffectTrack(slow, values, -values, *bands)


def make_face(emotions: EmotionTrack, duration: float, source: Source, pitch: float) -> Face:
    timeline, model = emotions.timeline, make_shape_model()
    parameters = np.zeros((timeline.count, COMPONENTS), np.float32)
    parameters[:, 0] = np.sqrt(model.variances[0]) * np.sin(timeline.times() * pitch)
    segments = automatic_segments(emotions, max(duration, 1e-3))
    animation = Animation(
        source, duration, emotions, mix_track(segments, timeline), ShapeTrack(timeline, parameters),
        emotions.mix(), tuple(segments), model,
        make_models(), AnimationSettings(), "0.1.0",
    )  # fmt: skip
    points = model.points(parameters[:20_000])  # enough, and repeated beyond
    opening = np.resize(mouth_opening(points), timeline.count).astype(np.float32)
    return Face(animation, animation.shape, opening)


def make_result(seconds: float, *, compared: bool = False, faced: bool = True) -> Result:
    """Phrases of `seconds`, with a face and, where `compared`, another."""
    samples = Phrases(max(int(seconds * SAMPLE_RATE), 0))
    source = Source("phrases.wav", "0" * 64, SAMPLE_RATE, 1, seconds)
    clip, timeline = Clip(samples, source), mfsc_timeline(len(samples))
    emotions = track(timeline)
    columns = min(timeline.count, 120_000)
    bands = np.arange(BANDS) / BANDS
    times = np.arange(columns) / columns * seconds
    loud = np.clip(times % PHRASE, 0, PHRASE - 1)[:, None]
    picture = (4 * np.sin(bands * 20 + times[:, None] * 5) + 3 * loud - 10).astype(np.float32)
    heard = Heard(
        Path("/sounds/phrases.wav"), clip, Spectrum(clip), Sound(samples, 1, SAMPLE_RATE), picture,
        timeline.rate * columns / timeline.count, make_peaks(samples), (),
    )  # fmt: skip
    if not faced:
        return Result(heard)
    own = BandStatistics(np.zeros(BANDS, np.float32), np.ones(BANDS, np.float32), 1.0)
    analysis = Analysis(clip, heard.spectrum, own, emotions, affect=affect(timeline))
    face = make_face(emotions, clip.duration, source, 4.0)
    other = make_face(emotions, clip.duration, source, 3.0) if compared else None
    return Result(heard, analysis, face, other)


def without_affect(result: Result) -> Result:
    """As by weights that hear no valence and arousal."""
    assert result.analysis is not None
    return replace(result, analysis=replace(result.analysis, affect=None))
