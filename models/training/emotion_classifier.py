"""Classifiers of features for the comparison of Bao, Neumann, Vu 2019, section 4.3."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from models.cyclegan import dense
from models.training.loop import CPU

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ClassifierRecipe:
    """As it stands, the paper's for real features."""

    hidden: tuple[int, ...] = (100, 100)
    dropout: float = 0.2
    batch: int = 64
    learning_rate: float = 1e-5
    epochs: int = 70


def standardised(rows: Rows, by: Rows | None = None) -> Rows:
    """Z-scores by the statistics of `by`, or by the rows' own."""
    known = rows if by is None else by
    deviation = np.maximum(known.std(axis=0), 1e-6)
    result: Rows = ((rows - known.mean(axis=0)) / deviation).astype(np.float32)
    return result


def train_classifier(
    rows: Rows,
    labels: NDArray[np.intp],
    classes: int,
    recipe: ClassifierRecipe,
    seed: int,
    device: torch.device = CPU,
) -> nn.Sequential:
    """Adam and cross-entropy over standardised rows (n, features) and their labels (n,).

    The network ends on the CPU.
    """
    torch.manual_seed(seed)
    network = dense(rows.shape[1], recipe.hidden, classes, dropout=recipe.dropout).to(device)
    optimiser = torch.optim.Adam(network.parameters(), recipe.learning_rate)
    inputs, targets = torch.from_numpy(rows).to(device), torch.from_numpy(labels).to(device)
    for _ in range(recipe.epochs):
        order = torch.randperm(len(inputs)).to(device)
        for first in range(0, len(order), recipe.batch):
            batch = order[first : first + recipe.batch]
            loss = nn.functional.cross_entropy(network(inputs[batch]), targets[batch])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    return network.to(CPU).eval()


def found_labels(network: nn.Module, rows: Rows) -> NDArray[np.intp]:
    """The most probable class of each row, (n,)."""
    with torch.inference_mode():
        found: NDArray[np.intp] = network(torch.from_numpy(rows)).argmax(dim=1).numpy()
    return found
