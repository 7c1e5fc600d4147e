"""Forced alignment against brute force, and against a voice whose sounds have known times."""

import itertools
import shutil

import numpy as np
import pytest
from numpy.typing import NDArray

from core.mfsc import mfsc
from core.voice_activity import frame_energy, voiced_frames
from models.training.alignment import _best_path, align, cepstra, fit_sounds, states_from_sounds
from models.training.motion_data import symbols_of
from models.training.phones import SILENCE, as_sounds, split_symbols
from models.training.synthesis import Voice, espeak


def brute_force(emission: NDArray[np.float64], optional: NDArray[np.bool_]) -> float:
    """The best score over every monotone path."""
    frames, count = emission.shape
    best = -np.inf
    for path in itertools.product(range(count), repeat=frames):
        starts = path[0] == 0 or (path[0] == 1 and optional[0])
        ends = path[-1] == count - 1 or (path[-1] == count - 2 and optional[-1])
        moves = all(
            b - a in (0, 1) or (b - a == 2 and optional[a + 1]) for a, b in itertools.pairwise(path)
        )
        if starts and ends and moves:
            best = max(best, sum(emission[t, s] for t, s in enumerate(path)))
    return float(best)


@pytest.mark.parametrize("seed", range(8))
def test_the_best_path_is_the_best(seed: int) -> None:
    choice = np.random.default_rng(seed)
    emission = choice.normal(size=(6, 5))
    optional = np.array([True, False, bool(seed % 2), False, True])
    path, score = _best_path(emission, optional)
    assert score == pytest.approx(brute_force(emission, optional))
    assert score == pytest.approx(emission[np.arange(6), path].sum())


def test_symbols_and_sounds() -> None:
    assert split_symbols("aɪ") == ["a", "ɪ"]
    assert split_symbols("uː") == ["u"]
    sounds = as_sounds([("aɪ", 0.0), ("ʲ", 0.1), ("t", 0.2), (SILENCE, 0.3)], 0.4)
    assert [sound.symbol for sound in sounds] == ["a", "ɪ", "t", SILENCE]
    assert [sound.start for sound in sounds] == pytest.approx([0.0, 0.1, 0.2, 0.3])
    assert sounds[-1].end == pytest.approx(0.4)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_voice_never_heard_is_aligned_to_its_known_sounds() -> None:
    sentences = [
        "My father watched the yellow boat move slowly.",
        "Could you bring both of those heavy boxes?",
        "Five brave foxes jumped the high wooden fence.",
        "The judge asked which child had chosen the shoes.",
    ]

    def heard(voice: str, text: str):  # type: ignore[no-untyped-def]
        speech = espeak(text, Voice(voice))
        values = mfsc(speech.samples)
        features = cepstra(values.values, voiced_frames(frame_energy(values.values)))
        return speech, features, values.timeline

    features, states = [], []
    for text, voice in itertools.product(sentences, ("gmw/en-US", "gmw/en-US+f2", "gmw/en-US+m3")):
        speech, values, timeline = heard(voice, text)
        features.append(values)
        states.append(states_from_sounds(speech.sounds, timeline.times()))
    model = fit_sounds(features, states)
    speech, values, timeline = heard("gmw/en-US+f4", sentences[1])
    found = align(values, symbols_of(sentences[1], "gmw/en-US"), model, len(speech.samples))
    true = states_from_sounds(speech.sounds, timeline.times())
    shift = [
        abs(a.start - b.start)
        for a, b in zip(
            [s for s in found.sounds if s.symbol != SILENCE],
            [s for s in speech.sounds if s.symbol != SILENCE],
            strict=True,
        )
    ]
    assert np.median(shift) < 0.02  # seconds
    assert len(found.states) == len(true)
