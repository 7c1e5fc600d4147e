"""Training of the bundled local CNN: all windows of a stretch at once, and their utterance.

Beyond the paper, which draws single windows: a step sees every window of 32 stretches, so
neighbours share their columns, and half of the loss is that of the stretches' mean opinion.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from models.local_cnn import LocalCnn
from models.training.augmentation import Augmentation, augmented
from models.training.local_windows import FrontEnd, window_probabilities
from models.training.loop import Batch
from models.training.recordings import Recording

Values = NDArray[np.float32]
SILENCE = 10  # frames kept before and after speech
LIKELY = 1e-6


@dataclass(frozen=True, slots=True)
class StretchSettings:
    """How stretches are drawn."""

    frames: int = 150  # of a stretch
    stretches: int = 32  # in a batch
    tempo: float = 0.15  # a stretch is slower or faster by as much, at most
    utterance_share: float = 0.5  # of the loss
    label_smoothing: float = 0.05
    corpora: dict[str, float] = field(default_factory=lambda: {"ravdess": 0.7, "emodb": 0.3})
    augmentation: Augmentation = field(default_factory=Augmentation)


class StretchTask:
    """Every label is drawn as often, from the corpora that have it by their weights."""

    def __init__(
        self,
        name: str,
        train: Sequence[Recording],
        labels: Sequence[int],
        held: Sequence[Recording],
        held_labels: Sequence[int],
        front: FrontEnd,
        network: LocalCnn,
        settings: StretchSettings,
    ) -> None:
        self.name = name
        self.network: nn.Module = network
        self._labels = network.output.out_channels
        self._front, self._settings = front, settings
        self._held = list(zip(held, held_labels, strict=True))
        self._groups: dict[tuple[str, int], list[Recording]] = {}
        for recording, label in zip(train, labels, strict=True):
            self._groups.setdefault((recording.utterance.corpus, label), []).append(recording)
        self._keys = sorted(self._groups)
        weight = settings.corpora
        shares = np.array(
            [weight[c] / sum(weight[d] for d, other in self._keys if other == label)
             for c, label in self._keys]
        )  # fmt: skip
        self._shares = shares / shares.sum()

    def batch(self, choice: np.random.Generator) -> Batch:
        """Stretches (B, 40, frames) and their labels (B,)."""
        stretches, labels = [], []
        for index in choice.choice(len(self._keys), size=self._settings.stretches, p=self._shares):
            members = self._groups[self._keys[index]]
            stretches.append(self._stretch(members[int(choice.integers(len(members)))], choice).T)
            labels.append(self._keys[index][1])
        return torch.from_numpy(np.stack(stretches)), torch.tensor(labels)

    def _stretch(self, recording: Recording, choice: np.random.Generator) -> Values:
        """A variant of a part of a recording's speech, (frames, 40); short ones are repeated."""
        settings = self._settings
        values = augmented(recording.values, recording.voiced, choice, settings.augmentation)
        spoken = np.flatnonzero(recording.voiced)
        part = slice(max(0, spoken[0] - SILENCE), spoken[-1] + SILENCE + 1)
        values = _faster(
            self._front.scores(recording, values)[part],
            1 + choice.uniform(-settings.tempo, settings.tempo),
        )
        missing = settings.frames - len(values)
        if missing > 0:
            before = int(choice.integers(missing + 1))
            return np.pad(values, ((before, missing - before), (0, 0)), mode="wrap")
        first = int(choice.integers(1 - missing))
        return values[first : first + settings.frames]

    def loss(self, batch: Batch) -> Tensor:
        """Cross-entropy of the windows and of their mean opinion."""
        stretches, labels = batch
        assert isinstance(self.network, LocalCnn)
        with torch.autocast(stretches.device.type, torch.bfloat16):
            logits = self.network.stretch(stretches)
        opinions = logits.float().log_softmax(1)  # (B, labels, windows)
        smoothing, share = self._settings.label_smoothing, self._settings.utterance_share
        target = nn.functional.one_hot(labels, self._labels) * (1 - smoothing)
        target = (target + smoothing / self._labels).to(opinions)
        windows = -(target[:, :, None] * opinions).sum(1).mean()
        mean = -(target * opinions.mean(2).log_softmax(1)).sum(1).mean()
        return (1 - share) * windows + share * mean

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Likelihood and accuracy of held-out recordings of known speakers."""
        assert isinstance(network, LocalCnn)
        likelihood, right = [], []
        for recording, label in self._held:
            scores = self._front.scores(recording)
            found = window_probabilities(network, scores, recording.voiced)
            opinion = np.log(np.maximum(found, LIKELY)).mean(axis=0)
            likelihood.append(float(opinion[label] - np.log(np.exp(opinion).sum())))
            right.append(int(opinion.argmax()) == label)
        return {
            "score": float(np.mean(likelihood)), "loss": -float(np.mean(likelihood)),
            "accuracy": float(np.mean(right)),
        }  # fmt: skip


def _faster(values: Values, factor: float) -> Values:
    """Features (T, 40) at another tempo, linear between frames."""
    places = np.arange(0, len(values) - 1, factor)
    below = places.astype(int)
    part = (places - below)[:, None]
    between: Values = (values[below] * (1 - part) + values[below + 1] * part).astype(np.float32)
    return between
