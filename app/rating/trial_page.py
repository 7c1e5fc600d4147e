"""A trial on the screen: a clip by itself on grey, then the scale."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from app.rating.look import STAGE
from app.rating.pages.page import label
from app.rating.pages.rating_page import RatingPage
from app.rating.playback import CLIP, GREY
from app.rating.words import Words
from app.views.face_view import FaceView


class TrialPage(QWidget):
    """The face has the study's size where the screen has room for it, and no keys or mouse."""

    def __init__(
        self, words: Words, task: str, labels: Sequence[str], picture: tuple[int, int]
    ) -> None:
        """`picture` is in device pixels."""
        super().__init__()
        self.setProperty("page", True)
        self._picture = picture
        self.stage = QWidget()
        self.stage.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.stage.setAccessibleName(words("watch"))
        self.face = FaceView(STAGE, self.stage)
        self.face.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.face.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)  # no zooming
        self.face.setMinimumSize(1, 1)
        self.face.hide()
        self.rating = RatingPage(words, task, labels)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.stage)
        self._stack.addWidget(self.rating)
        self.progress = label("", "small")
        self.progress.setParent(self)
        self.progress.setWordWrap(False)

    def set_progress(self, text: str) -> None:
        """Such as "7 of 14"."""
        self.progress.setText(text)
        self.progress.setAccessibleName(text)
        self._place()

    def show_phase(self, phase: str) -> None:
        """Of the playback: the face is there only while the clip plays."""
        if phase == GREY:
            self.face.grab()  # what keeps still is drawn now, so that the first picture is in time
        self.face.setVisible(phase == CLIP)

    def show_stage(self) -> None:
        """Nothing but grey, for a clip to come."""
        self._stack.setCurrentWidget(self.stage)
        self.face.hide()
        self._place()
        self.stage.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_rating(self, message: str, *, replays: bool) -> None:
        """The clip is over."""
        self.rating.open(message, replays=replays)
        self._stack.setCurrentWidget(self.rating)
        self._place()
        self.rating.take_focus()

    @property
    def rates(self) -> bool:
        """Whether the scale is shown."""
        return self._stack.currentWidget() is self.rating

    def take_focus(self) -> None:
        """To the scale where it is shown."""
        if self.rates:
            self.rating.take_focus()
        else:
            self.stage.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the face in the middle of the stage, which is as large as this."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        ratio = self.devicePixelRatioF()
        room, wanted = self.size(), self._picture
        least = min(1.0, *(have * ratio / want for have, want in
                           zip((room.width(), room.height()), wanted, strict=True)))  # fmt: skip
        width, height = (int(side * least / ratio) for side in wanted)
        left, top = (room.width() - width) // 2, (room.height() - height) // 2
        self.face.setGeometry(left, top, width, height)
        self.progress.adjustSize()
        self.progress.move(28, 20)
        self.progress.raise_()
