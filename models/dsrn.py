"""DSRN: speech spectrum -> shape parameters. Table II of Sadiq et al. 2019.

The convolutions and poolings run along frequency only, so a frame's 256 numbers
do not hang on the window it is seen in. `Dsrn.dense` computes them once per
frame instead of fifteen times and is the same function as `Dsrn.forward` over
every window.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.shape_model import COMPONENTS

WINDOW_FRAMES = 15  # K_a, of sound
TARGET_FRAMES = 5  # K_v, of face
CONTEXT = WINDOW_FRAMES // 2


@dataclass(frozen=True, slots=True)
class Conv:
    """Convolution of `bands` x 1, keeping the size, then ReLU."""

    channels: int
    bands: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Maximum over `bands` x 1, stride 2 x 1, no padding."""

    bands: int


@dataclass(frozen=True, slots=True)
class Dense:
    """Fully connected, ReLU, dropout of one half."""

    width: int


# Table II          bands left:  40
CONVOLUTIONS: tuple[Conv | Pool, ...] = (
    Conv(32, 5),
    Pool(3),  #                  19
    Conv(64, 5),
    Pool(3),  #                   9
    Conv(128, 5),
    Pool(2),  #                   4
    Conv(128, 3),
    Pool(2),  #                   2
)
DENSE = (Dense(1024), Dense(500))
FRAME_CHANNELS, FRAME_BANDS = 128, 2  # what the table leaves of one frame: 256 numbers


class _Dropout(nn.Module):
    """Dropout of one half; a byte drawn by chance decides on eight numbers, as drawing is slow."""

    def forward(self, hidden: Tensor) -> Tensor:
        """Any shape; what is kept is doubled, in training."""
        if not self.training:
            return hidden
        count = -(-hidden.numel() // 8)
        drawn = torch.randint(256, (count, 1), dtype=torch.uint8, device=hidden.device)
        bits = torch.arange(8, dtype=torch.uint8, device=hidden.device)
        kept = (drawn >> bits).bitwise_and_(1).flatten()[: hidden.numel()]
        return hidden * kept.view(hidden.shape).to(hidden.dtype).mul_(2)


def _frame_layers() -> nn.Sequential:
    layers: list[nn.Module] = []
    channels = 1
    for row in CONVOLUTIONS:
        if isinstance(row, Conv):
            kernel, padding = (row.bands, 1), (row.bands // 2, 0)
            layers += [nn.Conv2d(channels, row.channels, kernel, padding=padding), nn.ReLU()]
            channels = row.channels
        else:
            layers.append(nn.MaxPool2d((row.bands, 1), stride=(2, 1)))
    return nn.Sequential(*layers)


class Dsrn(nn.Module):
    """Input is normalised MFSC; output is shape parameters, K_v estimates around each frame."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = _frame_layers()
        first, second = DENSE
        self.first = nn.Linear(FRAME_CHANNELS * FRAME_BANDS * WINDOW_FRAMES, first.width)
        self.second = nn.Linear(first.width, second.width)
        self.output = nn.Linear(second.width, COMPONENTS * TARGET_FRAMES)
        self.dropout = _Dropout()

    def forward(self, windows: Tensor) -> Tensor:
        """Windows (B, 40, 15) -> estimates (B, 5, 18), the way the paper draws it."""
        hidden = self.frame(windows.unsqueeze(1))  # (B, 128, 2, 15)
        hidden = self.dropout(self.first(hidden.flatten(1)).relu())  # (B, 1024)
        return self.head(hidden)

    def dense(self, features: Tensor, stride: int = 1) -> Tensor:
        """Whole stretches (B, T + 14, 40), context included -> (B, ceil(T / stride), 5, 18).

        `stride` computes every so many frames only; neighbours at 100 Hz say much the same,
        which training makes use of.
        """
        hidden = self.frames(features)
        shape = (-1, FRAME_CHANNELS * FRAME_BANDS, WINDOW_FRAMES)
        weight = self.first.weight.reshape(shape)  # (1024, 256, 15)
        hidden = functional.conv1d(hidden, weight, self.first.bias, stride=stride)
        hidden = self.dropout(hidden.relu().transpose(1, 2))  # (B, T, 1024)
        return self.head(hidden)

    def frames(self, features: Tensor) -> Tensor:
        """Features (B, T, 40) -> the numbers of each frame (B, 256, T)."""
        maps = features.transpose(1, 2).unsqueeze(1)  # (B, 1, 40, T)
        # Channels last: a CPU trains 1.4 times and infers 1.3 times as fast.
        hidden: Tensor = self.frame(maps.contiguous(memory_format=torch.channels_last))
        return hidden.flatten(1, 2)

    def head(self, hidden: Tensor) -> Tensor:
        """What follows the first dense layer: (..., 1024) -> (..., 5, 18)."""
        hidden = self.dropout(self.second(hidden).relu())
        output: Tensor = self.output(hidden)
        return output.reshape(*output.shape[:-1], TARGET_FRAMES, COMPONENTS)


def overlap_mean(estimates: Tensor) -> Tensor:
    """Equation (6): estimates (T, K_v, 18) around each frame -> (T, 18).

    Frame j is the mean of what the windows j - 2 ... j + 2 say of it; fewer at the ends.
    """
    count, width, components = estimates.shape
    half = width // 2
    total = estimates.new_zeros(count + 2 * half, components)
    votes = estimates.new_zeros(count + 2 * half, 1)
    for offset in range(width):
        total[offset : offset + count] += estimates[:, offset]
        votes[offset : offset + count] += 1
    return (total / votes)[half : half + count]
