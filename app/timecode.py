"""Times as animators write them: hh:mm:ss:ff at a frame rate, and back; no Qt.

A frame rate such as 29.97 counts as non-drop time code does: frames are
numbered with the nearest whole rate, so 00:00:01:00 is frame 30, at 1.001 s.
Drop-frame is not spoken here, and is refused rather than misread.
"""

import math
import re
from functools import cache

MAX_FPS = 1000.0
FRAME_RATES = (24.0, 25.0, 30.0, 50.0, 60.0, 100.0)
# A time that was computed from a frame number is that frame, however it was rounded.
_ROUNDING = 1e-6  # frames
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_WHOLE = re.compile(r"[0-9]+")
_LONGEST = 1000 * 3600.0  # seconds; nothing that is typed on purpose is longer
EXPECTED = "Type seconds (3.5), mm:ss.fff (1:03.5) or hh:mm:ss:ff (00:00:03:12)."


def check_fps(fps: float) -> float:
    """`fps` itself; raises ValueError where no picture can be shown at that rate."""
    if not (math.isfinite(fps) and 0 < fps <= MAX_FPS):
        raise ValueError(
            f"A frame rate is a number above 0 and up to {MAX_FPS:g} frames a second, not {fps:g}."
        )
    return fps


def parse_fps(text: str) -> float:
    """The rate in "25", "29.97" or "23,976 fps"; raises ValueError with what would be right."""
    bare = text.strip().lower().removesuffix("fps").strip().replace(",", ".")
    if not _NUMBER.fullmatch(bare):
        raise ValueError(f"“{text.strip()}” is no frame rate. Type a number such as 25 or 29.97.")
    return check_fps(float(bare))


def format_fps(fps: float) -> str:
    """ "25", "29.97", "23.976": no more digits than the rate needs."""
    return f"{fps:.3f}".rstrip("0").rstrip(".") if fps >= 0.001 else f"{fps:g}"


@cache
def counted(fps: float) -> int:
    """How many frames time code counts in one of its seconds."""
    return max(1, math.floor(check_fps(fps) + 0.5))


def frame_of(seconds: float, fps: float) -> int:
    """The number, from 0, of the frame that is shown at a time; times before 0 are frame 0."""
    return max(0, math.floor(seconds * fps + _ROUNDING))


def format_frame(frame: int, fps: float) -> str:
    """The time code hh:mm:ss:ff of a frame; ff has three digits from 101 fps on."""
    rate = counted(fps)
    total, part = divmod(frame, rate)
    minutes, seconds = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    digits = max(2, len(str(rate - 1)))
    return f"{hours:02}:{minutes:02}:{seconds:02}:{part:0{digits}}"


def format_time(seconds: float, fps: float) -> str:
    """The time code of the frame that is shown at `seconds`."""
    return format_frame(frame_of(seconds, fps), fps)


def format_clock(seconds: float, decimals: int = 2) -> str:
    """ "0:03.50", "1:02:03.50": a time for reading, not counted in frames."""
    units = round(max(seconds, 0.0) * 10**decimals)
    total, part = divmod(units, 10**decimals)
    minutes, rest = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    tail = f".{part:0{decimals}}" if decimals else ""
    if hours:
        return f"{hours}:{minutes:02}:{rest:02}{tail}"
    return f"{minutes}:{rest:02}{tail}"


def parse_time(text: str, fps: float) -> float:
    """Seconds of what was typed: seconds, mm:ss.fff, hh:mm:ss.fff, or hh:mm:ss:ff at `fps`.

    A decimal comma is as good as a point. Raises ValueError with what would be right.
    """
    bare = text.strip().replace(",", ".")
    if ";" in bare:
        raise ValueError(f"Drop-frame time code (with “;”) is not used here. {EXPECTED}")
    *whole, last = bare.split(":")
    pattern = _WHOLE if len(whole) == 3 else _NUMBER
    if len(whole) > 3 or not all(_WHOLE.fullmatch(part) for part in whole):
        raise ValueError(f"“{text.strip()}” is no time. {EXPECTED}")
    if not pattern.fullmatch(last):
        raise ValueError(f"“{text.strip()}” is no time. {EXPECTED}")
    seconds = _of_frames(whole, last, fps) if len(whole) == 3 else _of_clock(whole, last)
    if seconds > _LONGEST:
        raise ValueError(f"“{text.strip()}” is beyond {_LONGEST / 3600:g} hours. {EXPECTED}")
    return seconds


def _below(part: str, limit: int, what: str) -> int:
    number = int(part[-9:]) if len(part.lstrip("0")) <= 9 else limit
    if number >= limit:
        raise ValueError(f"{part} {what} do not fit: there are {limit}, from 0 to {limit - 1}.")
    return number


def _of_clock(whole: list[str], last: str) -> float:
    if not whole:
        return float(last)
    if float(last) >= 60:
        raise ValueError(f"{last} seconds do not fit beside minutes: write them from 0 to 59.999.")
    hours = float(whole[0]) if len(whole) == 2 else 0.0
    minutes = _below(whole[1], 60, "minutes") if len(whole) == 2 else float(whole[0])
    return hours * 3600 + minutes * 60 + float(last)


def _of_frames(whole: list[str], last: str, fps: float) -> float:
    rate = counted(fps)
    minutes, seconds = _below(whole[1], 60, "minutes"), _below(whole[2], 60, "seconds")
    frames = _below(last, rate, f"frames at {format_fps(fps)} fps")
    return ((float(whole[0]) * 60 + minutes) * 60 + seconds) * rate / fps + frames / fps
