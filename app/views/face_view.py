"""The face at the playhead: one, or two to compare, that can be looked at closely."""

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.drawing.canvas import kept
from app.drawing.face_drawing import FaceDrawer, FacePose, FaceStyle
from app.drawing.neutral import neutral_pose
from app.drawing.palette import faint
from app.drawing.skull import Head
from app.result import Face, Result
from app.theme import Theme
from app.views.face_ghosts import GHOSTS, Ghosts, poses_at
from app.views.face_hands import FaceHands
from app.views.face_stage import Drawers, landmark_near, moving_area, panes
from app.views.face_words import draw_caption, draw_legend, draw_message
from core.face import IBUG68, NAMES

GHOST_ALPHA = 0.5  # of the nearest
SIDE, OVER = "side", "over"
NO_FACE = "Open or record speech to see its face."
NOT_DRAWN = "The face at this moment cannot be drawn: its landmarks are not numbers of a face."
VEIL = 0.7  # over the face that stands for none
KEYBOARD = (
    Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)  # fmt: skip


class FaceView(FaceHands):
    """Shows a result's face at a time; zoomed by wheel, pinch and keys, and then dragged."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._style = FaceStyle()
        self._ghosts = Ghosts()
        self._mode = SIDE
        self._captions = ("", "")
        self._caption, self._message = "", NO_FACE
        self._result: Result | None = None
        self._time = 0.0
        self._neutral = neutral_pose()
        self._poses: tuple[FacePose, ...] = ()  # the face, and the one it is compared with
        self._trouble = ""
        self._fault = False  # of the last paint
        self._keyboard_focus = False
        self._drawers = Drawers()
        self.setAccessibleName("Face")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 132)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._describe()

    # What is shown

    def show_result(self, result: Result | None) -> None:
        """Show another result's faces at the same time, or the empty state for None."""
        self._result, self._fault = result, False
        self._pose_now()
        self._show_all()
        self._describe()

    def set_time(self, seconds: float) -> None:
        """Show the face at a time; paints nothing when it looks the same."""
        self._time = seconds
        before = self._looks()
        count = len(self._poses)
        self._pose_now()
        if len(self._poses) != count:
            self._show_all()
            self._describe()
        elif self._looks() != before:
            self._show_moving()

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self._theme = theme
        self._show_all()

    def set_fps(self, fps: float) -> None:
        """Frames a second: how far apart the ghosts of the onion skin are."""
        self._ghosts.fps = fps
        self._pose_now()
        self._show_all()

    def set_style(
        self, points: bool | None = None, indices: bool | None = None, onion: int | None = None
    ) -> None:
        """Show landmarks, their numbers, and `onion` ghosts of previous frames (True: three).

        What is None stays as it is.
        """
        self._style = FaceStyle(
            points=self._style.points if points is None else points,
            indices=self._style.indices if indices is None else indices,
        )
        if onion is not None:
            self._ghosts.count = GHOSTS if onion is True else max(int(onion), 0)
        self._pose_now()
        self._show_all()

    def set_compare_mode(self, mode: str) -> None:
        """Two faces beside each other ("side"), or the second's outline on the first ("over")."""
        if mode not in (SIDE, OVER):
            raise ValueError(f"unknown way to compare {mode!r}, expected {SIDE} or {OVER}")
        self._mode = mode
        self._zoom = self._zoom.within(self._pane_size(), self._head())
        self._show_all()

    def set_captions(self, first: str, second: str) -> None:
        """What the face and the one it is compared with are called; shown while comparing."""
        if (first, second) != self._captions:
            self._captions = (first, second)
            self._show_all()
            self._describe()

    def set_caption(self, text: str) -> None:
        """What the face expresses now; empty for nothing."""
        if text != self._caption:
            self._caption = text
            self._show_all()
            self._describe()

    def set_message(self, text: str) -> None:
        """What the empty state says."""
        if text != self._message:
            self._message = text
            self._show_all()
            self._describe()

    # The poses at the playhead

    def _faces(self) -> tuple[Face, ...]:
        if self._result is None or self._result.face is None:
            return ()
        other = self._result.comparison
        return (self._result.face,) if other is None else (self._result.face, other)

    def _pose_now(self) -> None:
        """Look up the poses at the time that is shown; none when they are no face."""
        faces = self._faces()
        self._trouble = ""
        try:
            self._poses = tuple(poses_at(face, [self._time])[0] for face in faces)
            self._ghosts.look_up(faces[0] if faces else None, self._time)
        except ValueError:
            self._poses = ()
            self._ghosts.look_up(None, self._time)
            self._trouble = NOT_DRAWN

    def _looks(self) -> list[bytes]:
        return [pose.points.tobytes() for pose in (*self._poses, *self._ghosts.poses)]

    def _describe(self) -> None:
        """What a screen reader says of the picture."""
        if not self._poses:
            text = self._trouble or self._message
        elif len(self._poses) == 2:
            text = f"Two animated faces compared: {self._captions[0]} and {self._captions[1]}."
        else:
            text = f"Animated face: {self._caption}." if self._caption else "Animated face."
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    # Where things are

    def _panes(self) -> list[QRectF]:
        """Where faces stand, below their captions."""
        both = len(self._poses) == 2 and self._mode == SIDE
        ratio = self.devicePixelRatioF()
        parts = panes(QRectF(self.rect()), self._head(), 2 if both else 1, ratio)
        top = int(1.7 * self.fontMetrics().height() * ratio) / ratio if both else 0.0
        return [part.adjusted(0.0, top, 0.0, 0.0) for part in parts]

    def _head(self) -> Head:
        return (*self._poses, self._neutral)[0].head

    def _pane_size(self) -> QSizeF:
        return self._panes()[0].size()

    def _pane_middle(self, place: QPointF) -> QPointF:
        found = self._panes()
        return next((pane for pane in found if pane.contains(place)), found[0]).center()

    def _drawer(self, pose: FacePose, pane: QRectF) -> FaceDrawer:
        return self._drawers.of(
            pose.head, pane.size(), self._zoom, self._theme, self.devicePixelRatioF()
        )

    def _show_all(self) -> None:
        self._fault = False
        self.update()

    def _show_moving(self) -> None:
        """Paint again only where a face moves."""
        for pane, pose in zip(self._panes(), self._poses, strict=False):
            area = moving_area(self._drawer(pose, pane).framing, pose.head)
            self.update(area.translated(pane.topLeft()).intersected(pane).toAlignedRect())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Draw everything; after a fault only the ground, so that it is told once, not at 60 Hz."""
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self._theme.sunken))
            if self._fault:
                return
            self._fault = True
            self._paint(painter, event.rect())
            self._fault = False

    def _paint(self, painter: QPainter, region: QRect) -> None:
        found = self._panes()
        if not self._poses:
            self._paint_empty(painter, found[0])
        for pane, pose in zip(found, self._poses, strict=False):  # over each other: one pane
            if pane.intersects(QRectF(region)):
                self._paint_face(painter, pane, pose)
        self._paint_words(painter, found)
        if self._keyboard_focus and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._theme.accent), 2.0))
            painter.drawRect(QRectF(self.rect()).adjusted(1.0, 1.0, -1.0, -1.0))

    def _paint_face(self, painter: QPainter, pane: QRectF, pose: FacePose) -> None:
        drawer = self._drawer(pose, pane)
        with kept(painter):
            painter.setClipRect(pane, Qt.ClipOperation.IntersectClip)
            painter.translate(pane.topLeft())
            drawer.draw(painter, pose, self._style)
            if pose is self._poses[0]:
                self._paint_ghosts(painter, drawer)

    def _paint_ghosts(self, painter: QPainter, drawer: FaceDrawer) -> None:
        ghosts = self._ghosts.poses
        for place, ghost in reversed(list(enumerate(ghosts))):
            drawer.put_ghost(painter, ghost, GHOST_ALPHA * (1 - place / len(ghosts)))
        if self._mode == OVER:
            for other in self._poses[1:]:
                drawer.draw_ghost(painter, other, 1.0)

    def _paint_empty(self, painter: QPainter, pane: QRectF) -> None:
        self._drawer(self._neutral, pane).draw(painter, self._neutral, FaceStyle())
        painter.fillRect(pane, faint(self._theme.sunken, VEIL))
        draw_message(painter, pane, self._trouble or self._message, self._theme)

    def _paint_words(self, painter: QPainter, found: list[QRectF]) -> None:
        area = QRectF(self.rect())
        if len(found) == 2:
            for pane, text in zip(found, self._captions, strict=True):
                draw_caption(painter, pane, text, self._theme)
            if found[1].x() > found[0].x():
                painter.setPen(QPen(QColor(self._theme.line), 1.0))
                painter.drawLine(QPointF(found[1].x(), 0.0), QPointF(found[1].x(), area.bottom()))
        elif len(self._poses) == 2:
            draw_legend(painter, area, self._captions, self._theme)
        if self._poses and self._caption:
            draw_caption(painter, area, self._caption, self._theme, below=True)

    def event(self, event: QEvent) -> bool:
        """Tool tips name the landmark under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = self.landmark_at(event.pos())
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def landmark_at(self, place: QPoint) -> str:
        """Name and number of the landmark shown at a place, or ""."""
        if not (self._style.points or self._style.indices):
            return ""
        for pane, pose in zip(self._panes(), self._poses, strict=False):
            if pane.contains(QPointF(place)):
                at = QPointF(place) - pane.topLeft()
                index = landmark_near(self._drawer(pose, pane).framing, pose, at)
                if index is not None:
                    return f"{NAMES[index]}: landmark {index}, iBUG {IBUG68[index]}"
        return ""

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit the face to the new size."""
        super().resizeEvent(event)
        self._zoom = self._zoom.within(self._pane_size(), self._head())

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Show where the keyboard is, to those who use it."""
        self._keyboard_focus = event.reason() in KEYBOARD
        super().focusInEvent(event)
        self.update()
