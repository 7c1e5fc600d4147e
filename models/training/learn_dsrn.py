"""DSRNs from any corpus with faces: a row of TRAINABLE.

One for each emotion there is, and one of all combined, the paper's baseline. They learn
whole utterances at a time (`Dsrn.dense`).
"""

from collections.abc import Sequence
from pathlib import Path

import torch

from core.emotion import EMOTIONS
from core.errors import TrainingError
from core.normalisation import Normalisation
from models.checkpoint import (
    Description,
    FeatureConfig,
    Provenance,
    load_checkpoint,
    save_checkpoint,
)
from models.dsrn import Dsrn
from models.face_weights import COMBINED
from models.training.face_shapes import FaceShapes, face_shapes
from models.training.heard_clip import LEAST_SPEECH, Speakers, speech_statistics
from models.training.learn_dern import LICENCE
from models.training.lesson import Lesson, Material
from models.training.motion import MotionTask, folded
from models.training.motion_data import MotionClip
from models.training.recipe_file import Recipe
from models.training.recordings import Recording

ROLE = "dsrn"


def learn_dsrn(recipe: Recipe, material: Material) -> list[Lesson]:
    """The combined network first: emotions may begin with it."""
    train = [*material.train, *material.copies]
    shapes = face_shapes(train, material.validation)
    clips = [
        (recording.utterance.emotion, _clip(part, recording, shapes))
        for part, recording in material.parted()
        if recording.voiced.sum() >= LEAST_SPEECH
    ]
    statistics = speech_statistics(clip for _, clip in clips)
    normalisation = Normalisation(recipe.normalisation, statistics)
    front = (normalisation, material.speakers())
    lessons = [_lesson(COMBINED, [clip for _, clip in clips], recipe, shapes, *front)]
    for emotion in EMOTIONS:
        own = [clip for label, clip in clips if label == emotion]
        parts = {clip.partition for clip in own}
        if parts == {"train", "validation"}:
            lessons.append(_lesson(emotion, own, recipe, shapes, *front))
        elif not material.allow_missing:
            raise TrainingError(
                f"there is no recording of {emotion} in the validation of split "
                f"'{material.split.name}'; add some, or go on without with --allow-missing"
            )
    return lessons


def _clip(part: str, recording: Recording, shapes: FaceShapes) -> MotionClip:
    assert recording.face is not None
    utterance = recording.utterance
    return MotionClip(
        utterance.corpus, utterance.speaker, part, recording.values, recording.voiced,
        shapes.parameters(recording), recording.face.seen,
    )  # fmt: skip


def _lesson(
    emotion: str,
    clips: Sequence[MotionClip],
    recipe: Recipe,
    shapes: FaceShapes,
    normalisation: Normalisation,
    speakers: Speakers,
) -> Lesson:
    torch.manual_seed(recipe.seed)
    learned = [clip for clip in clips if clip.partition == "train"]
    weights = {
        group: float(sum(clip.group == group for clip in learned))
        for group in sorted({clip.group for clip in learned})
    }
    model = shapes.model
    task = MotionTask(
        f"{ROLE}-{emotion}", clips, weights, model, normalisation, recipe.bands, recipe.batch,
        whole=True, stride=recipe.dsrn.stride, importance=recipe.dsrn.importance,
        judged_by="error", listened=None, speakers=speakers,
    )  # fmt: skip

    def save(path: Path, provenance: Provenance) -> None:
        description = Description(
            ROLE, f"{recipe.name}-{ROLE}-{emotion}", LICENCE, provenance, [emotion],
            FeatureConfig(normalisation=normalisation.method), model.explained,
        )  # fmt: skip
        assert isinstance(task.network, Dsrn)
        network = folded(task.network, task.scale)
        save_checkpoint(path, network, description, normalisation, model)

    def begin(path: Path) -> None:
        network = Dsrn()
        load_checkpoint(path, ROLE).fill(network)
        task.network.load_state_dict(folded(network, 1 / task.scale).state_dict())

    combined = f"{ROLE}-{COMBINED}"
    goes_on = recipe.dsrn.start == "combined" and emotion != COMBINED
    return Lesson(task.name, ROLE, task, len(learned), save, combined if goes_on else "", begin)
