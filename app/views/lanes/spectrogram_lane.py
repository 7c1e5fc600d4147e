"""The MFSC spectrogram: what DERN and the face models hear."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QPainter
from PySide6.QtWidgets import QMenu, QWidget

from app.result import Heard
from app.shares import percent
from app.theme import Theme
from app.time_range import TimeRange
from app.timecode import format_clock
from app.views.lanes.canvas import LABEL_GAP, Canvas
from app.views.lanes.colour_maps import colour_table
from app.views.lanes.pixels import image
from app.views.lanes.scale import Scale, Values, means
from app.views.lanes.why_marks import WhyMarks
from core.clip import SAMPLE_RATE
from core.emotion import EmotionSegment, EmotionTrack
from core.evidence import Place
from core.mfsc import BANDS, mfsc_timeline
from core.timeline import Timeline

BY_THEME = "theme"
MAPS = {BY_THEME: "As the theme", "magma": "Magma", "inferno": "Inferno", "viridis": "Viridis",
        "cividis": "Cividis", "grey": "Grey"}  # fmt: skip
RANGES = (30, 40, 50, 60, 70, 80, 100)  # dB
TOPS = (0, -6, -12, -18, -24, -30)  # dB under the clip's loudest band
DECIBELS = 10 / np.log(10)  # of one natural log of energy
LOOKED_AT = 4_000  # frames, evenly spread, in which the loudest band is sought
BLENDED = 90  # of 256 colours, in which the theme's own map leaves the ground
LABELLED = (250.0, 1000.0, 4000.0)  # Hz


def band_centres() -> NDArray[np.float64]:
    """The centre frequency of each mel band in Hz, (40,)."""
    top = 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700)
    mels = np.linspace(0.0, top, BANDS + 2)[1:-1]
    centres: NDArray[np.float64] = 700 * (10 ** (mels / 2595) - 1)
    return centres


def _timeline(heard: Heard) -> Timeline:
    """Where the columns stand: the first begins where the first frame of the features does."""
    frames = mfsc_timeline(0)
    begin = frames.start - 0.5 / frames.rate
    rate = heard.spectrogram_rate
    return Timeline(rate, len(heard.spectrogram), begin + 0.5 / rate)


@dataclass(frozen=True, slots=True)
class Look:
    """Colour map, dB from darkest to brightest, and where the brightest is."""

    map: str = BY_THEME
    range: int = 60
    top: int = -12

    @classmethod
    def from_dict(cls, saved: object) -> "Look":
        """What was saved; anything that cannot be falls back to the default."""
        values = saved if isinstance(saved, dict) else {}
        allowed: dict[str, tuple[object, ...]] = {"map": tuple(MAPS), "range": RANGES, "top": TOPS}
        kept = {k: v for k, v in values.items() if k in allowed and v in allowed[k]}
        return cls(**kept)


def colours(name: str, theme: Theme) -> NDArray[np.uint32]:
    """256 colours, 0xAARRGGBB, from silence to the loudest; on light ground the loudest is dark."""
    table = colour_table("magma" if name == BY_THEME else name)
    if theme.name == "light":
        table = table[::-1]
    if name == BY_THEME:  # silence is the lane's own ground
        if theme.name == "light":
            table = table[np.linspace(64, 245, 256).astype(int)]  # without the yellow
        ground = QColor(theme.sunken)
        part = np.clip(np.linspace(0, 255, 256) / BLENDED, 0, 1)[:, None] ** 0.8
        below = np.array([ground.red(), ground.green(), ground.blue()])
        table = below * (1 - part) + table * part
    red, green, blue = table.astype(np.uint32).T
    packed: NDArray[np.uint32] = np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue
    return packed


class SpectrogramLane(Canvas):
    """40 mel bands, low ones below."""

    look_changed = Signal()
    why_toggled = Signal(bool)
    place_chosen = Signal(float, float)  # somebody wants to hear it: from, to

    def __init__(self, theme: Theme, time_range: TimeRange, parent: QWidget | None = None) -> None:
        super().__init__(theme, time_range, parent)
        self.look = Look()
        self._heard: Heard | None = None
        self._loudest = 0.0  # natural log
        self._centres = band_centres()
        self._why = WhyMarks()
        self.shows_why = False
        self._held: Place | None = None  # pressed, and not dragged yet
        self._is_scrubbing = False

    def show_heard(self, heard: Heard | None) -> None:
        """Show another sound."""
        self._heard = heard
        if heard is not None:
            some = heard.spectrogram[:: max(len(heard.spectrogram) // LOOKED_AT, 1)]
            self._loudest = float(np.nanmax(some)) if len(some) else 0.0
        self.refresh()

    def show_why(self, track: EmotionTrack | None, segments: Sequence[EmotionSegment]) -> None:
        """What was heard in which segments, whose deciding places may be marked."""
        if self._why.show(track, segments) and self.shows_why:
            self.refresh()

    def set_why(self, shown: bool) -> None:
        """Mark what decided the emotions, or no more."""
        if shown != self.shows_why:
            self.shows_why = shown
            self.setCursor(Qt.CursorShape.ArrowCursor)
            self.refresh()
            self.why_toggled.emit(shown)

    def set_look(self, look: Look) -> None:
        """Other colours or another range."""
        self.look = look
        self.refresh()
        self.look_changed.emit()

    def saved_look(self) -> dict[str, object]:
        """The look as a plain dict."""
        return asdict(self.look)

    def render_plot(self, painter: QPainter, scale: Scale) -> None:
        """See `Canvas`."""
        if self._heard is None:
            return
        levels = means(self._heard.spectrogram, _timeline(self._heard), scale)
        picture = image(self._pixels(levels))
        # Smooth only across bands: the columns are pixels already.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(0, 0, self.plot_width, self.height()), picture)
        if self.shows_why:
            painter.save()
            painter.setClipRect(self.plot)
            self._why.paint(painter, self.scale, self.height(), self.theme)
            painter.restore()
        self._paint_frequencies(painter)

    def _pixels(self, levels: Values) -> NDArray[np.uint32]:
        floor = float((self._loudest * DECIBELS + self.look.top - self.look.range) / DECIBELS)
        steps = levels - floor
        steps *= float(255 * DECIBELS / self.look.range)  # see `pixels`
        index = np.nan_to_num(np.clip(steps, 0, 255, out=steps), copy=False).astype(np.uint8)
        pixels: NDArray[np.uint32] = colours(self.look.map, self.theme)[index.T[::-1]]
        return pixels

    def _paint_frequencies(self, painter: QPainter) -> None:
        height = painter.fontMetrics().height()
        last = float(self.height())
        for hertz in LABELLED:
            y = (
                1 - (np.interp(hertz, self._centres, np.arange(BANDS)) + 0.5) / BANDS
            ) * self.height()
            if y + height / 2 > last or y - height / 2 < 0:
                continue
            last = y - height / 2
            painter.setPen(QColor(self.theme.line))
            painter.drawLine(QPointF(self.plot_width, y), QPointF(self.plot_width + 4, y))
            painter.setPen(QColor(self.theme.quiet))
            place = QRectF(self.plot_width + LABEL_GAP, y - height / 2, 120, height)
            name = f"{hertz / 1000:g} kHz" if hertz >= 1000 else f"{hertz:g} Hz"
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)

    def readout(self, seconds: float, y: float) -> str:
        """See `Canvas`."""
        if self._heard is None:
            return ""
        frame = _timeline(self._heard).frame_at(seconds)
        band = min(max(int((1 - y / max(self.height(), 1)) * BANDS), 0), BANDS - 1)
        level = (float(self._heard.spectrogram[frame, band]) - self._loudest) * DECIBELS
        hertz = f"{self._centres[band]:.0f} Hz"
        if (place := self._place(seconds)) is not None:
            if place.whole:
                return f"{place.emotion} was heard in the whole phrase · click to hear it"
            return f"{percent(place.share)} of {place.emotion} was decided here · click to hear it"
        return f"{format_clock(seconds)} · band {band + 1}, {hertz} · {level:.0f} dB".replace(
            "-", "−"
        )

    def _place(self, seconds: float) -> Place | None:
        return self._why.at(seconds) if self.shows_why else None

    # Gestures: a click on a place lets it be heard, a drag scrubs as everywhere

    def take_hold(self, x: float, y: float) -> bool:  # noqa: ARG002
        """See `Canvas`."""
        self._held, self._is_scrubbing = self._place(self.seconds_at(x)), False
        return self._held is not None

    def carry(self, x: float) -> None:
        """See `Canvas`."""
        self._is_scrubbing = True
        self.dragged.emit(self.seconds_at(x))

    def put_down(self) -> None:
        """See `Canvas`."""
        if self._is_scrubbing:
            self.let_go.emit(True)
        elif self._held is not None:
            self.place_chosen.emit(self._held.start, self._held.end)

    def put_back(self) -> None:
        """See `Canvas`."""
        if self._is_scrubbing:
            self.cancelled.emit()

    def _hover(self, place: QPointF) -> None:
        super()._hover(place)
        over = self.is_open and self._place(self.seconds_at(place.x())) is not None
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    def menu(self, parent: QWidget) -> QMenu:
        """Colour map and range."""
        menu = QMenu(parent)
        why = QAction("Mark what decided", menu, checkable=True, checked=self.shows_why)
        why.triggered.connect(self.set_why)
        menu.addAction(why)
        menu.addSeparator()
        tables = (
            ("Colours", "map", MAPS),
            ("Range", "range", {value: f"{value} dB" for value in RANGES}),
            ("Brightest at", "top", {v: f"{v} dB".replace("-", "−") for v in TOPS}),
        )
        for title, field, choices in tables:
            group = QActionGroup(menu)
            part = menu.addMenu(title)
            for value, text in choices.items():
                action = QAction(
                    text, menu, checkable=True, checked=value == getattr(self.look, field)
                )
                action.triggered.connect(
                    lambda _=False, f=field, v=value: self.set_look(replace(self.look, **{f: v}))
                )
                group.addAction(action)
                part.addAction(action)
        return menu
