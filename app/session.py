"""Edits of the clip on the screen: emotions, segments, gains, smoothing, comparison, loop.

Each makes a new `Project` and a step of the history; those of one drag, told by
`final=False`, become a single step.
"""

from dataclasses import replace

from app.comparison import following
from app.open_project import OpenProject
from core import segments
from core.animation import AnimationSettings
from core.gains import RegionGains
from core.segments import AUTOMATIC, Choices
from core.utterances import segments_of

WHOLE, BY_SEGMENT = "clip", "segments"  # what an emotion is chosen for


class Session(OpenProject):
    """What is open, and the one place that changes what was chosen for it."""

    @property
    def scope(self) -> str:
        """What an emotion is chosen for: AUTOMATIC, WHOLE or BY_SEGMENT."""
        settings = self.clip.settings if self.clip else AnimationSettings()
        if settings.segments:
            return BY_SEGMENT
        return AUTOMATIC if settings.emotion == AUTOMATIC else WHOLE

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

    def reset(self) -> None:
        """Every emotion as it was heard, at the strength it was learned."""
        if self.clip is not None:
            plain = replace(self.clip.settings, emotion=AUTOMATIC, strength=1.0, segments=())
            self._settings("Everything as heard", plain)

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
            self.change("Loop", replace(self.clip, loop=loop))

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
