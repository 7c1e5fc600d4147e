"""Speech sounds in IPA, as the articulatory numbers that a mouth cares about.

A sound that was never filmed (German /y/) is described by the same numbers as
those that were (/i/ with rounded lips), so a model of the mouth that reads these
numbers can guess it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SILENCE = ""

# Vowels: how close the jaw is (0 open - 1 close), how far back the tongue (0 front - 1 back),
# how rounded the lips are (0 - 1). After the IPA chart (2020).
_VOWELS = {
    "i": (1.0, 0.0, 0), "y": (1.0, 0.0, 1), "ɨ": (1.0, 0.5, 0), "ʉ": (1.0, 0.5, 1),
    "ɯ": (1.0, 1.0, 0), "u": (1.0, 1.0, 1), "ɪ": (0.85, 0.2, 0), "ʏ": (0.85, 0.2, 1),
    "ᵻ": (0.85, 0.4, 0), "ʊ": (0.85, 0.8, 1), "e": (0.7, 0.0, 0), "ø": (0.7, 0.0, 1),
    "ɘ": (0.7, 0.5, 0), "ɵ": (0.7, 0.5, 1), "ɤ": (0.7, 1.0, 0), "o": (0.7, 1.0, 1),
    "ə": (0.5, 0.5, 0), "ɚ": (0.5, 0.5, 0.2), "ɛ": (0.35, 0.0, 0), "œ": (0.35, 0.0, 1),
    "ɜ": (0.4, 0.5, 0.2), "ɝ": (0.4, 0.5, 0.3), "ɞ": (0.35, 0.5, 1), "ʌ": (0.3, 0.8, 0),
    "ɔ": (0.3, 1.0, 1), "æ": (0.15, 0.0, 0), "ɐ": (0.15, 0.5, 0), "a": (0.0, 0.2, 0),
    "ɶ": (0.0, 0.0, 1), "ɑ": (0.0, 1.0, 0), "ɒ": (0.0, 1.0, 0.7),
}  # fmt: skip

PLACES = (
    "bilabial", "labiodental", "dental", "alveolar", "postalveolar", "palatal", "velar", "back",
)  # fmt: skip
MANNERS = ("stop", "nasal", "fricative", "approximant", "liquid")

# Consonants: place, manner, voice, how rounded the lips are.
_CONSONANTS = {
    symbol: (place, manner, voiced, rounded)
    for place, manner, voiced, rounded, symbols in (
        ("bilabial", "stop", 0, 0, "p"), ("bilabial", "stop", 1, 0, "bɓ"),
        ("bilabial", "nasal", 1, 0, "m"), ("bilabial", "fricative", 0, 0, "ɸ"),
        ("bilabial", "fricative", 1, 0, "β"), ("labiodental", "nasal", 1, 0, "ɱ"),
        ("labiodental", "fricative", 0, 0, "f"), ("labiodental", "fricative", 1, 0, "v"),
        ("labiodental", "approximant", 1, 0, "ʋ"),
        ("dental", "fricative", 0, 0, "θ"), ("dental", "fricative", 1, 0, "ð"),
        ("alveolar", "stop", 0, 0, "tʈ"), ("alveolar", "stop", 1, 0, "dɖɗ"),
        ("alveolar", "nasal", 1, 0, "nɳ"), ("alveolar", "fricative", 0, 0, "sʂ"),
        ("alveolar", "fricative", 1, 0, "zʐ"), ("alveolar", "liquid", 1, 0, "lɫɭɬrɾɽ"),
        ("postalveolar", "fricative", 0, 0.6, "ʃɕ"), ("postalveolar", "fricative", 1, 0.6, "ʒʑ"),
        ("postalveolar", "approximant", 1, 0.5, "ɹɻ"),
        ("palatal", "stop", 0, 0, "c"), ("palatal", "stop", 1, 0, "ɟ"),
        ("palatal", "nasal", 1, 0, "ɲ"), ("palatal", "fricative", 0, 0, "ç"),
        ("palatal", "approximant", 1, 0, "j"), ("palatal", "approximant", 1, 1, "ɥ"),
        ("palatal", "liquid", 1, 0, "ʎ"),
        ("velar", "stop", 0, 0, "k"), ("velar", "stop", 1, 0, "gɡ"), ("velar", "nasal", 1, 0, "ŋ"),
        ("velar", "fricative", 0, 0, "x"), ("velar", "fricative", 1, 0, "ɣ"),
        ("velar", "approximant", 1, 1, "wʍ"), ("velar", "approximant", 1, 0, "ɰ"),
        ("back", "stop", 0, 0, "qʔ"), ("back", "stop", 1, 0, "ɢ"),
        ("back", "fricative", 0, 0, "hχħ"), ("back", "fricative", 1, 0, "ɦʁʕ"),
        ("back", "liquid", 1, 0, "ʀ"), ("back", "nasal", 1, 0, "ɴ"),
    )
    for symbol in symbols
}  # fmt: skip

SYMBOLS = (SILENCE, *_VOWELS, *_CONSONANTS)
NUMBERS = 6 + len(PLACES) + len(MANNERS)  # of one sound


def articulation(symbol: str) -> NDArray[np.float32]:
    """One sound as numbers, (19,).

    Silence, vowel, close, back, rounded, voiced, then place and manner, one of each set.
    """
    row = np.zeros(NUMBERS, dtype=np.float32)
    if symbol == SILENCE:
        row[0] = 1
    elif symbol in _VOWELS:
        close, back, rounded = _VOWELS[symbol]
        row[1:6] = 1, close, back, rounded, 1
    else:
        place, manner, voiced, lips = _CONSONANTS[symbol]
        row[4:6] = lips, voiced
        row[6 + PLACES.index(place)] = 1
        row[6 + len(PLACES) + MANNERS.index(manner)] = 1
    return row


@dataclass(frozen=True, slots=True)
class Sound:
    """One sound and where it begins and ends, in seconds."""

    symbol: str
    start: float
    end: float


def split_symbols(phone: str) -> list[str]:
    """A synthesiser's phone as base sounds: "aɪ" -> a, ɪ; "ts" -> t, s; length is dropped."""
    return [character for character in phone if character in _VOWELS or character in _CONSONANTS]


def as_sounds(phones: list[tuple[str, float]], end: float) -> list[Sound]:
    """Phones with their starts in seconds -> base sounds; parts of a phone share its time.

    A phone that is only a mark (of softness, of length) lengthens the one before it.
    """
    phones = [(phone, start) for phone, start in phones if phone == SILENCE or split_symbols(phone)]
    starts = [start for _, start in phones] + [end]
    sounds = []
    for (phone, start), stop in zip(phones, starts[1:], strict=True):
        parts = split_symbols(phone) or [SILENCE]
        if stop <= start:
            continue
        edges = np.linspace(start, stop, len(parts) + 1)
        sounds += [
            Sound(part, float(a), float(b))
            for part, a, b in zip(parts, edges[:-1], edges[1:], strict=True)
        ]
    return sounds


def articulation_track(sounds: list[Sound], times: NDArray[np.float64]) -> NDArray[np.float32]:
    """Articulation at the given times, (frames, 19); silence where there is no sound."""
    track = np.tile(articulation(SILENCE), (len(times), 1))
    for sound in sounds:
        first, last = np.searchsorted(times, [sound.start, sound.end])
        track[first:last] = articulation(sound.symbol)
    return track
