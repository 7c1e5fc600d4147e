"""What was found in each utterance, and the tables that follow: table III of Sadiq et al. 2019."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.emotion import EMOTIONS
from core.evaluation.estimates import Drawn, estimate
from core.evaluation.recognition import (
    Counts,
    confusion,
    recalls,
    unweighted_average_recall,
    weighted_accuracy,
)
from core.interval import Estimate

# Table III, SAVEE, on validation utterances of speakers that were also trained on; in %.
PAPER_TABLE_III = (72.15, 75.38, 73.21, 71.71, 91.93, 75.19, 67.98)
TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Judged:
    """The emotion of one utterance, and what was heard by equations (1) and (2)."""

    utterance: str  # its file, below the folder of all
    corpus: str
    speaker: str
    true: str
    found: str
    shares: tuple[float, ...]  # equation (1), (7,)
    part: str = ""  # of a protocol: the fold, and "validation" or "test"
    by: str = ""  # who heard it


@dataclass(frozen=True, slots=True)
class Recognition:
    """Table III of one corpus, or of all together."""

    corpus: str
    counts: Counts  # (7, 7), true by found
    recalls: NDArray[np.float64]  # (7,), NaN where an emotion does not occur
    uar: Estimate
    wa: Estimate


def recognition(corpus: str, judged: Sequence[Judged], seed: int = 0) -> Recognition:
    """Confusion, recalls, and UAR and WA with intervals. Raises ValueError for none judged."""
    if not judged:
        raise ValueError("there is nothing to judge by")
    true = np.array([EMOTIONS.index(row.true) for row in judged])
    found = np.array([EMOTIONS.index(row.found) for row in judged])
    speakers = [row.speaker for row in judged]
    names = [f"{row.corpus}/{row.speaker}/{row.utterance}" for row in judged]

    def table(drawn: Drawn) -> Counts:
        return confusion(true[drawn].tolist(), found[drawn].tolist(), len(EMOTIONS))

    def measured(statistic: Callable[[Counts], float]) -> Estimate:
        return estimate(
            lambda drawn: statistic(table(drawn)), speakers, seed, utterances=names,
            classes=true.tolist(),
        )  # fmt: skip

    counts = confusion(true.tolist(), found.tolist(), len(EMOTIONS))
    uar, wa = measured(unweighted_average_recall), measured(weighted_accuracy)
    return Recognition(corpus, counts, recalls(counts), uar, wa)


def by_corpus(
    judged: Sequence[Judged], counts: Callable[[str], bool] = lambda _: True
) -> list[Recognition]:
    """Of each corpus in the order of their names, and of those that count together."""
    names = sorted({row.corpus for row in judged})
    tables = [recognition(n, [row for row in judged if row.corpus == n]) for n in names]
    together = [row for row in judged if counts(row.corpus)]
    several = len({row.corpus for row in together}) > 1
    return [*tables, *([recognition(TOGETHER, together)] if several else [])]


def never_found(table: Recognition) -> list[str]:
    """Emotions that do not occur in what was judged, so that no recall can be given."""
    return [e for e, total in zip(EMOTIONS, table.counts.sum(axis=1), strict=True) if not total]
