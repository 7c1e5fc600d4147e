"""What is open and what was chosen: the project, its history, the clip and segment at hand.

Knows no widget, no sound and no network. Edits make a new `Project` and a step of
the history; those of one drag, told by `final=False`, become a single step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.comparison import following
from core import segments
from core.animation import AnimationSettings
from core.emotion import EmotionSegment, EmotionTrack
from core.gains import RegionGains
from core.history import History
from core.project import Project, ProjectClip
from core.segments import AUTOMATIC, Choices
from core.utterances import segments_of

WHOLE, BY_SEGMENT = "clip", "segments"  # what an emotion is chosen for


class Session(QObject):
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

    @property
    def scope(self) -> str:
        """What an emotion is chosen for: AUTOMATIC, WHOLE or BY_SEGMENT."""
        settings = self.clip.settings if self.clip else AnimationSettings()
        if settings.segments:
            return BY_SEGMENT
        return AUTOMATIC if settings.emotion == AUTOMATIC else WHOLE

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
        """Take back the last step."""
        self.history.undo()
        self._stepped()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.history.redo()
        self._stepped()

    def _stepped(self) -> None:
        clips, path = self.project.clips, self.current
        if path is None or not self.project.has(path):
            path = clips[0].path if clips else None
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

    # Edits of the current clip

    def change(self, label: str, clip: ProjectClip, merge: str | None = None) -> None:
        """Make `clip` what was chosen; steps with the same `merge` in a row are one."""
        if clip != self.project.clip(clip.path):
            self._push(label, self.project.with_clip(clip), merge)

    def end_drag(self) -> None:
        """What was dragged has been let go: the next edit is another step."""
        self.history.end_merge()

    def choose_scope(self, scope: str) -> None:
        """Automatic, one emotion for the clip, or one for each segment."""
        clip = self.clip
        if clip is None or scope == self.scope:
            return
        settings = replace(clip.settings, emotion=AUTOMATIC, strength=1.0, segments=())
        if scope == WHOLE:
            found = self.segments()
            lead = found[self.selected].mix.first if found else "neutral"
            settings = replace(settings, emotion=lead)
        elif scope == BY_SEGMENT and self._heard is not None:
            settings = replace(settings, segments=self._choices())
        self._settings("Choose what emotions are for", settings)

    def choose_emotion(self, emotion: str, index: int | None = None) -> None:
        """For the whole clip in that scope, else for a segment: the selected one."""
        if self.clip is None:
            return
        if index is None and self.scope == WHOLE:
            self._settings("Choose an emotion", replace(self.clip.settings, emotion=emotion))
        elif self._choices():
            choices = segments.choose(self._choices(), self._place(index), emotion)
            self._segments("Choose an emotion", choices)

    def set_strength(self, strength: float, *, final: bool, index: int | None = None) -> None:
        """Of the whole clip unless it has segments of its own, else of one of them."""
        if self.clip is None:
            return
        if index is None and self.scope != BY_SEGMENT:
            settings = replace(self.clip.settings, strength=strength)
            self._settings("Change the strength", settings, "strength", final=final)
        elif self._choices():
            place = self._place(index)
            choices = segments.choose(self._choices(), place, strength=strength)
            self._segments("Change the strength", choices, f"strength {place}", final=final)

    def split(self, seconds: float) -> None:
        """Cut the segment there in two. Raises ValueError where a piece would be too short."""
        if self._choices():
            choices = segments.split(self._choices(), seconds)
            self._segments("Split a segment", choices)
            self.select(segments.segment_at(choices, seconds))

    def move_edge(self, index: int, seconds: float, *, final: bool) -> None:
        """Move the end of segment `index`."""
        if index + 1 < len(self._choices()):
            choices = segments.move_edge(self._choices(), index, seconds)
            self._segments("Move a segment's edge", choices, f"edge {index}", final=final)

    def join(self, index: int) -> None:
        """Make a segment and the next one."""
        if index + 1 < len(self._choices()):
            self._segments("Join segments", segments.join(self._choices(), index))

    def set_gains(self, gains: RegionGains, *, final: bool) -> None:
        """How far the regions of the face move."""
        if self.clip is not None:
            settings = replace(self.clip.settings, gains=gains)
            self._settings("Change how far the face moves", settings, "gains", final=final)

    def choose_model(self, model: str) -> None:
        """One face per emotion, or one for all."""
        if self.clip is not None:
            self._settings("Choose the face model", replace(self.clip.settings, model=model))

    def set_smoothing(self, cutoff: float | None, *, final: bool = True) -> None:
        """Cut-off in Hz, or None."""
        if self.clip is not None:
            self.change("Change the smoothing", replace(self.clip, smoothing=cutoff), "smoothing")
            if final:
                self.end_drag()

    def set_comparison(self, settings: AnimationSettings | None, *, final: bool = True) -> None:
        """The face to compare with, or None."""
        if self.clip is not None:
            self.change("Compare", replace(self.clip, comparison=settings), "comparison")
            if final:
                self.end_drag()

    def set_loop(self, loop: tuple[float, float] | None) -> None:
        """The stretch that is played over and over, in seconds."""
        if self.clip is not None:
            self.change("Loop", replace(self.clip, loop=loop), "loop")

    def select(self, index: int) -> None:
        """Select a segment of the current clip."""
        if index != self.selected:
            self.selected = index
            self._hold_selection()
            self.selection_changed.emit()

    # Within

    def _choices(self) -> Choices:
        """What is there to be edited: the choices made, or what was heard as choices."""
        if self.clip is None:
            return ()
        settings = self.clip.settings
        if settings.segments or self._heard is None:
            return settings.segments
        found = replace(settings, emotion=AUTOMATIC)
        return segments.from_heard(
            segments_of(self._heard, self._duration, found), settings.strength
        )

    def _place(self, index: int | None) -> int:
        return self.selected if index is None else index

    def _segments(
        self, label: str, choices: Choices, merge: str | None = None, *, final: bool = True
    ) -> None:
        assert self.clip is not None
        settings = replace(self.clip.settings, emotion=AUTOMATIC, strength=1.0, segments=choices)
        self._settings(label, settings, merge, final=final)

    def _settings(
        self,
        label: str,
        settings: AnimationSettings,
        merge: str | None = None,
        *,
        final: bool = True,
    ) -> None:
        assert self.clip is not None
        comparison = following(self.clip.settings, settings, self.clip.comparison)
        self.change(label, replace(self.clip, settings=settings, comparison=comparison), merge)
        if final:
            self.end_drag()

    def _turn_to(self, path: Path | None) -> bool:
        """Another clip, unless it is this one; nobody is told yet."""
        if path == self.current:
            return False
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
