"""Places that decided an emotion: votes laid out by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.emotion import EMOTIONS, EmotionTrack
from core.evidence import Place, decisive_places
from core.timeline import Timeline

HAPPY, SAD = EMOTIONS.index("happy"), EMOTIONS.index("sad")


def track(votes: NDArray[np.floating] | None, labels: list[int] | None = None) -> EmotionTrack:
    """At 100 Hz from second 0; all speech."""
    if votes is not None:
        probabilities = np.full(votes.shape, 1 / 7, np.float32)
        votes = votes.astype(np.float32)
    else:
        probabilities = np.eye(7, dtype=np.float32)[labels]
    count = len(probabilities)
    return EmotionTrack(Timeline(100.0, count, 0.005), probabilities, np.ones(count, bool), votes)


def happy(strengths: NDArray[np.floating]) -> NDArray[np.float64]:
    votes = np.zeros((len(strengths), 7))
    votes[:, HAPPY] = strengths
    return votes


def test_the_strong_place_is_found() -> None:
    """Half a second at 0.9 holds 45 of 60 votes, the other one and a half seconds 15."""
    strengths = np.full(200, 0.1)
    strengths[100:150] = 0.9
    (place,) = decisive_places(track(happy(strengths)))
    assert (place.start, place.end) == pytest.approx((1.0, 1.5))
    assert place.emotion == "happy"
    assert place.share == pytest.approx(45 / 60)


def test_the_greatest_comes_first_and_near_ones_are_one() -> None:
    strengths = np.zeros(300)
    strengths[10:40] = strengths[45:60] = 1.0  # 50 ms apart
    strengths[200:290] = 1.0
    first, second = decisive_places(track(happy(strengths)))
    assert (first.start, first.end) == pytest.approx((2.0, 2.9))
    assert (second.start, second.end) == pytest.approx((0.1, 0.6))
    assert first.share + second.share == pytest.approx(1.0)


def test_a_phrase_that_is_judged_as_a_whole_is_one_place() -> None:
    """The same vote in all of the speech, which pauses twice for longer than places are apart."""
    made = track(happy(np.full(80, 0.5)))
    voiced = np.ones(80, bool)
    voiced[:5] = voiced[20:40] = False
    (place,) = decisive_places(EmotionTrack(made.timeline, made.probabilities, voiced, made.votes))
    assert place.whole
    assert (place.start, place.end, place.share) == pytest.approx((0.05, 0.8, 1.0))


def test_of_two_phrases_the_one_that_was_surer_decided() -> None:
    strengths = np.concatenate([np.full(100, 0.3), np.full(100, 0.6)])
    (place,) = decisive_places(track(happy(strengths)))
    assert not place.whole
    assert (place.start, place.end) == pytest.approx((1.0, 2.0))
    assert place.share == pytest.approx(2 / 3)


def test_of_the_papers_labels_the_surest_decided() -> None:
    """A label counts as one, however probable; of 100 alike, 30 were much surer."""
    likely = np.full(100, 0.3)
    likely[40:70] = 0.9
    others = (1 - likely[:, None]) / 6 * np.ones(7)
    others[:, HAPPY] = likely
    timeline = Timeline(100.0, 100, 0.005)
    sure = EmotionTrack(timeline, others.astype(np.float32), np.ones(100, bool))
    (place,) = decisive_places(sure)
    assert (place.start, place.end) == pytest.approx((0.4, 0.7))
    assert place.share == pytest.approx(0.3)
    assert not place.whole


def test_votes_for_other_emotions_and_silence_do_not_count() -> None:
    strengths = np.full(100, 1.0)
    votes = happy(strengths)
    votes[:40] = 0
    votes[:40, SAD] = 1.0
    silent = track(votes)
    voiced = np.ones(100, bool)
    voiced[80:] = False
    quiet = EmotionTrack(silent.timeline, silent.probabilities, voiced, silent.votes)
    (place,) = decisive_places(quiet, 30, 100)
    assert (place.start, place.end) == pytest.approx((0.4, 0.8))


def test_the_papers_labels_vote_alike() -> None:
    labels = [SAD] * 30 + [HAPPY] * 60
    (place,) = decisive_places(track(None, labels))
    assert (place.start, place.end) == pytest.approx((0.3, 0.9))
    assert place.emotion == "happy"


def test_short_places_are_long_enough_to_hear() -> None:
    strengths = np.zeros(100)
    strengths[50] = 1.0
    (place,) = decisive_places(track(happy(strengths)))
    assert place.end - place.start == pytest.approx(0.2)
    assert (place.start + place.end) / 2 == pytest.approx(0.505)


def test_where_nobody_speaks_nothing_decided() -> None:
    made = track(happy(np.ones(50)))
    quiet = EmotionTrack(made.timeline, made.probabilities, np.zeros(50, bool), made.votes)
    assert decisive_places(quiet) == ()
    assert decisive_places(track(happy(np.zeros(50)))) == ()


def test_impossible_places_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot go"):
        Place(1.0, 1.0, "happy", 0.5)
    with pytest.raises(ValueError, match="share must be"):
        Place(0.0, 1.0, "happy", 0.0)
