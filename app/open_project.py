"""What is open: the project, its history, and which clip and segment is at hand.

Knows no widget, no sound and no network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from core.emotion import EmotionSegment, EmotionTrack
from core.history import History
from core.project import Project, ProjectClip
from core.utterances import segments_of


class OpenProject(QObject):
    """The one place that changes the project; views are told by signals."""

    project_changed = Signal()  # the clips, or what was chosen for one
    current_changed = Signal()  # another clip is on the screen
    selection_changed = Signal()  # another segment is selected

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history: History[Project] = History(Project())
        self.file: Path | None = None  # of the project
        self.current: Path | None = None
        self.selected = 0  # segment
        self._heard: EmotionTrack | None = None  # of the current clip
        self._duration = 0.0
        self._previous: Path | None = None  # the clip that was on the screen before
        self._hashes: dict[Path, str] = {}

    # What is there

    @property
    def project(self) -> Project:
        """The present state."""
        return self.history.state

    @property
    def clip(self) -> ProjectClip | None:
        """The current clip."""
        if self.current is None or not self.project.has(self.current):
            return None
        return self.project.clip(self.current)

    def segments(self) -> list[EmotionSegment]:
        """Those of the current clip, by its present settings; none before it was heard."""
        if self.clip is None or self._heard is None:
            return []
        return segments_of(self._heard, self._duration, self.clip.settings)

    def set_heard(self, emotions: EmotionTrack | None, duration: float) -> None:
        """What the recogniser heard in the current clip, or None while it is not known."""
        self._heard, self._duration = emotions, duration
        self._hold_selection()

    # Projects

    def open_project(self, project: Project, file: Path | None, *, saved: bool = True) -> None:
        """Start anew with `project`; `saved` is whether the file holds just that."""
        self.history = History(project, clean=saved)
        self.file = file
        self.current = None
        self._tell(project.clips[0].path if project.clips else None, turned=True)

    def saved(self, file: Path) -> None:
        """The present state is what `file` holds."""
        self.file = file
        self.history.mark_clean()
        self.project_changed.emit()

    def undo(self) -> None:
        """Take back the last step, and show the clip that it was about."""
        before = self.project
        self._stepped(before, self.history.undo())

    def redo(self) -> None:
        """Do again what was taken back."""
        before = self.project
        self._stepped(before, self.history.redo())

    def _stepped(self, before: Project, after: Project) -> None:
        changed = [c.path for c in after.clips if before.has(c.path) and before.clip(c.path) != c]
        path = self.current
        if changed and path not in changed:
            path = changed[0]
        elif path is None or not after.has(path):
            known = self._previous is not None and after.has(self._previous)
            path = self._previous if known else after.clips[0].path if after.clips else None
        self._hold_selection()
        self._tell(path)

    # Clips

    def add(self, paths: Sequence[Path]) -> None:
        """Add sounds and show the first of them."""
        project = self.project
        new = [ProjectClip(path) for path in dict.fromkeys(paths) if not project.has(path)]
        project = project.with_clips(new)
        self.history.push("Add clips", project)
        self._tell(paths[0] if paths else self.current)

    def remove(self, paths: Sequence[Path]) -> None:
        """Take sounds off the list; the files stay."""
        clips = [clip.path for clip in self.project.clips]
        project = self.project
        for path in paths:
            project = project.without(path)
        if project == self.project:
            return
        follow = self.current
        if self.current in paths:
            place = clips.index(self.current) if self.current in clips else 0
            rest = [clip.path for clip in project.clips]
            follow = rest[min(place, len(rest) - 1)] if rest else None
        self.history.push("Remove clips", project)
        self._tell(follow)

    def relink(self, project: Project, moved: Mapping[Path, Path]) -> None:
        """Take `project`, in which sounds are no longer where they were, but at `moved`."""
        self.history.push("Find sounds", project)
        self._tell(moved.get(self.current, self.current) if self.current else None)

    def show_clip(self, path: Path | None) -> None:
        """Make a clip the current one."""
        if self._turn_to(path):
            self.current_changed.emit()

    def note_hash(self, path: Path, sha256: str) -> bool:
        """Remember which sound was read; returns whether it is the one the project was saved with.

        No step of the history: nobody did anything.
        """
        self._hashes[path] = sha256
        known = self.project.clip(path).sha256 if self.project.has(path) else ""
        return known in ("", sha256)

    def to_save(self) -> Project:
        """The present state with the hashes of the sounds that were read."""
        return self.project.with_clips(
            replace(clip, sha256=self._hashes.get(clip.path, clip.sha256))
            for clip in self.project.clips
        )

    def choose_recogniser(self, name: str) -> None:
        """Who hears the emotions of all clips: BEST or one of TITLES."""
        if name != self.project.recogniser:
            self._push("Choose who hears", replace(self.project, recogniser=name))

    def use_profiles(self, use: bool) -> None:
        """Whether clips of one speaker help to hear each other."""
        if use != self.project.profiles:
            label = "Know speakers by their clips" if use else "Hear each clip by itself"
            self._push(label, replace(self.project, profiles=use))

    def set_speaker(self, paths: Sequence[Path], speaker: str) -> None:
        """Who speaks in some clips, by a name, or "" for the one of all clips without a name."""
        changed = [replace(self.project.clip(path), speaker=speaker) for path in paths]
        project = self.project.with_clips(changed)
        if project != self.project:
            self._push("Say who speaks", project)

    def select(self, index: int) -> None:
        """Select a segment of the current clip."""
        if index != self.selected:
            self.selected = index
            self._hold_selection()
            self.selection_changed.emit()

    def change(self, label: str, clip: ProjectClip, merge: str | None = None) -> None:
        """Make `clip` what was chosen; steps with the same `merge` in a row are one."""
        if clip != self.project.clip(clip.path):
            self._push(label, self.project.with_clip(clip), merge)

    def end_drag(self) -> None:
        """What was dragged has been let go: the next edit is another step."""
        self.history.end_merge()

    # Within

    def _turn_to(self, path: Path | None) -> bool:
        """Another clip, unless it is this one; nobody is told yet."""
        if path == self.current:
            return False
        self._previous = self.current
        self.current, self.selected, self._heard = path, 0, None
        return True

    def _tell(self, path: Path | None, *, turned: bool = False) -> None:
        """The clips have changed, and with them perhaps the one on the screen."""
        turned = self._turn_to(path) or turned
        self.project_changed.emit()
        if turned:
            self.current_changed.emit()

    def _push(self, label: str, project: Project, merge: str | None = None) -> None:
        self.history.push(label, project, merge)
        self._hold_selection()
        self.project_changed.emit()

    def _hold_selection(self) -> None:
        count = len(self.segments())
        self.selected = min(self.selected, max(count - 1, 0))
