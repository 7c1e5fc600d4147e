"""A classifier of utterance functionals: one network for anybody, one for speakers who are known.

Bao, Neumann, Vu 2019, section 4.3: dense layers with leaky ReLUs and dropout. Features are
z-scored by what is usual in the training set, or by what is usual for their speaker.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.emotion import EMOTIONS
from core.functionals import NAMES, VOICED
from core.speaker_profile import FeatureStatistics
from models.cyclegan import dense

HIDDEN = (256,)
INPUT_DROPOUT = 0.5
DROPOUT = 0.5
LIMIT = 4.0  # deviations
LEANING = 4.0  # utterances of usual speech that count beside a speaker's own
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


def head(features: int) -> nn.Sequential:
    """Z-scores (B, features) -> logits (B, 7)."""
    return nn.Sequential(
        nn.Dropout(INPUT_DROPOUT), dense(features, HIDDEN, len(EMOTIONS), dropout=DROPOUT)
    )


class FunctionalsNet(nn.Module):
    """Two classifiers, and what is usual in the training set for each feature."""

    mean: Tensor
    std: Tensor

    def __init__(self, features: int = len(NAMES)) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("std", torch.ones(features))
        self.anybody = head(features)
        self.known = head(features)

    @property
    def usual(self) -> FeatureStatistics:
        """Of the training set; rounded to float16, as checkpoints keep it."""
        return FeatureStatistics(self.mean.cpu().numpy(), self.std.cpu().numpy(), 0)

    @usual.setter
    def usual(self, statistics: FeatureStatistics) -> None:
        self.mean.copy_(torch.from_numpy(statistics.mean).half().float())
        self.std.copy_(torch.from_numpy(statistics.std).half().float())

    def forward(self, scores: Tensor) -> Tensor:
        """Z-scores (B, features) by what is usual -> logits (B, 7) for anybody."""
        logits: Tensor = self.anybody(scores)
        return logits
