"""Seconds and frames are two names of one place."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.timeline import Timeline

RATES = st.sampled_from([1.0, 12.5, 24.0, 25.0, 29.97, 30.0, 50.0, 59.94, 60.0, 100.0, 120.0])
TIMELINES = st.builds(
    Timeline,
    rate=RATES,
    count=st.integers(1, 10_000_000),
    start=st.floats(-10.0, 10.0),
)


@given(TIMELINES, st.data())
def test_frame_at_is_the_inverse_of_times(timeline: Timeline, data: st.DataObject) -> None:
    frame = data.draw(st.integers(0, timeline.count - 1))
    (centre,) = timeline.times(frame, frame + 1)
    assert timeline.frame_at(float(centre)) == frame
    aside = data.draw(st.floats(-0.49, 0.49)) / timeline.rate
    assert timeline.frame_at(float(centre) + aside) == frame


@given(TIMELINES, st.floats(-1e9, 1e9))
def test_frame_at_stays_inside(timeline: Timeline, seconds: float) -> None:
    frame = timeline.frame_at(seconds)
    assert 0 <= frame < timeline.count
    if seconds <= timeline.start:
        assert frame == 0
    if seconds >= timeline.start + (timeline.count - 1) / timeline.rate:
        assert frame == timeline.count - 1


@given(RATES, st.floats(0.0, 36_000.0))
def test_covering_holds_just_the_frames_inside(rate: float, duration: float) -> None:
    """Counted in exact fractions; within a nanosecond of a frame's centre both are right."""
    inside = Fraction(duration) * Fraction(rate) - Fraction(1, 2)
    assume(abs(inside - round(inside)) > Fraction(1, 10**6))
    timeline = Timeline.covering(duration, rate)
    assert timeline.count == max(1, math.ceil(inside))
    assert timeline.start == 0.5 / rate


@given(RATES, st.integers(1, 1_000_000))
def test_covering_a_whole_number_of_frames_has_that_many(rate: float, count: int) -> None:
    assert Timeline.covering(count / rate, rate).count == count


@pytest.mark.parametrize("duration", [0.0, 1e-9, 0.001])
def test_the_shortest_clip_has_a_frame(duration: float) -> None:
    assert Timeline.covering(duration, 25.0).count == 1


@given(TIMELINES, st.integers(0, 1000), st.integers(0, 1000))
def test_times_by_stretches(timeline: Timeline, first: int, length: int) -> None:
    short = Timeline(timeline.rate, min(timeline.count, 500), timeline.start)
    stretch = short.times(first, first + length)
    assert stretch.tolist() == short.times()[first : first + length].tolist()


@pytest.mark.parametrize("rate", [0.0, -1.0, math.nan, math.inf])
def test_impossible_rates(rate: float) -> None:
    with pytest.raises(ValueError, match="frame rate must be a positive number"):
        Timeline(rate=rate, count=1, start=0.0)
    with pytest.raises(ValueError, match="frame rate must be a positive number"):
        Timeline.covering(1.0, rate)


def test_negative_count() -> None:
    with pytest.raises(ValueError, match="must not be negative, not -1"):
        Timeline(rate=1.0, count=-1, start=0.0)


def test_an_empty_timeline_has_no_times() -> None:
    assert Timeline(rate=100.0, count=0, start=0.0).times().shape == (0,)
