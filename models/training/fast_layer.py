"""The first dense layer of a DSRN over whole utterances, for training on a CPU in half precision.

It is most of the work of `Dsrn.dense` at a stride of 1. As a convolution in time it needs 15
products for each frame; by overlap-save with short Fourier transforms, as in
`models/dense_dsrn.py`, it needs 2.6. In bfloat16 that differs from the true result by some
twice of what products in bfloat16 differ by anyway.
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from models.dense_dsrn import BLOCK, CONTEXT, fast_correlation
from models.dsrn import FRAME_BANDS, FRAME_CHANNELS, WINDOW_FRAMES, Dsrn

INPUTS = FRAME_CHANNELS * FRAME_BANDS
HALF = torch.bfloat16


class _Products(torch.autograd.Function):
    """(P, n, i), (P, o, i) -> (P, n, o); torch's own backward would turn 24 MB of weights round."""

    @staticmethod
    def forward(ctx: Any, spectrum: Tensor, kernels: Tensor) -> Tensor:
        ctx.save_for_backward(spectrum, kernels)
        return torch.bmm(spectrum, kernels.transpose(1, 2))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor]:
        (gradient,), (spectrum, kernels) = gradients, ctx.saved_tensors
        return torch.bmm(gradient, kernels), torch.bmm(gradient.transpose(1, 2), spectrum)


def dense_at_every_frame(network: Dsrn, features: Tensor) -> Tensor:
    """`network.dense(features)`."""
    frames = network.frames(features).transpose(1, 2)  # (B, T + 14, 256)
    hidden = first_layer(frames, network.first.weight, network.first.bias)
    return network.head(network.dropout(hidden.relu()))


def first_layer(
    frames: Tensor, weight: Tensor, bias: Tensor, precision: torch.dtype = HALF
) -> Tensor:
    """What `Dsrn.first` says of every window of frames (B, T + 14, 256), (B, T, 1024)."""
    signal, kernel, result = _matrices(precision)
    batch, count = len(frames), frames.shape[1] - CONTEXT
    blocks = -(-count // BLOCK)
    padded = functional.pad(frames.to(precision), (0, 0, 0, blocks * BLOCK - count))
    cut = padded.unfold(1, BLOCK + CONTEXT, BLOCK)  # (B, blocks, 256, 32)
    spectrum = signal @ cut.permute(3, 0, 1, 2).flatten(1)
    taps = weight.to(precision).view(-1, INPUTS, WINDOW_FRAMES).permute(2, 0, 1)  # (15, 1024, 256)
    kernels = (kernel @ taps.flatten(1)).view(len(kernel), -1, INPUTS)
    products: Tensor = _Products.apply(  # type: ignore[no-untyped-call]
        spectrum.view(len(spectrum), -1, INPUTS), kernels
    )
    blockwise = (result @ products.flatten(1)).view(BLOCK, batch, blocks, -1)
    return blockwise.permute(1, 2, 0, 3).flatten(1, 2)[:, :count] + bias.to(precision)


@cache
def _matrices(precision: torch.dtype) -> tuple[Tensor, ...]:
    return tuple(part.to(precision) for part in fast_correlation(WINDOW_FRAMES, BLOCK))
