"""The cascade against the paper's equations."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.emotion import EMOTIONS
from models import spectrum
from models.cascade import Cascade
from tests.models.clips import babble, make_clip
from tests.models.windowed import Windowed

MIXED = np.array([0.5, 0.0, 0.0, 0.3, 0.0, 0.2, 0.0])  # angry, then happy


def test_the_equations_are_the_papers(
    weights: Path, trained: Cascade, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = babble(1.3)
    monkeypatch.setattr(spectrum, "CHUNK_FRAMES", 37)
    made = trained.animate(make_clip(samples))
    literal = Windowed(weights, samples)
    assert made.emotions.voiced.tolist() == literal.voiced.tolist()
    expected = literal.probabilities()
    assert np.allclose(made.emotions.probabilities, expected, atol=1e-5)

    votes = np.bincount(expected[literal.voiced].argmax(axis=1), minlength=7) / literal.voiced.sum()
    first, second = np.argsort(-votes, kind="stable")[:2]
    p_second = 0.0 if votes[first] > 0.65 else votes[second]
    total = votes[first] + p_second
    face = literal.face({EMOTIONS[first]: votes[first] / total, EMOTIONS[second]: p_second / total})
    assert np.allclose(made.shape.parameters, face, atol=1e-5)
    assert (made.utterance.first, made.utterance.second) == (EMOTIONS[first], EMOTIONS[second])


def test_two_emotions_are_fused_by_their_weights(
    weights: Path, trained: Cascade, monkeypatch: pytest.MonkeyPatch
) -> None:
    def votes(*_: object) -> NDArray[np.float64]:
        return MIXED

    monkeypatch.setattr("core.emotion.utterance_shares", votes)
    samples = babble(0.8)
    made = trained.animate(make_clip(samples))
    face = Windowed(weights, samples).face({"angry": 0.5 / 0.8, "happy": 0.3 / 0.8})
    assert np.allclose(made.shape.parameters, face, atol=1e-5)
    assert {model.emotion for model in made.models} >= {"angry", "happy"}
