"""How much members count: chosen by what strangers were heard as, and worth what it says."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import hmean

from core.emotion import EMOTIONS
from core.errors import CorpusError
from models.recognisers.ensemble import read_settings
from models.training.ensemble_recipe import EnsembleRecipe, train_ensemble
from models.training.ensemble_weights import Strangers, choose_weights, chosen_elsewhere
from models.training.local_cnn_recipe import LocalCnnRecipe
from models.training.recipe import FunctionalsRecipe
from models.training.schedule import Schedule
from models.training.strangers_heard import MemberRecipes

DATA = Path(__file__).parents[3] / "shared" / "data"
COUNT = 400
LABELS = np.random.default_rng(0).integers(len(EMOTIONS), size=COUNT)


def opinion(seed: int, knows: float, labels: NDArray[np.intp] = LABELS) -> NDArray[np.float64]:
    """At random, and more often right the more it knows."""
    choice = np.random.default_rng(seed)
    logits = choice.normal(0, 1, (len(labels), len(EMOTIONS)))
    logits[np.arange(len(labels)), labels] += knows
    likely = np.exp(logits)
    result: NDArray[np.float64] = likely / likely.sum(axis=1, keepdims=True)
    return result


def strangers(opinions: dict[str, NDArray[np.float64]]) -> Strangers:
    corpora = np.where(np.arange(COUNT) % 4 == 0, "small", "large")
    return Strangers(opinions, LABELS, corpora, np.arange(COUNT) % 2)


def test_recall_and_mean_are_those_of_others() -> None:
    heard = strangers({"a": opinion(1, 1.0), "b": opinion(2, 1.0)})
    joined = heard.joined({"a": 1.0, "b": 0.25})
    expected = hmean(np.stack([*heard.opinions.values()]), axis=0, weights=[[[1.0]], [[0.25]]])
    np.testing.assert_allclose(joined, expected / expected.sum(axis=1, keepdims=True))
    for corpus, recall in heard.recall(joined).items():
        rows = [np.flatnonzero((heard.corpora == corpus) & (e == LABELS)) for e in range(7)]
        right = [np.mean([joined[row].argmax() == e for row in own]) for e, own in enumerate(rows)]
        assert recall == pytest.approx(sum(right) / 7)


def test_who_guesses_is_left_out() -> None:
    heard = strangers({"knows": opinion(1, 3.0), "guesses": opinion(2, 0.0)})
    assert choose_weights(heard)["knows"] == 1.0
    assert choose_weights(heard).get("guesses", 0.0) <= 0.1


def test_two_who_know_other_things_are_better_together() -> None:
    heard = strangers({"one": opinion(1, 1.5), "other": opinion(2, 1.5)})
    weights = choose_weights(heard)
    assert set(weights) == {"one", "other"}

    def recall(found: NDArray[np.float64]) -> float:
        return float(np.mean([*heard.recall(found).values()]))

    best_alone = max(recall(rows) for rows in heard.opinions.values())
    assert recall(heard.joined(weights)) > best_alone
    assert recall(chosen_elsewhere(heard)) > best_alone


def test_nobody_is_weighed_by_what_he_is_judged_by() -> None:
    """Two members, each right in one fold only: chosen elsewhere, always the wrong one."""
    fold = (np.arange(COUNT) % 2)[:, None]
    wrong = opinion(3, 6.0, (LABELS + 1) % len(EMOTIONS))
    right = opinion(4, 6.0)
    heard = strangers(
        {"first": np.where(fold == 0, right, wrong), "second": np.where(fold == 0, wrong, right)}
    )
    assert max(heard.recall(chosen_elsewhere(heard)).values()) < 0.05


def test_rows_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 400 rows of 7"):
        strangers({"a": opinion(1, 1.0)[:-1]})


@pytest.mark.skipif(not DATA.is_dir(), reason="the corpora are not beside the checkout")
def test_settings_and_card_come_from_recordings(tmp_path: Path) -> None:
    short = Schedule(steps=2, warm_up=1, validate_every=1)
    members = MemberRecipes(LocalCnnRecipe(schedule=short), FunctionalsRecipe(short))
    data = tmp_path / "data"
    for actor in ("Actor_01", "Actor_02", "Actor_17"):
        (data / "ravdess" / actor).mkdir(parents=True)
        for path in sorted((DATA / "ravdess" / actor).glob("*-01-01-01-*.flac")):
            shutil.copy(path, data / "ravdess" / actor)
    (data / "emodb").mkdir()
    for speaker in ("03", "08", "15"):
        for path in sorted((DATA / "emodb").glob(f"{speaker}*.flac"))[::5]:
            shutil.copy(path, data / "emodb")
    recipe = EnsembleRecipe(folds=2, members=members)
    made = train_ensemble(data, tmp_path / "out", tmp_path / "run", recipe)
    assert read_settings(tmp_path / "out" / "ensemble.json") == made
    card = (tmp_path / "out" / "ensemble.md").read_text(encoding="utf-8")
    actors = [
        *(data / "ravdess" / "Actor_01").iterdir(),
        *(data / "ravdess" / "Actor_02").iterdir(),
    ]
    bored = "L"  # which is none of the seven
    others = [p for p in (data / "emodb").iterdir() if p.name[:2] != "15" and p.name[5] != bored]
    assert f" {len(actors) + len(others)} recordings" in card
    again = train_ensemble(data, tmp_path / "again", tmp_path / "other", recipe)
    assert again == made
    assert (tmp_path / "again" / "ensemble.md").read_text(encoding="utf-8") == card
    shutil.rmtree(data / "emodb")
    with pytest.raises(CorpusError, match="emodb"):
        train_ensemble(data, tmp_path / "out", tmp_path / "run", recipe)
