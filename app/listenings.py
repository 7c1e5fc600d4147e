"""How each clip is to be heard, and how it was when it was done."""

from pathlib import Path

from core.project import BY_ITSELF, Listening, Project, ProjectClip


class Listenings:
    """Follows a project. Quick for thousands of clips: nothing changed is the same object."""

    def __init__(self) -> None:
        self._wished: dict[str, Listening] = {}  # of each speaker
        self._settled: dict[str, Listening] | None = None
        self._heard: dict[Path, Listening] = {}

    def follow(self, project: Project) -> None:
        """Take what another state of the project says."""
        before = self._wished
        self._wished = {
            speaker: before[speaker] if before.get(speaker) == listening else listening
            for speaker, listening in project.listenings().items()
        }

    def of(self, clip: ProjectClip) -> Listening:
        """How a clip is to be heard."""
        return self._wished[clip.speaker]

    def settle(self) -> None:
        """An export begins: whatever is changed meanwhile, it hears all its clips as now."""
        self._settled = self._wished

    def unsettle(self) -> None:
        """The export has ended."""
        self._settled = None

    def settled(self, clip: ProjectClip) -> Listening:
        """How an export hears a clip; from any thread."""
        wished = self._wished if self._settled is None else self._settled
        return wished.get(clip.speaker, BY_ITSELF)

    def note(self, path: Path, listening: Listening) -> None:
        """A clip was heard and is done."""
        self._heard[path] = listening

    def heard(self, path: Path) -> Listening | None:
        """How a clip was heard when it was done."""
        return self._heard.get(path)

    def forget(self) -> None:
        """Another project is open."""
        self._heard.clear()
