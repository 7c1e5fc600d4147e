"""How far made features lie from those of the emotion, and how they spread: table 1, figure 2."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.training.emotion_transfer import Domains, Rows


@dataclass(frozen=True, slots=True)
class Distances:
    """Table 1: mean absolute differences from the target of features scaled to [0, 1]."""

    source: float
    made: Mapping[float, float]  # by lambda_cls


@dataclass(frozen=True, slots=True)
class Spread:
    """Figure 2: mean and deviation (features,) of scaled features, averaged over emotions."""

    source: tuple[Rows, Rows]
    target: tuple[Rows, Rows]
    made: Mapping[float, tuple[Rows, Rows]]


def distances(domains: Domains, made: Mapping[float, tuple[Rows, ...]]) -> Distances:
    """Of the means of made features, by lambda_cls, and of the source, over emotions."""
    scale = domains.range
    targets = [scale.scaled(rows).mean(axis=0) for rows in domains.targets]

    def away(others: Sequence[Rows]) -> float:
        means = [scale.scaled(rows).mean(axis=0) for rows in others]
        return float(np.mean([np.abs(a - b) for a, b in zip(targets, means, strict=True)]))

    return Distances(
        away([domains.source] * len(targets)), {w: away(rows) for w, rows in made.items()}
    )


def spread(domains: Domains, made: Mapping[float, tuple[Rows, ...]]) -> Spread:
    """Of source, target and made features, by lambda_cls."""
    scale = domains.range

    def of(several: Sequence[Rows]) -> tuple[Rows, Rows]:
        scaled = [scale.scaled(rows) for rows in several]
        mean = np.mean([rows.mean(axis=0) for rows in scaled], axis=0)
        return mean, np.mean([rows.std(axis=0) for rows in scaled], axis=0)

    return Spread(of([domains.source]), of(domains.targets), {w: of(r) for w, r in made.items()})
