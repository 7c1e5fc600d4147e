"""How fast a network learns, and for how long: one frozen type, in recipes as in code."""

import math
from typing import Annotated, Literal

import msgspec

Positive = Annotated[float, msgspec.Meta(gt=0, le=1e6)]
Share = Annotated[float, msgspec.Meta(ge=0, lt=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Some = Annotated[int, msgspec.Meta(ge=1)]


class Pace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a network learns, whatever the data."""

    optimiser: Literal["adamw", "nesterov"] = "adamw"
    learning_rate: Positive = 1e-3
    last_rate: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.01  # of it, at the end
    decay: Literal["cosine", "linear"] = "cosine"  # from the one to the other
    warm_up: Count = 100  # steps
    momentum: tuple[Share, Share] = (0.9, 0.999)  # Nesterov's, at first and at last, linear
    weight_decay: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    gradient_norm: Positive = 1.0  # longer gradients are cut to it
    average: Share = 0.998  # of the running mean of weights that is validated and kept; 0: none
    patience: Some = 4  # validations without a better score before it stops


class Schedule(Pace, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long and how fast."""

    steps: Some
    validate_every: Some = 400  # steps
    seed: Count = 0

    def rate(self, step: int) -> float:
        """Linear rise, then the decay."""
        if step < self.warm_up:
            return self.learning_rate * (step + 1) / self.warm_up
        done = (step - self.warm_up) / max(1, self.steps - self.warm_up)
        low = self.last_rate * self.learning_rate
        left = 0.5 * (1 + math.cos(math.pi * done)) if self.decay == "cosine" else 1 - done
        return low + (self.learning_rate - low) * left

    def momentum_at(self, step: int) -> float:
        """Nesterov's momentum: a line from the first to the last."""
        first, last = self.momentum
        return first + (last - first) * step / max(1, self.steps - 1)


def paced(pace: Pace, steps: int, validate_every: int, seed: int) -> Schedule:
    """A pace for so many steps."""
    return Schedule(
        **msgspec.structs.asdict(pace), steps=steps, validate_every=validate_every, seed=seed
    )
