"""Copies of recordings in other voices, tempi and rooms, with their features kept."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.audio_file import read_clip
from core.corpora.duplicates import content_of
from core.mfsc import mfsc
from core.monitor import SILENT, Monitor
from core.voice_activity import frame_energy, voiced_frames
from models.training.feature_cache import CACHE_BYTES, FeatureCache
from models.training.recordings import (
    FRONT_END,
    Face,
    Recording,
    features_of,
    in_threads,
)
from models.training.waveforms import Copies, Samples, Variant, draw, varied

STAGE = "changing recordings"


def copies_of(
    recordings: Sequence[Recording],
    settings: Copies,
    seed: int,
    cache: Path | None = None,
    monitor: Monitor = SILENT,
    limit: int = CACHE_BYTES,
) -> list[Recording]:
    """All copies of all recordings, the same for the same seed, settings and sounds."""
    kept = FeatureCache(cache, limit) if cache is not None else None
    wanted = [(one, number) for one in recordings for number in range(settings.copies)]
    return in_threads(wanted, lambda job: _copy(*job, settings, seed, kept), STAGE, monitor)


def speech_of(samples: Samples) -> NDArray[np.bool_]:
    """Which frames of samples are speech."""
    return voiced_frames(frame_energy(mfsc(samples).values))


def _copy(
    recording: Recording, number: int, settings: Copies, seed: int, cache: FeatureCache | None
) -> Recording:
    content = content_of(recording.utterance.audio)
    variant = draw(settings, number, (seed, int(content[:15], 16)))

    def sound() -> Samples:
        samples = read_clip(recording.utterance.audio).samples[:]
        return varied(samples, speech_of, variant)

    key = hashlib.sha256(repr((content, FRONT_END, variant)).encode()).hexdigest()
    values, voiced = features_of(key, sound, cache)
    face = None if recording.face is None else _in_time(recording.face, len(values), variant)
    return replace(recording, values=values, voiced=voiced, face=face)


def _in_time(face: Face, frames: int, variant: Variant) -> Face:
    """A face in step with a copy's frames: the frame t of the copy shows the frame t * tempo."""
    times = np.arange(frames) * variant.tempo
    here = np.arange(len(face.points))
    flat = face.points.reshape(len(face.points), -1)
    moved = np.stack([np.interp(times, here, column) for column in flat.T], axis=1)
    nearest = np.clip(np.rint(times).astype(int), 0, len(here) - 1)
    points = moved.reshape(frames, *face.points.shape[1:]).astype(np.float32)
    return replace(face, points=points, seen=face.seen[nearest])
