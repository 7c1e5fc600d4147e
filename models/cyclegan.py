"""CycleGANs that give unlabelled speech an emotion: Bao, Neumann, Vu 2019, figure 1.

One CycleGAN per emotion carries utterance features from a source S to the emotion's
features T_i and back; one classifier tells what came out of them apart. Features are in
[0, 1], by minimum and maximum.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

REAL = 0.9  # what a discriminator is to say of real features: one-sided label smoothing
CYCLE_WEIGHT = 5.0  # lambda_cyc
CLASS_WEIGHT = 2.0  # lambda_cls; the paper also tries 0


@dataclass(frozen=True, slots=True)
class Widths:
    """Neurons of the hidden layers; as it stands, those of section 4.1."""

    generator: tuple[int, ...] = (1000, 500, 1000)
    discriminator: tuple[int, ...] = (1000, 1000)
    classifier: tuple[int, ...] = (100, 100)


PAPER = Widths()


class Batch(NamedTuple):
    """Features (B, features) of the source domain and of the target domain."""

    source: Tensor
    target: Tensor


def dense(
    inputs: int, hidden: Sequence[int], outputs: int, *, dropout: float = 0.0
) -> nn.Sequential:
    """Layers with leaky ReLUs and, after each, dropout: (B, inputs) -> (B, outputs)."""
    layers: list[nn.Module] = []
    for width in hidden:
        layers += [nn.Linear(inputs, width), nn.LeakyReLU(0.2), nn.Dropout(dropout)]
        inputs = width
    return nn.Sequential(*layers, nn.Linear(inputs, outputs))


def generator(features: int, widths: Widths, dropout: float) -> nn.Sequential:
    """(B, features) -> (B, features) in [0, 1]."""
    return dense(features, widths.generator, features, dropout=dropout).append(nn.Sigmoid())


class CycleGan(nn.Module):
    """Of one emotion: G_i and F_i, D_i^T and D_i^S."""

    def __init__(self, features: int, widths: Widths = PAPER, dropout: float = 0.2) -> None:
        super().__init__()
        self.to_target = generator(features, widths, dropout)  # G_i
        self.to_source = generator(features, widths, dropout)  # F_i
        self.target_critic = dense(features, widths.discriminator, 1)  # D_i^T
        self.source_critic = dense(features, widths.discriminator, 1)  # D_i^S

    def carried(self, batch: Batch) -> Batch:
        """Each domain's features as the other's: the source is F_i(t), the target G_i(s)."""
        return Batch(self.to_source(batch.target), self.to_target(batch.source))

    def generators(self) -> Iterator[nn.Parameter]:
        """What minimises equation (5)."""
        yield from self.to_target.parameters()
        yield from self.to_source.parameters()

    def critics(self) -> Iterator[nn.Parameter]:
        """What maximises equation (2)."""
        yield from self.target_critic.parameters()
        yield from self.source_critic.parameters()


class EmotionTransfer(nn.Module):
    """N CycleGANs in parallel and the classifier C of what they make."""

    def __init__(
        self, features: int, emotions: int, widths: Widths = PAPER, dropout: float = 0.2
    ) -> None:
        super().__init__()
        self.cycles = nn.ModuleList(CycleGan(features, widths, dropout) for _ in range(emotions))
        self.classifier = dense(features, widths.classifier, emotions)

    def cycle_gans(self) -> Iterator[CycleGan]:
        """In the order of the emotions."""
        for cycle in self.cycles:
            assert isinstance(cycle, CycleGan)
            yield cycle


def critic_loss(critic: nn.Module, real: Tensor, made: Tensor) -> Tensor:
    """Equation (1), negated: what a discriminator minimises; real ones are `REAL`, not 1."""
    scores = critic(real), critic(made.detach())
    return _named(scores[0], REAL) + _named(scores[1], 0.0)


def deception_loss(critic: nn.Module, made: Tensor) -> Tensor:
    """What a generator minimises of equation (1), in the form that does not saturate.

    -log D(G(s)) in place of log(1 - D(G(s))): the same fixed point (Goodfellow et al. 2014).
    """
    return _named(critic(made), 1.0)


def cycle_loss(cycle: CycleGan, batch: Batch, made: Batch) -> Tensor:
    """Equation (3), the squared distance averaged over features: (there, back) made of a batch."""
    returned, again = cycle.to_source(made.target), cycle.to_target(made.source)
    mse = nn.functional.mse_loss
    return mse(returned, batch.source) + mse(again, batch.target)


def class_loss(classifier: nn.Module, made: Sequence[Tensor]) -> Tensor:
    """Equation (4): cross-entropy of the emotions of what was made, (B, features) of each."""
    labels = torch.arange(len(made)).repeat_interleave(len(made[0]))
    return nn.functional.cross_entropy(classifier(torch.cat(list(made))), labels)


def generator_loss(
    transfer: EmotionTransfer, batches: Sequence[Batch], class_weight: float = CLASS_WEIGHT
) -> Tensor:
    """Equation (5) over one batch for each emotion."""
    total = torch.zeros(())
    made = []
    for cycle, batch in zip(transfer.cycle_gans(), batches, strict=True):
        carried = cycle.carried(batch)
        made.append(carried.target)
        total = total + deception_loss(cycle.target_critic, carried.target)
        total = total + deception_loss(cycle.source_critic, carried.source)
        total = total + CYCLE_WEIGHT * cycle_loss(cycle, batch, carried)
    if class_weight:
        total = total + class_weight * class_loss(transfer.classifier, made)
    return total


def critics_loss(transfer: EmotionTransfer, batches: Sequence[Batch]) -> Tensor:
    """Equation (2), negated, over all emotions."""
    total = torch.zeros(())
    for cycle, batch in zip(transfer.cycle_gans(), batches, strict=True):
        with torch.no_grad():
            made = cycle.carried(batch)
        total = total + critic_loss(cycle.target_critic, batch.target, made.target)
        total = total + critic_loss(cycle.source_critic, batch.source, made.source)
    return total


def _named(scores: Tensor, truth: float) -> Tensor:
    """Cross-entropy of logits (B, 1) with one truth for all."""
    return nn.functional.binary_cross_entropy_with_logits(scores, torch.full_like(scores, truth))
