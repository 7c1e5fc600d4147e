"""CREMA-D (Cao et al. 2014): `AudioWAV/1001_DFA_ANG_XX.wav`, `VideoFlash/1001_DFA_ANG_XX.flv`."""

import re
from pathlib import Path

from core.corpora.named import LeftOut, Piece
from core.corpora.utterance import Utterance
from core.errors import CorpusError, LabelError

EMOTION_CODES = {
    "ANG": "angry", "DIS": "disgust", "FEA": "fear", "HAP": "happy", "NEU": "neutral", "SAD": "sad",
}  # fmt: skip
TEXTS = {
    "IEO": "It's eleven o'clock.",
    "TIE": "That is exactly what happened.",
    "IOM": "I'm on my way to the meeting.",
    "IWW": "I wonder what this is about.",
    "TAI": "The airplane is almost full.",
    "MTI": "Maybe tomorrow it will be cold.",
    "IWL": "I would like a new alarm clock.",
    "ITH": "I think I have a doctor's appointment.",
    "DFA": "Don't forget a jacket.",
    "ITS": "I think I've seen this before.",
    "TSI": "The surface is slick.",
    "WSI": "We'll stop in a couple of minutes.",
}
# As published, one recording has a single X.
NAME = re.compile(r"(1\d{3})_([A-Z]{3})_([A-Z]{3})_(LO|MD|HI|XX?)", re.IGNORECASE)


def parse_cremad(path: Path) -> Piece | LeftOut:
    """What a file of CREMA-D is; raises CorpusError when it is not named like one."""
    match = NAME.fullmatch(path.stem)
    actor, text, emotion, level = match[0].upper().split("_") if match else ("",) * 4
    if text not in TEXTS:
        raise CorpusError(
            "is not named like a CREMA-D recording; expected a name like 1001_DFA_ANG_XX"
        )
    if emotion not in EMOTION_CODES:
        raise LabelError(f"has the emotion {emotion}; expected one of {', '.join(EMOTION_CODES)}")
    return Piece(
        f"{actor}_{text}_{emotion}_{level}",
        Utterance(
            audio=path,
            corpus="cremad",
            speaker=f"cremad-{actor}",
            emotion=EMOTION_CODES[emotion],
            text=TEXTS[text],
            language="gmw/en-US",
            intensity=2 if level == "HI" else 1,
            text_id=f"cremad-{text}",
        ),
        rank=1 if path.suffix.lower() == ".mp3" else 0,  # the WAV files once more
    )
