"""The local CNN as a recogniser: windows that vote. Milde and Biemann 2015."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.animation import ModelId
from core.emotion import EMOTIONS, EmotionTrack
from core.monitor import Monitor
from core.normalisation import BandStatistics, z_score
from models.checkpoint import load_checkpoint, model_id
from models.device import Runner
from models.local_cnn import LONG, VotingCnn, VotingPair
from models.recognisers.recogniser import Speech
from models.spectrum import chunks

ROLE = "local-cnn"
BEFORE = (LONG.frames - 1) // 2  # frames of a window before its middle


class LocalCnnRecogniser:
    """See `Recogniser`. One network hears clips alone, the other those of known speakers."""

    name = ROLE
    uses_profile = True

    def __init__(self, folder: Path) -> None:
        """Read it from a folder of weights. Raises CheckpointError."""
        self._checkpoint = load_checkpoint(folder / f"{ROLE}.safetensors", ROLE)
        self._networks = VotingPair(len(EMOTIONS))
        self._checkpoint.fill(self._networks)
        self._networks.eval()

    @property
    def models(self) -> tuple[ModelId, ...]:
        """See `Recogniser`."""
        return (model_id(self._checkpoint),)

    def hear(self, speech: Speech, runner: Runner, monitor: Monitor) -> EmotionTrack:
        """See `Recogniser`: frames between the middles of two windows lie between them."""
        network, statistics = self._chosen(speech)
        network.exact(runner.device)
        weights = network.weights()
        timeline = speech.spectrum.timeline
        found = self._windows(speech, network, statistics, runner, monitor)
        probabilities = _spread(found, timeline.count)
        votes = _spread(weights.votes(found), timeline.count)
        return EmotionTrack(timeline, probabilities, speech.voiced, votes)

    def _chosen(self, speech: Speech) -> tuple[VotingCnn, BandStatistics]:
        """The network for a clip, and what its features are normalised with."""
        normalisation = self._checkpoint.normalisation
        if speech.profile is None:
            return self._networks.alone, normalisation.training
        return self._networks.known, speech.statistics(normalisation)

    def _windows(
        self,
        speech: Speech,
        network: VotingCnn,
        statistics: BandStatistics,
        runner: Runner,
        monitor: Monitor,
    ) -> NDArray[np.float64]:
        """Probabilities of the windows around every eighth frame, (windows, 7)."""

        def probabilities(features: Tensor) -> Tensor:
            return network.along(features).softmax(dim=1).float()

        count = speech.spectrum.timeline.count
        found = []
        for first, last in chunks(count):
            monitor.step("recognising emotion", first, count)
            middle = first + (last - first - 1) // LONG.shift * LONG.shift  # of the last window
            values = speech.spectrum.frames(first - BEFORE, middle - BEFORE + LONG.frames)
            features = torch.from_numpy(z_score(values, statistics))
            found.append(runner.run(network, probabilities, features, monitor))
        return torch.cat(found).double().numpy()


def _spread(rows: NDArray[np.float64], frames: int) -> NDArray[np.float32]:
    """Rows of windows (windows, 7) -> frames (frames, 7), linear, held at the end."""
    places = np.minimum(np.arange(frames) / LONG.shift, len(rows) - 1)
    below = np.minimum(places.astype(int), max(len(rows) - 2, 0))
    part = (places - below)[:, None]
    above = np.minimum(below + 1, len(rows) - 1)
    between = rows[below] * (1 - part) + rows[above] * part
    result: NDArray[np.float32] = between.astype(np.float32)
    return result
