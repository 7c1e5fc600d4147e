"""The recipe behind the bundled weights for valence and arousal: every number that was chosen."""

from dataclasses import dataclass, field

from models.training.affect_sessions import Composition
from models.training.augmentation import Augmentation
from models.training.schedule import Schedule

# Of those that may be learned from, these only say when to stop; see VALIDATION_SPEAKERS.
STOPPING_SPEAKERS = frozenset({"ravdess-15", "ravdess-16", "emodb-13"})


def _augmentation() -> Augmentation:
    """Gentle: other throats and microphones, hardly other rooms."""
    return Augmentation(
        chance=0.8,
        tilt=0.5,
        ripple=0.3,
        gain=0.3,
        noise_chance=0.2,
        warp=0.08,
        telephone_chance=0.0,
        reverberation_chance=0.05,
    )


def _schedule() -> Schedule:
    """A step is one session; 19 made ones, or RECOLA's 9, are about an epoch."""
    return Schedule(steps=250, learning_rate=1e-3, warm_up=30, validate_every=25, patience=100)


@dataclass(frozen=True, slots=True)
class AffectRecipe:
    """About five minutes on one free core."""

    seed: int = 0
    composition: Composition = field(default_factory=Composition)
    stopping_sessions: int = 2  # made of each speaker who says when to stop
    judged_sessions: int = 4  # made of each speaker never trained on
    augmentation: Augmentation = field(default_factory=_augmentation)
    schedule: Schedule = field(default_factory=_schedule)
