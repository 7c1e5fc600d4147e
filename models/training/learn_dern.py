"""DERN from any corpus of acted emotions: a row of TRAINABLE."""

from collections import Counter
from pathlib import Path

import torch

from core.emotion import EMOTIONS
from core.normalisation import Normalisation
from models.checkpoint import Description, FeatureConfig, Provenance, save_checkpoint
from models.training.emotion_recognition import EmotionClip, EmotionTask
from models.training.heard_clip import LEAST_SPEECH, speech_statistics
from models.training.lesson import Lesson, Material, heard_clip
from models.training.recipe_file import Recipe

LICENCE = "that of the recordings it was trained on"


def learn_dern(recipe: Recipe, material: Material) -> list[Lesson]:
    """One network."""
    clips = [
        EmotionClip(recording.utterance.corpus, recording.utterance.emotion, heard)
        for part, recording in material.parted()
        if (heard := heard_clip(recording, part)).voiced.sum() >= LEAST_SPEECH
    ]
    learned = [item for item in clips if item.clip.partition == "train"]
    # Corpora by their size: at equal shares, an emotion that only one of them has would be
    # far more frequent in its recordings than the others, and be heard everywhere.
    shares = {corpus: float(count) for corpus, count in Counter(i.corpus for i in learned).items()}
    statistics = speech_statistics(item.clip for item in clips)
    normalisation = Normalisation(recipe.normalisation, statistics)
    torch.manual_seed(recipe.seed)
    task = EmotionTask(
        clips, normalisation, shares, recipe.bands, recipe.batch, recipe.dern.windows,
        recipe.dern.balanced, recipe.dern.label_smoothing, speakers=material.speakers(),
    )  # fmt: skip

    def save(path: Path, provenance: Provenance) -> None:
        description = Description(
            "dern", f"{recipe.name}-dern", LICENCE, provenance, list(EMOTIONS),
            FeatureConfig(normalisation=normalisation.method),
        )  # fmt: skip
        save_checkpoint(path, task.network, description, normalisation)

    return [Lesson("dern", "dern", task, len(learned), save)]
