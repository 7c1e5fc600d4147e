"""Edits of segments: whatever is done, they cover the clip without gaps."""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.animation import AnimationSettings
from core.emotion import (
    EMOTIONS,
    EmotionSegment,
    EmotionTrack,
    chosen_mix,
    mix_from_shares,
    utterance_shares,
)
from core.mfsc import mfsc_timeline
from core.segments import (
    AUTOMATIC,
    MAX_STRENGTH,
    SHORTEST,
    Choices,
    SegmentChoice,
    check_cover,
    choose,
    from_heard,
    join,
    move_edge,
    segment_at,
    split,
)
from core.utterances import chosen_segments, segments_of

ROUNDING = 1e-9  # seconds, of sums of times


def cover(*edges: float) -> Choices:
    """Segments between edges, with strengths that tell them apart."""
    pairs = enumerate(pairwise(edges))
    return tuple(SegmentChoice(a, b, AUTOMATIC, i / 10) for i, (a, b) in pairs)


def edges_of(choices: Choices) -> list[float]:
    return [choices[0].start, *(choice.end for choice in choices)]


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["split", "move", "join", "choose"]),
        st.integers(0, 1_000),
        st.floats(-100.0, 200.0),
        st.sampled_from([None, AUTOMATIC, *EMOTIONS]),
        st.none() | st.floats(0.0, MAX_STRENGTH),
    ),
    max_size=40,
)


def edited(choices: Choices, edit: tuple[str, int, float, str | None, float | None]) -> Choices:
    """One edit, at a segment that is there; what cannot be done changes nothing."""
    what, number, seconds, emotion, strength = edit
    if what == "split":
        try:
            return split(choices, seconds)
        except ValueError:
            return choices
    if what == "choose":
        return choose(choices, number % len(choices), emotion, strength)
    if len(choices) == 1:
        return choices
    index = number % (len(choices) - 1)
    return move_edge(choices, index, seconds) if what == "move" else join(choices, index)


@given(st.floats(SHORTEST, 100.0), EDITS)
def test_any_edits_keep_the_clip_covered(
    end: float, edits: list[tuple[str, int, float, str | None, float | None]]
) -> None:
    choices = cover(0.0, end)
    for edit in edits:
        choices = edited(choices, edit)
        check_cover(choices)
        assert edges_of(choices)[0] == 0.0
        assert edges_of(choices)[-1] == end
        assert all(c.end - c.start >= SHORTEST - ROUNDING for c in choices)


def test_what_was_heard_becomes_choices_that_change_nothing() -> None:
    heard = [
        EmotionSegment(0.0, 1.5, chosen_mix("sad")), EmotionSegment(1.5, 3.0, chosen_mix("fear")),
    ]  # fmt: skip
    assert from_heard(heard, 0.5) == (
        SegmentChoice(0.0, 1.5, AUTOMATIC, 0.5),
        SegmentChoice(1.5, 3.0, AUTOMATIC, 0.5),
    )


@pytest.mark.parametrize(
    ("seconds", "index"), [(-5.0, 0), (0.0, 0), (0.99, 0), (1.0, 1), (2.9, 2), (3.0, 2), (99.0, 2)]
)
def test_the_segment_at_a_time(seconds: float, index: int) -> None:
    assert segment_at(cover(0.0, 1.0, 2.0, 3.0), seconds) == index


def test_both_halves_of_a_split_keep_the_wishes() -> None:
    choices = choose(cover(0.0, 1.0, 3.0), 1, "angry", 1.7)
    parted = split(choices, 2.5)
    assert parted == (
        choices[0], SegmentChoice(1.0, 2.5, "angry", 1.7), SegmentChoice(2.5, 3.0, "angry", 1.7),
    )  # fmt: skip


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.99, 1.0, 1.05, 2.0, 5.0, -1.0])
def test_pieces_that_would_be_too_short_are_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match=r"at least 0\.1 s long"):
        split(cover(0.0, 1.0, 2.0), seconds)


def test_an_edge_moves_and_nothing_else_does() -> None:
    choices = cover(0.0, 1.0, 2.0, 3.0)
    moved = move_edge(choices, 1, 2.4)
    assert edges_of(moved) == [0.0, 1.0, 2.4, 3.0]
    assert [choice.strength for choice in moved] == [0.0, 0.1, 0.2]


@pytest.mark.parametrize(("seconds", "held"), [(-9.0, 1.1), (1.0, 1.1), (2.95, 2.9), (99.0, 2.9)])
def test_an_edge_is_held_by_its_neighbours(seconds: float, held: float) -> None:
    moved = move_edge(cover(0.0, 1.0, 2.0, 3.0), 1, seconds)
    assert edges_of(moved) == pytest.approx([0.0, 1.0, held, 3.0])


def test_an_edge_without_room_stays() -> None:
    choices = cover(0.0, 0.05, 0.15)
    assert move_edge(choices, 0, 0.1) == choices


def test_joined_segments_have_the_wishes_of_the_first() -> None:
    choices = choose(choose(cover(0.0, 1.0, 2.0, 3.0), 0, "sad", 0.4), 1, "happy", 2.0)
    assert join(choices, 0) == (SegmentChoice(0.0, 2.0, "sad", 0.4), choices[2])


def test_splitting_and_joining_gives_the_same() -> None:
    choices = cover(0.0, 1.0, 2.0)
    assert join(split(choices, 1.5), 1) == choices


def test_an_emotion_is_given_back_to_what_is_heard() -> None:
    choices = choose(cover(0.0, 1.0, 2.0), 1, "fear", 1.5)
    assert choose(choices, 1, AUTOMATIC)[1] == SegmentChoice(1.0, 2.0, AUTOMATIC, 1.5)
    assert choose(choices, 1, strength=0.0)[1] == SegmentChoice(1.0, 2.0, "fear", 0.0)
    assert choose(choices, 1) == choices


WRONG: dict[str, tuple[Callable[[Choices], object], type[Exception], str]] = {
    "emotion": (lambda c: choose(c, 0, "glad"), ValueError, "'glad', expected one of auto, angry"),
    "strength": (lambda c: choose(c, 0, None, 2.1), ValueError, "from 0 to 2, not 2.1"),
    "no strength": (lambda c: choose(c, 0, None, math.nan), ValueError, "from 0 to 2, not nan"),
    "split nowhere": (lambda c: split(c, math.nan), ValueError, "cannot go from"),
    "edge nowhere": (lambda c: move_edge(c, 0, math.nan), ValueError, "cannot go from"),
    "choose beyond": (lambda c: choose(c, 2, "sad"), IndexError, "no segment 2, expected one of 0"),
    "choose before": (lambda c: choose(c, -1, "sad"), IndexError, "no segment -1"),
    "move beyond": (lambda c: move_edge(c, 1, 1.0), IndexError, "no edge 1, expected one of 0 to"),
    "move before": (lambda c: move_edge(c, -1, 1.0), IndexError, "no edge -1"),
    "join the last": (lambda c: join(c, 1), IndexError, "no edge 1"),
    "join before": (lambda c: join(c, -1), IndexError, "no edge -1"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_refused(case: str) -> None:
    edit, kind, message = WRONG[case]
    with pytest.raises(kind, match=message):
        edit(cover(0.0, 1.0, 2.0))


@pytest.mark.parametrize(
    ("start", "end"), [(1.0, 1.0), (2.0, 1.0), (0.0, math.inf), (math.nan, 1.0), (-math.inf, 0.0)]
)
def test_a_stretch_must_be_one(start: float, end: float) -> None:
    with pytest.raises(ValueError, match="a segment cannot go from"):
        SegmentChoice(start, end)


@pytest.mark.parametrize(
    ("edges", "message"),
    [([(0.5, 1.0)], "must start at 0 s, not 0.5"), ([(0.0, 1.0), (1.2, 2.0)], "one ends at 1 s"),
     ([(0.0, 1.0), (0.8, 2.0)], r"the next starts at 0\.8 s")],
)  # fmt: skip
def test_gaps_and_overlaps_are_refused(edges: list[tuple[float, float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_cover([SegmentChoice(start, end) for start, end in edges])


def heard(seconds: float, seed: int = 0) -> EmotionTrack:
    """Emotions at random, in utterances of random lengths."""
    rng = np.random.default_rng(seed)
    timeline = mfsc_timeline(round(seconds * 16_000))
    runs = rng.integers(5, 200, timeline.count)
    voiced = np.repeat(np.arange(len(runs)) % 2 == 0, runs)[: timeline.count]
    rows = rng.dirichlet(np.full(len(EMOTIONS), 0.3), timeline.count)
    return EmotionTrack(timeline, rows.astype(np.float32), voiced)


def chosen(track: EmotionTrack, end: float, choices: Choices) -> list[EmotionSegment]:
    return chosen_segments(track, end, choices)


@given(st.floats(0.05, 60.0), st.integers(0, 99), st.floats(0.0, 2.0))
def test_choices_that_leave_all_automatic_are_what_was_heard(
    seconds: float, seed: int, strength: float
) -> None:
    track = heard(seconds, seed)
    automatic = segments_of(track, seconds, AnimationSettings(strength=strength))
    choices = from_heard(automatic, strength)
    assert segments_of(track, seconds, AnimationSettings(segments=choices)) == automatic


@given(st.floats(SHORTEST, 20.0), EDITS)
def test_any_choices_give_segments_that_cover_the_clip(
    seconds: float, edits: list[tuple[str, int, float, str | None, float | None]]
) -> None:
    track = heard(seconds)
    choices = cover(0.0, 15.0)  # of a clip that had another length, too
    for edit in edits:
        choices = edited(choices, edit)
    found = chosen(track, seconds, choices)
    assert (found[0].start, found[-1].end) == (0.0, seconds)
    assert [s.end for s in found[:-1]] == [s.start for s in found[1:]]
    for segment, choice in zip(found, choices, strict=False):
        assert segment.strength == choice.strength
        assert segment.origin == ("auto" if choice.emotion == AUTOMATIC else "user")
        if choice.emotion != AUTOMATIC:
            assert segment.mix == chosen_mix(choice.emotion)


def test_an_automatic_choice_hears_just_its_own_stretch() -> None:
    track = heard(4.0, seed=3)
    choices = choose(cover(0.0, 1.0, 2.5, 4.0), 1, "happy")
    first, second, third = chosen(track, 4.0, choices)
    times = track.timeline.times()
    for segment, inside in ((first, times < 1.0), (third, times >= 2.5)):
        shares = utterance_shares(track.probabilities[inside], track.voiced[inside])
        assert segment.mix == mix_from_shares(shares)
    assert second.mix == chosen_mix("happy")
    assert first.mix != third.mix


def test_a_clip_that_became_shorter_keeps_the_first_choices() -> None:
    found = chosen(heard(1.5), 1.5, choose(cover(0.0, 1.0, 2.0, 3.0), 1, "fear"))
    assert [(s.start, s.end) for s in found] == [(0.0, 1.0), (1.0, 1.5)]
    assert found[1].mix == chosen_mix("fear")
