"""The clips behind the bundled weights: filmed, disguised, synthetic and acted."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.audio_file import read_clip
from core.corpora.grid import GridClip
from core.corpora.utterance import Utterance
from core.errors import CorpusError
from core.monitor import Monitor
from core.shape_model import ShapeModel
from models.training.clip_cache import cached
from models.training.emotion_recognition import EmotionClip
from models.training.motion_data import (
    GRID_LANGUAGE,
    Heard,
    MotionClip,
    acted_clips,
    aligned_sounds,
    at_hundred_hertz,
    disguised_clips,
    filmed_shapes,
    flite_clips,
    hear,
    shape_model_of,
    sounds_of_synthesiser,
    spoken_sentence,
    symbols_of,
    synthetic_clips,
)  # fmt: skip
from models.training.mouth_of_sounds import train_teacher
from models.training.phones import articulation_track
from models.training.recipe import BundledRecipe, filmed_parts, partition_of_speaker
from resources import TRAINING_SENTENCES

REST_FRAMES = 20  # at the end of a filmed clip, where nobody speaks any more
ALIGNED_EVERY = 12  # of the filmed sentences, spoken by synthesisers to learn the sounds


@dataclass(frozen=True, slots=True)
class Filmed:
    """The filmed speaker: clips in order, their files, the face in silence (36, 2)."""

    clips: list[MotionClip]
    files: list[Path]
    heard: list[Heard]
    names: list[str]
    shape_model: ShapeModel
    rest: NDArray[np.float64]


def film(grid: list[GridClip], recipe: BundledRecipe, monitor: Monitor) -> Filmed:
    """Read the filmed speaker: shape model, resting face, clips split by sentence."""
    monitor.step("reading the filmed speaker", 0, len(grid))
    shapes, reference = filmed_shapes(grid)
    shape_model = shape_model_of(shapes, reference)
    monitor.notice(f"18 components hold {100 * shape_model.explained:.2f} % of the variance")
    parts = filmed_parts(len(grid), recipe)
    heard, clips = [], []
    for index, clip in enumerate(grid):
        monitor.step("reading the filmed speaker", index, len(grid))
        heard.append(hear(np.asarray(read_clip(clip.audio).samples[:])))
        parameters = shape_model.parameters(shapes[index])
        targets = at_hundred_hertz(parameters, clip.fps, heard[-1].timeline)
        clips.append(
            MotionClip("filmed", "s1", parts[index], heard[-1].values, heard[-1].voiced, targets)
        )
    silent = [shape_model.points(clip.targets[-REST_FRAMES:]).mean(axis=0) for clip in clips]
    rest = np.mean(silent, axis=0).astype(np.float64)
    shape_model = shape_model.at_rest(rest)
    names = [clip.name for clip in grid]
    return Filmed(clips, [clip.audio for clip in grid], heard, names, shape_model, rest)


def all_clips(
    filmed: Filmed,
    emotional: list[Utterance],
    recipe: BundledRecipe,
    run: Path,
    monitor: Monitor,
) -> list[MotionClip]:
    """The filmed speaker's clips and all that are made from them."""

    def make() -> list[MotionClip]:
        texts: dict[str, list[str]] = json.loads(TRAINING_SENTENCES.read_text(encoding="utf-8"))
        sentences = [spoken_sentence(name) for name in filmed.names]
        monitor.step("aligning sounds", 0, 1)
        prior = sounds_of_synthesiser(
            {**texts, GRID_LANGUAGE: sentences[::ALIGNED_EVERY]}, recipe.seed
        )
        chains = [symbols_of(text, GRID_LANGUAGE) for text in sentences]
        sounds = aligned_sounds(filmed.heard, chains, prior)
        monitor.step("learning mouths from sounds", 0, 1)
        frames = min(len(clip.values) for clip in filmed.clips)
        shown = [i for i, clip in enumerate(filmed.clips) if clip.partition == "train"]
        teacher = train_teacher(
            [
                articulation_track(sounds[i], filmed.heard[i].timeline.times())[:frames]
                for i in shown
            ],
            [filmed.clips[i].targets[:frames] for i in shown],
            recipe.teacher,
        )  # fmt: skip
        espeak = _partitioned(recipe.espeak_training, recipe.espeak_validation)
        flite = _partitioned(recipe.flite_training, recipe.flite_validation)
        public = [pair for pair in zip(filmed.files, filmed.clips, strict=True)
                  if pair[1].partition != "test"]  # fmt: skip
        return [
            *acted_clips(emotional, partition_of_speaker, prior, teacher, monitor),
            *synthetic_clips(
                texts, sentences, espeak, recipe.espeak_per_voice, teacher, recipe.seed + 2, monitor
            ),
            *flite_clips(
                texts["gmw/en-US"], sentences, flite, recipe.flite_per_voice, prior, teacher,
                recipe.seed + 3, monitor,
            ),
            *disguised_clips(public, recipe.disguises, recipe.seed + 4, monitor),
        ]  # fmt: skip

    return filmed.clips + cached(run / "clips.npz", make)


def _partitioned(training: Sequence[str], validation: Sequence[str]) -> list[tuple[str, str]]:
    return [(n, "train") for n in training] + [(n, "validation") for n in validation]


def with_labels(
    utterances: list[Utterance], acted: list[MotionClip]
) -> list[EmotionClip[MotionClip]]:
    """Pair the acted clips with their utterances; both are ordered by speaker, then path."""
    ordered = [
        utterance
        for speaker in sorted({u.speaker for u in utterances})
        for utterance in utterances
        if utterance.speaker == speaker
    ]
    if [u.speaker for u in ordered] != [clip.voice for clip in acted]:
        raise CorpusError("the cached clips are of other recordings; remove clips.npz of the run")
    return [EmotionClip(u.corpus, u.emotion, c) for u, c in zip(ordered, acted, strict=True)]
