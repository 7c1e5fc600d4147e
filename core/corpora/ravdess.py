"""RAVDESS (Livingstone, Russo 2018): `Actor_AA/03-01-EE-II-SS-RR-AA`, speech, audio only."""

from pathlib import Path

from core.corpora.utterance import AUDIO_SUFFIXES, Utterance
from core.errors import CorpusError

# Calm counts as neutral.
EMOTION_CODES = {
    "01": "neutral", "02": "neutral", "03": "happy", "04": "sad",
    "05": "angry", "06": "fear", "07": "disgust", "08": "surprise",
}  # fmt: skip
STATEMENTS = {"01": "Kids are talking by the door.", "02": "Dogs are sitting by the door."}


def read_ravdess(folder: Path) -> list[Utterance]:
    """All speech recordings below a folder, in the order of their paths."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in AUDIO_SUFFIXES:
            continue
        parts = path.stem.split("-")
        if len(parts) != 7 or parts[2] not in EMOTION_CODES or parts[4] not in STATEMENTS:
            raise CorpusError(
                f"{path} is not named like a RAVDESS recording; "
                "expected seven numbers like 03-01-05-02-01-01-12"
            )
        found.append(
            Utterance(
                audio=path,
                corpus="ravdess",
                speaker=f"ravdess-{parts[6]}",
                emotion=EMOTION_CODES[parts[2]],
                text=STATEMENTS[parts[4]],
                language="gmw/en-US",
                intensity=int(parts[3]),
            )
        )
    if not found:
        raise CorpusError(f"{folder} holds no RAVDESS recordings (Actor_*/03-01-...)")
    return found
