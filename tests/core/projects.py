"""A project that uses everything, on disk and as an object."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.animation import AnimationSettings
from core.gains import RegionGains
from core.project import Project, ProjectClip
from core.project_file import write_project
from core.segments import SegmentChoice

HASH = "0123456789abcdef" * 4
WISHES = AnimationSettings(
    segments=(SegmentChoice(0.0, 1.25, "angry", 0.1), SegmentChoice(1.25, 3.0)),
    gains=RegionGains(0.5, 1.1, 2.0),
)


def full(folder: Path) -> Project:
    """A project that uses everything."""
    return Project((
        ProjectClip(
            folder / "a.wav", HASH, WISHES, 7.5, AnimationSettings("sad", 1.3, "combined"),
            (0.1, 2.0),
        ),
        ProjectClip(folder / "sounds" / "b.flac"),
        ProjectClip(folder.parent / "others" / "c.wav", settings=AnimationSettings("fear", 0.0)),
    ))  # fmt: skip


def document(path: Path) -> Any:
    return json.loads(path.read_bytes())


def saved(folder: Path) -> Path:
    path = folder / "p.visemo"
    write_project(full(folder), path)
    return path


def change(path: Path, edit: Callable[[Any], object]) -> None:
    """Change the JSON of a file."""
    found = document(path)
    edit(found)
    path.write_text(json.dumps(found), "utf-8")
