"""How a row of the clip list is drawn: sign, name, duration; state in words below."""

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.theme import Theme
from app.timecode import format_clock
from app.views.controls.clip_model import CURRENT_ROLE, FOLDER_ROLE, ROW_ROLE, ClipRow, Index
from app.views.controls.drawing import colour, elided, mixed, scaled

_LEFT = 30.0  # where words begin
_SMALL = 0.9
_FLAGS = Qt.AlignmentFlag


class ClipDelegate(QStyledItemDelegate):
    """Two lines a row, all rows of one height."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        """Two lines and some air."""
        font: QFont = option.font
        lines = QFontMetricsF(font).height() + QFontMetricsF(scaled(font, _SMALL)).height()
        return QSize(160, round(lines + 11))

    def is_link(self, row: ClipRow, rect: QRectF, point: QPointF) -> bool:
        """Whether a point of the row at `rect` is on its "find it…"."""
        below = QRectF(rect.left() + _LEFT, rect.center().y(), rect.width() - _LEFT, rect.height())
        return row.state == "missing" and below.contains(point)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        row: ClipRow = index.data(ROW_ROLE)
        state: QStyle.StateFlag = option.state
        font: QFont = option.font
        rect = QRectF(option.rect)
        current = bool(index.data(CURRENT_ROLE))
        selected = bool(state & QStyle.StateFlag.State_Selected)
        # On the ground of a selection, only the colour of text has enough contrast.
        quiet = self._theme.text if selected else self._theme.quiet
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, rect, state, current)
        lines = rect.adjusted(_LEFT, 5, -8, -5)
        middle = lines.top() + QFontMetricsF(font).height()
        self._sign(painter, row, QPointF(rect.left() + 16, rect.center().y()))
        upper = QRectF(lines.left(), lines.top(), lines.width(), middle - lines.top())
        lower = QRectF(lines.left(), middle + 1, lines.width(), lines.bottom() - middle)
        painter.setPen(colour(quiet))
        self._first_line(painter, upper, font, row, str(index.data(FOLDER_ROLE)), current)
        loud = {"failed": self._theme.danger, "missing": self._theme.warning}
        ink = quiet if selected else loud.get(row.state, quiet)
        self._second_line(painter, lower, font, row, ink)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colour(self._theme.accent))  # a hairline: the list has its own ring
            painter.drawRoundedRect(rect.adjusted(2.5, 1.5, -2.5, -1.5), 4, 4)
        painter.restore()

    def _ground(
        self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag, current: bool
    ) -> None:
        theme = self._theme
        painter.setPen(Qt.PenStyle.NoPen)
        part = 0.28 if state & QStyle.StateFlag.State_Selected else 0.0
        part = max(part, 0.10 if state & QStyle.StateFlag.State_MouseOver else 0.0)
        if part:
            painter.setBrush(mixed(theme.sunken, theme.accent, part))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), 4, 4)
        if current:
            bar = QRectF(rect.left() + 2, rect.top() + 5, 3, rect.height() - 10)
            painter.setBrush(colour(theme.accent))
            painter.drawRoundedRect(bar, 1.5, 1.5)

    def _first_line(
        self, painter: QPainter, rect: QRectF, font: QFont, row: ClipRow, folder: str, current: bool
    ) -> None:
        theme = self._theme
        painter.setFont(scaled(font, _SMALL))
        length = "" if row.duration is None else format_clock(row.duration, 0)
        width = painter.fontMetrics().horizontalAdvance(length)
        elided(painter, rect, length, _FLAGS.AlignRight)
        names = scaled(font, 1.0, bold=current)
        room = rect.width() - width - 8
        own = min(QFontMetricsF(names).horizontalAdvance(row.path.name) + 1, room)
        if folder:
            own = min(own, room * 0.6)
            painter.setFont(scaled(font, _SMALL))
            place = QRectF(rect.left() + own + 6, rect.top(), room - own - 6, rect.height())
            short = painter.fontMetrics().elidedText(
                folder, Qt.TextElideMode.ElideLeft, int(place.width())
            )
            painter.drawText(place, _FLAGS.AlignLeft | _FLAGS.AlignVCenter, short)
        painter.setFont(names)
        painter.setPen(colour(theme.text))
        name = painter.fontMetrics().elidedText(
            row.path.name, Qt.TextElideMode.ElideMiddle, int(own + 1)
        )
        painter.drawText(rect, _FLAGS.AlignLeft | _FLAGS.AlignVCenter, name)

    def _second_line(
        self, painter: QPainter, rect: QRectF, font: QFont, row: ClipRow, ink: str
    ) -> None:
        theme, small = self._theme, scaled(font, _SMALL)
        if row.state == "analysing":
            bar = QRectF(rect.left(), rect.bottom() + 1, rect.width(), 2)
            painter.fillRect(bar, colour(theme.line))
            bar.setWidth(bar.width() * min(max(row.part, 0.0), 1.0))
            painter.fillRect(bar, colour(theme.accent))
        if row.state == "done" and row.emotion:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.emotion(row.emotion)))
            painter.drawRoundedRect(QRectF(rect.left(), rect.center().y() - 4, 9, 9), 3, 3)
            rect = rect.adjusted(14, 0, 0, 0)
        if row.state == "missing":
            small.setUnderline(True)
        painter.setFont(small)
        painter.setPen(colour(ink))
        elided(painter, rect, row.words(), _FLAGS.AlignLeft)

    def _sign(self, painter: QPainter, row: ClipRow, middle: QPointF) -> None:
        theme = self._theme
        ink = {"done": theme.text, "failed": theme.danger, "missing": theme.warning}
        box = QRectF(middle.x() - 6, middle.y() - 6, 12, 12)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(QColor(ink.get(row.state, theme.quiet)), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if row.state == "done":
            x, y = middle.x(), middle.y()
            painter.drawPolyline(
                [QPointF(x - 5, y), QPointF(x - 1.5, y + 4), QPointF(x + 5, y - 4)]
            )
        elif row.state == "analysing":
            painter.setPen(QPen(colour(theme.quiet, 0.5), 1.6))
            painter.drawEllipse(box)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(theme.accent))
            painter.drawPie(box.adjusted(1, 1, -1, -1), 90 * 16, -round(360 * 16 * row.part))
        elif row.state == "stopped":
            painter.drawEllipse(box)
            painter.fillRect(QRectF(middle.x() - 2, middle.y() - 2, 4, 4), colour(theme.quiet))
        elif row.state == "waiting":
            for step in (-4, 0, 4):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour(theme.quiet))
                painter.drawEllipse(middle + QPointF(step, 0), 1.3, 1.3)
        else:
            painter.drawEllipse(box)
            mark_font = scaled(painter.font(), 1.0, bold=True)
            mark_font.setPixelSize(9)  # it belongs to the ring, which does not grow
            painter.setFont(mark_font)
            mark = "!" if row.state == "failed" else "?"
            painter.drawText(box, _FLAGS.AlignCenter, mark)
