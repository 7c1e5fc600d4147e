"""The networks of Khorram et al. 2017: tables, lengths, and how far they see."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from core.mfsc import mfsc_timeline
from models.valence_arousal import (
    DILATED,
    DOWN_UP,
    INPUTS,
    PERIOD,
    Blstm,
    Dilated,
    DownUp,
    Preliminary,
    Row,
    blstm_like,
    parameters,
    reach,
    stacked,
    stacked_timeline,
)

NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "dilated": Dilated,
    "down-up": lambda: DownUp(8),
    "blstm": lambda: Blstm(4),
    "preliminary": lambda: Preliminary(64),
}


@pytest.mark.parametrize("count", [1, 2, 80, 81, 82, 700])
@pytest.mark.parametrize("name", NETWORKS)
def test_recordings_of_any_length_give_a_value_for_each_frame(name: str, count: int) -> None:
    torch.manual_seed(0)
    values = NETWORKS[name]()(torch.randn(1, count, INPUTS))
    assert values.shape == (1, count)
    assert torch.isfinite(values).all()


def test_the_dilated_network_is_that_of_section_6_1() -> None:
    convolutions = [layer for layer in Dilated().modules() if isinstance(layer, nn.Conv1d)]
    assert [layer.dilation for layer in convolutions[:-1]] == [(2**n,) for n in range(10)]
    assert {layer.out_channels for layer in convolutions[:-1]} == {32}
    assert convolutions[-1].kernel_size == (1,)


@pytest.mark.parametrize("width", [32, 128])
def test_the_down_up_network_is_that_of_section_6_1(width: int) -> None:
    network, lengths = DownUp(width), []
    hidden = torch.zeros(1, INPUTS, 1, 2 * 81)
    for layer in network.layers:
        hidden = layer(hidden)
        if isinstance(layer, nn.MaxPool2d | nn.ConvTranspose1d):
            lengths.append(hidden.shape[3])
        assert hidden.shape[1] == width
    assert lengths == [54, 18, 6, 2, 6, 18, 54, 162]
    assert sum(isinstance(layer, nn.Conv1d) for layer in network.layers) == 5


def _in_one_dimension(layer: nn.Module) -> nn.Module:
    """torch's own layer of signals (B, C, T), with the weights of one of lines (B, C, 1, T)."""
    if isinstance(layer, nn.MaxPool2d):
        return nn.MaxPool1d(3)
    if isinstance(layer, nn.ConvTranspose1d):
        channels, width, frames = layer.weight.shape
        plain: nn.Module = nn.ConvTranspose1d(channels, width, frames, stride=3, padding=1)
    elif isinstance(layer, nn.Conv1d):
        width, channels, frames = layer.weight.shape
        (step,) = layer.dilation
        plain = nn.Conv1d(channels, width, frames, padding=(frames // 2) * step, dilation=step)
    else:
        return layer
    plain.load_state_dict(layer.state_dict())
    return plain


@pytest.mark.parametrize("network", [Dilated(8), DownUp(8)])
def test_lines_give_what_convolutions_of_signals_give(network: Dilated | DownUp) -> None:
    torch.manual_seed(0)
    inputs, labels = torch.randn(2, 4 * PERIOD, INPUTS), torch.randn(2, 4 * PERIOD)
    plain = nn.Sequential(*map(_in_one_dimension, (*network.layers, network.output)))
    found, expected = network(inputs), plain(inputs.transpose(1, 2))[:, 0]
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)
    (found * labels).sum().backward()
    (expected * labels).sum().backward()
    for one, other in zip(network.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad, atol=1e-3, rtol=1e-3)


def _seen(network: nn.Module, count: int, frame: int) -> tuple[int, int]:
    """The first and the last input frame that an output frame hangs on, by its gradient."""
    inputs = torch.rand(1, count, INPUTS, requires_grad=True)
    network(inputs)[0, frame].backward()
    assert inputs.grad is not None
    (frames,) = inputs.grad[0].abs().sum(dim=1).nonzero(as_tuple=True)
    return int(frames[0]), int(frames[-1])


def _open(network: Dilated | DownUp) -> nn.Module:
    """With weights by which every path counts and no ReLU is shut."""
    for weights in network.parameters():
        nn.init.uniform_(weights, 0.5, 1.0)
        weights.data.div_(weights[0].numel())
    for place, layer in enumerate(network.layers):
        if isinstance(layer, nn.MaxPool2d):  # the mean sees what the maximum may see
            network.layers[place] = nn.AvgPool2d((1, 3))
    return network


def test_ten_dilated_layers_see_2047_frames() -> None:
    assert reach(DILATED) == (1023, 1023)
    assert _seen(_open(Dilated(2)), 2_300, 1_150) == (1_150 - 1_023, 1_150 + 1_023)


def test_the_down_up_network_sees_as_far_as_its_table_says() -> None:
    torch.manual_seed(0)
    network, middle = _open(DownUp(2)), 5 * PERIOD
    seen = [_seen(network, 11 * PERIOD, middle + k) for k in range(PERIOD)]
    before = max(middle + k - first for k, (first, _) in enumerate(seen))
    after = max(last - middle - k for k, (_, last) in enumerate(seen))
    assert reach(DOWN_UP, PERIOD) == (before, after)


@pytest.mark.parametrize("rows", [DILATED[:3], DILATED[:5]])
def test_reach_of_dilated_layers_is_the_sum_of_their_dilations(rows: tuple[Row, ...]) -> None:
    assert reach(rows) == (2 ** len(rows) - 1, 2 ** len(rows) - 1)


@pytest.mark.parametrize("frames", [2, 7, 64])
def test_the_one_filter_is_a_convolution(frames: int) -> None:
    torch.manual_seed(0)
    network, inputs = Preliminary(frames), torch.randn(1, 50, INPUTS)
    before = frames // 2
    padded = nn.functional.pad(inputs.transpose(1, 2), (before, frames - 1 - before))
    expected = network.output(network.filter(padded).tanh().transpose(1, 2))[:, :, 0]
    torch.testing.assert_close(network(inputs), expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("network", [Dilated(), DownUp(32), DownUp(128)])
def test_the_blstm_has_about_as_many_parameters(network: nn.Module) -> None:
    assert parameters(blstm_like(network)) == pytest.approx(parameters(network), rel=0.02)


def test_four_frames_become_one_of_160_numbers() -> None:
    features = np.arange(6 * 40, dtype=np.float32).reshape(6, 40)
    rows = stacked(features)
    assert rows.shape == (2, 160)
    np.testing.assert_array_equal(rows[0], np.arange(160))
    np.testing.assert_array_equal(rows[1, 40:], np.tile(np.arange(200, 240), 3))


def test_values_stand_at_the_middle_of_their_four_frames() -> None:
    frames = mfsc_timeline(16_000)
    values = stacked_timeline(frames)
    assert values.count == -(-frames.count // 4)
    assert values.times()[3] == pytest.approx(frames.times()[12:16].mean())
