"""Sounds of a project that are no longer where they were, or no longer what they were."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from core.errors import ProjectError
from core.monitor import SILENT, Monitor
from core.project import Project, ProjectClip

STAGE = "looking for sounds"
MOST_TRIED = 1_000  # files of one folder whose content is compared
_BLOCK = 1 << 22  # bytes


def missing_sounds(project: Project) -> list[ProjectClip]:
    """The clips whose sound is not where it was; a folder or a device there is none."""
    return [clip for clip in project.clips if not _is_file(clip.path)]


def changed_sounds(project: Project, monitor: Monitor = SILENT) -> list[ProjectClip]:
    """The clips whose sound is there, but is no longer the one that was read.

    Reads every file through; raises what `monitor.step` raises. One that cannot be
    read is not among them: reading it as a clip will tell why.
    """
    known = [clip for clip in project.clips if clip.sha256 and _is_file(clip.path)]
    return [clip for clip in known if _sha256(clip.path, monitor) not in ("", clip.sha256)]


def relinked(project: Project, old: Path, new: Path, sha256: str) -> Project:
    """The project with the sound `old` at `new`; everything chosen for it stays.

    Raises KeyError where `old` is not in the project, and ProjectError where `new`
    is there already as another clip.
    """
    try:
        return project.relinked(old, new, sha256)
    except ValueError as problem:
        raise ProjectError(
            f"'{new}' is a clip of this project already; choose another file, or remove one."
        ) from problem


def find_sound(
    clip: ProjectClip, folders: Iterable[Path], monitor: Monitor = SILENT
) -> Path | None:
    """Where the sound of a clip has gone: beside the project, or in another of `folders`.

    First the same name in each folder, or in the same sub-folder of it, then a renamed
    file of the same kind directly in one. It must be the same sound, where that is
    known by its hash. Raises what `monitor.step` raises.
    """
    places = list(folders)
    tried: set[Path] = set()
    for candidate in (*_of_the_same_name(clip, places), *_of_the_same_kind(clip, places)):
        if candidate in tried or not _is_file(candidate):
            continue
        tried.add(candidate)
        if not clip.sha256 or _sha256(candidate, monitor) == clip.sha256:
            return candidate
    return None


def _of_the_same_name(clip: ProjectClip, folders: list[Path]) -> Iterator[Path]:
    """Of /a/b/c.wav: c.wav in each folder, then b/c.wav and a/b/c.wav."""
    parts = clip.path.parts[1:]
    for length in range(1, len(parts) + 1):
        for folder in folders:
            yield folder.joinpath(*parts[-length:])


def _of_the_same_kind(clip: ProjectClip, folders: list[Path]) -> Iterator[Path]:
    """Files with the same suffix; without a hash there is nothing to know a renamed one by."""
    suffix = clip.path.suffix.lower()
    for folder in folders if clip.sha256 else []:
        try:
            files = sorted(f for f in folder.iterdir() if f.suffix.lower() == suffix)
        except (OSError, ValueError):
            continue
        yield from files[:MOST_TRIED]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # no permission on the way there; a name that cannot be
        return False


def _sha256(path: Path, monitor: Monitor) -> str:
    """Of the file's bytes; "" where they cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            total = path.stat().st_size
            while data := stream.read(_BLOCK):
                monitor.step(STAGE, stream.tell(), total)
                digest.update(data)
    except OSError:
        return ""
    return digest.hexdigest()
