"""What an export will be like: its first rows, its length, and one of its pictures."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHeaderView, QLabel, QTableView, QWidget

from app.dialogs.export_fields import below
from app.drawing.face_drawing import FacePose, FaceStyle, render_face
from app.export_job import ExportRequest
from app.pictures import PICTURE_EXPORTERS
from app.theme import THEMES
from core.animation import Animation, frames_at
from core.errors import ExportError
from core.export import preview
from core.export.exporter import target_frames

ROWS = 16
TALLEST = 190  # pixels of the picture
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Index = QModelIndex | QPersistentModelIndex


class _Table(QAbstractTableModel):
    """Cells as they will be written."""

    def __init__(self) -> None:
        super().__init__()
        self._header: list[str] = []
        self._rows: list[list[str]] = []

    def show(self, header: list[str], rows: list[list[str]]) -> None:
        self.beginResetModel()
        self._header, self._rows = header, rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._header)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        return None

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._header[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT
        return None


class ExportPreview(QWidget):
    """The first rows of the table, and one picture where pictures are asked for."""

    def __init__(self, animation: Animation | None, smoothing: float | None) -> None:
        super().__init__()
        self._animation, self._smoothing = animation, smoothing
        self._drawn: tuple[object, ...] = ()
        self.summary = QLabel()
        self.summary.setWordWrap(True)
        self.rows = _Table()
        self.table = QTableView()
        self.table.setModel(self.rows)
        self.table.setAccessibleName("First rows of the export")
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)  # Tab leaves it
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setDefaultSectionSize(self.fontMetrics().horizontalAdvance("p_surprise0") + 14)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName("A picture of the export")
        layout = below(self, 8)
        layout.addWidget(QLabel("First rows"))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.summary)
        layout.addWidget(self.picture)

    def show_request(self, request: ExportRequest | None) -> None:
        """Show what is asked for; nothing where it makes no sense."""
        animation = self._animation
        try:
            if animation is None or request is None:
                raise ExportError("")
            settings = request.for_clip(self._smoothing).settings
            self.rows.show(*preview(animation, settings, ROWS))
            frames = target_frames(animation, settings)
        except ExportError as problem:
            self.rows.show([], [])
            unknown = "" if request is None else "The rows show when this clip is analysed."
            self.summary.setText(str(problem) or unknown)
            self.picture.hide()
            return
        begin, end = frames.start / settings.fps, frames.stop / settings.fps
        self.summary.setText(
            f"{len(frames)} frames at {settings.fps:g} a second, {begin:.2f} – {end:.2f} s; "
            f"{self.rows.columnCount()} columns"
        )
        self._show_picture(animation, replace(request, settings=settings), frames)

    def _show_picture(self, animation: Animation, request: ExportRequest, frames: range) -> None:
        """The middle frame, small."""
        self.picture.setVisible(bool(set(request.formats) & set(PICTURE_EXPORTERS)))
        settings, picture = request.settings, request.picture
        middle = frames[len(frames) // 2]
        wanted = (picture, middle, settings.fps, settings.smoothing)
        if self.picture.isHidden() or wanted == self._drawn:
            return
        self._drawn = wanted
        span = (middle / settings.fps, (middle + 1) / settings.fps)
        (frame,) = frames_at(animation, settings.fps, settings.smoothing, span)
        ratio = self.devicePixelRatioF()
        full = QSize(*picture.size)
        size = full.scaled(2 * TALLEST, TALLEST, Qt.AspectRatioMode.KeepAspectRatio) * ratio
        style = FaceStyle(background=not picture.transparent)
        pose = FacePose(frame.points[0], animation.shape_model.head)
        pixmap = QPixmap.fromImage(render_face(pose, size, THEMES[picture.theme], style))
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)
