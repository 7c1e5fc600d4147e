"""The classifier of functionals from any corpus of acted emotions: a row of TRAINABLE."""

from pathlib import Path

import numpy as np

from core.emotion import EMOTIONS
from core.normalisation import Normalisation
from models.checkpoint import Description, FeatureConfig, Provenance, save_checkpoint
from models.functionals import FunctionalsNet
from models.training.functionals_data import hear_functionals
from models.training.functionals_recogniser import FunctionalsTask
from models.training.heard_clip import speech_statistics
from models.training.learn_dern import LICENCE
from models.training.lesson import Lesson, Material, heard_clip
from models.training.recipe_file import Recipe


def learn_functionals(recipe: Recipe, material: Material) -> list[Lesson]:
    """One network, from real utterances alone. Copies are not used: functionals are of sounds."""
    train = hear_functionals([recording.utterance for recording in material.train])
    validation = hear_functionals([recording.utterance for recording in material.validation])
    task = FunctionalsTask(train, validation, size=recipe.batch, seed=recipe.seed)
    heard = (heard_clip(recording, "train") for recording in material.train)
    normalisation = Normalisation("training", speech_statistics(heard))

    def save(path: Path, provenance: Provenance) -> None:
        save_functionals(path, task, f"{recipe.name}-functionals", LICENCE, provenance,
                         normalisation)  # fmt: skip

    examples = len(np.unique(train.recordings))
    return [Lesson("functionals", "functionals", task, examples, save)]


def save_functionals(
    path: Path,
    task: FunctionalsTask,
    name: str,
    licence: str,
    provenance: Provenance,
    normalisation: Normalisation,
) -> Description:
    """Write the task's network as a checkpoint; what it says of itself."""
    assert isinstance(task.network, FunctionalsNet)
    description = Description(
        "functionals", name, licence, provenance, list(EMOTIONS),
        FeatureConfig(normalisation=normalisation.method, context_frames=1),
    )  # fmt: skip
    save_checkpoint(path, task.network, description, normalisation)
    return description
