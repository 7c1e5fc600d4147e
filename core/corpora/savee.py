"""SAVEE (Haq, Jackson 2009): `AudioData/DC/a01.wav` or `DC_a01.wav`, with video at 60 fps.

Four men; the letters are the emotion, the number the sentence: of every emotion 1-3 are
the same for all, 4 and 5 written for the emotion, 6-15 any. Neutral has 30, among them
those written for the emotions; which they are its numbers do not say, so they have
ids of their own.
"""

import re
from pathlib import Path

from core.corpora.named import LeftOut, Piece
from core.corpora.utterance import AUDIO_SUFFIXES, Utterance
from core.errors import CorpusError, LabelError

SPEAKERS = ("DC", "JE", "JK", "KL")
EMOTION_LETTERS = {
    "a": "angry", "d": "disgust", "f": "fear", "h": "happy", "n": "neutral", "sa": "sad",
    "su": "surprise",
}  # fmt: skip
COMMON = 3  # sentences that are said in every emotion
SENTENCES, NEUTRAL_SENTENCES = 15, 30
VIDEO_ALONE = "visualdata"  # the folder of it; AudioVisualClip has sound too
NAME = re.compile(r"(?:(DC|JE|JK|KL)_?)?([a-z]{1,2})(\d{1,2})", re.IGNORECASE)


def parse_savee(path: Path) -> Piece | LeftOut:
    """What a file of SAVEE is; raises CorpusError when it is not named like one."""
    match = NAME.fullmatch(path.stem)
    speaker = ((match and match[1]) or path.parent.name).upper()
    if not match or speaker not in SPEAKERS:
        raise CorpusError(
            "is not named like a SAVEE recording; expected DC/a01 or DC_a01 with one of "
            f"{', '.join(SPEAKERS)}"
        )
    if match[2].lower() not in EMOTION_LETTERS:
        known = ", ".join(EMOTION_LETTERS)
        raise LabelError(f"has the emotion '{match[2]}'; expected one of {known}")
    emotion, number = EMOTION_LETTERS[match[2].lower()], int(match[3])
    most = NEUTRAL_SENTENCES if emotion == "neutral" else SENTENCES
    if not 1 <= number <= most:
        raise CorpusError(f"has the number {number}; expected 1 to {most} for {emotion}")
    sentence = f"{'common' if number <= COMMON else emotion}-{number:02}"
    alone = VIDEO_ALONE in (part.lower() for part in path.parts)
    silent = alone and path.suffix.lower() not in AUDIO_SUFFIXES
    return Piece(
        f"{speaker}_{emotion}_{number:02}",
        Utterance(
            audio=path,
            corpus="savee",
            speaker=f"savee-{speaker}",
            emotion=emotion,
            language="gmw/en-GB-x-rp",
            text_id=f"savee-{sentence}",
        ),
        silent,
        rank=int(silent),
    )
