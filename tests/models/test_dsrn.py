"""DSRN: table II, its dense and its fast form, and equation (6)."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.shape_model import COMPONENTS
from models.dense_dsrn import BLOCK, DenseDsrn, fast_correlation
from models.dern import windows_of
from models.dsrn import CONTEXT, TARGET_FRAMES, WINDOW_FRAMES, Dsrn, overlap_mean
from tests.weights import make_dsrn

# Table II: what each convolution or pooling leaves of a window, (channels, bands, frames).
TABLE = [
    (32, 40, 15), (32, 19, 15), (64, 19, 15), (64, 9, 15),
    (128, 9, 15), (128, 4, 15), (128, 4, 15), (128, 2, 15),
]  # fmt: skip
PARAMETERS = (
    (5 * 1 * 32 + 32)
    + (5 * 32 * 64 + 64)
    + (5 * 64 * 128 + 128)
    + (3 * 128 * 128 + 128)
    + (3840 * 1024 + 1024)
    + (1024 * 500 + 500)
    + (500 * 90 + 90)
)
LENGTHS = [1, 2, 14, 15, 16, 17, BLOCK, BLOCK + 1, 100, 1_003]


def padded(count: int, seed: int = 0) -> Tensor:
    """Normalised features of `count` frames, the first and last repeated, (count + 14, 40)."""
    frames = torch.randn(count, 40, generator=torch.Generator().manual_seed(seed)).clamp(-4, 4)
    ends = frames[:1].expand(CONTEXT, 40), frames[-1:].expand(CONTEXT, 40)
    return torch.cat([ends[0], frames, ends[1]])


@pytest.fixture(scope="module")
def network() -> Dsrn:
    return make_dsrn().eval().requires_grad_(False)


@pytest.fixture(scope="module")
def fast(network: Dsrn) -> DenseDsrn:
    return DenseDsrn(network)


def assert_same(found: Tensor, expected: Tensor) -> None:
    """To 1e-5, of 1 and of the largest number there is."""
    assert found.shape == expected.shape
    scale = min(1.0, float(expected.abs().max()))
    assert float((found - expected).abs().max()) <= 1e-5 * scale


def test_the_layers_are_those_of_table_2(network: Dsrn) -> None:
    maps, shapes = torch.zeros(1, 1, 40, WINDOW_FRAMES), []
    for layer in network.frame:
        maps = layer(maps)
        if not isinstance(layer, nn.ReLU):
            shapes.append(tuple(maps.shape[1:]))
    assert shapes == TABLE
    dense = (network.first, network.second, network.output)
    assert [layer.out_features for layer in dense] == [1024, 500, 90]
    assert sum(weights.numel() for weights in network.parameters()) == PARAMETERS


def test_a_window_gives_five_frames_of_face(network: Dsrn) -> None:
    estimates = network(torch.zeros(3, 40, 15))
    assert estimates.shape == (3, TARGET_FRAMES, COMPONENTS)


@pytest.mark.parametrize("count", LENGTHS)
def test_dense_is_the_same_as_windowed(count: int, network: Dsrn, fast: DenseDsrn) -> None:
    features = padded(count)
    windowed = network(windows_of(features))
    assert_same(network.dense(features[None])[0], windowed)
    assert_same(fast(features), windowed)


def test_dense_takes_several_stretches(network: Dsrn) -> None:
    stretches = torch.stack([padded(20, seed) for seed in range(3)])
    each = torch.stack([network(windows_of(stretch)) for stretch in stretches])
    assert_same(network.dense(stretches), each)


@pytest.mark.parametrize("stride", [2, 4, 50])
def test_a_stride_leaves_frames_out(stride: int, network: Dsrn) -> None:
    features = padded(41)[None]
    assert_same(network.dense(features, stride), network.dense(features)[:, ::stride])


def test_chunks_make_no_difference(network: Dsrn, fast: DenseDsrn) -> None:
    features = padded(200)
    chunks = [(0, 1), (1, 20), (20, 37), (37, 200)]
    parts = [features[first : last + 2 * CONTEXT] for first, last in chunks]
    assert_same(torch.cat([fast(part) for part in parts]), fast(features))
    windows = windows_of(features)
    batches = torch.cat([network(batch) for batch in torch.split(windows, 7)])
    assert_same(batches, network(windows))


def test_the_fast_form_is_right_for_large_weights() -> None:
    network = make_dsrn().eval().requires_grad_(False)
    network.first.weight *= 30
    features = padded(60)
    windowed = network(windows_of(features))
    error = float((DenseDsrn(network)(features) - windowed).abs().max())
    assert error <= 1e-5 * float(windowed.abs().max())


@pytest.mark.parametrize(("taps", "outputs"), [(15, 18), (15, 10), (3, 2), (1, 4)])
def test_fast_correlation(taps: int, outputs: int) -> None:
    forwards, kernel, backwards = fast_correlation(taps, outputs)
    rng = np.random.default_rng(0)
    weights, signal = rng.normal(size=taps), rng.normal(size=taps + outputs - 1)
    found = backwards.numpy() @ ((kernel.numpy() @ weights) * (forwards.numpy() @ signal))
    assert np.allclose(found, np.correlate(signal, weights, "valid"), atol=1e-12)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 40])
def test_overlap_mean_is_equation_6(count: int) -> None:
    estimates = torch.randn(count, 5, 18, generator=torch.Generator().manual_seed(count))
    expected = torch.zeros(count, 18)
    for j in range(count):
        votes = [estimates[i, j - i + 2] for i in range(j - 2, j + 3) if 0 <= i < count]
        expected[j] = sum(votes, torch.zeros(18)) / len(votes)
    assert torch.allclose(overlap_mean(estimates), expected, atol=1e-6)
