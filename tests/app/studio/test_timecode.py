"""Time code against values counted by hand and against exact fractions."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.timecode import (
    FRAME_RATES,
    format_clock,
    format_fps,
    format_frame,
    format_time,
    frame_of,
    parse_fps,
    parse_time,
)

RATES = [*FRAME_RATES, 12.0, 12.5, 15.0, 23.976, 24000 / 1001, 29.97, 30000 / 1001, 59.94, 119.88]


@pytest.mark.parametrize(
    ("seconds", "fps", "text"),
    [
        (0.0, 25, "00:00:00:00"),
        (3.48, 25, "00:00:03:12"),
        (3.4799, 25, "00:00:03:11"),
        (59.99, 100, "00:00:59:99"),
        (60.0, 24, "00:01:00:00"),
        (3599.999, 24, "00:59:59:23"),
        (36000.0, 25, "10:00:00:00"),
        (-1.0, 25, "00:00:00:00"),
        (0.5, 240, "00:00:00:120"),
        (1.001, 30000 / 1001, "00:00:01:00"),  # the 30th frame of NTSC is at 1.001 s
        (1.0, 30000 / 1001, "00:00:00:29"),
        (3603.6, 30000 / 1001, "01:00:00:00"),  # non-drop: 3.6 s late after an hour
    ],
)
def test_a_time_has_the_code_of_the_frame_shown_then(seconds: float, fps: float, text: str) -> None:
    assert format_time(seconds, fps) == text


@given(st.integers(0, 40 * 3600 * 100), st.sampled_from(RATES))
def test_a_frame_survives_being_written_and_read(frame: int, fps: float) -> None:
    seconds = parse_time(format_frame(frame, fps), fps)
    assert frame_of(seconds, fps) == frame
    assert seconds == pytest.approx(float(Fraction(frame) / Fraction(fps)), abs=1e-7)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("3.5", 3.5),
        ("3,5", 3.5),
        (" 7 ", 7.0),
        (".25", 0.25),
        ("90", 90.0),
        ("1:03.5", 63.5),
        ("61:00", 3660.0),
        ("1:02:03", 3723.0),
        ("1:02:03.25", 3723.25),
        ("00:00:03:12", 3.48),
        ("10:00:00:00", 36000.0),
    ],
)
def test_what_is_typed_is_a_time(text: str, seconds: float) -> None:
    assert parse_time(text, 25) == pytest.approx(seconds, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "-1", "+1", "1e3", "nan", "inf", "0x10", "1:", ":", "1:-2", "1::2", "1:2:3:4:5",
     "1.5:00", "0:0:0:1.5", "٣", "3 5", "1_000"],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no time. Type seconds \(3.5\)"):
        parse_time(text, 25)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("00:00:00:25", "25 frames at 25 fps do not fit: there are 25, from 0 to 24"),
        ("00:00:60:00", "60 seconds do not fit"),
        ("00:60:00:00", "60 minutes do not fit"),
        ("1:60", "60 seconds do not fit beside minutes"),
        ("1:99:00", "99 minutes do not fit"),
        ("00:00:01;00", "Drop-frame"),
        ("9" * 400, "is beyond 1000 hours"),
        ("9" * 400 + ":00:00:00", "is beyond 1000 hours"),
        ("00:00:" + "9" * 400 + ":00", "seconds do not fit"),
    ],
)
def test_a_time_that_cannot_be_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse_time(text, 25)


@pytest.mark.parametrize(
    ("text", "fps"),
    [("25", 25.0), ("29.97", 29.97), ("23,976 fps", 23.976), ("60 FPS", 60.0), ("1000", 1000.0)],
)
def test_a_typed_frame_rate_is_read(text: str, fps: float) -> None:
    assert parse_fps(text) == fps


@pytest.mark.parametrize("text", ["", "fps", "0", "0.0", "-25", "1001", "nan", "9" * 400, "2 5"])
def test_a_frame_rate_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="frame rate"):
        parse_fps(text)


@pytest.mark.parametrize("fps", [0.0, -1.0, math.nan, math.inf, 1000.1])
def test_no_code_is_made_at_an_impossible_rate(fps: float) -> None:
    with pytest.raises(ValueError, match="A frame rate is a number above 0"):
        format_frame(0, fps)


def test_a_rate_is_written_with_the_digits_it_needs() -> None:
    rates = (25.0, 29.97, 24000 / 1001, 12.5, 0.5)
    assert [format_fps(fps) for fps in rates] == ["25", "29.97", "23.976", "12.5", "0.5"]


def test_a_clock_is_written_for_reading() -> None:
    times = [format_clock(s) for s in (0.0, 3.456, 59.999, 62.5, 3723.0, -1.0)]
    assert times == ["0:00.00", "0:03.46", "1:00.00", "1:02.50", "1:02:03.00", "0:00.00"]
    assert format_clock(125.6, 0) == "2:06"
