"""What is remembered from one start to the next, in one small JSON file.

A file that is missing, cannot be read or is not what it should be gives the
defaults, and a notice where somebody should know. Nothing here raises.
"""

import dataclasses
import json
import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
from PySide6.QtCore import QStandardPaths

from core.atomic import atomic_text
from core.errors import VisemoError

FILE = "preferences.json"
FORMAT = "visemo-preferences/1"
MOST_RECENT = 12
LARGEST = 4_000_000  # bytes; anything longer was not written by us
THEMES = ("system", "dark", "light")
DEVICES = ("auto", "cpu", "cuda", "mps")
_RANGES = {"fps": (1.0, 1000.0), "volume": (0.0, 1.0), "cache_megabytes": (0, 1_000_000)}
_CHOICES = {"theme": THEMES, "device": DEVICES}


@dataclass(frozen=True, slots=True)
class Preferences:
    """Everything that is remembered; changed by `dataclasses.replace`."""

    theme: str = "system"  # or "dark", "light"
    fps: float = 25.0  # of the time code, 1 to 1000
    volume: float = 1.0  # 0 to 1
    device: str = "auto"  # that computes: "auto", "cpu", "cuda", "mps"
    weights: str = ""  # folder of weights; "" for the bundled
    output_device: str = ""  # of sound; "" for the system's
    input_device: str = ""
    takes_folder: str = ""  # for recordings; "" for the usual place
    cache_megabytes: int = 500  # at most, of results kept on disk; 0 for none
    recent_files: tuple[str, ...] = ()  # the last first
    recent_projects: tuple[str, ...] = ()
    last_folder: str = ""  # of the file dialogs
    window_geometry: str = ""  # of Qt, in base64
    window_state: str = ""
    lanes: dict[str, Any] = field(default_factory=dict)  # JSON values, the lanes' own
    export_choice: dict[str, Any] = field(default_factory=dict)  # the export dialog's own
    hints_seen: bool = False

    def __post_init__(self) -> None:
        for name, (least, most) in _RANGES.items():
            if not least <= getattr(self, name) <= most:
                raise ValueError(f"{name} must be from {least:g} to {most:g}")
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}")

    def with_recent(self, path: Path, *, project: bool = False) -> "Preferences":
        """The same with `path` as the last file, or project, that was opened."""
        name = "recent_projects" if project else "recent_files"
        others = [other for other in getattr(self, name) if other != str(path)]
        recent: dict[str, Any] = {name: (str(path), *others)[:MOST_RECENT]}
        return replace(self, **recent)


class PreferencesFile:
    """Where preferences lie. `folder` None is a system without a place for them."""

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / FILE

    def read(self) -> tuple[Preferences, str]:
        """The preferences, and a notice, "" where all is well.

        A file that holds something else is kept beside the new one, as "*.broken".
        """
        if self._path is None:
            return Preferences(), "There is no folder for preferences; nothing will be remembered."
        try:
            with self._path.open("rb") as file:
                text = file.read(LARGEST + 1)
        except FileNotFoundError:
            return Preferences(), ""
        except (OSError, ValueError) as problem:
            return Preferences(), f"The preferences in '{self._path}' cannot be read ({problem})."
        try:
            values = _checked(text)
        except (ValueError, RecursionError):
            kept = self._keep_broken()
            return Preferences(), f"The preferences were damaged and are as at first.{kept}"
        preferences, bad = _made(values)
        if bad:
            notice = f"Some preferences were damaged and are as at first: {', '.join(bad)}."
            return preferences, notice + self._keep_broken()
        return preferences, ""

    def write(self, preferences: Preferences) -> str:
        """Write the file whole; returns a notice, "" where it is written."""
        if self._path is None:
            return "There is no folder for preferences; nothing is remembered."
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            values = {"format": FORMAT, **dataclasses.asdict(preferences)}
            text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
            # A file name that is not Unicode is a lone surrogate in Python, which UTF-8 has not.
            text.encode()
            with atomic_text(self._path) as file:
                file.write(text + "\n")
        except (OSError, VisemoError, ValueError, TypeError) as problem:
            return f"The preferences could not be saved: {problem}"
        return ""

    def _keep_broken(self) -> str:
        assert self._path is not None
        broken = self._path.with_name(FILE + ".broken")
        try:
            broken.write_bytes(self._path.read_bytes())
        except OSError:
            return ""
        return f" What was there is kept as '{broken}'."


def config_folder() -> Path | None:
    """Where this system keeps a program's preferences; None where it has no such place."""
    given = os.environ.get("XDG_CONFIG_HOME") if sys.platform == "linux" else None
    if sys.platform == "linux" and not os.environ.get("HOME") and not given:
        return None  # Qt would take the root of the disk
    where = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    return Path(where) / "visemo" if where else None


def _checked(text: bytes) -> dict[str, object]:
    """The values of a file. Raises ValueError where it is not ours."""
    values = json.loads(text.decode()) if len(text) <= LARGEST else None
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise ValueError("not a file of preferences")
    return values


def _made(values: dict[str, object]) -> tuple[Preferences, list[str]]:
    """Preferences of all values that are right, and the names of those that are not."""
    result, bad = Preferences(), []
    hints = get_type_hints(Preferences)
    for name in _names() & values.keys():
        try:
            value = msgspec.convert(values[name], hints[name])
            result = replace(result, **{name: value})
        except (ValueError, TypeError):
            bad.append(name)
    return result, sorted(bad)


def _names() -> set[str]:
    return {item.name for item in dataclasses.fields(Preferences)}
