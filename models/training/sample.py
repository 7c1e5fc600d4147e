"""The bundled sample clip: four sentences by flite, four emotions by prosody.

`python -m models.training.sample FILE.wav` makes it anew, byte for byte. Pitch, its
course, tempo, loudness and breath follow what is known of vocal emotion (Juslin,
Laukka 2003, table 7); of some hundred prosodies drawn at random around that for each line,
those were taken that both the bundled DERN and the bundled ensemble hear as meant. It is a
demonstration, not a measurement. The voice is CMU ARCTIC's awb, free for any use.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from core.atomic import atomic_binary
from core.clip import SAMPLE_RATE
from models.training.synthesis import Disguise, Samples, Voice, disguiser, flite

VOICE = "awb"
PAUSE = 0.9  # seconds
ROOM = 10 ** (-84 / 20)  # of full scale: the hiss of a quiet room
SPEECH_LEVEL = 0.08  # root mean square of a sentence of loudness 1


@dataclass(frozen=True, slots=True)
class Line:
    """What is said, and how."""

    text: str
    emotion: str  # meant
    words_per_minute: int
    loudness: float
    disguise: Disguise
    tilt: float = 0.0  # of the spectrum: pressed voices (> 0) have stronger high partials


LINES = (
    Line(
        "The boat leaves the harbour at half past four.", "neutral", 165, 0.95,
        Disguise(pitch=0.92, monotone=0.68, tract=1.08, breath=0.04),
        tilt=-0.14,
    ),
    Line(
        "Oh, how wonderful! You found my blue bag, thank you so much!", "happy", 110, 1.32,
        Disguise(pitch=2.4, monotone=3.0, tract=0.79, breath=0.05),
        tilt=0.66,
    ),
    Line(
        "I miss the old house, and nobody comes to see me any more.", "sad", 90, 0.88,
        Disguise(pitch=0.75, monotone=0.2, tract=0.85, breath=0.2),
        tilt=-0.03,
    ),
    Line(
        "No! Stop it! You broke your promise, and you know it!", "angry", 140, 1.0,
        Disguise(pitch=1.81, monotone=1.43, tract=1.04, breath=0.2),
        tilt=0.95,
    ),
)  # fmt: skip


def spoken(line: Line) -> Samples:
    """One line, at its loudness."""
    plain = flite(line.text, Voice(VOICE, line.words_per_minute))
    voice = disguiser(plain)(line.disguise)
    tilted = voice - line.tilt * np.concatenate([[0.0], voice[:-1]])
    level = np.sqrt(np.mean(tilted**2))
    result: Samples = (tilted * (SPEECH_LEVEL * line.loudness / level)).astype(np.float32)
    return result


def sample() -> Samples:
    """The whole clip, 16 kHz, with a pause before, between and after the lines."""
    pause = np.zeros(int(PAUSE * SAMPLE_RATE), np.float32)
    parts = [pause]
    for line in LINES:
        parts += [spoken(line), pause]
    clip = np.concatenate(parts)
    hiss = ROOM * np.random.default_rng(0).standard_normal(len(clip))
    result: Samples = np.clip(clip + hiss, -0.99, 0.99).astype(np.float32)
    return result


def main() -> None:
    """Write the file named on the command line."""
    with atomic_binary(Path(sys.argv[1])) as file:
        soundfile.write(file, sample(), SAMPLE_RATE, subtype="PCM_16", format="WAV")


if __name__ == "__main__":
    main()
