"""Where a voice is between unpleasant and pleasant, calm and excited: a dot that moves."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.affect_words import in_words, number, with_band
from app.theme import Theme
from app.views.controls.drawing import colour, scaled
from core.affect import COORDINATES, DIMENSIONS, AffectTrack

SMALL = 0.82  # of the application's font
HIGH = 7.5  # lines of text
ABOVE = ("angry", "surprise")  # words that would lie over a neighbour's beside their marks
TRAIL, STEPS = 1.5, 15  # seconds behind the dot, and lines they are drawn with
DOT, MARK, BAR, SWATCH = 4.0, 1.8, 2.5, 10.0  # pixels: radius, radius, width, length
GAP = 5.0  # pixels
BAND, CIRCLE = 0.25, 0.4  # how much of the colour
WIDEST = "−0.00 ± 0.00"
TIP = (
    "How pleasant (to the right) and how excited (upwards) the voice sounds at the playhead.\n"
    "The ellipse is the 95 % interval of the networks' mean. Valence is much harder to hear\n"
    "than arousal; the card of the models says how well each is heard."
)
Rows = NDArray[np.float32]  # (times, 4), valence, arousal and their bands
NOTHING: Rows = np.zeros((0, 2 * len(DIMENSIONS)), np.float32)


class AffectPlane(QWidget):
    """Valence to the right, arousal upwards, and both in numbers; the emotions for orientation."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._track: AffectTrack | None = None
        self._seconds = 0.0
        self._rows = NOTHING  # those of now last
        self._ground: QPixmap | None = None
        self._fit()
        self.setAccessibleName("Valence and arousal at the playhead")
        self.setToolTip(TIP)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    # What is shown

    def show_track(self, track: AffectTrack | None) -> None:
        """What was heard in a clip; None while that is being found out."""
        self._track = track
        self.set_time(self._seconds)

    def set_time(self, seconds: float) -> None:
        """Move the dot; paints nothing where it stays."""
        self._seconds = seconds
        before, self._rows = self._rows, self._rows_until(seconds)
        if not np.array_equal(before, self._rows):
            self.setAccessibleDescription(self.value)
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme, self._ground = theme, None
        self.update()

    @property
    def value(self) -> str:
        """Both values in words, "" where there are none."""
        return in_words(*self._rows[-1, :2].tolist()) if len(self._rows) else ""

    @property
    def short(self) -> str:
        """Both values as numbers."""
        return ", ".join(map(number, self._rows[-1, :2].tolist())) if len(self._rows) else ""

    def _rows_until(self, seconds: float) -> Rows:
        if self._track is None:
            return NOTHING
        return self._track.at(np.linspace(max(seconds - TRAIL, 0.0), seconds, STEPS + 1))

    # Where things are

    def sizeHint(self) -> QSize:  # noqa: N802
        """In proportion to the text."""
        metrics = self._metrics
        return QSize(round(metrics.horizontalAdvance(WIDEST) * 2), round(HIGH * metrics.height()))

    def _fit(self) -> None:
        """Where everything lies at the present size, of the widget and of its text."""
        self._font = scaled(self.font(), SMALL)
        self._metrics = QFontMetricsF(self._font)
        self._radius = self.height() / 2 - 2.0
        left = max(self._reach(name) for name, (valence, _) in COORDINATES.items() if valence < 0)
        self._middle = QPointF(left + 2.0, self.height() / 2)
        self._numbers_left = self.width() - self._metrics.horizontalAdvance(WIDEST)
        self._ground = None

    @property
    def _is_named(self) -> bool:
        """Whether there is room for the emotions' words."""
        return self._middle.x() + self._reach("happy") + GAP <= self._numbers_left

    def _reach(self, name: str) -> float:
        """Pixels from the middle to the far end of an emotion's word beside its mark."""
        width = self._metrics.horizontalAdvance(name)
        return abs(COORDINATES[name][0]) * self._radius + GAP + width

    def _place(self, valence: float, arousal: float) -> QPointF:
        return self._middle + QPointF(valence, -arousal) * self._radius

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Copy what stays, and paint what moves."""
        ratio = self.devicePixelRatioF()
        if self._ground is None or self._ground.size() != self.size() * ratio:
            self._ground = self._painted_ground(ratio)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._ground)
            if len(self._rows):
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint_bars(painter)
                self._paint_dot(painter)
                self._paint_numbers(painter)

    def _painted_ground(self, ratio: float) -> QPixmap:
        ground = QPixmap(self.size() * ratio)
        ground.setDevicePixelRatio(ratio)
        ground.fill(Qt.GlobalColor.transparent)
        with QPainter(ground) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_disc(painter)
            painter.setFont(self._font)
            for name, place in COORDINATES.items():
                self._paint_emotion(painter, name, self._place(*place))
            self._paint_names(painter)
        return ground

    def _paint_disc(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.sunken))
        painter.drawEllipse(self._middle, self._radius, self._radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.line), 1.0))
        for end in ((1.0, 0.0), (0.0, 1.0)):
            painter.drawLine(self._place(-end[0], -end[1]), self._place(*end))
        painter.save()
        ring = QPainterPath()
        ring.addRect(QRectF(self.rect()))
        for name in COORDINATES if self._is_named else ():  # it runs through no word
            word = QPainterPath()
            word.addRect(self._word(name).adjusted(-2, 1, 2, -1))
            ring -= word
        painter.setClipPath(ring)
        painter.setPen(QPen(colour(self._theme.quiet, CIRCLE), 1.0))
        painter.drawEllipse(self._middle, self._radius, self._radius)
        painter.restore()

    def _paint_emotion(self, painter: QPainter, name: str, mark: QPointF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._theme.emotion(name), 0.9))
        painter.drawEllipse(mark, MARK, MARK)
        if name == "neutral" or not self._is_named:
            return
        painter.setPen(QColor(self._theme.quiet))
        painter.drawText(self._word(name), Qt.AlignmentFlag.AlignVCenter, name)

    def _word(self, name: str) -> QRectF:
        """Where an emotion's word lies: outwards of its mark or, crowded, above."""
        mark, metrics = self._place(*COORDINATES[name]), self._metrics
        width, height = metrics.horizontalAdvance(name) + 1, metrics.height()
        left, top = mark.x() + GAP, mark.y() - height / 2
        if name in ABOVE:
            left, top = mark.x() - MARK, mark.y() - height - 1
        elif COORDINATES[name][0] < 0:
            left = mark.x() - GAP - width
        return QRectF(left, top, width, height)

    def _line(self, row: int) -> QRectF:
        """The place of one of four lines of text at the right, valence's first."""
        height = self._metrics.height()
        gap = height / 2 if row > 1 else 0.0
        top = self.height() / 2 - 2.25 * height + row * height + gap
        return QRectF(self._numbers_left, top, self.width() - self._numbers_left, height)

    def _paint_names(self, painter: QPainter) -> None:
        for row, name in zip((0, 2), DIMENSIONS, strict=True):
            box = self._line(row)
            painter.setPen(QPen(self._colour(name), BAR))
            y = box.center().y()
            painter.drawLine(QPointF(box.left(), y), QPointF(box.left() + SWATCH, y))
            painter.setPen(QColor(self._theme.quiet))
            box.setLeft(box.left() + SWATCH + GAP)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, name)

    def _colour(self, dimension: str) -> QColor:
        return QColor(getattr(self._theme, dimension))

    def _paint_bars(self, painter: QPainter) -> None:
        """How far the dot is along each axis, in the colours of the curves."""
        valence, arousal = self._rows[-1, :2].tolist()
        for name, end in zip(DIMENSIONS, ((valence, 0.0), (0.0, arousal)), strict=True):
            painter.setPen(QPen(self._colour(name), BAR))
            painter.drawLine(self._place(0.0, 0.0), self._place(*end))

    def _paint_dot(self, painter: QPainter) -> None:
        places = [self._place(*row) for row in self._rows[:, :2].tolist()]
        for step, (begin, end) in enumerate(pairwise(places), start=1):
            painter.setPen(QPen(colour(self._theme.text, 0.6 * step / STEPS), 1.5))
            painter.drawLine(begin, end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._theme.text, BAND))
        across, up = (self._rows[-1, 2:] * self._radius).tolist()
        painter.drawEllipse(places[-1], across, up)
        painter.setPen(QPen(QColor(self._theme.sunken), 1.0))
        painter.setBrush(QColor(self._theme.text))
        painter.drawEllipse(places[-1], DOT, DOT)

    def _paint_numbers(self, painter: QPainter) -> None:
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.text))
        valence, arousal, *bands = self._rows[-1].tolist()
        for row, pair in ((1, (valence, bands[0])), (3, (arousal, bands[1]))):
            painter.drawText(self._line(row), Qt.AlignmentFlag.AlignVCenter, with_band(*pair))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit it."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Follow the system's font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._fit()
            self.updateGeometry()
