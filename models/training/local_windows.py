"""Training of the local CNN: windows of labelled recordings, and transfer. Milde, Biemann 2015."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.normalisation import Normalisation
from models.local_cnn import Layout, LocalCnn
from models.training.heard_clip import (
    Speakers,
    normalised,
    speaker_statistics,
    speech_statistics,
)
from models.training.lesson import heard_clip
from models.training.loop import Batch
from models.training.recordings import Recording
from models.training.schedule import Pace

Values = NDArray[np.float32]
# 2.6: from 0.02 to 0.0001 and from 0.9 to 0.999, linear; transferred weights begin at 0.01.
PACE = Pace(
    optimiser="nesterov", learning_rate=0.02, last_rate=0.005, decay="linear", warm_up=0,
    momentum=(0.9, 0.999), gradient_norm=1e6, average=0.0, patience=1_000_000,
)  # fmt: skip
TRANSFER_PACE = Pace(
    optimiser="nesterov", learning_rate=0.01, last_rate=0.01, decay="linear", warm_up=0,
    momentum=(0.9, 0.999), gradient_norm=1e6, average=0.0, patience=1_000_000,
)  # fmt: skip
HELD_SHARE = 0.01  # of all windows, by which an epoch is judged: known speakers


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """How recordings become a network's input; `speakers` is for the method "speaker"."""

    normalisation: Normalisation
    speakers: Speakers

    @classmethod
    def of(
        cls, method: str, train: Sequence[Recording], everyone: Sequence[Recording]
    ) -> "FrontEnd":
        """The training set's statistics, and each speaker's over all his clips."""
        training = speech_statistics(heard_clip(recording, "train") for recording in train)
        speakers = speaker_statistics(heard_clip(recording, "") for recording in everyone)
        return cls(Normalisation(method, training), speakers)

    def scores(self, recording: Recording, values: Values | None = None) -> Values:
        """Normalised features (T, 40) of a recording, or of a variant `values` of it."""
        values = recording.values if values is None else values
        return normalised(heard_clip(recording, ""), values, self.normalisation, self.speakers)


def windowed(values: Values, layout: Layout) -> tuple[Values, NDArray[np.intp]]:
    """Features (T, 40) with edges replicated, and the middle frame of each of their windows.

    As recognisers take them: the middles are 0, `shift`, 2 `shift` and so on.
    """
    before = (layout.frames - 1) // 2
    middles = np.arange(0, len(values), layout.shift)
    after = int(middles[-1]) + layout.frames - before - len(values)
    return np.pad(values, ((before, max(after, 0)), (0, 0)), mode="edge"), middles


def window_probabilities(
    network: LocalCnn, values: Values, voiced: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Of a recording's normalised features (T, 40): windows around speech, (windows, labels).

    All windows where there is no speech.
    """
    padded, middles = windowed(values, network.layout)
    with torch.inference_mode():
        found: NDArray[np.float32] = network.along(torch.from_numpy(padded)).softmax(1).numpy()
    spoken = voiced[middles]
    return found[spoken] if spoken.any() else found


@dataclass(frozen=True, slots=True)
class LabelledWindows:
    """Windows of recordings, joined one after another: (N, 40), where each begins, its label."""

    values: Values
    starts: NDArray[np.intp]
    labels: NDArray[np.intp]

    @classmethod
    def of(
        cls, recordings: Sequence[Recording], labels: Sequence[int], front: FrontEnd, layout: Layout
    ) -> "LabelledWindows":
        """All windows around speech, as they follow each other."""
        blocks, starts, found, offset = [], [], [], 0
        for recording, label in zip(recordings, labels, strict=True):
            padded, middles = windowed(front.scores(recording), layout)
            spoken = middles[recording.voiced[middles]]
            blocks.append(padded)
            starts.append(offset + spoken)
            found.append(np.full(len(spoken), label))
            offset += len(padded)
        return cls(np.concatenate(blocks), np.concatenate(starts), np.concatenate(found))

    def take(self, chosen: NDArray[np.intp], frames: int) -> tuple[Tensor, Tensor]:
        """Windows (B, 40, frames) and labels (B,)."""
        rows = self.starts[chosen][:, None] + np.arange(frames)
        windows = self.values[rows].transpose(0, 2, 1)
        return torch.from_numpy(windows), torch.from_numpy(self.labels[chosen])


class WindowTask:
    """Learn the label of each window; each label is drawn equally often."""

    def __init__(
        self,
        name: str,
        windows: LabelledWindows,
        network: LocalCnn,
        seed: int,
        batch_size: int = 128,
    ) -> None:
        self.name = name
        self.network: nn.Module = network
        self._frames = network.layout.frames
        self._windows, self._size = windows, batch_size
        order = np.random.default_rng(seed).permutation(len(windows.starts))
        held = max(1, round(HELD_SHARE * len(order)))
        self._held = order[:held]
        labels = windows.labels[order[held:]]
        self._members = [order[held:][labels == label] for label in np.unique(labels)]

    def batch(self, choice: np.random.Generator) -> Batch:
        """Windows (B, 40, 11) of random recordings, and their labels (B,)."""
        labels = choice.integers(len(self._members), size=self._size)
        places = choice.random(self._size)
        chosen = [self._members[k][int(p * len(self._members[k]))]
                  for k, p in zip(labels, places, strict=True)]  # fmt: skip
        return self._windows.take(np.array(chosen), self._frames)

    def loss(self, batch: Batch) -> Tensor:
        """Cross-entropy."""
        windows, labels = batch
        with torch.autocast(windows.device.type, torch.bfloat16):
            logits = self.network(windows)
        return nn.functional.cross_entropy(logits.float(), labels)

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Loss and accuracy of the held-out windows, of known speakers."""
        device = next(network.parameters()).device
        windows, labels = self._windows.take(self._held, self._frames)
        with torch.inference_mode():
            logits = network(windows.to(device)).cpu()
        loss = float(nn.functional.cross_entropy(logits, labels))
        accuracy = float((logits.argmax(1) == labels).float().mean())
        return {"score": -loss, "loss": loss, "accuracy": accuracy}


def transferred(source: LocalCnn, target: LocalCnn, convolutions_only: bool) -> LocalCnn:
    """`target` with the weights of `source`: of the convolutions, or of all layers that fit.

    2.5. The output layer fits only where both have as many labels.
    """
    target.convolutions.load_state_dict(source.convolutions.state_dict())
    if not convolutions_only:
        target.first.load_state_dict(source.first.state_dict())
        target.second.load_state_dict(source.second.state_dict())
        if source.output.weight.shape == target.output.weight.shape:
            target.output.load_state_dict(source.output.state_dict())
    return target


def labels_by(
    recordings: Sequence[Recording], key: Callable[[Recording], str]
) -> tuple[list[str], list[int]]:
    """What there is of a property, sorted, and each recording's place in it."""
    names = sorted({key(recording) for recording in recordings})
    return names, [names.index(key(recording)) for recording in recordings]
