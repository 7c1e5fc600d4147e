"""A project: the clips somebody works on and what was chosen for each; frozen, edited by copies."""

from dataclasses import dataclass, replace
from pathlib import Path

from core.animation import AnimationSettings

AS_HEARD = AnimationSettings()


@dataclass(frozen=True, slots=True)
class ProjectClip:
    """One sound and the wishes for its face.

    `sha256` is that of the sound's bytes, "" until it was read. `smoothing` is a
    cut-off in Hz or None. `comparison` is shown beside the face, or None.
    """

    path: Path  # absolute
    sha256: str = ""
    settings: AnimationSettings = AS_HEARD
    smoothing: float | None = None
    comparison: AnimationSettings | None = None
    loop: tuple[float, float] | None = None  # seconds


@dataclass(frozen=True, slots=True)
class Project:
    """Clips in the order of the list, each path once."""

    clips: tuple[ProjectClip, ...] = ()

    def clip(self, path: Path) -> ProjectClip:
        """The clip of a path; raises KeyError where it is not in the project."""
        for clip in self.clips:
            if clip.path == path:
                return clip
        raise KeyError(path)

    def with_clip(self, changed: ProjectClip) -> "Project":
        """The same project with the clip of that path changed, or added at the end."""
        if any(clip.path == changed.path for clip in self.clips):
            kept = (changed if clip.path == changed.path else clip for clip in self.clips)
            return replace(self, clips=tuple(kept))
        return replace(self, clips=(*self.clips, changed))

    def without(self, path: Path) -> "Project":
        """The same project without that clip."""
        return replace(self, clips=tuple(clip for clip in self.clips if clip.path != path))
