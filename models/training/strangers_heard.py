"""What recognisers find in speakers whom they were not trained on: each is trained in folds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.emotion import EMOTIONS, NEUTRAL
from core.monitor import SILENT, Monitor
from models.functionals import FunctionalsNet
from models.training.ensemble_weights import Opinions
from models.training.functionals_data import Examples, hear_copies, hear_functionals
from models.training.functionals_recogniser import (
    FunctionalsTask,
    known_probabilities,
    probabilities,
)
from models.training.local_cnn_recipe import METHODS, LocalCnnRecipe, fitted_network
from models.training.local_windows import FrontEnd, window_probabilities
from models.training.loop import fit
from models.training.recipe import FunctionalsRecipe
from models.training.recordings import Recording

CASES = ("alone", "known")


@dataclass(frozen=True, slots=True)
class MemberRecipes:
    """As the bundled ones are trained, but functionals without what CycleGANs make."""

    local_cnn: LocalCnnRecipe = field(default_factory=LocalCnnRecipe)
    functionals: FunctionalsRecipe = field(default_factory=FunctionalsRecipe)


@dataclass(frozen=True, slots=True)
class Fold:
    """Recordings to learn from, and those of other speakers; `run` keeps states."""

    train: Sequence[Recording]
    heard: Sequence[Recording]
    run: Path

    def front(self, method: str) -> FrontEnd:
        """How features are normalised: strangers too by all that is there of themselves."""
        return FrontEnd.of(method, self.train, [*self.train, *self.heard])


Hears = Callable[[Fold, MemberRecipes, Monitor], dict[str, Opinions]]  # by CASES


def by_local_cnn(
    fold: Fold, recipes: MemberRecipes, monitor: Monitor = SILENT
) -> dict[str, Opinions]:
    """The local CNN's windows before they vote, as the ensemble takes them."""
    found = {}
    for case, method in METHODS.items():
        front = fold.front(method)
        network = fitted_network(case, fold.train, front, recipes.local_cnn, fold.run, monitor)
        means = []
        for index, recording in enumerate(fold.heard):
            monitor.step("hearing strangers", index, len(fold.heard))
            rows = window_probabilities(network.eval(), front.scores(recording), recording.voiced)
            means.append(rows.mean(axis=0, dtype=np.float64))
        found[case] = np.array(means)
    return found


def by_functionals(
    fold: Fold, recipes: MemberRecipes, monitor: Monitor = SILENT
) -> dict[str, Opinions]:
    """Functionals; pieces of a recording count alike."""
    recipe = recipes.functionals
    cache = fold.run.parent / "functionals"
    train, heard = (
        hear_functionals([r.utterance for r in part], cache, monitor)
        for part in (fold.train, fold.heard)
    )
    nobody = heard.chosen(np.zeros(len(heard.rows), bool))
    copies = hear_copies([r.utterance for r in fold.train], cache, monitor)
    task = FunctionalsTask(train, nobody, copies=copies, seed=recipe.seed)
    fit(task, recipe.schedule, fold.run / "functionals", monitor)
    network = task.network
    assert isinstance(network, FunctionalsNet)
    alone, known = probabilities(network, heard), known_probabilities(network, heard)
    return {"alone": _means(heard, alone, fold), "known": _means(heard, known, fold)}


def _means(examples: Examples, rows: NDArray[np.float32], fold: Fold) -> Opinions:
    """Of the pieces of each recording; neutral where there is none."""
    sums = np.zeros((len(fold.heard), len(EMOTIONS)))
    np.add.at(sums, examples.recordings, rows)
    sums[sums.sum(axis=1) == 0, NEUTRAL] = 1.0
    result: Opinions = sums / sums.sum(axis=1, keepdims=True)
    return result


MEMBERS: dict[str, Hears] = {
    "local-cnn": by_local_cnn,
    "functionals": by_functionals,
}
