"""RAVDESS (Livingstone, Russo 2018): `Actor_AA/MM-CC-EE-II-SS-RR-AA`, speech.

MM is 03 for sound alone, 01 for sound and video, 02 for video alone; CC 01 for speech,
02 for song; EE the emotion, II its intensity, SS the statement, RR the repetition.
"""

import re
from pathlib import Path

from core.corpora.named import LeftOut, Piece
from core.corpora.utterance import AUDIO_SUFFIXES, Utterance
from core.errors import CorpusError, LabelError

# Calm counts as neutral.
EMOTION_CODES = {
    "01": "neutral", "02": "neutral", "03": "happy", "04": "sad",
    "05": "angry", "06": "fear", "07": "disgust", "08": "surprise",
}  # fmt: skip
CALM = "02"
STATEMENTS = {"01": "Kids are talking by the door.", "02": "Dogs are sitting by the door."}
SONG = "02"
SOUND_AND_VIDEO, VIDEO_ALONE, SOUND_ALONE = "01", "02", "03"
NAME = re.compile(r"(0[123])-(0[12])-(\d\d)-(0[12])-(0[12])-(0[12])-(\d\d)")


def parse_ravdess(path: Path) -> Piece | LeftOut:
    """What a file of RAVDESS is; raises CorpusError when it is not named like one."""
    match = NAME.fullmatch(path.stem)
    if not match:
        raise CorpusError(
            "is not named like a RAVDESS recording; expected seven numbers like "
            "03-01-05-02-01-01-12"
        )
    form, channel, emotion, intensity, statement, _, actor = match.groups()
    if channel == SONG:
        return LeftOut("song, left out")
    if emotion not in EMOTION_CODES:
        raise LabelError(f"has the emotion {emotion}; expected one of {', '.join(EMOTION_CODES)}")
    if path.suffix.lower() in AUDIO_SUFFIXES:
        # Some have taken the sound out of the videos; the publisher's own comes first.
        silent, rank = False, 0 if form == SOUND_ALONE else 1
    else:
        silent = form == VIDEO_ALONE
        rank = int(silent)
    return Piece(
        match[0][3:],
        Utterance(
            audio=path,
            corpus="ravdess",
            speaker=f"ravdess-{actor}",
            emotion=EMOTION_CODES[emotion],
            text=STATEMENTS[statement],
            language="gmw/en-US",
            intensity=int(intensity),
            text_id=f"ravdess-{statement}",
        ),
        silent,
        rank,
        "calm, taken as neutral" if emotion == CALM else "",
    )
