"""What the window's worker does with clips: listen, hear emotions, make faces. No Qt.

Every method runs in the job thread; torch is imported there, when first needed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from app.peaks import make_peaks
from app.result import Face, Heard, Result, Values
from app.sound.sound import decode
from app.voices import Voices
from core.animation import Animation, AnimationSettings, smoothed
from core.animation_store import AnimationStore
from core.audio_file import read_clip
from core.clip import Clip
from core.face import mouth_opening
from core.gains import with_gains
from core.hearing import Hearing
from core.monitor import SILENT, Monitor
from core.project import BY_ITSELF, Listening, ProjectClip
from core.shape_model import ShapeTrack

if TYPE_CHECKING:
    from models.cascade import Analysis, Cascade
    from models.spectrum import Spectrum

MOST_COLUMNS = 120_000  # of a spectrogram on the screen; twenty minutes at 100 a second
CHUNK_FRAMES = 10_000


class Engine:
    """Makes `Result`s. `load` gives the cascade of the weights and device in use."""

    def __init__(self, load: Callable[[], Cascade], store: AnimationStore) -> None:
        self._load = load
        self._cascade: Cascade | None = None
        self._store = store
        self._voices = Voices()
        self._by_speaker: dict[str, bool] = {}  # which recognisers tell speakers apart

    def cascade(self, monitor: Monitor = SILENT) -> Cascade:
        """The trained networks, loaded when first asked for. Raises CheckpointError."""
        if self._cascade is None:
            monitor.step("loading the models", 0, 0)
            self._cascade = self._load()
        return self._cascade

    @property
    def device(self) -> str:
        """Where the networks run: "cpu", "cuda", "mps"; "" before they are loaded."""
        return "" if self._cascade is None else self._cascade.device

    def differs(self, one: Listening, other: Listening) -> bool:
        """Whether another thing might be heard in another way; quick, for any thread."""
        if one is other or one == other:
            return False
        return one.recogniser != other.recogniser or self._by_speaker.get(one.recogniser, True)

    def listen(self, path: Path, monitor: Monitor) -> Result:
        """Read a sound, ready to be seen and played. Raises AudioFileError."""
        from models.spectrum import Spectrum

        noted = _Noted(monitor)
        clip = read_clip(path, noted)
        sound = decode(path, monitor)
        spectrum = Spectrum(clip)
        picture, rate = _picture(spectrum, monitor)
        peaks = make_peaks(clip.samples, monitor)
        return Result(
            Heard(path, clip, spectrum, sound, picture, rate, peaks, tuple(noted.messages))
        )

    def hear(self, result: Result, monitor: Monitor, listening: Listening = BY_ITSELF) -> Result:
        """The emotions of a sound, before there is a face.

        It does not wait for other clips of its speaker: unless all were listened to before, it is
        heard by itself, and the result says so.
        """
        self.cascade(monitor)
        if not self._voices.knows(listening.company):
            listening = Listening(listening.recogniser)
        return self._heard(result, listening, monitor)

    def hear_again(
        self, result: Result, wish: ProjectClip, listening: Listening, monitor: Monitor
    ) -> Result:
        """What is heard in another way, once all clips of the speaker were listened to."""
        assert result.analysis is not None
        again = self._heard(result, listening, monitor)
        assert again.analysis is not None
        if again.analysis.heard_by == result.analysis.heard_by:
            return replace(result, listening=listening)
        return self.animate(again, wish, monitor)

    def _heard(self, result: Result, listening: Listening, monitor: Monitor) -> Result:
        hearing = self._hearing(listening, monitor)
        begun = time.perf_counter()
        analysis = self._analyse(result.heard.clip, hearing, monitor, result.heard.spectrum)
        spent = time.perf_counter() - begun
        by_speaker = self._by_speaker[listening.recogniser]
        return Result(
            result.heard, analysis, spent=spent, listening=listening, by_speaker=by_speaker
        )

    def _hearing(self, listening: Listening, monitor: Monitor) -> Hearing:
        """With the speaker's profile, where that makes a difference."""
        uses_profile = self.cascade(monitor).uses_profile(listening.recogniser)
        self._by_speaker[listening.recogniser] = uses_profile
        profile = None
        if uses_profile:
            profile = self._voices.profile(listening.speaker, listening.company, monitor)
        return Hearing(listening.recogniser, profile)

    def animate(self, result: Result, wish: ProjectClip, monitor: Monitor) -> Result:
        """The face somebody wishes for; what `result` has already is not made again."""
        if result.analysis is None:
            result = self.hear(result, monitor)
        assert result.analysis is not None
        begun, analysis = time.perf_counter(), result.analysis
        face = self._face(analysis, wish.settings, wish.smoothing, result.face, monitor)
        comparison = None
        if wish.comparison is not None:
            before = result.comparison or result.face
            comparison = self._face(analysis, wish.comparison, wish.smoothing, before, monitor)
        spent = result.spent + time.perf_counter() - begun
        speed = None if result.face else result.heard.clip.duration / spent
        return Result(
            result.heard, analysis, face, comparison, wish, speed=speed,
            listening=result.listening, by_speaker=result.by_speaker,
        )  # fmt: skip

    def prepare(
        self, wish: ProjectClip, monitor: Monitor, listening: Listening = BY_ITSELF
    ) -> Animation:
        """The animation of a clip that is not on the screen, all of its speaker listened to."""
        hearing = self._hearing(listening, monitor)
        clip, weights = read_clip(wish.path, monitor), self.cascade(monitor).weights_id(hearing)
        known = self._store.get(clip.source, weights, wish.settings)
        if known is not None:
            return known
        return self._pose(self._analyse(clip, hearing, monitor), wish.settings, None, monitor)

    def _analyse(
        self, clip: Clip, hearing: Hearing, monitor: Monitor, spectrum: Spectrum | None = None
    ) -> Analysis:
        cascade, sound = self.cascade(monitor), clip.source.sha256
        key = cascade.hearing_id(hearing)
        known = self._store.get_emotions(sound, key)
        analysis = cascade.analyse(clip, monitor, spectrum, known, hearing)
        if known is None:
            self._store.put_emotions(sound, key, analysis.emotions, monitor)
        return analysis

    def _face(
        self,
        analysis: Analysis,
        settings: AnimationSettings,
        smoothing: float | None,
        before: Face | None,
        monitor: Monitor,
    ) -> Face:
        if before is None:  # a clip just opened, perhaps one known from another day
            weights = self.cascade(monitor).weights_id(analysis.hearing)
            animation = self._store.get(analysis.clip.source, weights, settings)
            if animation is None:
                animation = self._pose(analysis, settings, None, monitor)
        else:
            animation = self._pose(analysis, settings, before.animation, monitor)
        shape = animation.shape if smoothing is None else smoothed(animation.shape, smoothing)
        return Face(animation, shape, _opening(animation, shape))

    def _pose(
        self,
        analysis: Analysis,
        settings: AnimationSettings,
        previous: Animation | None,
        monitor: Monitor,
    ) -> Animation:
        animation = self.cascade(monitor).pose(analysis, settings, monitor, previous)
        if previous is None:  # not every step of a drag is worth the disk
            weights = self.cascade(monitor).weights_id(analysis.hearing)
            self._store.put(weights, animation, monitor)
        return animation


class _Noted(Monitor):
    """Passes steps on and keeps the notices."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor
        self.messages: list[str] = []

    def step(self, stage: str, done: float, total: float) -> None:
        self._monitor.step(stage, done, total)

    def notice(self, message: str) -> None:
        self.messages.append(message)


def _picture(spectrum: Spectrum, monitor: Monitor) -> tuple[Values, float]:
    """The spectrogram (columns, 40) and its columns a second: of long clips, averages."""
    count, rate = spectrum.timeline.count, spectrum.timeline.rate
    step = -(-count // MOST_COLUMNS)
    parts: list[Values] = []
    left: Values | None = None
    for first, block in spectrum.blocks():
        monitor.step("listening", first, count)
        rows = block if left is None else np.concatenate((left, block))
        whole = len(rows) // step * step
        parts.append(rows[:whole].reshape(-1, step, rows.shape[1]).mean(axis=1))
        left = rows[whole:]
    if left is not None and len(left):
        parts.append(left.mean(axis=0, keepdims=True))
    return np.concatenate(parts).astype(np.float32), rate / step


def _opening(animation: Animation, shape: ShapeTrack) -> Values:
    """The mouth opening in each frame, (frames,), as the face shows it."""
    model, gains = animation.shape_model, animation.settings.gains
    result = np.empty(shape.timeline.count, dtype=np.float32)
    for first in range(0, len(result), CHUNK_FRAMES):
        points = model.points(shape.parameters[first : first + CHUNK_FRAMES])
        result[first : first + CHUNK_FRAMES] = mouth_opening(with_gains(points, model.rest, gains))
    return result
