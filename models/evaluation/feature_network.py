"""A dense network on one vector of features for each utterance: net0 of Milde and Biemann 2015."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.corpora.splits import Split
from core.monitor import SILENT, Monitor
from models.training.loop import CPU, Batch, fit
from models.training.schedule import Schedule

HIDDEN, DROPOUT = 500, 0.5  # three layers, as the paper says, and its dropout
BATCH = 64  # utterances
HELD_SHARE = 0.05  # of the training utterances, by which an epoch is judged
LIMIT = 5.0  # deviations


def dense_network(features: int, classes: int) -> nn.Module:
    """Features (B, F) -> logits (B, classes)."""
    layers = nn.Sequential(
        nn.Linear(features, HIDDEN), nn.ReLU(), nn.Dropout(DROPOUT),
        nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Dropout(DROPOUT),
        nn.Linear(HIDDEN, classes),
    )  # fmt: skip
    for layer in layers:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    return layers


class _Task:
    """Learn the label of each vector; each label is drawn equally often."""

    def __init__(
        self, features: NDArray[np.float32], labels: NDArray[np.integer], classes: int, seed: int
    ) -> None:
        self.name = "features"
        self.network = dense_network(features.shape[1], classes)
        self._features, self._labels = torch.from_numpy(features), torch.from_numpy(labels)
        order = np.random.default_rng(seed).permutation(len(labels))
        held = max(1, round(HELD_SHARE * len(order)))
        self._held = order[:held]
        own = order[held:]
        self._members = [own[labels[own] == label] for label in np.unique(labels[own])]

    def batch(self, choice: np.random.Generator) -> Batch:
        drawn = choice.integers(len(self._members), size=BATCH)
        chosen = np.array([choice.choice(self._members[label]) for label in drawn])
        return self._features[chosen], self._labels[chosen]

    def loss(self, batch: Batch) -> Tensor:
        features, labels = batch
        return nn.functional.cross_entropy(self.network(features), labels)

    def validate(self, network: nn.Module) -> dict[str, float]:
        device = next(network.parameters()).device
        with torch.inference_mode():
            logits = network(self._features[self._held].to(device)).cpu()
        loss = float(nn.functional.cross_entropy(logits, self._labels[self._held]))
        return {"score": -loss, "loss": loss}


def feature_network(
    features: NDArray[np.float32],
    labels: NDArray[np.integer],
    split: Split,
    classes: int,
    schedule: Schedule,
    run: Path,
    monitor: Monitor = SILENT,
    device: torch.device = CPU,
) -> NDArray[np.float64]:
    """Train on a split's utterances (n, F); probabilities (validation, classes) of the others."""
    train = features[list(split.train)]
    mean, std = train.mean(axis=0), np.maximum(train.std(axis=0), 1e-6)
    scores = np.clip((features - mean) / std, -LIMIT, LIMIT).astype(np.float32)
    torch.manual_seed(schedule.seed)
    chosen = list(split.train)
    task = _Task(scores[chosen], np.asarray(labels)[chosen], classes, schedule.seed)
    fit(task, schedule, run, monitor, device)
    with torch.inference_mode():
        logits = task.network.eval()(torch.from_numpy(scores[list(split.validation)]))
    result: NDArray[np.float64] = logits.softmax(1).double().numpy()
    return result
