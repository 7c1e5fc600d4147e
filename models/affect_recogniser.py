"""Valence and arousal of a clip, by the ensembles of Khorram et al. 2017.

For each dimension five networks that began differently; their mean is the track, and
how far they disagree its band. Long clips run in chunks with the context that the
networks need, so that chunks make no difference to the result.
"""

import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from core.affect import DIMENSIONS, FILE, ROLE, AffectTrack
from core.animation import ModelId
from core.monitor import Monitor
from models.checkpoint import Checkpoint, load_checkpoint, model_id
from models.device import Runner
from models.recognisers.recogniser import Speech
from models.valence_arousal import (
    DOWN_UP,
    PERIOD,
    STACKED,
    WIDTHS,
    DownUp,
    prepared,
    reach,
    stacked_timeline,
)

RUNS = 5  # section 6.1
T_QUANTILE = 2.776  # Student's t at 97.5 %, four degrees of freedom
CHUNK = 30 * PERIOD  # frames, 97 s
CONTEXT = math.ceil(max(reach(DOWN_UP, PERIOD)) / PERIOD) * PERIOD


class Ensemble(nn.Module):
    """Five networks for valence and five for arousal."""

    def __init__(self) -> None:
        super().__init__()
        self.runs = nn.ModuleDict(
            {name: nn.ModuleList(DownUp(WIDTHS[name]) for _ in range(RUNS)) for name in DIMENSIONS}
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Stacked features (T, 160) -> what each network says, (2, 5, T)."""
        rows = [[run(inputs[None])[0] for run in self.members(name)] for name in DIMENSIONS]
        return torch.stack([torch.stack(row) for row in rows])

    def members(self, dimension: str) -> list[DownUp]:
        """The networks of one dimension."""
        members = self.runs[dimension]
        assert isinstance(members, nn.ModuleList)
        return [member for member in members if isinstance(member, DownUp)]


class AffectRecogniser:
    """The trained ensembles of one file."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.model: ModelId = model_id(checkpoint)
        self._usual = checkpoint.normalisation.training
        self._network = Ensemble()
        checkpoint.fill(self._network)
        self._network.eval()

    @classmethod
    def load(cls, folder: Path) -> "AffectRecogniser | None":
        """Those of a folder of weights, or None where it has none.

        Raises CheckpointError, naming the file, where it is of no use.
        """
        path = folder / FILE
        return cls(load_checkpoint(path, ROLE)) if path.is_file() else None

    def hear(self, speech: Speech, runner: Runner, monitor: Monitor) -> AffectTrack:
        """The track of a clip; at rest throughout where nobody speaks."""
        timeline = stacked_timeline(speech.spectrum.timeline)
        mean = np.zeros((len(DIMENSIONS), timeline.count), np.float32)
        band = np.zeros_like(mean)
        for first in range(0, timeline.count if speech.voiced.any() else 0, CHUNK):
            monitor.step("hearing valence and arousal", first, timeline.count)
            last = min(first + CHUNK, timeline.count)
            runs = self._runs(speech, first, last, runner, monitor)
            mean[:, first:last] = runs.mean(axis=1)
            band[:, first:last] = runs.std(axis=1, ddof=1) * (T_QUANTILE / math.sqrt(RUNS))
        return AffectTrack(timeline, *mean.clip(-1, 1), *band)

    def _runs(
        self, speech: Speech, first: int, last: int, runner: Runner, monitor: Monitor
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        """What each network says of values `first` to `last`, (2, 5, last - first)."""
        spectrum = speech.spectrum
        low = max(first - CONTEXT, 0)
        high = min((last + CONTEXT) * STACKED, spectrum.timeline.count)
        own = speech.own if speech.profile is None else speech.profile.bands
        inputs = prepared(spectrum.frames(low * STACKED, high), own, self._usual)
        runs = runner.run(self._network, self._network, inputs, monitor).numpy()
        return runs[:, :, first - low : last - low]
