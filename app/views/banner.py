"""A notice over the top of the window, for what must be read but not at once."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.icons import pixmap

WIDEST = 640  # px
HIGHEST = 0.4  # of the window
MARGIN = 16  # px to the edges of the window
MOST_LINES = 200


class Banner(QFrame):
    """Messages, each once, over the upper part of `window` until somebody closes them."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("banner")
        self.setAccessibleName("Problems")
        self._messages: list[str] = []
        self._text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self._text)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setBackgroundRole(QPalette.ColorRole.NoRole)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sign = QLabel()
        self._sign.setAccessibleName("Warning")
        self.dismiss = QPushButton("Dismiss")
        self.dismiss.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.dismiss.setToolTip("Close these messages")
        self.dismiss.setAccessibleName("Dismiss the problems")
        self.dismiss.clicked.connect(self.clear)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(12)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._scroll, 1)
        side = QVBoxLayout()
        side.addWidget(self.dismiss, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(side)
        window.installEventFilter(self)
        self.hide()

    @property
    def messages(self) -> tuple[str, ...]:
        """What is shown, the oldest first."""
        return tuple(self._messages)

    def add(self, message: str) -> None:
        """Show a message beneath those that are there."""
        if message in self._messages:
            return
        self._messages = [*self._messages, message][-MOST_LINES:]
        self._text.setText("\n\n".join(self._messages))
        self._text.setAccessibleName(self._text.text())
        size = self.fontMetrics().height()
        ink = self.palette().color(QPalette.ColorRole.WindowText).name()
        self._sign.setPixmap(pixmap("warning", ink, size, self.devicePixelRatioF()))
        self.show()
        self._place()
        self.raise_()
        scroll = self._scroll.verticalScrollBar()
        scroll.setValue(scroll.maximum())
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def clear(self) -> None:
        """Close it and forget what it said."""
        self._messages = []
        self._text.clear()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Keep its place when the window changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show) and self._messages:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window = self._window
        width = min(WIDEST, window.width() - 2 * MARGIN)
        beside = self.dismiss.sizeHint().width() + self._sign.sizeHint().width() + 52
        lines = self._text.heightForWidth(max(width - beside, 50)) + 4
        height = max(lines, self.dismiss.sizeHint().height()) + 24
        height = min(height, round(HIGHEST * window.height()))
        self.setGeometry((window.width() - width) // 2, 3 * MARGIN, width, height)
