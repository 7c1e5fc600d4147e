"""The selected segment in words: which, from when to when, and what is heard in it."""

from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.shares import percent
from app.theme import Theme
from app.timecode import format_clock
from app.views.controls.drawing import scaled
from core.emotion import EmotionSegment

NOTHING = "Nothing was heard yet"


class SegmentFacts(QWidget):
    """Two quiet lines."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._facts: tuple[EmotionSegment | None, int, int] = (None, 0, 0)
        self.where, self.what = QLabel(), QLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        for label in (self.where, self.what):
            label.setFont(scaled(self.font(), 0.92))
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            column.addWidget(label)
        self.set_theme(theme)

    def show_segment(self, segment: EmotionSegment | None, index: int, count: int) -> None:
        """Segment `index` (from 0) of `count`, or None where nothing was heard yet."""
        self._facts = (segment, index, count)
        if segment is None:
            self.where.setText(NOTHING)
            self.what.setText("")
            self.what.setAccessibleName("")
            self.setToolTip("")
            return
        span = f"{format_clock(segment.start)} – {format_clock(segment.end)}"
        self.where.setText(f"Segment {index + 1} of {count}  ·  {span}")
        mix = segment.mix
        parts = [(mix.first, mix.weights[0]), (mix.second, mix.weights[1])]
        shown = [(name, weight) for name, weight in parts if round(100 * weight) > 0]
        verb = "Chosen" if segment.origin == "user" else "Heard"
        marked = "&nbsp; ".join(
            f"<span style='color:{self._theme.emotion(name)}'>■</span> {name} {percent(weight)}"
            for name, weight in shown
        )
        self.what.setText(f"{verb}&nbsp; {marked}")
        plain = f"{verb} " + ", ".join(f"{name} {percent(weight)}" for name, weight in shown)
        self.what.setAccessibleName(plain)
        self.setToolTip(f"{self.where.text()}\n{plain}")

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        for label in (self.where, self.what):
            label.setStyleSheet(f"color: {theme.quiet}; background: transparent;")
        self.show_segment(*self._facts)
