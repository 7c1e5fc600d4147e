"""What an operator chooses beyond `Wishes`: conditions, questions, and how clips are taken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from core.animation import AnimationSettings
from core.errors import RatingError
from core.gains import RegionGains
from core.rating.design import PAPER, Plan, Wishes, make_plan, paper_plan
from core.rating.sources import find_clips
from core.rating.study import Condition, Question

RECORDED = Condition("recorded", "Recorded track", reference=True)
KNOWN = {condition.id: condition for condition in (*PAPER, RECORDED)}
MOST_BYTES = 1 << 20  # of a file of questions
_NUMBERS = ("strength", "jaw", "lips", "corners")
_KEYS = ("name", "model", "emotion", "weights", *_NUMBERS)
_FORM = (
    f"expected {', '.join(KNOWN)}, or ID:KEY=VALUE,... with some of {', '.join(_KEYS)}, such as "
    "strong:strength=1.5"
)


@dataclass(frozen=True, slots=True)
class Choices:
    """The paper's, unless said otherwise."""

    conditions: tuple[Condition, ...] = PAPER
    all_clips: bool = False  # of the source, and not one for each emotion
    replays: int = 0


def plan_of(source: Path | None, wishes: Wishes, choices: Choices) -> Plan:
    """The study that is chosen, to be frozen. Raises RatingError."""
    if choices.all_clips:
        pool = find_clips(source)
        plan = make_plan(pool.clips, choices.conditions, wishes, pool)
    else:
        plan = paper_plan(source, wishes, conditions=choices.conditions)
    return replace(plan, study=replace(plan.study, replays=choices.replays))


def conditions_of(texts: Sequence[str]) -> tuple[Condition, ...]:
    """Conditions as they are typed; none are the paper's. Raises RatingError."""
    found = tuple(condition_of(text) for text in texts)
    names = [condition.id for condition in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise RatingError(f"The condition '{twice[0]}' is given twice; give each its own name.")
    return found or PAPER


def condition_of(text: str) -> Condition:
    """One, such as "combined", "recorded" or "strong:strength=1.5,weights=DIR"."""
    name, colon, rest = text.partition(":")
    if not colon:
        if name not in KNOWN:
            raise RatingError(f"Unknown condition '{text}'; {_FORM}.")
        return KNOWN[name]
    values: dict[str, str] = {}
    for part in re.split(",(?=[a-z]+=)", rest):  # a folder's name may hold a comma
        key, equals, value = part.partition("=")
        if not equals or key not in _KEYS or key in values:
            raise RatingError(f"'{part}' cannot be part of the condition '{name}'; {_FORM}.")
        values[key] = value
    try:
        numbers = {key: float(values.get(key, 1.0)) for key in _NUMBERS}
        settings = AnimationSettings(
            emotion=values.get("emotion", "auto"),
            strength=numbers["strength"],
            model=values.get("model", "dependent"),
            gains=RegionGains(numbers["jaw"], numbers["lips"], numbers["corners"]),
        )
    except ValueError as problem:
        raise RatingError(f"The condition '{name}' cannot be: {problem}.") from problem
    weights = values.get("weights", "")
    return Condition(
        name, values.get("name", name), settings, str(Path(weights).absolute()) if weights else ""
    )


def read_questions(path: Path) -> tuple[Question, ...]:
    """Questions from a JSON file: a list of objects with id, text and maybe kind (yes_no,
    choice, text, number), choices, when (before, after) and required. Raises RatingError.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise RatingError(f"The questions '{path.name}' are larger than {MOST_BYTES >> 20} MB.")
        return msgspec.json.decode(data, type=tuple[Question, ...])
    except OSError as problem:
        raise RatingError(
            f"The questions '{path.name}' cannot be read: {problem.strerror}."
        ) from problem
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise RatingError(
            f"'{path.name}' holds no questions ({problem}); expected a JSON list of objects with "
            "id and text, and maybe kind, choices, when and required."
        ) from problem
