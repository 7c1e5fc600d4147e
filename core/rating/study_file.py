"""The study's manifest: `study.json`, JSON of schema "visemo-study/1".

Read whole or refused whole. A key that this version does not know is refused too,
because votes hang on what a study says. Files are named by "/"-paths in the study's
folder, of letters, digits, dots, hyphens and underscores; links are not followed.
"""

import errno
import hashlib
import os
import re
import stat
from dataclasses import fields, is_dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec

from core.atomic import atomic_binary
from core.errors import ExportError, RatingError
from core.rating import checks
from core.rating.study import Study
from core.version import program_version

NAME = "study.json"
VERSION = 1
MOST_BYTES = 4 << 20
_SCHEMA = "visemo-study/"


class _Head(msgspec.Struct):
    """Of a file of any version."""

    schema: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    study: msgspec.Raw


def read_study(folder: Path) -> Study:
    """The study in a folder. Raises RatingError, naming the file, for anything but a whole one.

    Its stimuli are not looked at: see `freezing.check_stimuli`.
    """
    path = safe_file(folder, NAME)
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as problem:
        raise RatingError(f"'{NAME}' cannot be read: {problem.strerror}.") from problem
    return decode_study(data)


def write_study(study: Study, folder: Path) -> None:
    """Write the manifest so that there is the old one or the new one, never half of one.

    Raises RatingError where it cannot be written or the study cannot be used.
    """
    data = encode_study(study)
    try:
        with atomic_binary(folder / NAME) as stream:
            stream.write(data)
    except ExportError as problem:
        raise RatingError(str(problem)) from problem


def encode_study(study: Study) -> bytes:
    """The file's bytes, the same for the same study. Raises RatingError for what cannot be used."""
    checks.check(study)
    document = {"schema": f"{_SCHEMA}{VERSION}", "study": study}
    try:
        data = msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
    except UnicodeEncodeError as problem:  # half of a pair of UTF-16
        raise RatingError(f"A text of the study is no Unicode: {problem}.") from problem
    if len(data) > MOST_BYTES:
        raise RatingError(
            f"A study's manifest holds at most {MOST_BYTES >> 20} MB, and this one would have "
            f"{len(data) >> 20} MB; have fewer stimuli or shorter texts."
        )
    return data


def decode_study(data: bytes, name: str = NAME) -> Study:
    """The study in a file's bytes; `name` is what messages call it. Raises RatingError."""
    if len(data) > MOST_BYTES:
        raise RatingError(f"'{name}' is larger than the {MOST_BYTES >> 20} MB a study can have.")
    try:
        _check_version(msgspec.json.decode(data, type=_Head).schema, name)
        raw = msgspec.json.decode(data, type=_File).study
        strict = msgspec.json.decode(raw, type=_strict(Study))
        study = msgspec.convert(strict, Study, from_attributes=True)
    except msgspec.ValidationError as problem:
        reason = (
            str(problem)
            .replace("`", "'")
            .replace(" - at '$.", " (in '")
            .replace(" - at '$", " (in '")
        )
        closing = ")" if " (in '" in reason else ""
        raise RatingError(f"'{name}' is not a whole study: {reason}{closing}.") from problem
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise RatingError(
            f"'{name}' is no Visemo study, or damaged ({problem}); expected a study's {NAME}."
        ) from problem
    found = checks.problems(study)
    if found:
        raise RatingError(checks.as_message(f"'{name}' holds a study that cannot be used", found))
    return study


def study_digest(study: Study) -> str:
    """SHA-256 of the manifest's content, whatever its file looks like: tells whether it changed."""
    return hashlib.sha256(msgspec.json.encode(study)).hexdigest()


def safe_file(folder: Path, name: str) -> Path:
    """A plain file inside the study's folder.

    Raises RatingError where the name leads out of the folder, or to a link, a folder
    or a device, or where the file is not there.
    """
    if not checks.safe_name(name):
        raise RatingError(f"'{name[:200]}' is not the name of a file in a study's folder.")
    path = Path(folder)
    mode = 0
    for part in name.split("/"):
        path /= part
        try:
            mode = os.lstat(path).st_mode
        except (OSError, ValueError) as problem:  # ValueError: a null character in the folder
            missing = isinstance(problem, OSError) and problem.errno in (
                errno.ENOENT,
                errno.ENOTDIR,
            )
            reason = "is missing" if missing else f"cannot be read ({problem})"
            raise RatingError(f"'{name}' {reason} in the study's folder '{folder}'.") from problem
        if stat.S_ISLNK(mode):
            raise RatingError(f"'{name}' is a link; expected the file itself in '{folder}'.")
    if not stat.S_ISREG(mode):
        raise RatingError(f"'{name}' in '{folder}' is a folder or a device; expected a file.")
    return path


def _check_version(schema: str, name: str) -> None:
    number = schema.removeprefix(_SCHEMA)
    if not schema.startswith(_SCHEMA) or not re.fullmatch(r"[1-9][0-9]{0,8}", number):
        raise RatingError(
            f"'{name}' is no Visemo study; expected JSON of schema '{_SCHEMA}{VERSION}'."
        )
    if int(number) > VERSION:
        raise RatingError(
            f"'{name}' was made by a newer version of Visemo (study format {number}; this one, "
            f"{program_version()}, reads {VERSION}); update Visemo to use it."
        )


@lru_cache
def _strict(kind: Any) -> Any:
    """A type of the same layout where every key must be there and no others may.

    Made of the dataclasses themselves, so that no field can be forgotten.
    """
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        layout = [(field.name, _strict(hints[field.name])) for field in fields(kind)]
        return msgspec.defstruct(kind.__name__, layout, forbid_unknown_fields=True)  # type: ignore[union-attr]
    if get_origin(kind) is tuple:
        return tuple[tuple(_strict(part) for part in get_args(kind))]  # type: ignore[misc]
    return kind
