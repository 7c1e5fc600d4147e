"""The fast first layer of DSRN training against the layer window by window."""

import pytest
import torch
from torch import Tensor

from models.device import half_precision
from models.dsrn import CONTEXT, WINDOW_FRAMES, Dsrn
from models.training.fast_layer import INPUTS, dense_at_every_frame, first_layer


@pytest.mark.parametrize("count", [1, 18, 50])
def test_the_layer_and_its_gradients_are_those_of_windows(count: int) -> None:
    torch.manual_seed(0)
    frames = torch.randn(2, count + 2 * CONTEXT, INPUTS, dtype=torch.float64)
    weight = torch.randn(30, INPUTS * WINDOW_FRAMES, dtype=torch.float64)
    bias, wanted = torch.randn(30, dtype=torch.float64), torch.randn(2, count, 30).double()

    def windowed(frames: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return frames.unfold(1, WINDOW_FRAMES, 1).flatten(2) @ weight.T + bias

    def fast(frames: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return first_layer(frames, weight, bias, torch.float64)

    results = []
    for layer in (windowed, fast):
        given = [part.clone().requires_grad_() for part in (frames, weight, bias)]
        output = layer(*given)
        (output * wanted).sum().backward()  # type: ignore[no-untyped-call]
        results.append([output, *(part.grad for part in given)])
    for expected, found in zip(*results, strict=True):
        torch.testing.assert_close(found, expected)


def test_in_half_precision_it_learns_what_windows_teach() -> None:
    torch.manual_seed(0)
    network, features, count = Dsrn().eval(), torch.randn(1, 200 + 2 * CONTEXT, 40), 200
    wanted = torch.randn(count, 5, 18)
    windows = features[0].unfold(0, WINDOW_FRAMES, 1)  # (T, 40, 15)
    exact = _gradients(network, network(windows), wanted)
    with half_precision(torch.device("cpu")):
        output = dense_at_every_frame(network, features)[0]
        plain = network.dense(features)[0]
    found = _gradients(network, output.float(), wanted)
    usual = _gradients(network, plain.float(), wanted)
    apart, usually = (found - exact).norm() / exact.norm(), (usual - exact).norm() / exact.norm()
    assert apart < 2 * usually


def _gradients(network: Dsrn, output: Tensor, wanted: Tensor) -> Tensor:
    network.zero_grad()
    (output - wanted).square().mean().backward()  # type: ignore[no-untyped-call]
    parts = [weights.grad for weights in network.parameters()]
    return torch.cat([part.flatten() for part in parts if part is not None])


def test_dropout_keeps_half_and_doubles_it() -> None:
    torch.manual_seed(0)
    dropout, hidden = Dsrn().dropout, torch.ones(999, 101)
    kept = dropout(hidden)
    assert set(kept.unique().tolist()) == {0.0, 2.0}
    assert kept.mean().item() == pytest.approx(1.0, abs=0.02)  # six standard errors
    assert not torch.equal(kept, dropout(hidden))
    assert torch.equal(dropout.eval()(hidden), hidden)
