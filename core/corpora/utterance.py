"""What every corpus yields."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.video_file import VIDEO_SUFFIXES

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
MEDIA_SUFFIXES = (*AUDIO_SUFFIXES, *VIDEO_SUFFIXES)


@dataclass(frozen=True, slots=True)
class Utterance:
    """One recording of one speaker, with what is known of it."""

    audio: Path  # a sound file, or a video with sound
    corpus: str
    speaker: str  # unique over corpora: "emodb-03"
    emotion: str  # one of the corpus's labels, which are EMOTIONS unless it says otherwise
    text: str = ""  # what is said, where that is known
    language: str = ""  # espeak-ng's voice file for it, such as "gmw/de"
    intensity: int = 1  # 1 normal, 2 strong
    text_id: str = ""  # the same for all recordings of one sentence, unique over corpora
    video: Path | None = None
    landmarks: Path | None = None  # a track that `core.tracks` reads, or GRID's `landmarks.npz`
    partition: str = ""  # "train", "validation" or "test" where the corpus says so
    seconds: float = 0.0  # of the sound
    faulty_face: bool = False  # one is there and cannot be used, which is told as a problem
    recording: str = ""  # the same for all copies of one, where the corpus's names tell it


def located(path: Path) -> Path:
    """A file by the one true path of its folder, however that is spelled; its own name stays."""
    return path.parent.resolve() / path.name


def shared_folder(utterances: Sequence[Utterance]) -> Path:
    """The folder that holds all their files."""
    return Path(os.path.commonpath([located(u.audio).parent for u in utterances]))


def short_names(utterances: Sequence[Utterance]) -> dict[Utterance, str]:
    """Each utterance's file below the folder that they share: no two have the same name."""
    if not utterances:
        return {}
    folder = shared_folder(utterances)
    return {u: located(u.audio).relative_to(folder).as_posix() for u in utterances}
