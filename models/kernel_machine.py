"""A kernel machine: what the training utterances were that an utterance is most like.

Least-squares support vectors (Suykens, Vandewalle 1999): ridge regression of each label's
presence in the space of a Gaussian kernel. It is solved and not trained; see
`models.training.kernel_fit`.
"""

import torch
from torch import Tensor, nn

NEARNESS = 0.4  # of the kernel exp(-NEARNESS d^2 / features); by folds, as the two below
SHARPNESS = 8.0  # from what it finds, of which 1 is sure, to log odds
DIRECTIONS = 400  # of the features' space in which distances are measured


class KernelMachine(nn.Module):
    """Z-scores (B, features) -> logits (B, labels); of no centres, zeros."""

    directions: Tensor
    centres: Tensor
    shares: Tensor

    def __init__(self, features: int, labels: int, centres: int) -> None:
        """`directions` are scaled: where they lead, the nearness of a distance d is exp(-d^2)."""
        super().__init__()
        size = min(DIRECTIONS, features)
        self.register_buffer("directions", torch.zeros(features, size))
        self.register_buffer("centres", torch.zeros(centres, size))
        self.register_buffer("shares", torch.zeros(centres, labels))

    def forward(self, scores: Tensor) -> Tensor:
        """Sums in double precision on a CPU, where they hang on how many threads share them."""
        dtype = torch.float64 if scores.device.type == "cpu" else torch.float32
        places = scores.to(dtype) @ self.directions.to(dtype)
        near = torch.exp(-square_distances(places, self.centres.to(dtype)))
        return SHARPNESS * (near @ self.shares.to(dtype)).float()


def square_distances(rows: Tensor, others: Tensor) -> Tensor:
    """(n, d) and (m, d) -> (n, m)."""
    products = rows @ others.T
    lengths = rows.square().sum(dim=1, keepdim=True) + others.square().sum(dim=1)
    return (lengths - 2 * products).clamp_min(0)
