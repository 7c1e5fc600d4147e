"""Zooming and moving a face by wheel, pinch, drag and keys."""

from PySide6.QtCore import QEvent, QPointF, QSizeF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from app.drawing.framing import framing_of
from app.drawing.skull import Head
from app.views.face_stage import Zoom

STEP = 1.25  # of a key, and of a notch of the wheel
NOTCH = 120.0  # eighths of a degree
KEY_PAN = 0.1  # of the pane's width
MOUTH = slice(48, 68)  # of the head's 68 landmarks
IN_KEYS = (Qt.Key.Key_Plus, Qt.Key.Key_Equal)
PANS = {
    Qt.Key.Key_Left: QPointF(1.0, 0.0), Qt.Key.Key_Right: QPointF(-1.0, 0.0),
    Qt.Key.Key_Up: QPointF(0.0, 1.0), Qt.Key.Key_Down: QPointF(0.0, -1.0),
}  # fmt: skip


class FaceHands(QWidget):
    """What a face view does with the mouse and the keyboard. Subclasses say where panes are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = Zoom()
        self._dragged: QPointF | None = None  # where the pointer was
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setToolTip("")

    @property
    def zoom(self) -> float:
        """How much larger than to fit the face is shown."""
        return self._zoom.factor

    def zoom_in(self) -> None:
        """One step closer; the mouth stays where it is, or where it is out of sight, the middle."""
        self._set_zoom(self._zoom.by(STEP, self._steady_place()))

    def zoom_out(self) -> None:
        """One step back, about the same place."""
        self._set_zoom(self._zoom.by(1 / STEP, self._steady_place()))

    def reset_zoom(self) -> None:
        """The whole face."""
        self._set_zoom(Zoom())

    def _steady_place(self) -> QPointF:
        """What zooming by keys keeps in its place, counted from the pane's middle."""
        size, head = self._pane_size(), self._head()
        framing = framing_of(size, head, self._zoom.factor, self._zoom.pan)
        x, y = head[MOUTH].mean(axis=0).tolist()
        middle = QPointF(size.width() / 2, size.height() / 2)
        place = framing.pixel(x, y) - middle
        seen = abs(place.x()) < middle.x() and abs(place.y()) < middle.y()
        return place if seen else QPointF()

    def _head(self) -> Head:
        raise NotImplementedError

    def _pane_size(self) -> QSizeF:
        raise NotImplementedError

    def _pane_middle(self, place: QPointF) -> QPointF:
        raise NotImplementedError

    def _show_all(self) -> None:
        raise NotImplementedError

    def _set_zoom(self, zoom: Zoom) -> None:
        wanted = zoom.within(self._pane_size(), self._head())
        if wanted != self._zoom:
            self._zoom = wanted
            self._show_all()
        if self._dragged is None:
            if wanted.factor > 1:
                self.setCursor(Qt.CursorShape.OpenHandCursor)
            else:
                self.unsetCursor()

    def _zoom_at(self, factor: float, place: QPointF) -> None:
        self._set_zoom(self._zoom.by(factor, place - self._pane_middle(place)))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Zoom at the pointer with Ctrl; else leave the wheel to what is around."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        notches = event.angleDelta().y() / NOTCH
        self._zoom_at(STEP**notches, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Pinches, and keys that mean something else while nothing is zoomed."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._zoom_at(1.0 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                middle = QPointF(self.mapFromGlobal(pinch.centerPoint()))
                self._zoom_at(pinch.scaleFactor(), middle)
                return True
        elif event.type() == QEvent.Type.ShortcutOverride and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def _is_ours(self, event: QEvent) -> bool:
        """Keys go to the face and not to the window's shortcuts: some only while it is zoomed."""
        if not isinstance(event, QKeyEvent):
            return False
        bare = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if bare == Qt.KeyboardModifier.NoModifier:
            zooming = event.key() in (*IN_KEYS, Qt.Key.Key_Minus)
            return zooming or (event.key() == Qt.Key.Key_0 and self.zoom > 1)
        return _is_pan(event) and self.zoom > 1

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """+ and - zoom, 0 shows the whole face, Ctrl with arrows moves it."""
        if not self._is_ours(event):
            super().keyPressEvent(event)
        elif event.key() in IN_KEYS:
            self.zoom_in()
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom_out()
        elif event.key() == Qt.Key.Key_0:
            self.reset_zoom()
        else:
            step = KEY_PAN * self._pane_size().width()
            self._set_zoom(self._zoom.moved(PANS[Qt.Key(event.key())] * step))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Take hold of a zoomed face."""
        if event.button() == Qt.MouseButton.LeftButton and self.zoom > 1:
            self._dragged = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Drag it."""
        if self._dragged is None:
            super().mouseMoveEvent(event)
            return
        by, self._dragged = event.position() - self._dragged, event.position()
        self._set_zoom(self._zoom.moved(by))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Let go."""
        if self._dragged is None:
            super().mouseReleaseEvent(event)
            return
        self._dragged = None
        self._set_zoom(self._zoom)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The whole face again."""
        self._dragged = None
        self.reset_zoom()
        event.accept()


def _is_pan(event: QKeyEvent) -> bool:
    return event.key() in PANS and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
