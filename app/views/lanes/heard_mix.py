"""The two emotions heard most in the utterance under the playhead, for the header."""

from bisect import bisect_right
from collections.abc import Sequence

from app.shares import percent
from app.theme import Theme
from core.emotion import EmotionMix, EmotionSegment, EmotionTrack
from core.utterances import frames_between


class HeardMix:
    """Equations (1)-(4) in each segment, whatever a person chose there, when first needed."""

    tool_tip = "The two emotions heard most in this segment, and their weights"

    def __init__(self) -> None:
        self._track: EmotionTrack | None = None
        self._starts: list[float] = []
        self._ends: list[float] = []
        self._seconds = 0.0
        self._index = 0
        self._mix: EmotionMix | None = None

    def set_track(self, track: EmotionTrack | None) -> None:
        """Look at another recording."""
        if track is not self._track:
            self._track, self._mix = track, None

    def set_segments(self, segments: Sequence[EmotionSegment]) -> None:
        """The stretches that vote by themselves."""
        self._starts = [segment.start for segment in segments]
        self._ends = [segment.end for segment in segments]
        self._mix = None
        self.move(self._seconds)

    def move(self, seconds: float) -> bool:
        """Follow the playhead; whether it is in another segment now."""
        self._seconds = seconds
        index = max(bisect_right(self._starts, seconds) - 1, 0)
        if index == self._index and self._mix is not None:
            return False
        self._index, self._mix = index, None
        return True

    def mix(self) -> EmotionMix | None:
        """Of the segment under the playhead; None without one."""
        if self._mix is None and self._track is not None and self._index < len(self._starts):
            start, end = self._starts[self._index], self._ends[self._index]
            self._mix = self._track.mix(*frames_between(self._track.timeline, start, end))
        return self._mix

    def text(self, theme: Theme) -> str:
        """Two lines with a swatch each."""
        mix = self.mix()
        if mix is None:
            return ""
        parts = [(mix.first, mix.weights[0]), (mix.second, mix.weights[1])]
        return "<br>".join(
            f'<span style="color:{theme.emotion(name)}">■</span> {name} {percent(weight)}'
            for name, weight in parts
            if weight > 0
        )
