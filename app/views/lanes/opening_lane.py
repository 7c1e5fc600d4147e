"""How far the mouth is open, and how far that of the face it is compared with."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.result import Face, Result
from app.timecode import format_clock
from app.views.lanes.canvas import LABEL_GAP, Canvas, tinted
from app.views.lanes.pixels import Values, coverage, stroke, tint
from app.views.lanes.placing import spread
from app.views.lanes.scale import Scale, extremes, means

LEAST_TOP = 0.05  # inter-ocular units; a mouth at rest does not fill the lane
HEADROOM = 4.0  # pixels
CURVE, GHOST = 1.4, 1.6  # pixels
DASH = (6, 3)  # pixels along the time axis, line and gap


class OpeningLane(Canvas):
    """A curve over its area; the comparison is a dashed one."""

    _face: Face | None = None
    _comparison: Face | None = None
    _top = LEAST_TOP

    def show_result(self, result: Result | None) -> None:
        """Show another face, and the one it is compared with."""
        self._face = None if result is None else result.face
        self._comparison = None if result is None else result.comparison
        faces = [face for face in (self._face, self._comparison) if face is not None]
        greatest = max((float(face.opening.max(initial=0.0)) for face in faces), default=0.0)
        self._top = max(greatest, LEAST_TOP)
        self.refresh()

    def _y(self, values: Values, rows: int) -> Values:
        bottom = rows - 1.5
        y: Values = bottom - np.clip(values / self._top, 0, 1) * max(bottom - HEADROOM, 1.0)
        return y.astype(np.float32)

    def render_plot(self, painter: QPainter, scale: Scale) -> None:
        """See `Canvas`."""
        if self._face is None or len(self._face.opening) == 0:
            return
        opening, timeline, rows = (
            self._face.opening,
            self._face.animation.timeline,
            self.rows_of(scale),
        )
        y = self._y(extremes(opening, opening, timeline, scale), rows)
        area = coverage(y[:, 1], np.full(len(y), rows, np.float32), rows)
        painter.drawImage(self.plot, tint(tinted(self.theme.curve, 0.22), area))
        curve = coverage(*stroke(y[:, 1], y[:, 0], CURVE * rows / self.height()), rows)
        painter.drawImage(self.plot, tint(QColor(self.theme.curve), curve))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._comparison is None:
            self._paint_extremes(painter)
        else:
            end = self._paint_comparison(painter, scale)
            ends = [
                ("shown", self.theme.curve, float(y[-1].mean()) * self.height() / rows),
                ("compared", self.theme.ghost, end),
            ]
            self._paint_ends(painter, ends)

    def _paint_comparison(self, painter: QPainter, scale: Scale) -> float:
        """Draw its mean, for dashes of a curve that swings in every column are a smear."""
        assert self._comparison is not None
        values, timeline = self._comparison.opening, self._comparison.animation.timeline
        rows, ratio = self.rows_of(scale), scale.columns / self.plot_width
        y = self._y(means(values[:, None], timeline, scale)[:, 0], rows)
        covered = coverage(*stroke(y, y, GHOST * ratio), rows)
        covered[:, np.arange(len(y)) / ratio % sum(DASH) >= DASH[0]] = 0.0
        painter.drawImage(self.plot, tint(QColor(self.theme.ghost), covered))
        return float(y[-1]) / ratio

    def _paint_extremes(self, painter: QPainter) -> None:
        """What the foot and the top of the lane mean."""
        height = painter.fontMetrics().height()
        painter.setPen(QColor(self.theme.quiet))
        for text, y in (("open", 1.0), ("closed", self.height() - height - 1.0)):
            painter.drawText(QRectF(self.plot_width + LABEL_GAP, y, 120, height), 0, text)

    def _paint_ends(self, painter: QPainter, ends: list[tuple[str, str, float]]) -> None:
        ends.sort(key=lambda end: end[2])
        height = painter.fontMetrics().height()
        places = spread([y for _, _, y in ends], height, 0, self.height())
        for (text, colour, y), place in zip(ends, places, strict=True):
            pen = QPen(QColor(colour), 1.5)
            if colour == self.theme.ghost:
                pen.setDashPattern([2, 1.5])
            painter.setPen(pen)
            painter.drawLine(QPointF(self.plot_width + 1, y), QPointF(self.plot_width + 8, place))
            painter.setPen(QColor(self.theme.quiet))
            box = QRectF(self.plot_width + LABEL_GAP, place - height / 2, 120, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)

    def readout(self, seconds: float, y: float) -> str:  # noqa: ARG002 - the opening is the time's
        """See `Canvas`."""
        if self._face is None:
            return ""
        text = f"{format_clock(seconds)} · opening {_at(self._face, seconds):.3f}"
        if self._comparison is not None:
            text += f" · compared {_at(self._comparison, seconds):.3f}"
        return text


def _at(face: Face, seconds: float) -> float:
    return float(face.opening[face.animation.timeline.frame_at(seconds)])
