"""The list of clips under mouse and keyboard."""

from PySide6.QtCore import QModelIndex, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.theme import Theme
from app.views.controls.clip_delegate import ClipDelegate
from app.views.controls.clip_model import ROW_ROLE, ClipRow


class ClipView(QListView):
    """Double-click and Enter open; Delete removes; the menu key has its menu."""

    row_opened = Signal(ClipRow)
    link_clicked = Signal(object)  # the path of a clip whose sound is missing
    remove_requested = Signal()
    menu_requested = Signal(ClipRow, QPoint)  # the row, where on the screen

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = ClipDelegate(theme, self)
        self._on_link: ClipRow | None = None
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("List of clips")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._delegate.set_theme(theme)
        ground = self.palette()
        ground.setColor(QPalette.ColorRole.Base, QColor(theme.sunken))
        self.setPalette(ground)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Select; on "find it…", begin a click."""
        super().mousePressEvent(event)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        left = event.button() == Qt.MouseButton.LeftButton
        self._on_link = self._link_at(event) if plain and left else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """On "find it…", ask where the sound is."""
        super().mouseReleaseEvent(event)
        pressed, self._on_link = self._on_link, None
        if pressed is not None and self._link_at(event) == pressed:
            self.link_clicked.emit(pressed.path)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Open, unless the first of the two clicks has already asked for the sound."""
        if event.button() == Qt.MouseButton.LeftButton and self._link_at(event) is None:
            self._open(self.indexAt(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter opens, Delete removes; the rest moves and selects."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """For the row under the pointer, or, by key, for the current one."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if not index.isValid():
            return
        middle = self.viewport().mapToGlobal(self.visualRect(index).center())
        self.menu_requested.emit(index.data(ROW_ROLE), middle if by_key else event.globalPos())

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.row_opened.emit(index.data(ROW_ROLE))

    def _link_at(self, event: QMouseEvent) -> ClipRow | None:
        index = self.indexAt(event.position().toPoint())
        row: ClipRow | None = index.data(ROW_ROLE) if index.isValid() else None
        if row is None:
            return None
        rect = QRectF(self.visualRect(index))
        return row if self._delegate.is_link(row, rect, event.position()) else None
