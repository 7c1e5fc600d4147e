"""Whether a study is still the one that was voted on: digests of all that its manifest says."""

import hashlib
import sqlite3
from dataclasses import fields
from typing import Any

import msgspec

from core.errors import RatingError
from core.rating.study import Study

FROZEN = "frozen"  # the name in the table "about" of {part: SHA-256}, as JSON
_NAMES = {
    "app_version": "program", "fps": "frames per second", "grey": "seconds of grey",
    "picture_size": "picture size", "created_utc": "date", "no_emotion_twice": "order",
}  # fmt: skip


def digests(study: Study) -> dict[str, str]:
    """SHA-256 of canonical JSON of each part of `study.json`, by a name for people."""
    parts: dict[str, list[Any]] = {}
    for field in fields(study):
        name, value = _NAMES.get(field.name, field.name), getattr(study, field.name)
        if field.name == "conditions":
            parts[name] = [condition.id for condition in value]
            for condition in value:
                for part in fields(condition):
                    of_it = f"{part.name} of condition '{condition.id}'"
                    parts.setdefault(of_it, []).append(getattr(condition, part.name))
        else:
            parts.setdefault(name, []).append(value)
    return {name: _sha256(value) for name, value in parts.items()}


def as_text(study: Study) -> str:
    """What is kept in the table "about"."""
    return msgspec.json.encode(digests(study), order="sorted").decode()


def changes(connection: sqlite3.Connection, study: Study) -> tuple[str, ...]:
    """Names of what a study says otherwise than when its votes were begun; () for nothing.

    Raises RatingError for what is no list of digests. Votes from before it was kept have none.
    """
    kept = connection.execute("SELECT value FROM about WHERE name = ?", (FROZEN,)).fetchone()
    if kept is None:
        return ()
    now = digests(study)
    try:
        then = msgspec.json.decode(kept[0], type=dict[str, str])
    except (msgspec.MsgspecError, ValueError) as problem:
        raise RatingError(f"The digests kept with the votes are damaged ({problem}).") from problem
    names = [*now, *(name for name in then if name not in now)]
    return tuple(name for name in names if then.get(name) != now.get(name))


def changed(names: tuple[str, ...], title: str) -> str:
    """A sentence about changes."""
    some = ", ".join(names[:5]) + (" and more" if len(names) > 5 else "")
    return (
        f"The study '{title}' was changed after its votes were begun ({some}): they can be looked "
        "at only. Put study.json back as it was frozen, or make a new study."
    )


def _sha256(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()
