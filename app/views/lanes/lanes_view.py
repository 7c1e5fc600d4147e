"""The lanes: one ruler, some lanes, one time axis, one playhead."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.result import Heard, Result
from app.theme import Theme
from app.time_range import TimeRange
from app.views.lanes.affect_lane import AffectLane
from app.views.lanes.affect_lane import least_height as affect_height
from app.views.lanes.canvas import Canvas, end_margin
from app.views.lanes.heard_mix import HeardMix
from app.views.lanes.lane_row import Height, LaneRow, MenuOf, header_width
from app.views.lanes.lane_stack import LaneStack
from app.views.lanes.lanes_style import style_sheet
from app.views.lanes.opening_lane import OpeningLane
from app.views.lanes.overlay import Overlay
from app.views.lanes.probability_lane import ProbabilityLane, least_height
from app.views.lanes.ruler import Loop, Ruler
from app.views.lanes.segment_lane import SegmentLane
from app.views.lanes.spectrogram_lane import Look, SpectrogramLane
from app.views.lanes.waveform_lane import WaveformLane
from core.emotion import EmotionSegment, EmotionTrack

ZOOM = 0.8  # of the seconds in view, a step of the wheel
PAGE = 0.12  # of the seconds in view, a step of the wheel
STEP = 120.0  # Qt's units of one step of the wheel


class LanesView(QWidget):
    """Shows a result along the time axis. Which clip the axis spans is for `time_range` to know.

    Signals speak in seconds. `seek_requested` comes with every press; a drag then
    sends `scrub_requested` until `scrub_ended`. Escape during any drag puts back
    what was before: the playhead, the loop, or the edge, which is then sent as final.
    """

    seek_requested = Signal(float)
    scrub_requested = Signal(float)
    scrub_ended = Signal()
    loop_requested = Signal(float, float)
    loop_cleared = Signal()
    segment_selected = Signal(int)
    edge_dragged = Signal(int, float, bool)  # between `index` and the next; seconds; is final
    split_requested = Signal(float)
    join_requested = Signal(int)  # `index` with the next
    emotion_requested = Signal(int, str)  # one of EMOTIONS, or "auto"
    strength_requested = Signal(int, float)
    hovered = Signal(str)
    why_toggled = Signal(bool)  # whether what decided the emotions is marked
    place_chosen = Signal(float, float)  # somebody wants to hear it: from, to

    def __init__(self, theme: Theme, time_range: TimeRange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lanes")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Lanes")
        self.range = time_range
        self._theme = theme
        self._heard: Heard | None = None
        self._track: EmotionTrack | None = None
        self._spans: Sequence[EmotionSegment] = ()
        self._origin = 0.0  # where the playhead was before a drag
        self._mix = HeardMix()
        self.ruler = Ruler(theme, time_range)
        self.waveform = WaveformLane(theme, time_range)
        self.spectrogram = SpectrogramLane(theme, time_range)
        self.probabilities = ProbabilityLane(theme, time_range)
        self.affect = AffectLane(theme, time_range)
        self.segments = SegmentLane(theme, time_range)
        self.opening = OpeningLane(theme, time_range)
        self._build()
        self.overlay = Overlay(theme, time_range, self)
        self._connect()
        self.set_theme(theme)

    # Building

    def _build(self) -> None:
        self._corner = QWidget(self)
        self._corner.setObjectName("laneHeader")
        self._corner.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.ruler.setAccessibleName("Ruler")
        self.ruler.setAccessibleDescription("Drag to make a loop, double click to clear it.")
        top = QHBoxLayout()
        top.setSpacing(0)
        top.addWidget(self._corner)
        top.addWidget(self.ruler, 1)
        self.splitter = LaneStack(self)
        self._rows = self.splitter.rows
        spectrum_menu = self.spectrogram.menu
        lanes: tuple[tuple[str, str, Canvas, int, Height, MenuOf | None], ...] = (
            # key, title, canvas, pixels of 300 wanted, least pixels, options
            ("waveform", "Waveform", self.waveform, 46, lambda: 24, None),
            ("spectrogram", "Spectrogram", self.spectrogram, 66, lambda: 40, spectrum_menu),
            ("probabilities", "Probabilities", self.probabilities, 88, self._named_height, None),
            ("affect", "Valence, arousal", self.affect, 56, affect_height, None),
            ("segments", "Segments", self.segments, 32, lambda: 30, None),
            ("mouth", "Mouth opening", self.opening, 44, lambda: 24, None),
        )
        for key, title, canvas, weight, least, menu in lanes:
            canvas.setAccessibleName(f"{title} lane")
            row = LaneRow(title, canvas, least, menu)
            row.folded.connect(self._lay_overlay)
            self.splitter.add(key, row, weight)
        self.splitter.set_shown("affect", False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.splitter, 1)
        layout.addStretch(0)  # takes what is left when every lane is folded

    def _named_height(self) -> int:
        """Pixels that let the probabilities' header say what is heard, and all be named."""
        row = self._rows.get("probabilities")
        return max(row.header.detailed_height() if row else 0, least_height())

    @property
    def canvases(self) -> tuple[Canvas, ...]:
        """The ruler and the lanes, from above."""
        return self.ruler, *(row.canvas for row in self._rows.values())

    def _connect(self) -> None:
        for canvas in self.canvases:
            canvas.pressed.connect(self._press)
            canvas.dragged.connect(self.scrub_requested)
            canvas.let_go.connect(self._let_go)
            canvas.cancelled.connect(self._cancel)
            canvas.hovered.connect(self.hovered)
            canvas.pointed.connect(self.overlay.set_pointer)
        self.spectrogram.why_toggled.connect(self.why_toggled)
        self.spectrogram.place_chosen.connect(self.place_chosen)
        self.ruler.loop_requested.connect(self.loop_requested)
        self.ruler.loop_cleared.connect(self.loop_cleared)
        self.ruler.loop_shown.connect(self.overlay.set_loop)
        for name in ("segment_selected", "edge_dragged", "split_requested", "join_requested",
                     "emotion_requested", "strength_requested"):  # fmt: skip
            getattr(self.segments, name).connect(getattr(self, name))

    # What the window tells

    def show_result(self, result: Result | None) -> None:
        """Show what was heard and the face; None empties the lanes.

        Segments come by `set_segments`, for they are ahead of the face while an edge is dragged.
        """
        heard = None if result is None else result.heard
        if heard is not self._heard:
            self._heard = heard
            self.waveform.show_heard(heard)
            self.spectrogram.show_heard(heard)
        analysis = None if result is None else result.analysis
        track = None if analysis is None else analysis.emotions
        if track is not self._track:
            self._track = track
            self.probabilities.show_track(track)
        self.affect.show_track(None if analysis is None else analysis.affect, track)
        if analysis is not None:
            self.show_affect(analysis.affect is not None)
        self.opening.show_result(result)
        is_open = result is not None
        for canvas in self.canvases:
            if canvas.is_open != is_open:
                canvas.is_open = is_open
                canvas.refresh()
        self.overlay.is_open = is_open
        if result is None:
            self.segments.set_segments((), -1)
            self.ruler.set_loop(None)
        self._mix.set_track(track)
        self.spectrogram.show_why(track, self._spans)
        self._show_mix()
        self.overlay.update()

    def show_affect(self, shown: bool) -> None:
        """Whether there is a lane of valence and arousal: some weights do not hear them."""
        if self.splitter.set_shown("affect", shown):
            self._lay_overlay()

    def set_segments(self, segments: Sequence[EmotionSegment], selected: int) -> None:
        """Show the emotion segments; `selected` is an index, or -1."""
        self._spans = segments
        self.segments.set_segments(segments, selected)
        self.spectrogram.show_why(self._track, segments)
        self._mix.set_segments(segments)
        self._show_mix()

    def set_time(self, seconds: float) -> None:
        """Move the playhead."""
        self.overlay.set_time(seconds)
        self.segments.playhead = seconds
        if self._mix.move(seconds):
            self._show_mix()

    def set_loop(self, loop: Loop | None) -> None:
        """Show a loop region, in seconds, or none."""
        self.ruler.set_loop(loop)

    def set_fps(self, fps: float) -> None:
        """The frame rate of the ruler's time codes and of steps by keys."""
        self.ruler.set_fps(fps)
        self.segments.frame = 1 / fps

    def set_message(self, text: str) -> None:
        """What to say while nothing is shown."""
        self.overlay.set_message(text)

    def busy(self, stage: str, part: float = 0.0) -> None:
        """Show quietly that `part` (0 to 1) of `stage` is done; an empty stage ends it."""
        self.overlay.busy(stage, part)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = self.overlay.theme = theme
        self.setStyleSheet(style_sheet(theme))
        self._corner.setFixedWidth(header_width())
        self.ruler.setFixedHeight(self.fontMetrics().height() + 10)
        self.ruler.set_theme(theme)
        for row in self._rows.values():
            row.set_theme(theme)
        self._show_mix()
        self._lay_overlay()

    def _show_mix(self) -> None:
        header = self._rows["probabilities"].header
        header.show_detail(self._mix.text(self._theme))
        header.detail.setToolTip(self._mix.tool_tip)

    # State

    def state(self) -> dict[str, object]:
        """Which lanes are folded, how high they are, and the spectrogram's look; plain JSON."""
        return {
            **self.splitter.state(),
            "spectrogram": self.spectrogram.saved_look(),
            "why": self.spectrogram.shows_why,
        }

    def restore(self, state: Mapping[str, object]) -> None:
        """Take up a saved state; what is not understood is left as it is by default."""
        self.splitter.restore(state)
        self.spectrogram.set_why(state.get("why") is True)
        self.spectrogram.set_look(Look.from_dict(state.get("spectrogram")))

    # Gestures

    def _press(self, seconds: float) -> None:
        self._origin = self.overlay.time
        self.seek_requested.emit(seconds)

    def _let_go(self, was_dragged: bool) -> None:
        if was_dragged:
            self.scrub_ended.emit()

    def _cancel(self) -> None:
        self.scrub_ended.emit()
        self.seek_requested.emit(self._origin)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Scroll; with Ctrl, zoom at the pointer."""
        if not self.overlay.is_open:
            return
        pixels, steps = event.pixelDelta(), event.angleDelta()
        turned = steps.y() if abs(steps.y()) >= abs(steps.x()) else steps.x()
        moved = pixels.y() if abs(pixels.y()) >= abs(pixels.x()) else pixels.x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            x = self.ruler.mapFrom(self, event.position().toPoint()).x()
            at = self.ruler.seconds_at(min(max(x, 0), self.ruler.plot_width))
            self.range.zoom(ZOOM ** (turned / STEP), at)
        elif moved:  # a touchpad: the lanes stay under the fingers
            self.range.scroll(-moved / self.ruler.plot_width * self.range.span)
        else:
            self.range.scroll(-turned / STEP * PAGE * self.range.span)
        event.accept()

    # Geometry

    def _lay_overlay(self) -> None:
        self.overlay.plot_width = max(self.width() - header_width() - end_margin(), 1)
        self.overlay.ruler_height = self.ruler.minimumHeight()
        self.overlay.setGeometry(
            header_width(), 0, max(self.width() - header_width(), 1), self.height()
        )
        self.overlay.raise_()
        self.overlay.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the overlay over everything."""
        super().resizeEvent(event)
        self._lay_overlay()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the system's font."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            QTimer.singleShot(0, self, lambda: self.set_theme(self._theme))  # widths follow
        super().changeEvent(event)
