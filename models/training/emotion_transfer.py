"""Training of the CycleGANs, and features made by them: Bao, Neumann, Vu 2019, section 4.1."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from core.errors import TrainingError
from core.monitor import SILENT, Monitor
from models.cyclegan import Batch, CycleGan, EmotionTransfer, Widths, critics_loss, generator_loss
from models.training.loop import CPU

Rows = NDArray[np.float32]
GENERATOR_STEPS = 2  # for each step of the discriminators
DECAY = 0.8  # of the learning rate


@dataclass(frozen=True, slots=True)
class TransferRecipe:
    """As it stands, the paper's. An epoch is one pass over the source."""

    widths: Widths = field(default_factory=Widths)
    pretraining_epochs: int = 10_000
    epochs: int = 2_000
    decay_every: int = 50  # epochs
    learning_rate: float = 2e-4
    batch: int = 64
    dropout: float = 0.2  # of the generators, in pre-training
    class_weight: float = 2.0  # lambda_cls
    seed: int = 0


def small_recipe(class_weight: float = 2.0, seed: int = 0) -> TransferRecipe:
    """A tenth of the widths, ten epochs each: half a minute on one free core."""
    widths = Widths((64, 64, 64), (64, 64), (100, 100))
    return TransferRecipe(widths, 10, 10, 4, 1e-3, class_weight=class_weight, seed=seed)


@dataclass(frozen=True, slots=True)
class Range:
    """Minimum and maximum of each feature, which become 0 and 1."""

    low: Rows
    high: Rows

    @classmethod
    def of(cls, *domains: Rows) -> "Range":
        """Over all rows of several domains, so that their differences stay."""
        together = np.concatenate(domains)
        return cls(together.min(axis=0), together.max(axis=0))

    def scaled(self, rows: Rows) -> Rows:
        """(n, features) in [0, 1]; a feature that never changes is 0."""
        width = np.where(self.high > self.low, self.high - self.low, 1.0)
        result: Rows = np.clip((rows - self.low) / width, 0, 1).astype(np.float32)
        return result

    def restored(self, rows: Rows) -> Rows:
        """The features that `scaled` made these of."""
        result: Rows = (self.low + rows * (self.high - self.low)).astype(np.float32)
        return result


@dataclass(frozen=True, slots=True)
class Domains:
    """Features (n, features) as they are: of unlabelled speech, and of each emotion."""

    source: Rows
    targets: tuple[Rows, ...]

    @property
    def range(self) -> Range:
        """Of all of them."""
        return Range.of(self.source, *self.targets)


def train_transfer(
    domains: Domains,
    recipe: TransferRecipe,
    monitor: Monitor = SILENT,
    device: torch.device = CPU,
) -> EmotionTransfer:
    """CycleGANs from the source to each target, jointly with the classifier; they end on the CPU.

    Raises TrainingError where a domain is empty or a loss is no longer a number.
    """
    if not len(domains.source) or not all(len(rows) for rows in domains.targets):
        raise TrainingError("the source and every emotion need at least one utterance each")
    torch.manual_seed(recipe.seed)
    scale = domains.range
    source = torch.from_numpy(scale.scaled(domains.source)).to(device)
    targets = [torch.from_numpy(scale.scaled(rows)).to(device) for rows in domains.targets]
    features = source.shape[1]
    transfer = EmotionTransfer(features, len(targets), recipe.widths, recipe.dropout).to(device)
    draw = _Draw(source, targets, recipe)
    _pretrain(transfer, draw, recipe, monitor)
    for module in transfer.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    _train(transfer, draw, recipe, monitor)
    return transfer.to(CPU).eval()


class _Draw:
    """Random batches of source and target for each emotion."""

    def __init__(
        self, source: torch.Tensor, targets: Sequence[torch.Tensor], recipe: TransferRecipe
    ) -> None:
        self._source, self._targets, self._size = source, targets, recipe.batch
        self._choice = torch.Generator().manual_seed(recipe.seed)
        self.steps = -(-len(source) // recipe.batch)  # in an epoch

    def batches(self) -> list[Batch]:
        return [Batch(self._some(self._source), self._some(rows)) for rows in self._targets]

    def _some(self, rows: torch.Tensor) -> torch.Tensor:
        chosen = torch.randint(len(rows), (self._size,), generator=self._choice)
        return rows[chosen.to(rows.device)]


def _pretrain(
    transfer: EmotionTransfer, draw: _Draw, recipe: TransferRecipe, monitor: Monitor
) -> None:
    """Each pair of generators learns to give back what it is given, in both domains."""
    cycles = list(transfer.cycle_gans())
    optimiser = _adam([p for cycle in cycles for p in cycle.generators()], recipe)
    total = recipe.pretraining_epochs * draw.steps
    for step in range(total):
        monitor.step("pre-training the generators", step, total)
        pairs = zip(cycles, draw.batches(), strict=True)
        _descend(torch.stack([_identity(*pair) for pair in pairs]).sum(), optimiser)


def _identity(cycle: CycleGan, batch: Batch) -> torch.Tensor:
    both = torch.cat(batch)
    mse = nn.functional.mse_loss
    return mse(cycle.to_target(both), both) + mse(cycle.to_source(both), both)


def _train(
    transfer: EmotionTransfer, draw: _Draw, recipe: TransferRecipe, monitor: Monitor
) -> None:
    cycles = list(transfer.cycle_gans())
    made_by = [p for cycle in cycles for p in cycle.generators()]
    generators = _adam([*made_by, *transfer.classifier.parameters()], recipe)
    critics = _adam([p for cycle in cycles for p in cycle.critics()], recipe)
    total = recipe.epochs * draw.steps
    for step in range(total):
        monitor.step("carrying emotions over", step, total)
        rate = recipe.learning_rate * DECAY ** (step // draw.steps // recipe.decay_every)
        for optimiser in (generators, critics):
            for group in optimiser.param_groups:
                group["lr"] = rate
        for _ in range(GENERATOR_STEPS):
            loss = generator_loss(transfer, draw.batches(), recipe.class_weight)
            _descend(loss, generators)
        _descend(critics_loss(transfer, draw.batches()), critics)


def _adam(parameters: list[nn.Parameter], recipe: TransferRecipe) -> torch.optim.Adam:
    return torch.optim.Adam(parameters, recipe.learning_rate, betas=(0.5, 0.999), fused=True)


def _descend(loss: torch.Tensor, optimiser: torch.optim.Optimizer) -> None:
    if not torch.isfinite(loss):
        raise TrainingError(
            "the loss of the CycleGANs is no longer a number; lower the learning rate, or look "
            "for damaged recordings"
        )
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimiser.step()


def synthetic(transfer: EmotionTransfer, domains: Domains) -> tuple[Rows, ...]:
    """What every source utterance becomes in each emotion: (n, features) of each, as features."""
    scale = domains.range
    source = torch.from_numpy(scale.scaled(domains.source))
    with torch.inference_mode():
        return tuple(scale.restored(c.to_target(source).numpy()) for c in transfer.cycle_gans())
