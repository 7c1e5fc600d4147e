"""Where utterances end, and how emotions change hands there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.emotion import EMOTIONS, EmotionSegment, EmotionTrack, chosen_mix
from core.timeline import Timeline
from core.utterances import (
    CROSSFADE,
    automatic_segments,
    mix_track,
    split_utterances,
    strength_track,
    whole_clip,
)

RATE = 100.0


def speech(*runs: tuple[float, bool]) -> NDArray[np.bool_]:
    """Stretches of so many seconds, with speech or without."""
    return np.concatenate([np.full(round(seconds * RATE), talks) for seconds, talks in runs])


def lengths(voiced: NDArray[np.bool_]) -> list[float]:
    """Seconds of each utterance."""
    return [(last - first) / RATE for first, last in split_utterances(voiced, RATE)]


def test_a_long_pause_parts_utterances_in_its_middle() -> None:
    assert lengths(speech((2, True), (1, False), (3, True))) == [2.5, 3.5]


def test_a_short_pause_does_not() -> None:
    assert lengths(speech((2, True), (0.4, False), (3, True))) == [5.4]


def test_silence_around_belongs_to_the_utterance() -> None:
    assert lengths(speech((1, False), (2, True), (4, False))) == [7.0]


@pytest.mark.parametrize("talks", [True, False])
def test_a_clip_all_of_a_kind_is_one_utterance(talks: bool) -> None:
    assert lengths(speech((4, talks))) == [4.0]


def test_one_frame_is_one_utterance() -> None:
    assert split_utterances(np.array([True]), RATE) == [(0, 1)]
    assert split_utterances(np.array([False]), RATE) == [(0, 1)]


def test_a_word_alone_votes_with_its_nearer_neighbour() -> None:
    voiced = speech((3, True), (2, False), (0.3, True), (0.6, False), (3, True))
    assert lengths(voiced) == [4.0, 4.9]


def test_words_alone_are_joined_to_one() -> None:
    assert lengths(speech((0.2, True), (0.8, False), (0.2, True))) == [1.2]


def test_speech_without_a_pause_is_cut_into_equal_pieces() -> None:
    assert lengths(speech((40, True))) == [13.33, 13.33, 13.34]


def test_long_speech_is_parted_at_a_short_pause() -> None:
    assert lengths(speech((10, True), (0.2, False), (10, True))) == [10.1, 10.1]


@given(st.lists(st.tuples(st.integers(1, 900), st.booleans()), min_size=1, max_size=12))
def test_utterances_cover_every_frame_once(runs: list[tuple[int, bool]]) -> None:
    voiced = speech(*((frames / RATE, talks) for frames, talks in runs))
    spans = split_utterances(voiced, RATE)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(voiced)
    assert [last for _, last in spans[:-1]] == [first for first, _ in spans[1:]]
    assert all(first < last for first, last in spans)


def test_each_utterance_has_its_own_emotion() -> None:
    voiced = speech((2, True), (1, False), (3, True))
    probabilities = np.full((600, 7), 0.1, np.float32)
    probabilities[:250, EMOTIONS.index("sad")] = 0.4
    probabilities[250:, EMOTIONS.index("happy")] = 0.4
    timeline = Timeline(RATE, 600, 0.0125)
    one, two = automatic_segments(EmotionTrack(timeline, probabilities, voiced), 6.01)
    assert (one.mix.first, two.mix.first) == ("sad", "happy")
    assert (one.start, two.end) == (0.0, 6.01)
    assert one.end == two.start == pytest.approx(2.5, abs=0.02)
    assert one.origin == "auto"


def two_segments(end: float = 4.0) -> list[EmotionSegment]:
    return [
        EmotionSegment(0.0, 2.0, chosen_mix("sad"), 0.5),
        EmotionSegment(2.0, end, chosen_mix("happy"), 1.5),
    ]


def test_emotions_fade_into_each_other_around_the_boundary() -> None:
    timeline = Timeline(RATE, 400, 0.005)
    mixes = mix_track(two_segments(), timeline)
    sad, happy = mixes[:, EMOTIONS.index("sad")], mixes[:, EMOTIONS.index("happy")]
    assert np.allclose(mixes.sum(axis=1), 1.0, atol=1e-6)
    assert (sad[:185] == 1).all()
    assert (happy[215:] == 1).all()
    assert sad[199:201].mean() == pytest.approx(0.5, abs=1e-5)
    assert np.abs(np.diff(happy)).max() <= 1 / (CROSSFADE * RATE) + 1e-6


def test_strengths_fade_likewise() -> None:
    strength = strength_track(two_segments(), Timeline(RATE, 400, 0.005))
    assert strength.shape == (400, 1)
    assert (strength[:185] == 0.5).all()
    assert (strength[215:] == 1.5).all()
    assert (np.diff(strength[:, 0]) >= 0).all()


def test_a_segment_shorter_than_the_fade_still_sums_to_one() -> None:
    segments = [*two_segments(2.05), EmotionSegment(2.05, 4.0, chosen_mix("fear"))]
    mixes = mix_track(segments, Timeline(RATE, 400, 0.005))
    assert np.allclose(mixes.sum(axis=1), 1.0, atol=1e-6)
    assert (mixes >= 0).all()
    assert mixes[-1, EMOTIONS.index("fear")] == 1


def test_a_persons_choice_is_one_segment() -> None:
    (segment,) = whole_clip(chosen_mix("fear"), 3.0, 1.2)
    assert (segment.start, segment.end, segment.strength, segment.origin) == (0, 3.0, 1.2, "user")
