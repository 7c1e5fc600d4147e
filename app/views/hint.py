"""A line of help for the first time, gone with a click and never seen again."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

FIRST_STEPS = (
    "Drop a sound, or record one (Ctrl+R). Space plays, the time line moves. "
    "1-7 choose an emotion, 0 takes it back. F1: all keys."
)


class Hint(QFrame):
    """Shows `FIRST_STEPS` until it is closed."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hint")
        text = QLabel(FIRST_STEPS, self)
        text.setWordWrap(True)
        text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        button = QPushButton("Got it", self)
        button.setAccessibleName("Close the first steps")
        button.clicked.connect(self._close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        layout.addWidget(text, 1)
        layout.addWidget(button)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
