"""The local CNN: figure 1, its windows along a clip, and what training may add and take away."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from models.local_cnn import BATCH, LONG, PAPER, Layout, LocalCnn, VotingCnn, folded
from models.voting import VoteWeights

# Figure 1: what each convolution or maximum leaves of a window, (channels, bands, frames).
FIGURE = [(32, 38, 9), (32, 19, 5), (64, 18, 4), (64, 9, 2), (128, 8, 1), (128, 4, 1)]
PARAMETERS = (
    (9 * 1 * 32 + 32)
    + (4 * 32 * 64 + 64)
    + (4 * 64 * 128 + 128)
    + (512 * 500 + 500)
    + (500 * 500 + 500)
)


def network(layout: Layout, labels: int = 7, balanced: bool = False) -> LocalCnn:
    torch.manual_seed(0)
    made = LocalCnn(labels, layout, balanced)
    with torch.no_grad():
        made.train()(torch.randn(64, 40, layout.frames) * 2 + 1)  # statistics that are not trivial
    return made.eval().requires_grad_(False)


@pytest.mark.parametrize("labels", [2, 7, 11])
def test_the_layers_are_those_of_the_paper(labels: int) -> None:
    made = network(PAPER, labels)
    maps, shapes, rates = torch.zeros(1, 1, 40, 11), [], []
    for layer in made.convolutions:
        maps = layer(maps)
        if isinstance(layer, nn.Conv2d | nn.MaxPool2d):
            shapes.append(tuple(maps.shape[1:]))
        if isinstance(layer, nn.Dropout):
            rates.append(layer.p)
    assert shapes == FIGURE
    assert rates == [0.1, 0.2, 0.3]
    assert made.dropout.p == 0.5
    assert made(torch.zeros(3, 40, 11)).shape == (3, labels)
    count = sum(weights.numel() for weights in made.parameters())
    assert count == PARAMETERS + 500 * labels + labels


def test_weights_begin_as_he_says() -> None:
    """He et al. 2015, equation (10): the deviation is the square root of 2 over the inputs."""
    made = network(PAPER)
    assert float(made.first.weight.std()) == pytest.approx((2 / 512) ** 0.5, rel=0.02)
    assert float(made.second.weight.std()) == pytest.approx((2 / 500) ** 0.5, rel=0.02)


def test_without_dropout_training_is_certain() -> None:
    made = network(PAPER.without_dropout()).train()
    windows = torch.randn(2, 40, 11)
    assert torch.equal(made(windows), made(windows))
    other = network(PAPER).train()
    assert not torch.equal(other(windows), other(windows))


@pytest.mark.parametrize("layout", [PAPER, LONG])
@pytest.mark.parametrize("windows", [1, 2, 3, 17])
def test_along_a_clip_every_window_is_alone(layout: Layout, windows: int) -> None:
    made = network(layout)
    features = torch.randn(layout.frames + layout.shift * (windows - 1), 40)
    expected = torch.cat(
        [made(features[i * layout.shift :][: layout.frames].t()[None]) for i in range(windows)]
    )
    assert_close(made.along(features), expected)


def test_more_windows_than_a_batch() -> None:
    made = network(PAPER)
    features = torch.randn(11 + 2 * (BATCH + 4), 40)
    assert_close(made.along(features)[-1:], made(features[-11:].t()[None]))


def test_only_whole_pairs_can_be_shared() -> None:
    assert LONG.dense
    assert not PAPER.dense


@pytest.mark.parametrize("layout", [PAPER, LONG])
def test_folded_is_the_same(layout: Layout) -> None:
    made = network(layout, balanced=True)
    windows = torch.randn(8, 40, layout.frames)
    plain = folded(made).requires_grad_(False)
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in plain.modules())
    assert_close(plain(windows), made(windows))


def test_votes_are_kept_with_the_network() -> None:
    weights = VoteWeights(np.random.default_rng(0).normal(size=(7, 7)), np.linspace(0, 1, 7))
    made = VotingCnn.of(network(LONG), weights)
    np.testing.assert_allclose(made.weights().slopes, weights.slopes, rtol=1e-6)
    np.testing.assert_allclose(made.weights().levels, weights.levels, rtol=1e-6)
    windows = torch.randn(2, 40, LONG.frames)
    assert torch.equal(made(windows), network(LONG)(windows))


def assert_close(found: Tensor, expected: Tensor) -> None:
    assert found.shape == expected.shape
    assert float((found - expected).abs().max()) <= 1e-5 * max(1.0, float(expected.abs().max()))
