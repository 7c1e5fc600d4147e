"""CycleGANs against the paper's figures and equations, and on domains a line apart."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.errors import TrainingError
from models.cyclegan import (
    CYCLE_WEIGHT,
    PAPER,
    REAL,
    Batch,
    CycleGan,
    EmotionTransfer,
    class_loss,
    critic_loss,
    cycle_loss,
    deception_loss,
    generator_loss,
)  # fmt: skip
from models.training.emotion_transfer import (
    Domains,
    Range,
    TransferRecipe,
    synthetic,
    train_transfer,
)  # fmt: skip


class Always(nn.Module):
    """A network of one output, whatever it sees."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def forward(self, rows: Tensor) -> Tensor:
        return torch.full((len(rows), 1), self.value)


class Plus(nn.Module):
    def __init__(self, value: float) -> None:
        super().__init__()
        self.value = value

    def forward(self, rows: Tensor) -> Tensor:
        return rows + self.value


def widths(network: nn.Module) -> list[int]:
    return [layer.out_features for layer in network.modules() if isinstance(layer, nn.Linear)]


def test_the_layers_are_the_papers() -> None:
    """Section 4.1, with the 1,582 features of section 3.2 and four emotions."""
    transfer = EmotionTransfer(1_582, 4)
    assert len(list(transfer.cycle_gans())) == 4
    cycle = next(transfer.cycle_gans())
    assert widths(cycle.to_target) == widths(cycle.to_source) == [1_000, 500, 1_000, 1_582]
    assert widths(cycle.target_critic) == widths(cycle.source_critic) == [1_000, 1_000, 1]
    assert widths(transfer.classifier) == [100, 100, 4]
    recipe = TransferRecipe()
    assert (recipe.pretraining_epochs, recipe.epochs, recipe.learning_rate) == (10_000, 2_000, 2e-4)
    assert (recipe.batch, recipe.decay_every, recipe.widths) == (64, 50, PAPER)


def test_equation_one_with_smoothed_real_labels() -> None:
    """Of a discriminator that calls everything real with chance sigmoid(2)."""
    rows = torch.zeros(5, 3)
    real = 1 / (1 + np.exp(-2.0))
    expected = -REAL * log(real) - (1 - REAL) * log(1 - real) - log(1 - real)
    assert critic_loss(Always(2.0), rows, rows).item() == pytest.approx(expected, rel=1e-5)
    assert deception_loss(Always(2.0), rows).item() == pytest.approx(-log(real), rel=1e-5)


def test_equation_three_is_the_squared_way_back() -> None:
    cycle = CycleGan(2)
    cycle.to_target, cycle.to_source = Plus(0.5), Plus(-0.2)  # type: ignore[assignment]
    batch = Batch(torch.zeros(4, 2), torch.ones(4, 2))
    made = cycle.carried(batch)
    assert made.target[0, 0] == 0.5
    assert cycle_loss(cycle, batch, made).item() == pytest.approx(2 * 0.3**2)


def test_equation_four_knows_who_made_what() -> None:
    eye = nn.Identity()  # logits are the features themselves
    made = [torch.tensor([[9.0, 0.0]]), torch.tensor([[0.0, 9.0]])]
    assert class_loss(eye, made).item() < 1e-3
    assert class_loss(eye, made[::-1]).item() > 8


def test_equation_five_adds_up() -> None:
    torch.manual_seed(0)
    transfer = EmotionTransfer(3, 2, replace(PAPER, generator=(4,), discriminator=(4,))).eval()
    batches = [Batch(torch.rand(6, 3), torch.rand(6, 3)) for _ in range(2)]
    expected = torch.zeros(())
    made = []
    for cycle, batch in zip(transfer.cycle_gans(), batches, strict=True):
        there, back = cycle.to_target(batch.source), cycle.to_source(batch.target)
        made.append(there)
        expected = expected - torch.sigmoid(cycle.target_critic(there)).log().mean()
        expected = expected - torch.sigmoid(cycle.source_critic(back)).log().mean()
        ways = (cycle.to_source(there) - batch.source) ** 2
        ways = ways + (cycle.to_target(back) - batch.target) ** 2
        expected = expected + CYCLE_WEIGHT * ways.mean()
    without = generator_loss(transfer, batches, 0.0)
    assert without.item() == pytest.approx(expected.item(), rel=1e-4)
    named = generator_loss(transfer, batches, 2.0)
    added = 2 * class_loss(transfer.classifier, made)
    assert named.item() == pytest.approx((expected + added).item(), rel=1e-4)


def test_scaling_keeps_the_domains_apart_and_comes_back() -> None:
    one, other = np.array([[0, 5], [2, 5]], np.float32), np.array([[4, 5]], np.float32)
    scale = Range.of(one, other)
    np.testing.assert_allclose(scale.scaled(one), np.array([[0, 0], [0.5, 0]]))
    np.testing.assert_allclose(scale.restored(scale.scaled(other)), other)


def domains() -> Domains:
    choice = np.random.default_rng(0)

    def cloud(centre: float, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        offsets = np.array([centre, -centre, 0.0, 1.0])
        return (offsets + 0.3 * choice.normal(size=(count, 4))).astype(np.float32)

    return Domains(cloud(0.0, 200), (cloud(2.0, 80), cloud(-2.0, 80)))


def quick(seed: int = 0) -> TransferRecipe:
    small = replace(PAPER, generator=(16,), discriminator=(16,), classifier=(8,))
    return TransferRecipe(small, 10, 25, 15, 8e-3, seed=seed)


def test_what_is_made_lies_where_the_emotion_does() -> None:
    these = domains()
    made = synthetic(train_transfer(these, quick()), these)
    for rows, target in zip(made, these.targets, strict=True):
        assert rows.shape == these.source.shape
        before = np.abs(these.source.mean(axis=0) - target.mean(axis=0)).mean()
        after = np.abs(rows.mean(axis=0) - target.mean(axis=0)).mean()
        assert after < 0.5 * before


def test_the_same_seed_makes_the_same() -> None:
    these, recipe = domains(), replace(quick(1), pretraining_epochs=1, epochs=1)
    one, other = (synthetic(train_transfer(these, recipe), these) for _ in range(2))
    np.testing.assert_array_equal(one[0], other[0])
    third = synthetic(train_transfer(these, replace(recipe, seed=2)), these)
    assert not np.array_equal(one[0], third[0])


def test_empty_domains_are_refused() -> None:
    nothing = np.zeros((0, 4), np.float32)
    with pytest.raises(TrainingError, match="need at least one utterance"):
        train_transfer(Domains(domains().source, (nothing,)), quick())
