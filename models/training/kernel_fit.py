"""Solving a kernel machine: Suykens, Vandewalle 1999."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.kernel_machine import NEARNESS, KernelMachine, square_distances

RIDGE = 0.2  # what it costs to follow a training utterance; by folds
LEAST_SPREAD = 1e-9  # of the widest; below is rounding
Rows = NDArray[np.float32]


def solve(
    machine: KernelMachine, scores: Rows, labels: NDArray[np.intp], chances: NDArray[np.float64]
) -> None:
    """Put into a machine what it is to know of z-scores (n, features) and their labels (n,).

    Utterances count as often as their chances (n,) say; distances are measured in the
    directions in which the scores spread most. All is rounded to float16, as checkpoints keep it.
    """
    exact = torch.from_numpy(scores).double()
    weights = torch.from_numpy(chances * len(chances) / chances.sum())
    scale = (NEARNESS / scores.shape[1]) ** 0.5
    directions = _rounded(_widest(exact, machine.directions.shape[1]) * scale)
    centres = _rounded(exact @ directions)
    kernel = torch.exp(-square_distances(centres, centres))
    kernel += torch.diag(RIDGE / weights)
    count = machine.shares.shape[1]
    wanted = torch.nn.functional.one_hot(torch.from_numpy(labels), count).double() - 1 / count
    machine.directions.copy_(directions)
    machine.centres.copy_(centres)
    machine.shares.copy_(_rounded(torch.linalg.solve(kernel, wanted)))


def _widest(rows: Tensor, count: int) -> Tensor:
    """Directions (features, count) in which rows (n, features) spread most; zeros where none do."""
    few = len(rows) < rows.shape[1]
    spread, axes = torch.linalg.eigh(rows @ rows.T if few else rows.T @ rows)
    there = min(count, int((spread > LEAST_SPREAD * spread[-1]).sum()))
    axes = axes.flip(1)[:, :there]
    result = torch.zeros(rows.shape[1], count, dtype=rows.dtype)
    result[:, :there] = torch.nn.functional.normalize(rows.T @ axes if few else axes, dim=0)
    return result


def _rounded(values: Tensor) -> Tensor:
    return values.half().double()
