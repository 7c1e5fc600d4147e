"""DERN: speech spectrum -> which of seven emotions. Table I of Sadiq et al. 2019."""

from dataclasses import dataclass

from torch import Tensor, nn

from core.emotion import EMOTIONS

WINDOW_FRAMES = 15  # K_a
CONTEXT = WINDOW_FRAMES // 2


@dataclass(frozen=True, slots=True)
class Conv:
    """Convolution of 5 x 5, keeping the size, ReLU, then maximum over 3 x 3, stride 2."""

    channels: int


# Table I   bands x frames left:  40 x 15
CONVOLUTIONS = (
    Conv(32),  #                  19 x 7
    Conv(64),  #                   9 x 3
    Conv(128),  #                  4 x 1
)
KERNEL, POOL, STRIDE = 5, 3, 2
FLAT = 128 * 4 * 1  # what the convolutions leave
HIDDEN = 256
DROPOUT = 0.3  # the paper names no rate; with one half training ended underfitted


class Dern(nn.Module):
    """Input is normalised MFSC windows; output is logits of the seven emotions."""

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 1
        for row in CONVOLUTIONS:
            layers += [
                nn.Conv2d(channels, row.channels, KERNEL, padding=KERNEL // 2),
                nn.ReLU(),
                nn.MaxPool2d(POOL, stride=STRIDE),
            ]
            channels = row.channels
        self.convolutions = nn.Sequential(*layers)
        self.hidden = nn.Linear(FLAT, HIDDEN)
        self.dropout = nn.Dropout(DROPOUT)
        self.output = nn.Linear(HIDDEN, len(EMOTIONS))

    def forward(self, windows: Tensor) -> Tensor:
        """Windows (B, 40, 15) -> logits (B, 7)."""
        maps = self.convolutions(windows.unsqueeze(1))  # (B, 128, 4, 1)
        hidden = self.dropout(self.hidden(maps.flatten(1)).relu())  # (B, 256)
        logits: Tensor = self.output(hidden)
        return logits


def windows_of(features: Tensor) -> Tensor:
    """Features with context (T + 14, 40) -> the window around each frame (T, 40, 15), a view."""
    return features.unfold(0, WINDOW_FRAMES, 1)
