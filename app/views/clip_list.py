"""The clips one works on: what each is doing, which is open; files are dropped here."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QRectF, QSize, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.theme import Theme
from app.views.controls.clip_model import ROW_ROLE, SEARCH_ROLE, ClipModel, ClipRow
from app.views.controls.clip_view import ClipView
from app.views.controls.drawing import fill, focus_ring, scaled
from app.views.controls.glyphs import GlyphButton
from app.views.controls.switch import ChoiceButton

__all__ = ["ClipList", "ClipRow"]

FILTER_ABOVE = 10  # rows
_HOW = QItemSelectionModel.SelectionFlag
EMPTY = "Drop sounds here,\nor open files (Ctrl+O)"


class ClipList(QWidget):
    """Shows clips and tells what a person wants with them."""

    opened = Signal(Path)
    removed = Signal(list)  # of Path
    dropped = Signal(list)  # of Path, files and folders
    cancel_requested = Signal(Path)
    cancel_all_requested = Signal()
    retry_requested = Signal(Path)
    locate_requested = Signal(Path)
    speaker_requested = Signal(list)  # of Path: somebody wants to say who speaks in them
    add_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Clips")
        self.setAcceptDrops(True)
        self._theme, self._dropping = theme, False
        self.model = ClipModel(self)
        self._shown = QSortFilterProxyModel(self)
        self._shown.setSourceModel(self.model)
        self._shown.setFilterRole(SEARCH_ROLE)
        self._shown.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._make(theme)
        self._lay_out()
        self.set_theme(theme)
        self._refresh()

    def _make(self, theme: Theme) -> None:
        self.title = QLabel()
        self.title.setFont(scaled(self.font(), 1.0, bold=True))
        self.add = GlyphButton(theme, "add", "Add sounds", "Open sounds (Ctrl+O)")
        self.add.clicked.connect(lambda: self.add_requested.emit())
        self.cancel_all = ChoiceButton(theme, "Cancel all")
        self.cancel_all.setCheckable(False)
        self.cancel_all.setAccessibleName("Cancel all analyses")
        self.cancel_all.setToolTip("Stop what is analysed, and all that wait")
        self.cancel_all.clicked.connect(lambda: self.cancel_all_requested.emit())
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter by name, state, emotion")
        self.filter.setAccessibleName("Filter the clips")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)
        self.view = ClipView(theme)
        self.view.row_opened.connect(self._open)
        self.view.link_clicked.connect(self.locate_requested)
        self.view.remove_requested.connect(self.remove_selected)
        self.view.menu_requested.connect(lambda row, place: self.menu(row).popup(place))
        self.view.setModel(self._shown)
        self.nothing = QLabel()
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.empty = QLabel(EMPTY)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title, 1)
        head.addWidget(self.cancel_all)
        head.addWidget(self.add)
        self.pages = QStackedWidget()
        for page in (self.view, self.empty, self.nothing):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 4, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.filter)
        column.addWidget(self.pages, 1)

    # What is shown; emits nothing

    def set_clips(self, rows: Sequence[ClipRow]) -> None:
        """All clips, in order, each path once."""
        selected, place = self.selection(), self.view.currentIndex().row()
        self.model.set_rows(rows)
        self._refresh()
        if not self.view.currentIndex().isValid() and self._shown.rowCount():
            self._select(selected, place)

    def update_clip(self, row: ClipRow) -> None:
        """What one clip says now."""
        self.model.update_row(row)
        self._show_cancel()
        self._show_page()

    def set_current(self, path: Path | None) -> None:
        """Which clip is on the screen: it alone is selected, or it among several as before."""
        self.model.set_current(path)
        place = None if path is None else self.model.place(path)
        if place is not None:
            index, chosen = self._shown.mapFromSource(self.model.index(place)), self.selection()
            among_several = len(chosen) > 1 and path in chosen
            if index.isValid() and not among_several:
                # Not the view's own way, which adds to the selection while Ctrl is held, as for
                # undo and redo.
                self.view.selectionModel().setCurrentIndex(index, _HOW.ClearAndSelect)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        fill(self, theme)
        for part in (self.add, self.cancel_all, self.view):
            part.set_theme(theme)
        look = f"color: {theme.quiet}; background: {theme.sunken}; border-radius: 5px;"
        self.empty.setStyleSheet(f"{look} border: 1px dashed {theme.quiet};")
        self.nothing.setStyleSheet(f"{look} border: 1px solid {theme.line};")
        self.update()

    def selection(self) -> list[Path]:
        """The selected clips, in the order of the list."""
        rows = sorted(index.row() for index in self.view.selectedIndexes())
        return [self._shown.index(row, 0).data(ROW_ROLE).path for row in rows]

    def _select(self, paths: Sequence[Path], place: int) -> None:
        """The rows that were selected, or the one that took the place of what is gone."""
        found = [row for path in paths if (row := self.model.place(path)) is not None]
        indexes = [self._shown.mapFromSource(self.model.index(row)) for row in found]
        indexes = [index for index in indexes if index.isValid()]
        if paths and not indexes:
            nearest = min(max(place, 0), self._shown.rowCount() - 1)
            indexes = [self._shown.index(nearest, 0)] if place >= 0 else []
        for number, index in enumerate(indexes):
            how = _HOW.Select if number else _HOW.ClearAndSelect
            self.view.selectionModel().setCurrentIndex(index, how)

    def _refresh(self) -> None:
        count = len(self.model.rows)
        self.title.setText(f"Clips  {count}" if count else "Clips")
        self.title.setAccessibleName(f"{count} clips")
        if count <= FILTER_ABOVE:
            self.filter.clear()
        self.filter.setVisible(count > FILTER_ABOVE)
        self._show_cancel()
        self._show_page()

    def _show_cancel(self) -> None:
        busy = any(row.state in ("waiting", "analysing") for row in self.model.rows)
        if busy == self.cancel_all.isHidden():
            self.cancel_all.setVisible(busy)

    def _show_page(self) -> None:
        page: QWidget = self.view
        if not self.model.rows:
            page = self.empty
        elif not self._shown.rowCount():
            self.nothing.setText(f"No clip matches “{self.filter.text()}”.")
            page = self.nothing
        self.pages.setCurrentWidget(page)

    def _filter(self, text: str) -> None:
        self._shown.setFilterFixedString(text.strip())
        self._show_page()

    # What the person does

    def _open(self, row: ClipRow) -> None:
        (self.locate_requested if row.state == "missing" else self.opened).emit(row.path)

    def remove_selected(self) -> None:
        """Take the selected clips off the list; their files stay."""
        if chosen := self.selection():
            self.removed.emit(chosen)

    def menu(self, row: ClipRow) -> QMenu:
        """What can be done with a row."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open", lambda: self.opened.emit(row.path))
        if row.state in ("waiting", "analysing"):
            menu.addAction("Cancel", lambda: self.cancel_requested.emit(row.path))
        if row.state in ("failed", "stopped"):
            menu.addAction("Try again", lambda: self.retry_requested.emit(row.path))
        if row.state in ("missing", "failed"):
            menu.addAction("Find the sound…", lambda: self.locate_requested.emit(row.path))
        menu.addAction("Speaker…", lambda: self.speaker_requested.emit(self.selection()))
        menu.addSeparator()
        count = len(self.selection())
        words = f"Remove {count} clips from the list" if count > 1 else "Remove from the list"
        menu.addAction(f"{words}\tDel", self.remove_selected)
        menu.addSeparator()
        menu.addAction("Add sounds…\tCtrl+O", lambda: self.add_requested.emit())
        return menu

    # Dropping

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files and folders are welcome."""
        if _local_paths(event):
            self._dropping = True
            event.acceptProposedAction()
            self.update()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """Anywhere in the list."""
        event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:  # noqa: N802
        """Gone elsewhere."""
        self._dropping = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Take them."""
        self._dropping = False
        self.update()
        if paths := _local_paths(event):
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """A frame while something is held over it."""
        if self._dropping:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                focus_ring(painter, QRectF(self.rect()), self._theme)

    def sizeHint(self) -> QSize:  # noqa: N802
        """A side panel."""
        return QSize(260, 300)


def _local_paths(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile() and url.toLocalFile()]
