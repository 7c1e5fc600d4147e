"""Local windows -> labels: figure 1 of Milde and Biemann 2015, sizes from their published code."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from core.mfsc import BANDS
from models.voting import VoteWeights

POOL = 2  # bands and frames that each maximum is taken over; what is left at an end has its own
BATCH = 512  # windows at a time, where they share nothing


@dataclass(frozen=True, slots=True)
class Conv:
    """Convolution of kernel x kernel without padding, ReLU, maximum over 2 x 2, dropout."""

    channels: int
    kernel: int
    dropout: float


@dataclass(frozen=True, slots=True)
class Layout:
    """What there is to choose about the network."""

    convolutions: tuple[Conv, ...]
    frames: int  # of a window
    shift: int  # frames from a window to the next
    hidden: int  # units of each of two dense layers
    dropout: float  # after each of them

    def without_dropout(self) -> "Layout":
        """The paper's first row."""
        rows = tuple(replace(row, dropout=0.0) for row in self.convolutions)
        return replace(self, convolutions=rows, dropout=0.0)

    def maps(self) -> tuple[int, int, int]:
        """Channels, bands and columns that the convolutions leave of one window."""
        bands, columns = BANDS, self.frames
        for row in self.convolutions:
            bands, columns = (-(-(n - row.kernel + 1) // POOL) for n in (bands, columns))
        return self.convolutions[-1].channels, bands, columns

    @property
    def dense(self) -> bool:
        """Whether windows can share their columns: all maxima are over whole pairs of them."""
        columns = self.frames
        for row in self.convolutions:
            columns -= row.kernel - 1
            if columns % POOL:
                return False
            columns //= POOL
        return bool(self.shift == POOL ** len(self.convolutions))


PAPER = Layout(
    convolutions=(
        #                    bands x frames left of 40 x 11, after the maximum:
        Conv(32, 3, 0.1),  # 19 x 5
        Conv(64, 2, 0.2),  #  9 x 2
        Conv(128, 2, 0.3),  # 4 x 1
    ),
    frames=11,
    shift=2,
    hidden=500,
    dropout=0.5,
)
# Beyond the paper: windows of half a second, so far apart that they share their columns, and
# fewer units, which a short training on 1,200 recordings fills better.
LONG = Layout(
    convolutions=(
        #                  bands x frames left of 40 x 46, after the maximum:
        Conv(16, 3, 0.0),  # 19 x 22
        Conv(32, 3, 0.0),  #  9 x 10
        Conv(64, 3, 0.1),  #  4 x 4
    ),
    frames=46,
    shift=8,
    hidden=200,
    dropout=0.4,
)


class LocalCnn(nn.Module):
    """Input is normalised MFSC windows; output is logits of any number of labels.

    `balanced` puts a batch normalisation before each ReLU of the convolutions, which is
    beyond the paper and makes small budgets go further; `folded` takes it out again.
    """

    def __init__(self, labels: int, layout: Layout = PAPER, balanced: bool = False) -> None:
        super().__init__()
        self.layout = layout
        layers: list[nn.Module] = []
        channels = 1
        for row in layout.convolutions:
            layers.append(nn.Conv2d(channels, row.channels, row.kernel))
            if balanced:
                layers.append(nn.BatchNorm2d(row.channels))
            layers += [nn.ReLU(), nn.MaxPool2d(POOL, ceil_mode=True), nn.Dropout(row.dropout)]
            channels = row.channels
        self.convolutions = nn.Sequential(*layers)
        self.first = nn.Conv2d(channels, layout.hidden, layout.maps()[1:])
        self.second = nn.Conv1d(layout.hidden, layout.hidden, 1)
        self.output = nn.Conv1d(layout.hidden, labels, 1)
        self.dropout = nn.Dropout(layout.dropout)
        for layer in self.modules():
            if isinstance(layer, nn.Conv1d | nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")  # He et al. 2015
                assert layer.bias is not None
                nn.init.zeros_(layer.bias)

    def stretch(self, values: Tensor) -> Tensor:
        """Stretches (B, 40, T) -> logits of all their windows, a shift apart, (B, labels, windows).

        What neighbours share is computed once: the dense layers go over the columns that the
        convolutions leave. Only for a `dense` layout, or stretches of one window.
        """
        maps = self.convolutions(values.unsqueeze(1))  # (B, 128, 4, columns)
        maps = maps.to(self.first.weight.dtype)  # see `exact`
        hidden = self.dropout(self.first(maps).squeeze(2).relu())  # (B, 500, windows)
        hidden = self.dropout(self.second(hidden).relu())
        logits: Tensor = self.output(hidden)
        return logits

    def exact(self, device: torch.device) -> None:
        """Long sums in double precision on a CPU, where they hang on how many threads share them.

        The window leaves one core free and the command line none, and both are to hear the same.
        """
        dtype = torch.float64 if device.type == "cpu" else torch.float32
        for layer in (self.first, self.second, self.output):
            layer.to(dtype)

    def forward(self, windows: Tensor) -> Tensor:
        """Windows (B, 40, 11) -> logits (B, labels)."""
        return self.stretch(windows).squeeze(2)

    def along(self, features: Tensor) -> Tensor:
        """Features (T, 40) -> logits of all their windows, a shift apart, (windows, labels)."""
        if self.layout.dense:
            return self.stretch(features.t()[None])[0].t()
        windows = features.unfold(0, self.layout.frames, self.layout.shift)
        return torch.cat([self(batch) for batch in torch.split(windows, BATCH)])


def folded(network: LocalCnn) -> LocalCnn:
    """The same function without batch normalisation: its scale and shift in the convolutions."""
    plain = LocalCnn(network.output.out_channels, network.layout)
    ours = [layer for layer in plain.convolutions if isinstance(layer, nn.Conv2d)]
    theirs = [layer for layer in network.convolutions if isinstance(layer, nn.Conv2d)]
    norms = [layer for layer in network.convolutions if isinstance(layer, nn.BatchNorm2d)]
    for own, other, norm in zip(ours, theirs, norms, strict=True):
        own.load_state_dict(fuse_conv_bn_eval(other.eval(), norm.eval()).state_dict())
    plain.first.load_state_dict(network.first.state_dict())
    plain.second.load_state_dict(network.second.state_dict())
    plain.output.load_state_dict(network.output.state_dict())
    return plain.eval()


class VotingCnn(LocalCnn):
    """A trained network with the weights of its windows' votes: what a checkpoint holds."""

    vote_slopes: Tensor
    vote_levels: Tensor

    def __init__(self, labels: int, layout: Layout = LONG) -> None:
        super().__init__(labels, layout)
        self.register_buffer("vote_slopes", torch.zeros(labels, labels))
        self.register_buffer("vote_levels", torch.zeros(labels))

    @classmethod
    def of(cls, network: LocalCnn, weights: VoteWeights) -> "VotingCnn":
        """A network without batch normalisation, and its weights."""
        result = cls(network.output.out_channels, network.layout)
        votes = {"vote_slopes": weights.slopes, "vote_levels": weights.levels}
        state = {name: torch.from_numpy(value).float() for name, value in votes.items()}
        result.load_state_dict(network.state_dict() | state)
        return result.eval()

    def weights(self) -> VoteWeights:
        """Of votes, by `models.voting`."""
        slopes, levels = self.vote_slopes.double(), self.vote_levels.double()
        return VoteWeights(slopes.cpu().numpy(), levels.cpu().numpy())


class VotingPair(nn.Module):
    """Two of them in one file: for clips alone, and for clips whose speaker is known."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.alone = VotingCnn(labels)
        self.known = VotingCnn(labels)
