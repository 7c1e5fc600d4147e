"""Functionals of recordings: what the classifier and the CycleGANs learn from."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.audio_file import read_clip
from core.corpora.duplicates import content_of
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS
from core.errors import AudioFileError
from core.functionals import NAMES, SET
from core.monitor import SILENT, Monitor
from core.speaker_profile import FeatureStatistics
from core.utterance_features import spoken_features
from models.recognisers.recogniser import listen
from models.training.feature_cache import FeatureCache
from models.training.opensmile_features import opensmile_functionals
from models.training.recordings import in_threads
from models.training.waveforms import at_speed

Rows = NDArray[np.float32]
UNLABELLED = -1
SPEEDS = (0.9, 10 / 9)  # of copies: other voices, who speak more slowly or faster


@dataclass(frozen=True, slots=True)
class Examples:
    """Pieces of speech: functionals (n, features), and of each the row of what it belongs to."""

    rows: Rows
    labels: NDArray[np.intp]  # places in EMOTIONS, or UNLABELLED
    speakers: NDArray[np.str_]
    corpora: NDArray[np.str_]
    recordings: NDArray[np.intp]  # places in what was asked for

    def chosen(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> "Examples":
        """Some of them."""
        return Examples(
            self.rows[which], self.labels[which], self.speakers[which], self.corpora[which],
            self.recordings[which],
        )  # fmt: skip

    def profiles(self) -> dict[str, FeatureStatistics]:
        """Statistics of each speaker over all his pieces."""
        names = sorted(set(self.speakers.tolist()))
        return {name: FeatureStatistics.of(self.rows[self.speakers == name]) for name in names}


def joined(parts: Iterable[Examples]) -> Examples:
    """All pieces of several; recordings are counted on."""
    every = list(parts)
    counts = [int(part.recordings.max(initial=-1)) + 1 for part in every]
    before = np.cumsum([0, *counts[:-1]])
    shifted = [part.recordings + offset for part, offset in zip(every, before, strict=True)]
    return Examples(
        np.concatenate([part.rows for part in every]),
        np.concatenate([part.labels for part in every]),
        np.concatenate([part.speakers for part in every]),
        np.concatenate([part.corpora for part in every]),
        np.concatenate(shifted),
    )


def hear_functionals(
    utterances: Sequence[Utterance],
    cache: Path | None = None,
    monitor: Monitor = SILENT,
    features: str = SET,
    speed: float = 1.0,
) -> Examples:
    """Of all recordings that can be read; the others are noticed. Kept in the folder `cache`.

    `features` may name a set of openSMILE's instead of our own; `speed` is as of a tape.
    """
    kept = FeatureCache(cache) if cache is not None else None

    def hear(utterance: Utterance) -> Rows | str:
        try:
            return _heard(utterance.audio, features, speed, kept)
        except (AudioFileError, OSError) as error:
            return str(error)

    found = in_threads(utterances, hear, "hearing voices", monitor)
    pieces: list[Rows] = []
    places: list[int] = []
    for index, result in enumerate(found):
        if isinstance(result, str):
            monitor.notice(f"{utterances[index].audio} is left out: {result}")
            continue
        pieces.append(result)
        places += [index] * len(result)
    labels = [EMOTIONS.index(u.emotion) if u.emotion in EMOTIONS else UNLABELLED
              for u in utterances]  # fmt: skip
    at = np.array(places, np.intp)
    return Examples(
        np.concatenate(pieces) if pieces else np.zeros((0, len(NAMES)), np.float32),
        np.array(labels, np.intp)[at],
        np.array([u.speaker for u in utterances], np.str_)[at],
        np.array([u.corpus for u in utterances], np.str_)[at],
        at,
    )


def hear_copies(
    utterances: Sequence[Utterance], cache: Path | None = None, monitor: Monitor = SILENT
) -> Examples:
    """Functionals of all recordings at other `SPEEDS`; a speaker is somebody else at each."""
    return joined(
        hear_functionals(
            [replace(one, speaker=f"{one.speaker} at {speed:.2f}") for one in utterances],
            cache, monitor, speed=speed,
        )
        for speed in SPEEDS
    )  # fmt: skip


def _heard(audio: Path, features: str, speed: float, cache: FeatureCache | None) -> Rows:
    how = features if speed == 1 else f"{features} at {speed}"
    key = hashlib.sha256(f"{how} {content_of(audio)}".encode()).hexdigest()
    arrays = cache.get(key) if cache is not None else None
    if arrays is not None and set(arrays) == {"rows"}:
        return arrays["rows"].astype(np.float32)
    clip = read_clip(audio)
    if speed != 1:
        clip = replace(clip, samples=at_speed(clip.samples[:], speed))
    if features != SET:
        rows = opensmile_functionals(clip.samples[:], features)
    else:
        speech = listen(clip)
        rows = spoken_features(clip.samples, speech.spectrum.frames, speech.voiced).values
    if cache is not None:
        cache.put(key, {"rows": rows})
    return rows
