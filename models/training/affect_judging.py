"""How well ensembles follow valence and arousal of speakers they never learned from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.affect import DIMENSIONS
from core.evaluation.continuous import concordance, root_mean_square_error, roughness
from core.evaluation.recognition import bootstrap_interval
from core.normalisation import BandStatistics
from models.training.affect import session_inputs
from models.training.affect_material import AffectMaterial
from models.training.affect_sessions import advanced, spoken, target
from models.training.recordings import Recording
from models.valence_arousal import prepared

RESAMPLES = 1_000
Contour = NDArray[np.float32]
Figure = Callable[[Contour, Contour], float]


@dataclass(frozen=True, slots=True)
class Judged:
    """Contours of sessions, as they are labelled and as each run of an ensemble found them."""

    true: list[Contour]  # (n,) each
    runs: list[Contour]  # (runs, n) each

    @property
    def found(self) -> list[Contour]:
        """The ensemble's, which are the means over its runs."""
        return [np.mean(own, axis=0) for own in self.runs]

    @property
    def single_roughness(self) -> float:
        """The mean over single runs."""
        return float(np.mean([[roughness(contour) for contour in own] for own in self.runs]))

    @property
    def concordance(self) -> float:
        """CCC over all frames."""
        return concordance(*self._joined(np.arange(len(self.true))))

    def figures(self) -> dict[str, float]:
        """CCC and RMSE over all frames with 95 % intervals over sessions, and roughness.

        `constant_rmse` is that of the best constant, whose CCC is 0.
        """
        result: dict[str, float] = {}
        for name, figure in (("ccc", concordance), ("rmse", root_mean_square_error)):

            def over(drawn: NDArray[np.intp], figure: Figure = figure) -> float:
                return figure(*self._joined(drawn))

            low, high = bootstrap_interval(over, len(self.true), resamples=RESAMPLES)
            everything = over(np.arange(len(self.true)))
            result |= {name: everything, f"{name}_low": low, f"{name}_high": high}
        result["constant_rmse"] = float(np.concatenate(self.true).std())
        result["roughness"] = float(np.mean([roughness(contour) for contour in self.found]))
        return result

    def _joined(self, drawn: NDArray[np.intp]) -> tuple[Contour, Contour]:
        true, found = ([side[i] for i in drawn] for side in (self.true, self.found))
        return np.concatenate(true), np.concatenate(found)


def judge(networks: Sequence[nn.Module], dimension: str, material: AffectMaterial) -> Judged:
    """What an ensemble says of the judged sessions, beside their labels."""
    return Judged(
        [advanced(s.labels[dimension], material.advance) for s in material.judged],
        [runs_of(networks, session_inputs(s, material.usual)) for s in material.judged],
    )


def runs_of(networks: Sequence[nn.Module], inputs: Tensor) -> Contour:
    """What each network says of inputs (1, T, 160), (networks, T)."""
    with torch.inference_mode():
        return np.stack([network(inputs)[0].numpy() for network in networks])


def single_clips(
    networks: Sequence[nn.Module], dimension: str, material: AffectMaterial
) -> dict[str, float]:
    """Correlation of a recording's mean with what it is meant to be, over the judged speakers.

    With the statistics of its speaker ("profile") and with its own ("clip"); empty where
    sessions were not made of recordings.
    """
    column = DIMENSIONS.index(dimension)
    true: list[float] = []
    found: dict[str, list[float]] = {"profile": [], "clip": []}
    speakers: dict[str, list[Recording]] = {}
    for recording in material.recordings:
        if recording.voiced.any():
            speakers.setdefault(recording.utterance.speaker, []).append(recording)
    for recordings in speakers.values():
        profile = BandStatistics.of(r.values[r.voiced] for r in recordings)
        for recording in recordings:
            true.append(float(target(recording)[column]))
            own = BandStatistics.of([recording.values[recording.voiced]])
            for name, statistics in (("profile", profile), ("clip", own)):
                inputs = prepared(recording.values[spoken(recording)], statistics, material.usual)
                found[name].append(float(runs_of(networks, inputs[None]).mean()))
    return {
        f"{dimension}_{name}_correlation": float(np.corrcoef(true, values)[0, 1])
        for name, values in found.items()
        if len(values) > 1
    }
