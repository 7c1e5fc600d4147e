"""`visemo train --recipe bundled`: every file in resources/weights, from the corpora.

Stages keep what they made in a run folder, so a run that was stopped goes on where it was.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.audio_file import read_clip
from core.corpora.emodb import read_emodb
from core.corpora.grid import GridClip, read_grid
from core.corpora.ravdess import read_ravdess
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS
from core.errors import CorpusError
from core.face import IBUG68, mouth_opening, mouth_width
from core.head_pose import frontal_reference, without_pose
from core.monitor import SILENT, Monitor
from core.normalisation import Normalisation
from core.shape_model import ShapeModel
from core.timeline import Timeline
from core.version import program_version
from models.cascade import COMBINED, face_path
from models.checkpoint import Description, FeatureConfig, Provenance, save_checkpoint
from models.dern import Dern
from models.dsrn import Dsrn
from models.training.cards import FACE_LICENCES, GRID_SOURCE, RECOGNISER_LICENCE, write_card
from models.training.clip_cache import cached
from models.training.emotion_recognition import EmotionClip, EmotionTask
from models.training.expression import Expression, amplitudes, expressed, postures
from models.training.loop import Fitted, fit
from models.training.motion import (
    MotionTask,
    correlation,
    estimate_motion,
    folded,
    mouth_correlations,
    speech_statistics,
)  # fmt: skip
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
from models.training.recipe import (
    ESPEAK_TRAINING,
    ESPEAK_VALIDATION,
    FLITE_TRAINING,
    FLITE_VALIDATION,
    BundledRecipe,
    partition_of_speaker,
)  # fmt: skip
from resources import TRAINING_SENTENCES

REST_FRAMES = 20  # at the end of a filmed clip, where nobody speaks any more
ALIGNED_EVERY = 12  # of the filmed sentences, spoken by synthesisers to learn the sounds


@dataclass(frozen=True, slots=True)
class _Filmed:
    """The filmed speaker: clips in order, their files, the face in silence (36, 2)."""

    clips: list[MotionClip]
    files: list[Path]
    heard: list[Heard]
    names: list[str]
    shape_model: ShapeModel
    rest: NDArray[np.float64]


def train_bundled(
    data: Path,
    out: Path,
    run: Path,
    recipe: BundledRecipe,
    monitor: Monitor = SILENT,
) -> dict[str, float]:
    """Train everything on the corpora in `data` and write weights and cards to `out`.

    `run` keeps caches, logs and states. Returns the figures of the cards.
    Raises CorpusError or TrainingError with what is missing.
    """
    out.mkdir(parents=True, exist_ok=True)
    run.mkdir(parents=True, exist_ok=True)
    emotional = read_ravdess(data / "ravdess") + read_emodb(data / "emodb")
    filmed = _film(read_grid(data / "grid_s1"), recipe, monitor)
    clips = _all_clips(filmed, emotional, recipe, run, monitor)
    motion, normalisation, figures = _train_motion(filmed, clips, recipe, run, monitor)
    figures |= _other_speakers(data / "grid_others", motion, normalisation, filmed.shape_model)
    writer = _Writer(out, recipe.seed, normalisation, filmed.shape_model)
    writer.face("neutral", motion, figures)
    acted = [clip for clip in clips if clip.group in ("ravdess", "emodb")]
    labelled = _labels(emotional, acted)
    _train_expressions(data, filmed, clips, labelled, motion, writer, recipe, run, monitor)
    figures |= _train_recogniser(labelled, writer, recipe, run, monitor)
    (run / "figures.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


# --- data -------------------------------------------------------------------------------------


def _film(grid: list[GridClip], recipe: BundledRecipe, monitor: Monitor) -> _Filmed:
    monitor.step("reading the filmed speaker", 0, len(grid))
    shapes, reference = filmed_shapes(grid)
    shape_model = shape_model_of(shapes, reference)
    monitor.notice(f"18 components hold {100 * shape_model.explained:.2f} % of the variance")
    order = np.random.default_rng(recipe.seed + 1).permutation(len(grid))
    held = recipe.filmed_test + recipe.filmed_validation
    parts = dict.fromkeys(order.tolist(), "train")
    parts |= dict.fromkeys(order[: recipe.filmed_test].tolist(), "test")
    parts |= dict.fromkeys(order[recipe.filmed_test : held].tolist(), "validation")
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
    names = [clip.name for clip in grid]
    return _Filmed(clips, [clip.audio for clip in grid], heard, names, shape_model, rest)


def _all_clips(
    filmed: _Filmed,
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
        espeak = _partitioned(ESPEAK_TRAINING, ESPEAK_VALIDATION)
        flite = _partitioned(FLITE_TRAINING, FLITE_VALIDATION)
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


def _labels(utterances: list[Utterance], acted: list[MotionClip]) -> list[EmotionClip]:
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


# --- networks ---------------------------------------------------------------------------------


def _train_motion(
    filmed: _Filmed,
    clips: list[MotionClip],
    recipe: BundledRecipe,
    run: Path,
    monitor: Monitor,
) -> tuple[Dsrn, Normalisation, dict[str, float]]:
    torch.manual_seed(recipe.seed)
    normalisation = Normalisation("utterance", speech_statistics(clips))
    task = MotionTask("motion", clips, recipe.motion_weights, filmed.shape_model, normalisation)
    fitted = fit(task, recipe.motion, run / "motion", monitor)
    assert isinstance(task.network, Dsrn)
    unseen = [clip for clip in filmed.clips if clip.partition == "test"]
    opening, width = mouth_correlations(
        task.network, unseen, normalisation, task.scale, filmed.shape_model
    )
    figures = {"filmed_test_opening": opening, "filmed_test_width": width}
    figures |= {f"validation_{name}": value for name, value in fitted.figures.items()}
    figures["explained_variance"] = filmed.shape_model.explained
    return folded(task.network, task.scale), normalisation, figures


def _other_speakers(
    folder: Path, motion: Dsrn, normalisation: Normalisation, shape_model: ShapeModel
) -> dict[str, float]:
    """Correlations on filmed speakers who were never trained on; empty when there are none."""
    if not folder.is_dir():
        return {}
    rows = []
    for clip in read_grid(folder):
        reference = frontal_reference(clip.landmarks[clip.detected])
        true = without_pose(clip.landmarks, clip.detected, reference)[:, list(IBUG68)]
        heard = hear(np.asarray(read_clip(clip.audio).samples[:]))
        unknown = MotionClip("", clip.name, "test", heard.values, heard.voiced, heard.values)
        shown = shape_model.points(estimate_motion(motion, unknown, normalisation, 1.0))
        video = Timeline(clip.fps, len(true), 0.5 / clip.fps).times()
        rows.append(
            [
                correlation(np.interp(video, heard.timeline.times(), f(shown)), f(true))
                for f in (mouth_opening, mouth_width)
            ]
        )
    opening, width = np.mean(rows, axis=0)
    return {"other_speakers_opening": float(opening), "other_speakers_width": float(width)}


def _train_expressions(
    data: Path,
    filmed: _Filmed,
    clips: list[MotionClip],
    labelled: list[EmotionClip],
    motion: Dsrn,
    writer: "_Writer",
    recipe: BundledRecipe,
    run: Path,
    monitor: Monitor,
) -> None:
    """The six emotion faces and the combined one, all starting from the motion model."""
    amplitude = amplitudes(data / "ravdess_action_units" / "by_emotion.csv")
    posture = postures(data / "ict_facekit" / "ict68.npz", filmed.shape_model.head)
    table = {e: Expression(amplitude[e], posture[e]) for e in posture}
    others = [clip for clip in clips if clip.group in ("filmed", "espeak")][::3]
    moved = {
        id(clip): estimate_motion(motion, clip, writer.normalisation, 1.0)
        for clip in [*others, *(item.clip for item in labelled)]
    }

    def shown(clip: MotionClip, emotion: str, group: str) -> MotionClip:
        targets = moved[id(clip)]
        if emotion in table:
            targets = expressed(targets, clip, table[emotion], filmed.rest, filmed.shape_model)
        return replace(clip, group=group, targets=targets)

    for emotion in table:
        own = [shown(i.clip, emotion, "own") for i in labelled if i.emotion == emotion]
        rest = [shown(i.clip, emotion, "other") for i in labelled if i.emotion != emotion][::3]
        rest += [shown(clip, emotion, "other") for clip in others]
        task = _from_motion(emotion, [*own, *rest], motion, writer)
        fitted = fit(task, recipe.expression, run / emotion, monitor)
        writer.emotion_face(emotion, task, fitted)
    every = [shown(item.clip, item.emotion, item.emotion) for item in labelled]
    task = _from_motion(COMBINED, every, motion, writer)
    fitted = fit(task, recipe.combined, run / COMBINED, monitor)
    writer.emotion_face(COMBINED, task, fitted)


def _from_motion(name: str, clips: list[MotionClip], motion: Dsrn, writer: "_Writer") -> MotionTask:
    weights = dict.fromkeys(sorted({clip.group for clip in clips}), 1.0)
    task = MotionTask(name, clips, weights, writer.shape_model, writer.normalisation)
    task.network = folded(motion, 1 / task.scale).train()
    return task


def _train_recogniser(
    labelled: list[EmotionClip],
    writer: "_Writer",
    recipe: BundledRecipe,
    run: Path,
    monitor: Monitor,
) -> dict[str, float]:
    torch.manual_seed(recipe.seed)
    statistics = speech_statistics([item.clip for item in labelled])
    normalisation = Normalisation(recipe.recogniser_normalisation, statistics)
    task = EmotionTask(
        labelled, normalisation, recipe.recogniser_corpora, recipe.recogniser_augmentation
    )
    fitted = fit(task, recipe.recogniser, run / "dern", monitor)
    assert isinstance(task.network, Dern)
    figures = {f"validation_{name}": value for name, value in fitted.figures.items()}
    writer.recogniser(task.network, normalisation, figures)
    return figures


# --- files ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes checkpoints and their cards."""

    out: Path
    seed: int
    normalisation: Normalisation
    shape_model: ShapeModel

    def face(self, emotion: str, network: Dsrn, figures: dict[str, float]) -> None:
        """One DSRN whose output is in shape parameters."""
        description = Description(
            role="dsrn",
            id=f"visemo-dsrn-{emotion}",
            licence=FACE_LICENCES["neutral" if emotion == "neutral" else "emotional"],
            provenance=self._provenance(emotion == "neutral", figures),
            labels=[emotion],
            features=FeatureConfig(normalisation=self.normalisation.method),
            explained_variance=self.shape_model.explained,
        )
        path = face_path(self.out, emotion)
        save_checkpoint(path, network, description, self.normalisation, self.shape_model)
        write_card(path, description)

    def emotion_face(self, emotion: str, task: MotionTask, fitted: Fitted) -> None:
        """The end of an expression's training."""
        assert isinstance(task.network, Dsrn)
        figures = {f"validation_{name}": value for name, value in fitted.figures.items()}
        self.face(emotion, folded(task.network, task.scale), figures)

    def recogniser(
        self, network: Dern, normalisation: Normalisation, figures: dict[str, float]
    ) -> None:
        """DERN."""
        description = Description(
            role="dern",
            id="visemo-dern",
            licence=RECOGNISER_LICENCE,
            provenance=Provenance(
                ["RAVDESS speech, actors 01-16", "EmoDB, six of its speakers"],
                "bundled", self.seed, program_version(), figures,
            ),
            labels=list(EMOTIONS),
            features=FeatureConfig(normalisation=normalisation.method),
        )  # fmt: skip
        path = self.out / "dern.safetensors"
        save_checkpoint(path, network, description, normalisation)
        write_card(path, description)

    def _provenance(self, neutral: bool, figures: dict[str, float]) -> Provenance:
        sources = [GRID_SOURCE, "synthetic voices of espeak-ng and flite"]
        sources.append("EmoDB speech (CC0), with motion carried over from GRID")
        if not neutral:
            sources.append("RAVDESS speech (CC BY-NC-SA 4.0), with the neutral face's motion")
            sources.append("expressions of ICT-FaceKit (MIT), amplitudes of RAVDESS action units")
        return Provenance(sources, "bundled", self.seed, program_version(), figures)
