"""DERN as a recogniser: each frame by itself, and utterances by the paper's equations."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.animation import ModelId
from core.emotion import EMOTIONS, EmotionTrack
from core.monitor import Monitor
from core.normalisation import z_score
from models.checkpoint import load_checkpoint, model_id
from models.dense_dern import DenseDern
from models.dern import CONTEXT, Dern
from models.device import Runner
from models.recognisers.recogniser import Speech
from models.spectrum import chunks


class DernRecogniser:
    """See `Recogniser`."""

    name = "dern"

    def __init__(self, folder: Path) -> None:
        """Read it from a folder of weights. Raises CheckpointError."""
        self._checkpoint = load_checkpoint(folder / "dern.safetensors", "dern")
        network = Dern()
        self._checkpoint.fill(network)
        self._dern = DenseDern(network.eval())

    @property
    def models(self) -> tuple[ModelId, ...]:
        """See `Recogniser`."""
        return (model_id(self._checkpoint),)

    @property
    def uses_profile(self) -> bool:
        """See `Recogniser`."""
        return self._checkpoint.normalisation.method == "speaker"

    def hear(self, speech: Speech, runner: Runner, monitor: Monitor) -> EmotionTrack:
        """See `Recogniser`."""
        statistics = speech.statistics(self._checkpoint.normalisation)
        timeline = speech.spectrum.timeline
        result = np.empty((timeline.count, len(EMOTIONS)), dtype=np.float32)
        for first, last in chunks(timeline.count):
            monitor.step("recognising emotion", first, timeline.count)
            values = speech.spectrum.frames(first - CONTEXT, last + CONTEXT)
            features = torch.from_numpy(z_score(values, statistics))
            result[first:last] = runner.run(
                self._dern, self._probabilities, features, monitor
            ).numpy()
        return EmotionTrack(timeline, result, speech.voiced)

    def _probabilities(self, features: Tensor) -> Tensor:
        logits: Tensor = self._dern(features)
        return logits.softmax(dim=1)
