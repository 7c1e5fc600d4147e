"""From timed speech sounds to the motion of a mouth: the teacher of voices that were never filmed.

A small convolutional network reads the articulation of the sounds around a frame
(which says nothing of the voice) and gives shape parameters. It is trained on the
filmed speaker with his sentences aligned, and then labels any speech whose sounds
and times are known. The idea of driving a face from phonemes is Taylor et al. 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.shape_model import COMPONENTS
from models.training.phones import NUMBERS

WIDTH, KERNEL, DILATIONS = 96, 9, (1, 2, 4)  # sees 0.57 s
DROPOUT = 0.2


@dataclass(frozen=True, slots=True)
class TeacherRecipe:
    """How the teacher is trained; half a minute on two cores."""

    epochs: int = 16
    batch: int = 16
    learning_rate: float = 4e-3
    seed: int = 1


class MouthOfSounds(nn.Module):
    """Articulation (B, T, 19) -> shape parameters (B, T, 18)."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = NUMBERS
        for dilation in DILATIONS:
            padding = dilation * (KERNEL // 2)
            layers += [nn.Conv1d(channels, WIDTH, KERNEL, padding=padding, dilation=dilation)]
            layers += [nn.ReLU(), nn.Dropout(DROPOUT)]
            channels = WIDTH
        self.layers = nn.Sequential(*layers, nn.Conv1d(channels, COMPONENTS, 1))
        self.scale = scale  # so that the network works with numbers around 1

    def forward(self, articulation: Tensor) -> Tensor:
        """See the class."""
        result: Tensor = self.layers(articulation.transpose(1, 2)).transpose(1, 2)
        return result * self.scale

    def label(self, articulation: NDArray[np.float32]) -> NDArray[np.float32]:
        """One recording, (T, 19) -> (T, 18)."""
        self.eval()
        with torch.inference_mode():
            result: NDArray[np.float32] = self(torch.from_numpy(articulation)[None])[0].numpy()
        return result


def train_teacher(
    articulations: Sequence[NDArray[np.float32]],
    targets: Sequence[NDArray[np.float32]],
    recipe: TeacherRecipe,
) -> MouthOfSounds:
    """Fit to recordings of equal length, each (T, 19) and (T, 18)."""
    torch.manual_seed(recipe.seed)
    order = np.random.default_rng(recipe.seed)
    inputs = torch.from_numpy(np.stack(articulations))
    wanted = torch.from_numpy(np.stack(targets))
    scale = float(wanted.flatten(0, 1).std(dim=0).max())
    teacher = MouthOfSounds(scale)
    batches = -(-len(inputs) // recipe.batch)
    optimiser = torch.optim.Adam(teacher.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.learning_rate, total_steps=recipe.epochs * batches
    )
    teacher.train()
    for _ in range(recipe.epochs):
        for rows in np.array_split(order.permutation(len(inputs)), batches):
            loss = ((teacher(inputs[rows]) - wanted[rows]) / scale).square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return teacher.eval()
