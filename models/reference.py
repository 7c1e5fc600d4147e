"""The cascade window by window, the way the paper's code would run it.

Nobody waits for this: it is what `visemo benchmark` measures the cascade against, and
what it compares its numbers with.
"""

from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from core.clip import Clip
from core.lips import uncrossed
from core.mfsc import mfsc
from core.normalisation import BandStatistics, z_score
from core.voice_activity import frame_energy, voiced_frames
from models.cascade import face_path
from models.checkpoint import Checkpoint, load_checkpoint
from models.dern import CONTEXT, Dern, windows_of
from models.dsrn import Dsrn, overlap_mean

BATCH = 128  # windows
Network = TypeVar("Network", bound=nn.Module)


class PlainCascade:
    """DERN and some DSRNs, each of which has the same weight in every frame."""

    def __init__(self, weights: Path, faces: dict[str, float]) -> None:
        self._recogniser = load_checkpoint(weights / "dern.safetensors", "dern")
        self._dern = trained(Dern(), self._recogniser)
        self._faces = []
        for name, share in faces.items():
            checkpoint = load_checkpoint(face_path(weights, name), "dsrn")
            self._faces.append((trained(Dsrn(), checkpoint), checkpoint, share))

    def run(self, clip: Clip) -> tuple[Tensor, Tensor]:
        """Emotion probabilities (T, 7) and shape parameters (T, 18)."""
        features = mfsc(clip.samples)
        values, voiced = features.values, voiced_frames(frame_energy(features.values))
        own = BandStatistics.of([values[voiced]])
        padded = np.pad(values, ((CONTEXT, CONTEXT), (0, 0)), mode="edge")

        def estimates(network: nn.Module, checkpoint: Checkpoint) -> Tensor:
            statistics = checkpoint.normalisation.statistics(own)
            return by_windows(network, torch.from_numpy(z_score(padded, statistics)))

        probabilities = estimates(self._dern, self._recogniser).softmax(dim=1)
        fused = [share * estimates(network, file) for network, file, share in self._faces]
        moved = overlap_mean(torch.stack(fused).sum(dim=0))
        shape_model = self._faces[0][1].shape_model
        assert shape_model is not None
        return probabilities, torch.from_numpy(uncrossed(moved.numpy(), shape_model))


def by_windows(network: nn.Module, features: Tensor) -> Tensor:
    """Features with context (T + 14, 40), cut into the windows around each frame -> (T, ...)."""
    batches = torch.split(windows_of(features), BATCH)
    with torch.inference_mode():
        return torch.cat([network(batch.contiguous()) for batch in batches])


def trained(network: Network, checkpoint: Checkpoint) -> Network:
    """The network, with a checkpoint's weights and ready for inference."""
    checkpoint.fill(network)
    network.eval()
    return network
