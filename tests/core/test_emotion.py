"""Equations (1)-(4) of Sadiq et al. 2019, against a literal transcription of them."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.emotion import EMOTIONS, EmotionMix, EmotionTrack, chosen_mix
from core.timeline import Timeline


def frames_labelled(*labels: str) -> NDArray[np.float32]:
    """Probabilities (frames, 7) in which each label leads, if only by a little."""
    rows = np.full((len(labels), len(EMOTIONS)), 0.13, dtype=np.float32)
    rows[np.arange(len(labels)), [EMOTIONS.index(label) for label in labels]] = 0.22
    return rows


def mix_of(probabilities: NDArray[np.float32], voiced: NDArray[np.bool_]) -> EmotionMix:
    return EmotionTrack(Timeline(100.0, len(voiced), 0.0125), probabilities, voiced).mix()


def all_voiced(labels: list[str]) -> EmotionMix:
    return mix_of(frames_labelled(*labels), np.ones(len(labels), dtype=np.bool_))


def literal_equations(labels: list[str]) -> tuple[list[Fraction], str, str, Fraction, Fraction]:
    """The paper's equations, symbol by symbol, in exact fractions."""
    p = [Fraction(sum(1 for label in labels if label == e), len(labels)) for e in EMOTIONS]  # (1)
    i_star = p.index(max(p))  # (2)
    rest = [i for i in range(len(EMOTIONS)) if i != i_star]
    i_star_star = min(rest, key=lambda i: (-p[i], i))
    p_star = p[i_star]
    p_star_star = Fraction(0) if p_star > Fraction(65, 100) else p[i_star_star]  # (3)
    total = p_star + p_star_star
    return p, EMOTIONS[i_star], EMOTIONS[i_star_star], p_star / total, p_star_star / total  # (4)


@given(st.lists(st.tuples(st.sampled_from(EMOTIONS), st.booleans()), min_size=1, max_size=60))
def test_the_mix_is_that_of_the_equations(frames: list[tuple[str, bool]]) -> None:
    voiced = np.array([speech for _, speech in frames])
    mix = mix_of(frames_labelled(*(label for label, _ in frames)), voiced)
    spoken = [label for label, speech in frames if speech] or ["neutral"]
    shares, first, second, weight, second_weight = literal_equations(spoken)
    assert (mix.first, mix.second) == (first, second)
    assert mix.shares == pytest.approx([float(share) for share in shares])
    assert mix.weights == pytest.approx((float(weight), float(second_weight)))


def test_a_weak_first_shares_with_the_second() -> None:
    mix = all_voiced(["sad"] * 6 + ["fear"] * 2 + ["happy", "disgust"])
    assert (mix.first, mix.second) == ("sad", "fear")
    assert mix.weights == pytest.approx((6 / 8, 2 / 8))


@pytest.mark.parametrize(("of_twenty", "second_weight"), [(13, 7 / 20), (14, 0.0)])
def test_the_second_counts_up_to_and_including_a_share_of_65_percent(
    of_twenty: int, second_weight: float
) -> None:
    mix = all_voiced(["happy"] * of_twenty + ["sad"] * (20 - of_twenty))
    assert (mix.first, mix.second) == ("happy", "sad")
    assert mix.weights == pytest.approx((1 - second_weight, second_weight))


def test_ties_go_to_the_earlier_emotion() -> None:
    mix = all_voiced(["surprise", "sad", "fear", "surprise", "sad", "fear"])
    assert (mix.first, mix.second) == ("fear", "sad")
    assert mix.weights == pytest.approx((0.5, 0.5))


def test_a_frame_with_equal_probabilities_votes_for_the_earlier_emotion() -> None:
    rows = np.full((1, len(EMOTIONS)), 1 / len(EMOTIONS), dtype=np.float32)
    assert mix_of(rows, np.array([True])).first == "angry"


def test_silence_does_not_vote() -> None:
    labels = frames_labelled("happy", "sad", "sad", "sad")
    mix = mix_of(labels, np.array([True, False, False, False]))
    assert mix.first == "happy"
    assert mix.shares[EMOTIONS.index("sad")] == 0.0


def test_no_speech_is_neutral() -> None:
    mix = mix_of(frames_labelled("angry", "angry"), np.array([False, False]))
    assert mix.first == "neutral"
    assert mix.weights == (1.0, 0.0)


@given(st.lists(st.sampled_from(EMOTIONS), min_size=1, max_size=60))
def test_dense_puts_the_weights_at_their_emotions(labels: list[str]) -> None:
    mix = all_voiced(labels)
    row = mix.dense()
    assert row.sum() == pytest.approx(1.0)
    assert row[EMOTIONS.index(mix.first)] == mix.weights[0]
    assert row[EMOTIONS.index(mix.second)] == mix.weights[1]


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_chosen_emotion_is_all_of_the_mix(emotion: str) -> None:
    expected = [float(e == emotion) for e in EMOTIONS]
    assert chosen_mix(emotion).dense().tolist() == expected


def test_an_unknown_choice_lists_what_would_be_right() -> None:
    with pytest.raises(ValueError, match="unknown emotion 'joy', expected one of angry, disgust"):
        chosen_mix("joy")


def test_a_track_checks_its_shapes() -> None:
    timeline = Timeline(100.0, 2, 0.005)
    good = frames_labelled("sad", "sad")
    with pytest.raises(ValueError, match=r"probabilities must be \(2, 7\), not \(1, 7\)"):
        EmotionTrack(timeline, good[:1].copy(), np.array([True, True]))
    with pytest.raises(ValueError, match=r"voiced must be \(2,\), not \(1,\)"):
        EmotionTrack(timeline, good, np.array([True]))


def test_votes_take_the_place_of_labels() -> None:
    """Two frames of speech that vote 0.6/0.4 and 0.2/0.8; the third is silence."""
    timeline = Timeline(100.0, 3, 0.0125)
    votes = np.zeros((3, len(EMOTIONS)), np.float32)
    votes[:, 0], votes[:, 3] = (0.6, 0.2, 1.0), (0.4, 0.8, 0.0)
    labels = frames_labelled("sad", "sad", "sad")
    voiced = np.array([True, True, False])
    mix = EmotionTrack(timeline, labels, voiced, votes).mix()
    assert (mix.first, mix.second) == ("happy", "angry")
    assert mix.weights == pytest.approx((0.6, 0.4))
    assert EmotionTrack(timeline, labels, voiced, votes).mix(0, 1).first == "angry"
    assert EmotionTrack(timeline, labels, voiced).mix().first == "sad"


@pytest.mark.parametrize("votes", [None, np.zeros((2, len(EMOTIONS)), np.float32)])
def test_whoever_votes_for_nothing_is_neutral(votes: NDArray[np.float32] | None) -> None:
    voiced = np.full(2, votes is not None)
    track = EmotionTrack(Timeline(100.0, 2, 0.0125), frames_labelled("sad", "sad"), voiced, votes)
    assert (track.mix().first, track.mix().weights) == ("neutral", (1.0, 0.0))
