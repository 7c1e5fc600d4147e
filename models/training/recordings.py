"""Recordings of a corpus as networks learn from them: features, and which frames are speech."""

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core import mfsc as front_end
from core.audio_file import read_clip
from core.clip import Samples
from core.corpora.corpus import Problem
from core.corpora.duplicates import content_of
from core.corpora.utterance import Utterance
from core.errors import AudioFileError
from core.mfsc import mfsc
from core.monitor import SILENT, Monitor
from core.voice_activity import frame_energy, voiced_frames
from models.training.feature_cache import CACHE_BYTES, FeatureCache

_In = TypeVar("_In")
_Out = TypeVar("_Out")

STAGE = "listening to recordings"
PATIENCE = 0.5  # seconds between two looks whether the person wants to stop
# What entries of the cache hang on beside the sound; the last number is raised when the
# features of the same sound change otherwise.
FRONT_END = (
    front_end.WINDOW, front_end.HOP, front_end.FFT_SIZE, front_end.PRE_EMPHASIS, front_end.BANDS, 1,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Face:
    """The lower face (T, 36, 2) on the frames of a recording, head-free, in inter-ocular units.

    `head` (68, 2) is its speaker's mean face, posed alike.
    """

    points: NDArray[np.float32]
    seen: NDArray[np.bool_]  # (T,); elsewhere points come from the neighbours
    head: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recording:
    """One utterance: MFSC before any normalisation (T, 40), and which frames are speech (T,)."""

    utterance: Utterance
    values: NDArray[np.float32]
    voiced: NDArray[np.bool_]
    face: Face | None = None


@dataclass(frozen=True, slots=True)
class Listened:
    """What could be read, in the order asked for, and what could not, and why."""

    recordings: list[Recording]
    problems: list[Problem]


def read_recordings(
    utterances: Sequence[Utterance], cache: Path | None = None, monitor: Monitor = SILENT
) -> list[Recording]:
    """Features of all utterances that can be read, in their order; the others are noticed."""
    listened = listen(utterances, cache, monitor)
    for problem in listened.problems:
        monitor.notice(f"{problem.path} is left out: it {problem.reason}")
    return listened.recordings


def listen(
    utterances: Sequence[Utterance],
    cache: Path | None = None,
    monitor: Monitor = SILENT,
    limit: int = CACHE_BYTES,
) -> Listened:
    """Features of all utterances, kept in the folder `cache` (of at most `limit` bytes).

    Raises nothing for a file that cannot be read: it is among the problems.
    """
    kept = FeatureCache(cache, limit) if cache is not None else None
    heard = in_threads(utterances, lambda utterance: _hear(utterance, kept), STAGE, monitor)
    recordings, problems = [], []
    for utterance, result in zip(utterances, heard, strict=True):
        if isinstance(result, Problem):
            problems.append(result)
            continue
        recordings.append(result.recording)
        for message in result.notices:
            monitor.notice(f"{utterance.audio}: {message}")
    return Listened(recordings, problems)


def in_threads(
    items: Sequence[_In], work: Callable[[_In], _Out], stage: str, monitor: Monitor
) -> list[_Out]:
    """`work` of each, in order, by as many threads as there are cores."""
    results = []
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        pending = [workers.submit(work, item) for item in items]
        try:
            for index, future in enumerate(pending):
                monitor.step(stage, index, len(pending))
                while wait([future], PATIENCE).not_done:
                    monitor.step(stage, index, len(pending))
                results.append(future.result())
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            raise
    monitor.step(stage, len(items), max(len(items), 1))
    return results


@dataclass(frozen=True, slots=True)
class _Heard:
    recording: Recording
    notices: list[str] = field(default_factory=list)


class _Notices(Monitor):
    """Keeps what is noticed, which is told later, by the thread that may."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def notice(self, message: str) -> None:
        self.messages.append(message)


def _hear(utterance: Utterance, cache: FeatureCache | None) -> _Heard | Problem:
    notices = _Notices()
    try:
        key = hashlib.sha256(repr((content_of(utterance.audio), FRONT_END)).encode()).hexdigest()
        values, voiced = features_of(
            key, lambda: read_clip(utterance.audio, notices).samples, cache, notices
        )
    except OSError as error:
        return Problem(utterance.audio, f"cannot be read: {error.strerror}")
    except AudioFileError as error:
        return Problem(utterance.audio, f"cannot be read: {error}")
    return _Heard(Recording(utterance, values, voiced), notices.messages)


def features_of(
    key: str,
    sound: Callable[[], Samples],
    cache: FeatureCache | None,
    notices: _Notices | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Features (T, 40) and speech mask (T,) of a sound, or those kept under its key."""
    if cache is not None:
        arrays = cache.get(key)
        if arrays is not None and _whole(arrays):
            return arrays["values"].astype(np.float32), arrays["voiced"].astype(bool)
    values = mfsc(sound()).values
    voiced = voiced_frames(frame_energy(values))
    # What came with a notice is read again, or nobody would hear of it the next time.
    if cache is not None and not (notices and notices.messages):
        cache.put(key, {"values": values, "voiced": voiced})
    return values, voiced


def _whole(arrays: dict[str, NDArray[np.generic]]) -> bool:
    if set(arrays) != {"values", "voiced"}:
        return False
    values, voiced = arrays["values"], arrays["voiced"]
    return values.shape == (len(voiced), front_end.BANDS) and voiced.ndim == 1
