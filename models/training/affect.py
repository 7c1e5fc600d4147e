"""Training for valence and arousal as in Khorram et al. 2017, section 6.1.

One whole session a step, the loss 1 - CCC, features z-normalised by speaker, five
runs from other beginnings whose mean is the result.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.evaluation.continuous import concordance, root_mean_square_error
from core.normalisation import BandStatistics
from models.device import half_precision
from models.training.affect_sessions import AffectSession, advanced
from models.training.augmentation import Augmentation, augmented
from models.training.loop import Batch
from models.valence_arousal import prepared


def concordance_loss(true: Tensor, found: Tensor) -> Tensor:
    """1 - CCC of all frames of a batch (B, T) together."""
    x, y = true - true.mean(), found - found.mean()
    spread = x.square().mean() + y.square().mean() + (true.mean() - found.mean()).square()
    return 1 - 2 * (x * y).mean() / spread.clamp_min(1e-8)


def session_inputs(session: AffectSession, usual: BandStatistics) -> Tensor:
    """A session as networks take it, by its own statistics, (1, ceil(T / 4), 160)."""
    own = BandStatistics.of([session.values[session.voiced]])
    return prepared(session.values, own, usual)[None]


@dataclass
class AffectTask:
    """Learn one dimension; `draw` gives a session for each step."""

    name: str
    dimension: str
    network: nn.Module
    draw: Callable[[np.random.Generator], AffectSession]
    validation: Sequence[AffectSession]
    usual: BandStatistics  # of the speech that is learned from
    advance: float = 0.0  # seconds by which labels are taken earlier
    augmentation: Augmentation | None = None

    def batch(self, choice: np.random.Generator) -> Batch:
        """One session: inputs (1, T, 160) and labels (1, T)."""
        session = self.draw(choice)
        values = session.values
        if self.augmentation is not None:
            values = augmented(values, session.voiced, choice, self.augmentation)
        labels = advanced(session.labels[self.dimension], self.advance)
        inputs = session_inputs(replace(session, values=values), self.usual)
        return inputs, torch.from_numpy(labels)[None]

    def loss(self, batch: Batch) -> Tensor:
        """1 - CCC."""
        inputs, labels = batch
        with half_precision(inputs.device):
            found = self.network(inputs)
        return concordance_loss(labels, found.float())

    def validate(self, network: nn.Module) -> dict[str, float]:
        """CCC and RMSE over all frames of the validation sessions."""
        device = next(network.parameters()).device
        found = []
        with torch.inference_mode():
            for session in self.validation:
                inputs = session_inputs(session, self.usual)
                found.append(network(inputs.to(device))[0].cpu().numpy())
        true = [advanced(s.labels[self.dimension], self.advance) for s in self.validation]
        return figures(np.concatenate(true), np.concatenate(found))


def figures(true: NDArray[np.floating], found: NDArray[np.floating]) -> dict[str, float]:
    """CCC, RMSE, and what the loop wants of them."""
    agreement = concordance(true, found)
    error = root_mean_square_error(true, found)
    return {"ccc": agreement, "rmse": error, "loss": 1 - agreement, "score": agreement}
