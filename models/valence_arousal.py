"""Valence or arousal, continuously: speech spectrum -> one value every 40 ms. Khorram et al. 2017.

Two networks over whole recordings: `Dilated` (section 5.1) looks far by spreading
its filters, `DownUp` (section 5.2) by shortening the signal, which also makes its
output smooth. `Blstm` is what both are compared with. Each takes (B, T, 160) and
gives (B, T), for any T. The paper names no filter lengths; ours stand in the tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from core.affect import FRAMES_PER_SECOND
from core.mfsc import BANDS
from core.normalisation import USUAL_FRAMES, BandStatistics, z_score
from core.timeline import Timeline

STACKED = 4  # MFSC frames of 10 ms to a value of 40 ms
INPUTS = STACKED * BANDS  # 160
KERNEL = 3


class Row(Protocol):
    """A layer: which frames of its input, first to last, such frames of its output hang on."""

    def needs(self, first: int, last: int) -> tuple[int, int]:
        """The stretch below."""


@dataclass(frozen=True, slots=True)
class Conv:
    """Convolution over three frames `dilation` apart, keeping the length, then ReLU."""

    dilation: int = 1

    def needs(self, first: int, last: int) -> tuple[int, int]:
        """One step to both sides."""
        return first - self.dilation, last + self.dilation


@dataclass(frozen=True, slots=True)
class Down:
    """`Conv`, then maximum over three frames, stride 3."""

    def needs(self, first: int, last: int) -> tuple[int, int]:
        """Three frames for one, and a step to both sides."""
        return 3 * first - 1, 3 * last + 3


@dataclass(frozen=True, slots=True)
class Up:
    """Transposed convolution of five, stride 3, then ReLU: as long as linear interpolation's."""

    def needs(self, first: int, last: int) -> tuple[int, int]:
        """Frame i is spread over 3 i - 1 ... 3 i + 3."""
        return -((3 - first) // 3), (last + 1) // 3


FACTOR, UP_KERNEL, UP_PADDING = 3, 5, 1

# Section 6.1: ten layers, width 32                frames seen
DILATED: tuple[Conv, ...] = (
    Conv(1),  #                                              3
    Conv(2),  #                                              7
    Conv(4),  #                                             15
    Conv(8),  #                                             31
    Conv(16),  #                                            63
    Conv(32),  #                                           127
    Conv(64),  #                                           255
    Conv(128),  #                                          511
    Conv(256),  #                                        1,023
    Conv(512),  #                                        2,047, 82 s
)
# Section 6.1: four down, one between, four up       length of 81 n
DOWN_UP: tuple[Down | Conv | Up, ...] = (
    Down(),  #                                           27 n
    Down(),  #                                            9 n
    Down(),  #                                            3 n
    Down(),  #                                              n
    Conv(),  #                                              n
    Up(),  #                                              3 n
    Up(),  #                                              9 n
    Up(),  #                                             27 n
    Up(),  #                                             81 n
)
PERIOD = FACTOR ** sum(isinstance(row, Down) for row in DOWN_UP)  # 81 frames, 3.24 s
WIDTHS = {"valence": 128, "arousal": 32}  # of DownUp
DILATED_WIDTH = 32


def reach(rows: Sequence[Row], period: int = 1) -> tuple[int, int]:
    """How many frames before and after itself an output frame hangs on, at most.

    Frames `period` apart are alike; within a period they may differ.
    """
    before, after = 0, 0
    for frame in range(period):
        first = last = frame
        for row in reversed(rows):
            first, last = row.needs(first, last)
        before, after = max(before, frame - first), max(after, last - frame)
    return before, after


class _Conv(nn.Conv1d):
    """`nn.Conv1d` of (B, C, 1, T): a line of an image.

    Only images may have their channels last, which makes a CPU train up to twice as fast.
    """

    def forward(self, line: Tensor) -> Tensor:
        """(B, C, 1, T) -> (B, width, 1, T)."""
        return functional.conv2d(
            line, _line(self.weight), self.bias,
            padding=(0, self.dilation[0] * (self.kernel_size[0] // 2)),
            dilation=(1, self.dilation[0]),
        )  # fmt: skip


class _Up(nn.ConvTranspose1d):
    """`nn.ConvTranspose1d` of (B, C, 1, T), as `_Conv` is."""

    def forward(self, line: Tensor, output_size: object = None) -> Tensor:  # noqa: ARG002
        """(B, C, 1, T) -> (B, width, 1, 3 T)."""
        return functional.conv_transpose2d(
            line, self.weight.unsqueeze(2), self.bias, (1, FACTOR), (0, UP_PADDING)
        )


def _line(values: Tensor) -> Tensor:
    """(B, C, T) -> (B, C, 1, T), channels last."""
    return values.unsqueeze(2).contiguous(memory_format=torch.channels_last)


class Dilated(nn.Module):
    """Ten dilated convolutions and one of 1 x 1."""

    def __init__(self, width: int = DILATED_WIDTH) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = INPUTS
        for row in DILATED:
            step = row.dilation
            layers += [_Conv(channels, width, KERNEL, dilation=step), nn.ReLU()]
            channels = width
        self.layers = nn.Sequential(*layers)
        self.output = _Conv(channels, 1, 1)

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, T, 160) -> (B, T)."""
        hidden = self.layers(_line(inputs.transpose(1, 2)))  # (B, 32, 1, T)
        values: Tensor = self.output(hidden)[:, 0, 0]
        return values


def _interpolation(channels: int, width: int) -> _Up:
    """A transposed convolution that begins as linear interpolation of mixed channels.

    Section 5.2 calls it a learnable interpolation; begun at random it leaves a ripple
    of three frames that training hardly takes away.
    """
    layer = _Up(channels, width, UP_KERNEL, stride=FACTOR, padding=UP_PADDING)
    mix = nn.init.kaiming_normal_(torch.empty(width, channels)).T  # (channels, width)
    layer.weight.data = mix[:, :, None] * torch.tensor([1.0, 2.0, 3.0, 2.0, 1.0]) / FACTOR
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer


class DownUp(nn.Module):
    """A signal shortened to a frame for 81, and drawn out again."""

    def __init__(self, width: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = INPUTS
        for row in DOWN_UP:
            if isinstance(row, Up):
                layer: nn.Module = _interpolation(channels, width)
            else:
                layer = _Conv(channels, width, KERNEL)
            layers.append(layer)
            if isinstance(row, Down):
                layers.append(nn.MaxPool2d((1, FACTOR)))
            layers.append(nn.ReLU())  # after the maximum: the same, and a third of the work
            channels = width
        self.layers = nn.Sequential(*layers)
        self.output = _Conv(channels, 1, 1)

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, T, 160) -> (B, T); the end is drawn out to whole periods and cut off again."""
        count = inputs.shape[1]
        missing = -count % PERIOD
        padded = torch.cat((inputs, inputs[:, -1:].expand(-1, missing, -1)), dim=1)
        hidden = self.layers(_line(padded.transpose(1, 2)))  # (B, width, 1, 81 n)
        values: Tensor = self.output(hidden)[:, 0, 0, :count]
        return values


class Blstm(nn.Module):
    """One layer of long short-term memory in both directions."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.memory = nn.LSTM(INPUTS, width, batch_first=True, bidirectional=True)
        self.output = nn.Linear(2 * width, 1)

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, T, 160) -> (B, T)."""
        hidden, _ = self.memory(inputs)  # (B, T, 2 width)
        values: Tensor = self.output(hidden)[:, :, 0]
        return values


class Preliminary(nn.Module):
    """Section 4: one filter of so many frames, tanh, and a linear regression."""

    def __init__(self, frames: int) -> None:
        super().__init__()
        self.frames = frames
        self.filter = nn.Conv1d(INPUTS, 1, frames)
        self.output = nn.Linear(1, 1)

    def forward(self, inputs: Tensor) -> Tensor:
        """(B, T, 160) -> (B, T)."""
        count, before = inputs.shape[1], self.frames // 2
        edges = (before, self.frames - 1 - before)
        padded = functional.pad(inputs.transpose(1, 2), edges)  # (B, 160, T + frames - 1)
        # By spectra, as torch takes minutes for long filters on a CPU.
        length = padded.shape[2]
        products = torch.fft.rfft(padded) * torch.fft.rfft(self.filter.weight, length).conj()
        filtered = torch.fft.irfft(products.sum(dim=1), length)[:, :count] + self.filter.bias
        values: Tensor = self.output(filtered.tanh()[:, :, None])[:, :, 0]
        return values


def parameters(network: nn.Module) -> int:
    """How many numbers there are to learn."""
    return sum(weights.numel() for weights in network.parameters())


def blstm_like(network: nn.Module) -> Blstm:
    """The BLSTM whose number of parameters is nearest to another network's."""
    wanted = parameters(network)

    def distance(width: int) -> int:
        return abs(2 * 4 * width * (INPUTS + width + 2) + 2 * width + 1 - wanted)

    return Blstm(min(range(1, 1_000), key=distance))


def prepared(values: NDArray[np.floating], own: BandStatistics, usual: BandStatistics) -> Tensor:
    """MFSC (frames, 40) as the networks take them, (ceil(frames / 4), 160).

    z-normalised by what is `own` to the speaker, as in section 3; of someone hardly heard,
    by what is usual.
    """
    return stacked(z_score(values, own.leaning_on(usual, USUAL_FRAMES)))


def stacked(features: NDArray[np.float32]) -> Tensor:
    """Normalised MFSC (frames, 40) -> (ceil(frames / 4), 160); the last frame is repeated."""
    missing = -len(features) % STACKED
    padded = np.pad(features, ((0, missing), (0, 0)), mode="edge")
    return torch.from_numpy(padded.reshape(-1, INPUTS))


def stacked_timeline(frames: Timeline) -> Timeline:
    """The timeline of `stacked`: each value stands at the middle of its four frames."""
    middle = frames.start + 0.5 * (STACKED - 1) / frames.rate
    return Timeline(FRAMES_PER_SECOND, -(-frames.count // STACKED), middle)
