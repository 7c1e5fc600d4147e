"""Functionals as a recogniser: each utterance as a whole, long ones a few seconds at a time."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.animation import ModelId
from core.emotion import EMOTIONS, NEUTRAL, EmotionTrack
from core.functionals import NAMES, SET
from core.monitor import Monitor
from core.utterance_features import spoken_features
from models.checkpoint import load_checkpoint, model_id
from models.device import Runner
from models.functionals import FunctionalsNet, acquaintance, leaning, z_scores
from models.recognisers.recogniser import Speech


class FunctionalsRecogniser:
    """See `Recogniser`."""

    name = "functionals"

    def __init__(self, folder: Path) -> None:
        """Read it from a folder of weights. Raises CheckpointError."""
        self._checkpoint = load_checkpoint(folder / "functionals.safetensors", "functionals")
        self._network = FunctionalsNet.of(self._checkpoint)
        self._usual = self._network.usual  # read while the network is on the CPU

    @property
    def models(self) -> tuple[ModelId, ...]:
        """See `Recogniser`."""
        return (model_id(self._checkpoint),)

    @property
    def uses_profile(self) -> bool:
        """See `Recogniser`."""
        return True

    def hear(self, speech: Speech, runner: Runner, monitor: Monitor) -> EmotionTrack:
        """See `Recogniser`. A frame has the probabilities of its piece of speech."""
        timeline = speech.spectrum.timeline
        samples = speech.clip.samples
        heard = spoken_features(samples, speech.spectrum.frames, speech.voiced, monitor)
        if not heard.pieces:
            nobody = np.zeros((timeline.count, len(EMOTIONS)), np.float32)
            nobody[:, NEUTRAL] = 1.0
            return EmotionTrack(timeline, nobody, speech.voiced)
        found = self._probabilities(heard.values, speech, runner, monitor)
        spread = found[_nearest(heard.pieces, timeline.count)]
        return EmotionTrack(timeline, spread, speech.voiced, spread)

    def _probabilities(
        self, rows: NDArray[np.float32], speech: Speech, runner: Runner, monitor: Monitor
    ) -> NDArray[np.float32]:
        """Of each piece, (n, 7)."""
        profile = speech.profile
        own = profile.sets.get(SET) if profile is not None else None
        scores = [z_scores(rows, self._usual)]
        if own is not None and own.count and len(own.mean) == len(NAMES):
            scores.append(z_scores(rows, leaning(own, self._usual)))
        share = acquaintance(own.count) if own is not None else 0.0

        def apply(values: Tensor) -> Tensor:
            logits: Tensor = self._network(*values, share=share)
            return logits.softmax(dim=1)

        values = torch.from_numpy(np.stack(scores))
        result: NDArray[np.float32] = runner.run(self._network, apply, values, monitor).numpy()
        return result


def _nearest(pieces: tuple[tuple[int, int], ...], count: int) -> NDArray[np.intp]:
    """The piece that each frame belongs to or lies nearest to, (count,)."""
    cuts = [(before[1] + after[0]) // 2 for before, after in pairwise(pieces)]
    lengths = np.diff([0, *cuts, count])
    return np.repeat(np.arange(len(pieces)), lengths)
