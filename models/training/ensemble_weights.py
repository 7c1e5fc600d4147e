"""How much each member of the ensemble counts, chosen by what strangers were heard as."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from core.emotion import EMOTIONS
from core.evaluation.recognition import confusion, unweighted_average_recall
from models.recognisers.ensemble import harmonic_mean

Opinions = NDArray[np.float64]  # (recordings, 7), means over the speech of each
GRID = (0.0, 0.1, 0.25, 0.5, 1.0)  # the heaviest member counts 1
LIKELY = 1e-6


@dataclass(frozen=True, slots=True)
class Strangers:
    """What each member found in recordings of speakers it was not trained on, and what is true.

    Raises ValueError where the rows do not fit each other.
    """

    opinions: Mapping[str, Opinions]  # by member
    labels: NDArray[np.intp]  # (recordings,), places in EMOTIONS
    corpora: NDArray[np.str_]  # (recordings,)
    folds: NDArray[np.intp]  # (recordings,), in which it was heard

    def __post_init__(self) -> None:
        count = len(self.labels)
        shapes = {rows.shape for rows in self.opinions.values()}
        if shapes != {(count, len(EMOTIONS))} or {len(self.corpora), len(self.folds)} != {count}:
            raise ValueError(f"expected {count} rows of {len(EMOTIONS)} opinions, not {shapes}")

    def chosen(self, which: NDArray[np.bool_]) -> "Strangers":
        """Some of the recordings."""
        opinions = {name: rows[which] for name, rows in self.opinions.items()}
        return Strangers(opinions, self.labels[which], self.corpora[which], self.folds[which])

    def joined(self, weights: Mapping[str, float]) -> Opinions:
        """What an ensemble of these weights finds, (recordings, 7)."""
        return harmonic_mean([(self.opinions[name], weight) for name, weight in weights.items()])

    def recall(self, found: Opinions) -> dict[str, float]:
        """Unweighted average recall in each corpus."""
        guessed = found.argmax(axis=1)
        recalls = {}
        for corpus in sorted(set(self.corpora.tolist())):
            own = self.corpora == corpus
            true, heard = self.labels[own].tolist(), guessed[own].tolist()
            recalls[corpus] = unweighted_average_recall(confusion(true, heard, len(EMOTIONS)))
        return recalls


def choose_weights(strangers: Strangers) -> dict[str, float]:
    """Of the grid, those of the best mean of the corpora's recalls; of equals, the likeliest.

    Members that are to count nothing are left out.
    """
    best, chosen = (-np.inf, -np.inf), dict.fromkeys(strangers.opinions, 1.0)
    truth = np.arange(len(strangers.labels)), strangers.labels
    for row in product(GRID, repeat=len(strangers.opinions)):
        if max(row) < 1:
            continue  # another of the grid in other words
        weights = {name: w for name, w in zip(strangers.opinions, row, strict=True) if w}
        found = strangers.joined(weights)
        recall = float(np.mean(list(strangers.recall(found).values())))
        score = (recall, float(np.log(np.maximum(found[truth], LIKELY)).mean()))
        if score > best:
            best, chosen = score, weights
    return chosen


def chosen_elsewhere(strangers: Strangers) -> Opinions:
    """What ensembles find whose weights are chosen on the other folds, (recordings, 7).

    Its recall is what the choice is worth: nobody was weighed by what he is judged by.
    """
    result = np.zeros((len(strangers.labels), len(EMOTIONS)))
    for fold in set(strangers.folds.tolist()):
        own = strangers.folds == fold
        weights = choose_weights(strangers.chosen(~own))
        result[own] = strangers.chosen(own).joined(weights)
    return result
