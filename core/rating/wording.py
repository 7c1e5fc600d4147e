"""What a participant reads, from a plain text file for each language.

A line "[key]" starts a text that goes up to the next such line; lines that start with
"#" are not part of it, lines of one paragraph are joined, an empty line starts another.
The keys and the {placeholders} that each may hold are those of the English file. The
window says in English what a file leaves out, but for the keys in `REQUIRED`.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from core.errors import RatingError
from core.rating.checks import LONGEST_TEXT, as_message
from core.rating.study import SCALE
from resources import ROOT

FOLDER = ROOT / "rating"
MOST_BYTES = 1 << 20
REQUIRED = ("scale", "task", "consent", "instructions", "trapping")
_KEY = re.compile(r"\[([a-z_.]+)\]\s*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def languages() -> list[str]:
    """Codes of the languages that came along."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def bundled(language: str) -> dict[str, str]:
    """The texts of a language that came along. Raises RatingError for another one."""
    if language not in languages():
        raise RatingError(
            f"There are no texts in the language '{language}'; expected one of "
            f"{', '.join(languages())}, or give a file of texts."
        )
    return read_wording(FOLDER / f"{language}.txt")


def read_wording(path: Path) -> dict[str, str]:
    """The texts in a file, by key. Raises RatingError that lists everything wrong with it."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:
        raise RatingError(f"The texts '{path.name}' cannot be read: {problem}.") from problem
    if len(data) > MOST_BYTES:
        raise RatingError(f"The texts '{path.name}' are larger than {MOST_BYTES >> 20} MB.")
    try:
        texts, found = _parsed(data.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise RatingError(f"The texts '{path.name}' are not UTF-8: {problem}.") from problem
    model, _ = _parsed((FOLDER / "en.txt").read_text("utf-8"))
    found += _problems(texts, model)
    if found:
        raise RatingError(as_message(f"The texts '{path.name}' cannot be used", found))
    return texts


def scale_of(texts: Mapping[str, str]) -> tuple[str, ...]:
    """The labels of the scale, worst first."""
    return tuple(texts["scale"].split("\n"))


def _parsed(content: str) -> tuple[dict[str, str], list[str]]:
    """Texts by key, and what is wrong with the layout."""
    found: list[str] = []
    lines: dict[str, list[str]] = {}
    key = ""
    for number, line in enumerate(content.splitlines(), start=1):
        start = _KEY.fullmatch(line)
        if start and start[1] in lines:
            found.append(f"line {number}: [{start[1]}] is there twice")
        if start:
            key = start[1]
            lines[key] = []
        elif not line.startswith("#"):
            if key:
                lines[key].append(line.strip())
            elif line.strip():
                found.append(f"line {number}: expected a [key] before the first text")
    joint = {key: "\n" if key == "scale" else " " for key in lines}
    return {key: _paragraphs(text, joint[key]) for key, text in lines.items()}, found


def _paragraphs(lines: list[str], joint: str) -> str:
    paragraphs = re.split(r"\n{2,}", "\n".join(lines).strip())
    return "\n\n".join(joint.join(paragraph.split("\n")) for paragraph in paragraphs)


def _problems(texts: Mapping[str, str], model: Mapping[str, str]) -> list[str]:
    found = [f"there is no [{key}]" for key in REQUIRED if key not in texts]
    for key, text in texts.items():
        if key not in model:
            found.append(f"[{key}] is no key of a text; expected one of {', '.join(model)}")
            continue
        if not 0 < len(text) <= LONGEST_TEXT:
            found.append(f"[{key}] must have 1 to {LONGEST_TEXT} letters, not {len(text)}")
        allowed = set(_PLACEHOLDER.findall(model[key]))
        wrong = set(_PLACEHOLDER.findall(text)) - allowed
        if wrong:
            expected = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
            found.append(f"[{key}] holds {{{min(wrong)}}}; expected {expected}")
        missing = allowed - set(_PLACEHOLDER.findall(text))
        if missing:
            found.append(f"[{key}] lacks {{{min(missing)}}}")
    if "scale" in texts and len(scale_of(texts)) != len(SCALE):
        found.append(
            f"[scale] has {len(scale_of(texts))} lines; expected {len(SCALE)} labels, worst first"
        )
    return found
