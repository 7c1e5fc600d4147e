"""What every emotional corpus yields."""

from dataclasses import dataclass
from pathlib import Path

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One recording of one speaker in one emotion."""

    audio: Path
    corpus: str
    speaker: str  # unique over corpora
    emotion: str  # one of EMOTIONS
    text: str  # what is said
    language: str  # espeak-ng's voice file for it, such as "gmw/de"
    intensity: int  # 1 normal, 2 strong
