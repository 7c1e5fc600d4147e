"""A line of help for the first time, gone with a click and never seen again."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

FIRST_STEPS = (
    "Drop a sound, or record one (Ctrl+R). Space plays, the time line moves. "
    "1-7 choose an emotion, 0 takes it back. F1: all keys."
)
SHORTER = (
    "Drop or record a sound (Ctrl+R). Space plays. 1-7 choose an emotion. F1: all keys.",
    "Drop a sound. Space plays. F1: all keys.",
)  # where the window is narrow or its text large: a second line would be missing below


class Hint(QFrame):
    """Shows `FIRST_STEPS`, as much of them as one line holds, until it is closed."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hint")
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.text.setAccessibleName(FIRST_STEPS)
        self.text.setToolTip(FIRST_STEPS)
        button = QPushButton("Got it", self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName("Close the first steps")
        button.clicked.connect(self._close)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 6, 8, 6)
        self._row.addWidget(self.text, 1)
        self._row.addWidget(button)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._row.activate()
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Text of another size needs other room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        metrics, room = self.text.fontMetrics(), self.text.width()
        forms = (FIRST_STEPS, *SHORTER)
        fits = (form for form in forms if metrics.horizontalAdvance(form) <= room)
        last = metrics.elidedText(forms[-1], Qt.TextElideMode.ElideRight, room)
        self.text.setText(next(fits, last))

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
