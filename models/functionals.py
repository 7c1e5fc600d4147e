"""Classifiers of utterance functionals: one for anybody, one for speakers who are known.

Each is a network (Bao, Neumann, Vu 2019, section 4.3: dense layers with leaky ReLUs and dropout)
and a kernel machine, whose opinions are joined. Features are z-scored by what is usual in the
training set, or by what is usual for their speaker.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.emotion import EMOTIONS
from core.functionals import NAMES, VOICED
from core.speaker_profile import FeatureStatistics
from models.checkpoint import Checkpoint
from models.cyclegan import dense
from models.kernel_machine import KernelMachine

HIDDEN = (256,)
INPUT_DROPOUT = 0.5
DROPOUT = 0.5
KERNEL = 2.0  # how much the kernel machine's opinion counts beside the network's
LIMIT = 4.0  # deviations
LEANING = 4.0  # utterances of usual speech that count beside a speaker's own
ACQUAINTED = 6.0  # utterances of a speaker from which on he is rather known than anybody
LEAST_DEVIATION = 1e-3


def z_scores(rows: NDArray[np.floating], statistics: FeatureStatistics) -> NDArray[np.float32]:
    """Features (n, features) -> (n, features) within +-`LIMIT`, 0 where a voice was not heard."""
    exact = np.asarray(rows, np.float64)
    scores = (exact - statistics.mean) / np.maximum(statistics.std, LEAST_DEVIATION)
    scores[~exact[:, VOICED].any(axis=1), VOICED] = 0.0
    result: NDArray[np.float32] = np.clip(scores, -LIMIT, LIMIT).astype(np.float32)
    return result


def leaning(speaker: FeatureStatistics, usual: FeatureStatistics) -> FeatureStatistics:
    """What to z-score the features of a speaker by, of whom there may be little."""
    return speaker.leaning_on(usual, LEANING)


def acquaintance(count: int) -> float:
    """How much is left to the classifier for known speakers after so many utterances of one."""
    return count**2 / (count**2 + ACQUAINTED**2)


class Head(nn.Module):
    """Z-scores (B, features) -> logits (B, 7): in training of the network, later of both."""

    def __init__(self, features: int, centres: int) -> None:
        super().__init__()
        self.network = nn.Sequential(
            nn.Dropout(INPUT_DROPOUT), dense(features, HIDDEN, len(EMOTIONS), dropout=DROPOUT)
        )
        self.kernel = KernelMachine(features, len(EMOTIONS), centres)

    def forward(self, scores: Tensor) -> Tensor:
        """A kernel machine without centres has no opinion."""
        logits: Tensor = self.network(scores)
        if self.training or len(self.kernel.centres) == 0:
            return logits
        near: Tensor = self.kernel(scores).log_softmax(dim=1)
        return (logits.log_softmax(dim=1) + KERNEL * near) / (1 + KERNEL)


class FunctionalsNet(nn.Module):
    """Two classifiers, and what is usual in the training set for each feature."""

    mean: Tensor
    std: Tensor

    def __init__(self, features: int = len(NAMES), centres: tuple[int, int] = (0, 0)) -> None:
        """`centres` of the kernel machine for anybody, and of the one for known speakers."""
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("std", torch.ones(features))
        self.anybody = Head(features, centres[0])
        self.known = Head(features, centres[1])

    @classmethod
    def of(cls, checkpoint: Checkpoint) -> "FunctionalsNet":
        """With a checkpoint's weights, ready to hear. Raises CheckpointError."""
        found = (checkpoint.weights.get(f"{head}.kernel.centres") for head in ("anybody", "known"))
        anybody, known = (len(t) if t is not None and t.ndim else 0 for t in found)
        network = cls(centres=(anybody, known))
        checkpoint.fill(network)
        return network.eval()

    @property
    def usual(self) -> FeatureStatistics:
        """Of the training set; rounded to float16, as checkpoints keep it."""
        return FeatureStatistics(self.mean.cpu().numpy(), self.std.cpu().numpy(), 0)

    @usual.setter
    def usual(self, statistics: FeatureStatistics) -> None:
        self.mean.copy_(torch.from_numpy(statistics.mean).half().float())
        self.std.copy_(torch.from_numpy(statistics.std).half().float())

    def forward(
        self, scores: Tensor, profiled: Tensor | None = None, share: Tensor | float = 1.0
    ) -> Tensor:
        """Z-scores (B, features) by what is usual, and by profiles -> logits (B, 7).

        `share`, of all or (B, 1), is left to the classifier for known speakers.
        """
        anybody: Tensor = self.anybody(scores).log_softmax(dim=1)
        if profiled is None:
            return anybody
        return torch.lerp(anybody, self.known(profiled).log_softmax(dim=1), share)
