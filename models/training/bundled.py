"""`visemo train --recipe bundled`: DERN, functionals and faces in resources/weights.

Stages keep what they made in a run folder, so a run that was stopped goes on where it was.
"""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from core.atomic import make_folder
from core.audio_file import read_clip
from core.corpora import read_corpus
from core.corpora.grid import read_grid
from core.corpora.utterance import Utterance
from core.face import mouth_opening, mouth_width
from core.head_pose import frontal_reference
from core.lips import uncrossed
from core.monitor import SILENT, Monitor
from core.normalisation import Normalisation
from core.shape_model import ShapeModel
from core.timeline import Timeline
from core.tracks.lower_face import lower_faces
from models.dern import Dern
from models.dsrn import Dsrn
from models.face_weights import COMBINED
from models.training.bundled_clips import Filmed, all_clips, film, with_labels
from models.training.bundled_functionals import train_bundled_functionals
from models.training.emotion_recognition import EmotionClip, EmotionTask
from models.training.expression import Expression, amplitudes, expressed, postures
from models.training.heard_clip import speech_statistics
from models.training.loop import fit
from models.training.motion import (
    MotionTask,
    correlation,
    estimate_motion,
    folded,
    mouth_correlations,
    with_restored_variance,
)  # fmt: skip
from models.training.motion_data import MotionClip, hear
from models.training.recipe import BundledRecipe
from models.training.weights_writer import WeightsWriter


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
    make_folder(out)
    make_folder(run)
    emotional = [
        utterance
        for name in ("ravdess", "emodb")
        for utterance in _usable(data / name, name, monitor)
    ]
    filmed = film(read_grid(data / "grid_s1"), recipe, monitor)
    clips = all_clips(filmed, emotional, recipe, run, monitor)
    motion, normalisation, figures = _train_motion(filmed, clips, recipe, run, monitor)
    figures |= _other_speakers(data / "grid_others", motion, normalisation, filmed.shape_model)
    writer = WeightsWriter(out, recipe.seed, normalisation, filmed.shape_model)
    writer.face("neutral", motion, figures)
    acted = [clip for clip in clips if clip.group in ("ravdess", "emodb")]
    labelled = with_labels(emotional, acted)
    _train_expressions(data, filmed, clips, labelled, motion, writer, recipe, run, monitor)
    figures |= _train_recogniser(labelled, writer, recipe, run, monitor)
    unlabelled = _usable(data / "grid_s1", "grid", monitor)
    train_bundled_functionals(emotional, unlabelled, out, run, recipe.functionals, monitor)
    (run / "figures.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return figures


def _usable(folder: Path, layout: str, monitor: Monitor) -> tuple[Utterance, ...]:
    """All of a corpus that can be used; the rest is told. Raises CorpusError for none."""
    corpus = read_corpus(folder, layout, monitor)
    for problem in corpus.problems:
        monitor.notice(f"'{problem.path}' is left out: it {problem.reason}")
    return corpus.utterances


def _train_motion(
    filmed: Filmed,
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
    strangers = [
        clip
        for clip in clips
        if clip.partition == "validation" and clip.group in ("espeak", "flite", "disguised")
    ]
    motion, factors = with_restored_variance(
        folded(task.network, task.scale), strangers, normalisation
    )
    unseen = [clip for clip in filmed.clips if clip.partition == "test"]
    opening, width = mouth_correlations(motion, unseen, normalisation, 1.0, filmed.shape_model)
    figures = {"filmed_test_opening": opening, "filmed_test_width": width}
    figures |= {f"validation_{name}": value for name, value in fitted.figures.items()}
    figures["explained_variance"] = filmed.shape_model.explained
    return motion, normalisation, figures | factors


def _other_speakers(
    folder: Path, motion: Dsrn, normalisation: Normalisation, shape_model: ShapeModel
) -> dict[str, float]:
    """Correlations on filmed speakers who were never trained on; empty when there are none."""
    if not folder.is_dir():
        return {}
    rows = []
    for clip in read_grid(folder):
        reference = frontal_reference(clip.landmarks[clip.detected])
        true = lower_faces(clip.landmarks, clip.detected, reference)
        heard = hear(np.asarray(read_clip(clip.audio).samples[:]))
        unknown = MotionClip("", clip.name, "test", heard.values, heard.voiced, heard.values)
        moved = estimate_motion(motion, unknown, normalisation, 1.0)
        shown = shape_model.points(uncrossed(moved, shape_model))
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
    filmed: Filmed,
    clips: list[MotionClip],
    labelled: list[EmotionClip[MotionClip]],
    motion: Dsrn,
    writer: WeightsWriter,
    recipe: BundledRecipe,
    run: Path,
    monitor: Monitor,
) -> None:
    """The six emotion faces and the combined one, all starting from the motion model."""
    amplitude = amplitudes(data / "ravdess_action_units" / "by_emotion.csv")
    posture = postures(data / "ict_facekit" / "ict68.npz", filmed.shape_model.head)
    table = {e: Expression(amplitude[e], posture[e]) for e in posture}
    others = [clip for clip in clips if clip.group in ("filmed", "espeak")][::3]
    shown_clips = [*others, *(item.clip for item in labelled)]
    moved = {}
    for index, clip in enumerate(shown_clips):
        monitor.step("moving faces without emotion", index, len(shown_clips))
        moved[id(clip)] = estimate_motion(motion, clip, writer.normalisation, 1.0)

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


def _from_motion(
    name: str, clips: list[MotionClip], motion: Dsrn, writer: WeightsWriter
) -> MotionTask:
    weights = dict.fromkeys(sorted({clip.group for clip in clips}), 1.0)
    task = MotionTask(name, clips, weights, writer.shape_model, writer.normalisation)
    task.network = folded(motion, 1 / task.scale).train()
    return task


def _train_recogniser(
    labelled: list[EmotionClip[MotionClip]],
    writer: WeightsWriter,
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
