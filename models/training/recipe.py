"""The recipe behind the bundled weights: every number that was chosen, in one frozen place."""

from dataclasses import dataclass, field

import numpy as np

from models.training.augmentation import Augmentation
from models.training.emotion_transfer import TransferRecipe, small_recipe
from models.training.loop import Schedule
from models.training.mouth_of_sounds import TeacherRecipe

# Never trained on, by any network here: two women and two men of RAVDESS, one each of EmoDB.
VALIDATION_SPEAKERS = frozenset(
    {"ravdess-17", "ravdess-18", "ravdess-19", "ravdess-20", "emodb-14", "emodb-15"}
)

# espeak-ng's variants of its voices; the last four are only listened to in validation.
ESPEAK_TRAINING = (
    "", "+f1", "+f2", "+f3", "+f4", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m8",
    "+klatt", "+klatt2", "+klatt4", "+klatt6", "+Annie", "+belinda", "+linda", "+steph",
    "+Michael", "+Alex", "+Gene", "+Lee", "+max", "+rob", "+edward", "+Denis", "+quincy",
    "+paul", "+grandma", "+Jacky",
)  # fmt: skip
ESPEAK_VALIDATION = ("+f5", "+m7", "+Andrea", "+Mike")
FLITE_TRAINING = ("kal16", "awb", "rms")
FLITE_VALIDATION = ("slt",)


def partition_of_speaker(speaker: str) -> str:
    """ "train" or "validation"; no recording of a speaker is in both."""
    return "validation" if speaker in VALIDATION_SPEAKERS else "train"


def _motion_weights() -> dict[str, float]:
    return {"filmed": 0.30, "disguised": 0.30, "espeak": 0.22, "flite": 0.10, "emodb": 0.08}


def _recogniser_augmentation() -> Augmentation:
    """Gentler: colour, loudness and noise are part of what an emotion sounds like."""
    return Augmentation(
        gain=0.7,
        tilt=0.8,
        ripple=0.4,
        noise_chance=0.3,
        telephone_chance=0.0,
        reverberation_chance=0.1,
    )


@dataclass(frozen=True, slots=True)
class FunctionalsRecipe:
    """Chosen by folds over the training speakers. Nothing is stopped by the others."""

    schedule: Schedule = field(
        default_factory=lambda: Schedule(
            steps=400, validate_every=400, learning_rate=2e-3, weight_decay=0.01, warm_up=50
        )
    )
    transfer: TransferRecipe = field(default_factory=small_recipe)
    made_share: float = 0.1  # of a batch
    seed: int = 0


@dataclass(frozen=True, slots=True)
class BundledRecipe:
    """About an hour on two free cores, by the times per step in its logs."""

    seed: int = 0
    filmed_validation: int = 48  # clips of the filmed speaker, of 953
    filmed_test: int = 48
    disguises: int = 2  # of every filmed clip
    espeak_training: tuple[str, ...] = ESPEAK_TRAINING
    espeak_validation: tuple[str, ...] = ESPEAK_VALIDATION
    flite_training: tuple[str, ...] = FLITE_TRAINING
    flite_validation: tuple[str, ...] = FLITE_VALIDATION
    espeak_per_voice: int = 45  # sentences
    flite_per_voice: int = 80
    teacher: TeacherRecipe = field(default_factory=TeacherRecipe)
    motion_weights: dict[str, float] = field(default_factory=_motion_weights)
    motion: Schedule = field(
        default_factory=lambda: Schedule(steps=3000, learning_rate=1e-3, validate_every=500)
    )
    expression: Schedule = field(
        default_factory=lambda: Schedule(
            steps=240, learning_rate=4e-4, warm_up=30, validate_every=120
        )
    )
    combined: Schedule = field(
        default_factory=lambda: Schedule(
            steps=400, learning_rate=4e-4, warm_up=30, validate_every=200
        )
    )
    recogniser_normalisation: str = "training"
    recogniser_corpora: dict[str, float] = field(
        default_factory=lambda: {"ravdess": 0.75, "emodb": 0.25}
    )
    recogniser_augmentation: Augmentation = field(default_factory=_recogniser_augmentation)
    recogniser: Schedule = field(
        default_factory=lambda: Schedule(
            steps=3600, learning_rate=2e-3, weight_decay=0.01, validate_every=400, patience=4
        )
    )
    functionals: FunctionalsRecipe = field(default_factory=FunctionalsRecipe)


def filmed_parts(count: int, recipe: BundledRecipe) -> list[str]:
    """ "train", "validation" or "test" for each clip of the filmed speaker, in order of names."""
    order = np.random.default_rng(recipe.seed + 1).permutation(count)
    held = recipe.filmed_test + recipe.filmed_validation
    parts = ["train"] * count
    for place, index in enumerate(order[:held].tolist()):
        parts[index] = "test" if place < recipe.filmed_test else "validation"
    return parts
