"""Tables that people make in spreadsheets: CSV in UTF-8, with commas or semicolons."""

import csv
import io
from pathlib import Path

from core.emotion import EMOTIONS
from core.errors import CorpusError

# What people write for the seven.
SYNONYMS = {
    "anger": "angry", "disgusted": "disgust", "fearful": "fear", "afraid": "fear",
    "happiness": "happy", "joy": "happy", "sadness": "sad", "surprised": "surprise",
    "calm": "neutral",
}  # fmt: skip


def known_emotion(word: str) -> str:
    """One of EMOTIONS, or "" for none of them."""
    known = word.strip().lower()
    known = SYNONYMS.get(known, known)
    return known if known in EMOTIONS else ""


def read_rows(path: Path, columns: str, most_bytes: int, most_rows: int) -> list[list[str]]:
    """Cells of a CSV file; spreadsheets in many countries write semicolons.

    `columns` names those that are expected. Raises CorpusError.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(most_bytes + 1)
        if len(data) > most_bytes:
            raise CorpusError(
                f"'{path.name}' is larger than the {most_bytes >> 20} MB a table can have."
            )
        text = data.decode("utf-8-sig")
        first = text.split("\n", 1)[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (OSError, ValueError, csv.Error) as problem:
        raise CorpusError(
            f"'{path.name}' cannot be read as a table ({problem}); expected CSV in UTF-8 with the "
            f"columns {columns}."
        ) from problem
    if len(rows) > most_rows:
        raise CorpusError(f"'{path.name}' has {len(rows)} lines; expected at most {most_rows}.")
    return rows
