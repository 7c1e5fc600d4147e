"""EmoDB (Burkhardt et al. 2005): Berlin Database of Emotional Speech, `03a01Fa`."""

import re
from pathlib import Path

from core.corpora.named import LeftOut, Piece
from core.corpora.utterance import Utterance
from core.errors import CorpusError, LabelError

# Sixth letter, of the German word. Boredom (L) has no place among the seven and is left out.
EMOTION_LETTERS = {
    "W": "angry", "E": "disgust", "A": "fear", "F": "happy", "T": "sad", "N": "neutral",
}  # fmt: skip
BOREDOM = "L"
TEXTS = {
    "a01": "Der Lappen liegt auf dem Eisschrank.",
    "a02": "Das will sie am Mittwoch abgeben.",
    "a04": "Heute Abend könnte ich es ihm sagen.",
    "a05": "Das schwarze Stück Papier befindet sich da oben neben dem Holzstück.",
    "a07": "In sieben Stunden wird es soweit sein.",
    "b01": "Was sind denn das für Tüten, die da unter dem Tisch stehen?",
    "b02": "Sie haben es gerade hochgetragen und jetzt gehen sie wieder runter.",
    "b03": "An den Wochenenden bin ich jetzt immer nach Hause gefahren und habe Agnes besucht.",
    "b09": "Ich will das eben wegbringen und dann mit Karl was trinken gehen.",
    "b10": "Die wird auf dem Platz sein, wo wir sie immer hinlegen.",
}
NAME = re.compile(r"(\d\d)([ab]\d\d)([a-z])([a-z])", re.IGNORECASE)


def parse_emodb(path: Path) -> Piece | LeftOut:
    """What a file of EmoDB is; raises CorpusError when it is not named like one."""
    match = NAME.fullmatch(path.stem)
    if not match or match[2].lower() not in TEXTS:
        raise CorpusError("is not named like an EmoDB recording; expected a name like 03a01Fa")
    speaker, text, letter = match[1], match[2].lower(), match[3].upper()
    if letter == BOREDOM:
        return LeftOut("boredom, left out")
    if letter not in EMOTION_LETTERS:
        known = ", ".join((*EMOTION_LETTERS, BOREDOM))
        raise LabelError(f"has the emotion {letter}; expected one of {known}")
    return Piece(
        match[0].lower(),
        Utterance(
            audio=path,
            corpus="emodb",
            speaker=f"emodb-{speaker}",
            emotion=EMOTION_LETTERS[letter],
            text=TEXTS[text],
            language="gmw/de",
            text_id=f"emodb-{text}",
        ),
    )
