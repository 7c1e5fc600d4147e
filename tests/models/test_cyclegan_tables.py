"""The experiments of the CycleGAN paper, on clouds of numbers for utterances."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from core.corpora.utterance import Utterance
from core.errors import CorpusError, TrainingError
from core.monitor import SILENT
from core.report.plots import Plot
from core.report.tables import Table, table_text
from models.cyclegan import PAPER, EmotionTransfer
from models.evaluation.cyclegan import (
    BOTH,
    MADE,
    REAL,
    Comparison,
    Experiment,
    compare,
    small_experiment,
)  # fmt: skip
from models.evaluation.cyclegan_tables import cyclegan_sections, evaluate_cyclegan, gain
from models.training.emotion_classifier import ClassifierRecipe, standardised
from models.training.emotion_transfer import Domains, TransferRecipe, train_transfer
from models.training.functionals_data import Examples
from tests.core.sounds import Notes

FEATURES = 6
SHIFTS = {"angry": 2.0, "happy": 0.7, "sad": -2.0}


def spoken() -> tuple[list[Utterance], Examples]:
    """Two corpora of four speakers, emotions a shift apart; "b" is one of other microphones."""
    choice = np.random.default_rng(0)
    utterances, rows, labels = [], [], []
    places = {"angry": 0, "happy": 3, "sad": 5}
    for corpus, colour in (("a", 0.0), ("b", 10.0)):
        for speaker in range(4):
            for emotion, shift in SHIFTS.items():
                for take in range(5):
                    path = Path(f"{corpus}{speaker}{emotion}{take}.wav")
                    utterances.append(Utterance(path, corpus, f"{corpus}-{speaker}", emotion))
                    rows.append(colour + shift + choice.normal(size=FEATURES))
                    labels.append(places[emotion])
    return utterances, Examples(
        np.array(rows, np.float32),
        np.array(labels, np.intp),
        np.array([u.speaker for u in utterances]),
        np.array([u.corpus for u in utterances]),
        np.arange(len(utterances)),
    )


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    widths = replace(PAPER, generator=(8,), discriminator=(8,), classifier=(4,))
    recipes = dict.fromkeys((REAL, MADE, BOTH), ClassifierRecipe((16,), 0.0, 30, 2e-2, 30))
    return Experiment(
        TransferRecipe(widths, 1, 1, 1, 5e-3, batch=20), recipes, recipes, made_most=20,
        folds=2, repeats=2,
    )  # fmt: skip


@pytest.fixture(scope="module")
def source() -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.random.default_rng(1).normal(size=(40, FEATURES)).astype(np.float32)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def comparisons(
    experiment: Experiment,
    source: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    cache: Path,
) -> list[Comparison]:
    return compare(*spoken(), source, experiment, cache, SILENT)


def test_every_utterance_is_judged_once_by_who_never_heard_its_speaker(
    comparisons: list[Comparison],
) -> None:
    cases = [(c.trained_on, c.judged_on) for c in comparisons]
    assert cases == [("a", "a"), ("b", "b"), ("a", "b"), ("b", "a")]
    for one in comparisons:
        assert one.emotions == ("angry", "happy", "sad")
        assert np.bincount(one.true).tolist() == [20, 20, 20]
        assert all(found.shape == (2, 60) for found in one.found.values())


def test_clouds_so_far_apart_are_told_apart(comparisons: list[Comparison]) -> None:
    """Across corpora too, although one lies elsewhere: each is z-scored by itself."""
    for one in comparisons:
        assert np.mean(one.recalls(REAL, 0.0)) > 0.85


def test_the_gain_is_the_difference_of_the_means(comparisons: list[Comparison]) -> None:
    one = comparisons[0]
    expected = np.mean(one.recalls(BOTH, 2.0)) - np.mean(one.recalls(REAL, 2.0))
    found = gain(one, 2.0)
    assert found.value == pytest.approx(expected)
    assert found.utterances.low <= found.value <= found.utterances.high


def test_what_is_finished_is_not_made_again(
    experiment: Experiment,
    source: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    cache: Path,
    comparisons: list[Comparison],
) -> None:
    notes = Notes()
    again = compare(*spoken(), source, experiment, cache, notes)
    assert not [stage for stage, _, _ in notes.steps if "emotions over" in stage]
    np.testing.assert_array_equal(again[0].found[BOTH, 2.0], comparisons[0].found[BOTH, 2.0])


def test_the_report_has_the_papers_tables_and_figures(comparisons: list[Comparison]) -> None:
    distances, worth = cyclegan_sections([comparisons[3]], plots=True)
    parts = (*distances.parts, *worth.parts)
    text = "\n".join(table_text(part) for part in parts if isinstance(part, Table))
    assert "target - synthetic, lambda_cls = 2" in text
    assert "b -> a" in text
    pictures = [part for part in parts if isinstance(part, Plot)]
    assert len(pictures) == 1 + 5  # figure 2, and figure 3's confusions


def test_there_must_be_speech_without_emotions(tmp_path: Path) -> None:
    for name in ("angry", "sad"):
        path = tmp_path / f"DC_{name[0]}01.wav"
        soundfile.write(path, np.zeros(8_000), 16_000)
    with pytest.raises(TrainingError, match="speech without, such as GRID"):
        evaluate_cyclegan([tmp_path], small_experiment(), tmp_path / "cache")


def test_labels_that_are_no_emotions_are_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(8_000), 16_000)
    (tmp_path / "manifest.csv").write_text("file,speaker,label\na.wav,anna,Banana\n")
    with pytest.raises(CorpusError, match="labels of its own"):
        evaluate_cyclegan([tmp_path / "manifest.csv"], small_experiment(), tmp_path / "cache")


def test_each_repeat_has_cyclegans_of_its_own(
    experiment: Experiment,
    source: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seeds: list[int] = []

    def train(domains: Domains, recipe: TransferRecipe, *others: Any) -> EmotionTransfer:
        seeds.append(recipe.seed)
        return train_transfer(domains, recipe, *others)

    monkeypatch.setattr("models.evaluation.cyclegan.train_transfer", train)
    utterances, examples = spoken()
    own = examples.chosen(examples.corpora == "a")
    compare(utterances[: len(own.rows)], own, source, experiment, tmp_path, SILENT)
    assert sorted(seeds) == [0] * 4 + [1] * 4  # two folds, with and without the classifier's loss


def test_what_cannot_be_judged_is_told(
    experiment: Experiment,
    source: np.ndarray[tuple[int, int], np.dtype[np.float32]],
    cache: Path,
    comparisons: list[Comparison],
) -> None:
    """One corpus of one speaker, and one of which nothing but anger could be heard."""
    assert comparisons  # so that what is judged below is in the cache
    utterances, examples = spoken()
    angry = (examples.corpora == "b") & (examples.labels != 0)
    notes = Notes()
    found = compare(utterances, examples.chosen(~angry), source, experiment, cache, notes)
    assert [(one.trained_on, one.judged_on) for one in found] == [("a", "a")]
    assert [note.partition(" is left out")[0] for note in notes.notices] == [
        "b judged by b", "a judged by b", "b judged by a",
    ]  # fmt: skip
    alone = (examples.corpora == "a") & (examples.speakers == "a-0")
    only = [utterance for utterance in utterances if utterance.speaker == "a-0"]
    with pytest.raises(TrainingError, match="nothing can be judged: it has one speaker"):
        compare(only, examples.chosen(alone), source, experiment, cache, SILENT)
    with pytest.raises(TrainingError, match="nothing could be heard in the speech without"):
        compare(utterances, examples, source[:0], experiment, cache, SILENT)


def test_z_scores_are_by_those_asked_for() -> None:
    rows = np.array([[1.0], [3.0]], np.float32)
    np.testing.assert_allclose(standardised(rows), [[-1], [1]])
    np.testing.assert_allclose(standardised(rows + 1, rows), [[0], [2]])
