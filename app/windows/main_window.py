"""The window: the face, the time line under it, and at the sides what can be folded away."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QVBoxLayout, QWidget

from app.actions import fill_menus, make_actions
from app.preferences import Preferences
from app.theme import Theme
from app.time_range import TimeRange
from app.views.clip_list import ClipList
from app.views.emotion_panel import EmotionPanel
from app.views.face_view import FaceView
from app.views.hint import Hint
from app.views.lanes import LanesView
from app.views.record_panel import RecordPanel
from app.views.status import StatusBar
from app.views.transport_bar import TransportBar
from app.windows.keys import wanted_by_focus

CLIPS_WIDTH, PANEL_WIDTH = 230, 280
FACE_PART, LANES_PART = 11, 9  # of the height, at first
USUAL_SIZE = (1280, 800)
TITLE = "Visemo"


class MainWindow(QMainWindow):
    """Holds the views and lays them out; what they do is decided by the parts in this package."""

    dropped = Signal(list)  # of Path

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.time_range = TimeRange(self)
        self.clips = ClipList(theme)
        self.face = FaceView(theme)
        self.emotion = EmotionPanel(theme)
        self.transport = TransportBar(theme)
        self.record = RecordPanel(theme)
        self.lanes = LanesView(theme, self.time_range)
        self.hint = Hint()
        self.status = StatusBar(theme)
        self.actions_by_name: dict[str, QAction] = {}
        self.recent_menu = QMenu("Open recent", self)
        self._hinted = False  # whether the first steps were shown before the face was alone
        self.may_close: Callable[[], bool] = lambda: True
        self._lay_out()

    def _lay_out(self) -> None:
        self._across = QSplitter(Qt.Orientation.Horizontal)
        views: tuple[tuple[QWidget, int], ...] = (
            (self.clips, 0), (self.face, 1), (self.emotion, 0),
        )  # fmt: skip
        for view, stretch in views:
            self._across.addWidget(view)
            self._across.setStretchFactor(self._across.count() - 1, stretch)
            self._across.setCollapsible(self._across.count() - 1, False)
        self._across.setSizes([CLIPS_WIDTH, 1000, PANEL_WIDTH])
        self._lower = QWidget()
        lower = QVBoxLayout(self._lower)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(0)
        lower.addWidget(self.record)
        lower.addWidget(self.transport)
        lower.addWidget(self.lanes, 1)
        self._down = QSplitter(Qt.Orientation.Vertical)
        for part, stretch in ((self._across, 3), (self._lower, 2)):
            self._down.addWidget(part)
            self._down.setStretchFactor(self._down.count() - 1, stretch)
            self._down.setCollapsible(self._down.count() - 1, False)
        self._down.setSizes([100 * FACE_PART, 100 * LANES_PART])
        for splitter in (self._across, self._down):
            splitter.setHandleWidth(1)  # Qt makes it easier to take than it looks
        whole = QWidget()
        layout = QVBoxLayout(whole)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.hint)
        layout.addWidget(self._down, 1)
        self.setCentralWidget(whole)
        self.setStatusBar(self.status)
        self.record.hide()
        self.hint.hide()
        self.lanes.segments.setFocus()  # not the first button, whose ring would mean nothing

    def install(self, doings: dict[str, Callable[..., object]]) -> None:
        """Make the actions, with the views' own added, and the menus."""
        own: dict[str, Callable[..., object]] = {
            "full_screen": self.show_face_alone,
            "show_clips": self.clips.setVisible,
            "show_emotion": self.emotion.setVisible,
            "hints": self.hint.show,
            "zoom_fit": self.time_range.fit,
            "quit": self.close,
        }
        self.actions_by_name = make_actions(self, {**own, **doings})
        fill_menus(self.menuBar(), self.actions_by_name, {"recent": self.recent_menu})
        for name in ("show_clips", "show_emotion", "follow"):
            self.actions_by_name[name].setChecked(True)

    def set_theme(self, theme: Theme) -> None:
        """Colours of everything that is drawn; the controls have theirs from the style sheet."""
        for view in (
            self.clips, self.face, self.emotion, self.transport, self.record, self.lanes,
            self.status,
        ):  # fmt: skip
            view.set_theme(theme)

    def show_face_alone(self, alone: bool) -> None:
        """The face on the whole screen, or everything again."""
        # Alone, it would have the focus and wear its ring.
        focus = Qt.FocusPolicy.NoFocus if alone else Qt.FocusPolicy.StrongFocus
        self.face.setFocusPolicy(focus)
        if alone:
            self._hinted = not self.hint.isHidden()
        self.hint.setVisible(self._hinted and not alone)
        for view in (self.clips, self.emotion, self._lower, self.status, self.menuBar()):
            view.setVisible(not alone)
        for name in ("show_clips", "show_emotion", "record"):
            self.actions_by_name[name].setEnabled(not alone)
        if not alone:
            self.clips.setVisible(self.actions_by_name["show_clips"].isChecked())
            self.emotion.setVisible(self.actions_by_name["show_emotion"].isChecked())
        if alone != self.isFullScreen():
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        self.actions_by_name["full_screen"].setChecked(alone)

    def show_affect(self, shown: bool) -> None:
        """Whether there is room for valence and arousal, which some weights do not hear."""
        self.lanes.show_affect(shown)
        self.emotion.affect.setVisible(shown)

    def set_message(self, text: str) -> None:
        """What stands where a clip would be."""
        self.face.set_message(text)
        self.lanes.set_message(text)

    def set_document(self, name: str, *, edited: bool) -> None:
        """What the title says."""
        self.setWindowTitle(f"{name}[*] — {TITLE}" if name else f"{TITLE}[*]")
        self.setWindowModified(edited)

    def state(self) -> dict[str, Any]:
        """Where everything is, as preferences keep it."""
        return {
            "window_geometry": _text(self.saveGeometry()),
            "window_state": ",".join(
                _text(part.saveState()) for part in (self._across, self._down)
            ),
            "lanes": self.lanes.state(),
        }

    def restore(self, preferences: Preferences) -> None:
        """Everything where it was; what does not fit any more is left as it is."""
        if not self.restoreGeometry(_bytes(preferences.window_geometry)):
            self.resize(*USUAL_SIZE)
        parts = zip((self._across, self._down), preferences.window_state.split(","), strict=False)
        for splitter, state in parts:
            splitter.restoreState(_bytes(state))
        self.lanes.restore(preferences.lanes)

    def set_recent(self, paths: list[Path], chosen: Callable[[Path], object]) -> None:
        """The files of the recent menu, the last one first."""
        self.recent_menu.clear()
        for path in paths:
            action = self.recent_menu.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(partial(_forget_checked, chosen, path))
        self.recent_menu.setEnabled(bool(paths))

    # What Qt calls

    def event(self, event: QEvent) -> bool:
        """Leave keys to the focused control; the question comes here from where it is."""
        if wanted_by_focus(event):
            event.accept()
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files may be dropped anywhere."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Escape, where nothing else had a use for it."""
        if event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.show_face_alone(False)
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Close unless something would be lost."""
        event.setAccepted(self.may_close())


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii", "ignore"))


def _forget_checked(chosen: Callable[[Path], object], path: Path, _checked: bool = False) -> None:
    chosen(path)
