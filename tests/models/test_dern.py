"""DERN: table I, and its fast form."""

import pytest
import torch
from torch import Tensor, nn

from core.emotion import EMOTIONS
from models.dense_dern import BATCH, DenseDern
from models.dern import WINDOW_FRAMES, Dern, windows_of
from tests.models.test_dsrn import assert_same, padded
from tests.weights import make_dern

# Table I: what each convolution or pooling leaves of a window, (channels, bands, frames).
TABLE = [(32, 40, 15), (32, 19, 7), (64, 19, 7), (64, 9, 3), (128, 9, 3), (128, 4, 1)]
PARAMETERS = (
    (25 * 1 * 32 + 32)
    + (25 * 32 * 64 + 64)
    + (25 * 64 * 128 + 128)
    + (512 * 256 + 256)
    + (256 * 7 + 7)
)


@pytest.fixture(scope="module")
def network() -> Dern:
    return make_dern().eval().requires_grad_(False)


@pytest.fixture(scope="module")
def fast(network: Dern) -> DenseDern:
    return DenseDern(network)


def plain(network: Dern, features: Tensor) -> Tensor:
    return torch.cat([network(batch) for batch in torch.split(windows_of(features), 128)])


def test_the_layers_are_those_of_table_1(network: Dern) -> None:
    maps, shapes = torch.zeros(1, 1, 40, WINDOW_FRAMES), []
    for layer in network.convolutions:
        maps = layer(maps)
        if not isinstance(layer, nn.ReLU):
            shapes.append(tuple(maps.shape[1:]))
    assert shapes == TABLE
    assert (network.hidden.out_features, network.output.out_features) == (256, len(EMOTIONS))
    assert sum(weights.numel() for weights in network.parameters()) == PARAMETERS


@pytest.mark.parametrize("count", [1, 2, 3, 14, 15, 16, BATCH - 1, BATCH, BATCH + 1, 1_003])
def test_the_fast_form_is_the_same(count: int, network: Dern, fast: DenseDern) -> None:
    features = padded(count)
    assert_same(fast(features), plain(network, features))


def test_the_fast_form_is_the_same_where_few_units_are_off() -> None:
    positive = Dern().eval().requires_grad_(False)
    for weights in positive.parameters():
        weights.abs_()
    features = padded(40) + 1.0
    expected = plain(positive, features)
    error = float((DenseDern(positive)(features) - expected).abs().max())
    assert error <= 1e-5 * float(expected.abs().max())


def test_frames_beside_a_window_do_not_count(network: Dern, fast: DenseDern) -> None:
    features = padded(30)
    window = features[10 : 10 + WINDOW_FRAMES]
    assert_same(fast(features)[10:11], network(window.t()[None]))


def test_chunks_make_no_difference(network: Dern, fast: DenseDern) -> None:
    features = padded(300)
    chunks = [(0, 1), (1, 20), (20, 37), (37, 300)]
    parts = [features[first : last + WINDOW_FRAMES - 1] for first, last in chunks]
    assert_same(torch.cat([fast(part) for part in parts]), fast(features))
    windows = windows_of(features)
    batches = torch.cat([network(batch) for batch in torch.split(windows, 7)])
    assert_same(batches, network(windows))


def test_windows_are_a_view() -> None:
    features = padded(5)
    windows = windows_of(features)
    assert windows.shape == (5, 40, WINDOW_FRAMES)
    assert torch.equal(windows[3], features[3 : 3 + WINDOW_FRAMES].t())
    assert windows.data_ptr() == features.data_ptr()
