"""Valence and arousal in words and numbers."""

from core.affect import DIMENSIONS


def number(value: float) -> str:
    """With its sign, "0.00" without one."""
    text = f"{value:+.2f}".replace("-", "−")
    return "0.00" if text[1:] == "0.00" else text


def with_band(value: float, band: float) -> str:
    """A value and its band."""
    return f"{number(value)} ± {band:.2f}"


def in_words(valence: float, arousal: float) -> str:
    """Both values."""
    pairs = zip(DIMENSIONS, (valence, arousal), strict=True)
    return ", ".join(f"{name} {number(value)}" for name, value in pairs)
