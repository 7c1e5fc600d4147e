"""DSRN over a whole stretch of sound, its first dense layer as a fast convolution.

The same function as `Dsrn.forward` over every window. The 256 numbers of a frame are
computed once (see `Dsrn.dense`), which makes the first dense layer a convolution in
time, 15 taps of 256 x 1024. Blocks of 18 outputs take it in 47 products instead of
18 * 15: overlap-save with a Fourier transform of 32 frames, a complex product being
three real ones (Karatsuba). Transforms this short are plain matrices.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.shape_model import COMPONENTS
from models.dsrn import (
    FRAME_BANDS,
    FRAME_CHANNELS,
    TARGET_FRAMES,
    WINDOW_FRAMES,
    Dsrn,
)

BLOCK = 18  # outputs; longer blocks need fewer products and more memory
CONTEXT = WINDOW_FRAMES - 1


def fast_correlation(taps: int, outputs: int) -> tuple[Tensor, Tensor, Tensor]:
    """Matrices F (P, outputs + taps - 1), G (P, taps), H (outputs, P) in float64.

    H ((G w) * (F x)) is sum_k w[k] x[t + k] for t in range(outputs).
    """
    length = outputs + taps - 1
    times = torch.arange(length, dtype=torch.float64)
    signal: list[Tensor] = []
    kernel: list[Tensor] = []
    result: list[Tensor] = []
    for frequency in range(length // 2 + 1):
        angles = 2 * math.pi / length * frequency * times
        cos, sin = angles.cos(), angles.sin()
        if 2 * frequency % length == 0:  # real
            signal += [cos]
            kernel += [cos]
            result += [cos / length]
        else:  # real parts, imaginary parts and sums: x forwards, w conjugated
            signal += [cos, -sin, cos - sin]
            kernel += [cos, sin, cos + sin]
            result += [(cos + sin) * 2 / length, (sin - cos) * 2 / length, -sin * 2 / length]
    inverse = torch.stack(result, dim=1)
    return torch.stack(signal), torch.stack(kernel)[:, :taps], inverse[:outputs]


class DenseDsrn(nn.Module):
    """A trained DSRN made ready for inference; holds 49 MB of transformed weights."""

    weight: Tensor
    forwards: Tensor
    backwards: Tensor
    bias: Tensor

    def __init__(self, dsrn: Dsrn) -> None:
        super().__init__()
        forwards, kernel, backwards = (
            matrix.float() for matrix in fast_correlation(WINDOW_FRAMES, BLOCK)
        )
        inputs = FRAME_CHANNELS * FRAME_BANDS
        # (1024, 256 * 15) -> (15, 256 * 1024), the cheaper way round for the memory
        taps = dsrn.first.weight.detach().t().contiguous().view(inputs, WINDOW_FRAMES, -1)
        taps = taps.transpose(0, 1).flatten(1)
        self.register_buffer("weight", (kernel @ taps).view(len(kernel), inputs, -1))
        self.register_buffer("forwards", forwards)
        self.register_buffer("backwards", backwards)
        self.register_buffer("bias", dsrn.first.bias.detach())
        self.frame, self.second, self.output = dsrn.frame, dsrn.second, dsrn.output

    def forward(self, features: Tensor) -> Tensor:
        """Features with context (T + 14, 40) -> estimates around each frame (T, 5, 18)."""
        hidden = self._first(self._frames(features))
        hidden = self.second(hidden).relu_()
        estimates: Tensor = self.output(hidden)
        estimates = estimates.view(BLOCK, -1, TARGET_FRAMES, COMPONENTS)
        return estimates.transpose(0, 1).flatten(0, 1)[: len(features) - CONTEXT]

    def _frames(self, features: Tensor) -> Tensor:
        """Features (T, 40) -> the numbers of each frame (T, 256)."""
        maps: Tensor = features.t()[None, None].contiguous(memory_format=torch.channels_last)
        for layer in self.frame:
            if not isinstance(layer, nn.ReLU):
                maps = layer(maps)
            if isinstance(layer, nn.MaxPool2d):
                maps = maps.relu_()  # the same after the maximum, and cheaper
        return maps[0].permute(2, 0, 1).flatten(1)

    def _first(self, frames: Tensor) -> Tensor:
        """Frames (T + 14, 256) -> (18 * blocks, 1024): each block's first output, second, ...

        The last block's outputs beyond T are of zeros.
        """
        blocks = math.ceil((len(frames) - CONTEXT) / BLOCK)
        frames = functional.pad(frames, (0, 0, 0, blocks * BLOCK + CONTEXT - len(frames)))
        cut = frames.unfold(0, BLOCK + CONTEXT, BLOCK).permute(2, 0, 1)  # (32, blocks, 256)
        spectrum = (self.forwards @ cut.flatten(1)).view(-1, blocks, frames.shape[1])
        products = torch.bmm(spectrum, self.weight)  # (47, blocks, 1024)
        hidden = (self.backwards @ products.flatten(1)).view(BLOCK * blocks, -1)
        return hidden.add_(self.bias).relu_()
