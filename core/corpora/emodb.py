"""EmoDB (Burkhardt et al. 2005): Berlin Database of Emotional Speech, `03a01Fa`."""

from pathlib import Path

from core.corpora.utterance import AUDIO_SUFFIXES, Utterance
from core.errors import CorpusError

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


def read_emodb(folder: Path) -> list[Utterance]:
    """All recordings of a folder but the bored ones, in the order of their names."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in AUDIO_SUFFIXES:
            continue
        name = path.stem
        letter = name[5:6]
        if len(name) != 7 or name[2:5] not in TEXTS or letter not in (*EMOTION_LETTERS, BOREDOM):
            raise CorpusError(
                f"{path} is not named like an EmoDB recording; expected a name like 03a01Fa"
            )
        if letter == BOREDOM:
            continue
        found.append(
            Utterance(
                audio=path,
                corpus="emodb",
                speaker=f"emodb-{name[:2]}",
                emotion=EMOTION_LETTERS[letter],
                text=TEXTS[name[2:5]],
                language="gmw/de",
                intensity=1,
            )
        )
    if not found:
        raise CorpusError(f"{folder} holds no EmoDB recordings (03a01Fa.wav)")
    return found
