"""The stretch of the clip that every lane shows: the one time axis."""

from PySide6.QtCore import QObject, Signal

SHORTEST = 0.05  # seconds across the lanes
SECOND_VIEW = 2.0  # seconds, the scale at which single sounds are seen


class TimeRange(QObject):
    """Visible seconds `start` to `end` of a clip that lasts `duration`; lanes follow `changed`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.duration = 1.0
        self.start, self.end = 0.0, 1.0

    @property
    def span(self) -> float:
        """Seconds across the lanes."""
        return self.end - self.start

    def open_clip(self, duration: float) -> None:
        """Show all of another clip."""
        self.duration = max(duration, SHORTEST)
        self._set(0.0, self.duration, force=True)

    def fit(self) -> None:
        """Show the whole clip."""
        self._set(0.0, self.duration)

    def zoom(self, factor: float, at: float) -> None:
        """Show `factor` times as many seconds; the second `at` stays where it is."""
        span = min(max(self.span * factor, SHORTEST), self.duration)
        start = at - (at - self.start) * span / self.span
        self._set(start, start + span)

    def show_seconds(self, span: float, at: float) -> None:
        """Show `span` seconds around `at`."""
        span = min(max(span, SHORTEST), self.duration)
        self._set(at - span / 2, at + span / 2)

    def scroll(self, seconds: float) -> None:
        """Move later (or, negative, earlier)."""
        self._set(self.start + seconds, self.end + seconds)

    def follow(self, seconds: float) -> None:
        """Turn the page when `seconds` has left the picture."""
        if not self.start <= seconds <= self.end:
            self._set(seconds, seconds + self.span)

    def _set(self, start: float, end: float, *, force: bool = False) -> None:
        span = end - start
        start = min(max(start, 0.0), max(self.duration - span, 0.0))
        if force or (start, start + span) != (self.start, self.end):
            self.start, self.end = start, start + span
            self.changed.emit()
