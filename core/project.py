"""A project: the clips somebody works on and what was chosen for each; frozen, edited by copies."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from core.animation import AnimationSettings
from core.hearing import BEST, check_recogniser

AS_HEARD = AnimationSettings()


@dataclass(frozen=True, slots=True)
class ProjectClip:
    """One sound and the wishes for its face. Raises ValueError for what cannot be.

    `sha256` is that of the sound's bytes, "" until it was read. `smoothing` is a
    cut-off in Hz or None. `comparison` is shown beside the face, or None. `speaker` is
    who speaks, by a name; clips without one have one speaker too.
    """

    path: Path  # absolute
    sha256: str = ""
    settings: AnimationSettings = AS_HEARD
    smoothing: float | None = None
    comparison: AnimationSettings | None = None
    loop: tuple[float, float] | None = None  # seconds
    speaker: str = ""

    def __post_init__(self) -> None:
        if not self.path.is_absolute():
            raise ValueError(f"the path of a sound must be absolute, not '{self.path}'")
        if self.smoothing is not None and not 0 < self.smoothing < math.inf:
            raise ValueError(f"smoothing must be a positive number of Hz, not {self.smoothing!r}")
        if self.loop is not None and not 0 <= self.loop[0] < self.loop[1] < math.inf:
            raise ValueError(f"a loop cannot go from {self.loop[0]!r} to {self.loop[1]!r} s")


@dataclass(frozen=True, slots=True)
class Listening:
    """By whom a clip is to be heard, and whose clips tell how its speaker speaks."""

    recogniser: str = BEST
    speaker: str = ""
    company: tuple[Path, ...] = ()  # every clip of the speaker, itself too; none to be by itself


BY_ITSELF = Listening()


@dataclass(frozen=True, slots=True)
class Project:
    """Clips in the order of the list, and who hears the emotions in them.

    `profiles` is whether clips of one speaker help to hear each other. Raises ValueError
    where a path is there twice, or for an unknown recogniser.
    """

    clips: tuple[ProjectClip, ...] = ()
    recogniser: str = BEST
    profiles: bool = True

    def __post_init__(self) -> None:
        check_recogniser(self.recogniser)
        seen: set[Path] = set()  # paths of Windows are equal whatever their case
        for clip in self.clips:
            if clip.path in seen:
                raise ValueError(f"'{clip.path}' is there twice")
            seen.add(clip.path)

    def has(self, path: Path) -> bool:
        """Whether the sound is in the project."""
        return any(clip.path == path for clip in self.clips)

    def clip(self, path: Path) -> ProjectClip:
        """The clip of a path; raises KeyError where it is not in the project."""
        for clip in self.clips:
            if clip.path == path:
                return clip
        raise KeyError(path)

    def listenings(self) -> "dict[str, Listening]":
        """How the clips of each speaker are to be heard."""
        companies: dict[str, list[Path]] = {}
        for clip in self.clips:
            companies.setdefault(clip.speaker, []).append(clip.path)
        return {
            speaker: Listening(self.recogniser, speaker, tuple(company) if self.profiles else ())
            for speaker, company in companies.items()
        }

    def with_clip(self, changed: ProjectClip) -> "Project":
        """The same project with the clip of that path changed, or added at the end."""
        return self.with_clips((changed,))

    def with_clips(self, changed: Iterable[ProjectClip]) -> "Project":
        """The same for many; those with a path that is new are added in their order."""
        clips = {clip.path: clip for clip in self.clips}
        clips |= {clip.path: clip for clip in changed}
        return replace(self, clips=tuple(clips.values()))

    def without(self, path: Path) -> "Project":
        """The same project without that clip."""
        return replace(self, clips=tuple(clip for clip in self.clips if clip.path != path))

    def relinked(self, old: Path, new: Path, sha256: str) -> "Project":
        """The same project with the sound of a clip somewhere else.

        Raises KeyError where `old` is not in the project, ValueError where `new`
        is there already.
        """
        moved = replace(self.clip(old), path=new, sha256=sha256)
        return replace(self, clips=tuple(moved if c.path == old else c for c in self.clips))
