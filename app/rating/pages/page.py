"""One page: a title, what it is about, one thing to do, and at most one way aside."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Page(QWidget):
    """Centred on the screen. Enter does what the focused button says, else the main one."""

    done = Signal()  # the main button
    aside = Signal()  # the other one

    def __init__(self, title: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("page", True)
        self.setAccessibleName(title)
        self.primary: QPushButton | None = None
        self.body = QVBoxLayout()
        self.body.setSpacing(24)
        self.title = label(title, "title")
        self.body.addWidget(self.title)
        self.text = label(text)
        if not text:
            self.text.hide()
        self.body.addWidget(self.text)
        self.note = label("", "small")
        self.note.setContentsMargins(0, 18, 0, 0)
        self.note.hide()
        self._feet = QHBoxLayout()
        self._feet.setSpacing(16)
        column = QVBoxLayout()
        column.addStretch(4)
        column.addLayout(self.body)
        column.addWidget(self.note)
        column.addSpacing(36)
        column.addLayout(self._feet)
        column.addStretch(5)
        across = QHBoxLayout(self)
        across.setContentsMargins(48, 32, 48, 32)
        across.addStretch(1)
        across.addLayout(column, 8)
        across.addStretch(1)

    def set_primary(self, text: str) -> QPushButton:
        """The one thing to do here."""
        self.primary = button(text, "primary")
        self.primary.clicked.connect(self.done)
        self._feet.insertWidget(0, self.primary)
        self._feet.addStretch(1)
        return self.primary

    def set_aside(self, text: str) -> QPushButton:
        """The other thing one may want."""
        other = button(text, "quiet")
        other.clicked.connect(self.aside)
        self._feet.addWidget(other)
        return other

    def tell(self, text: str) -> None:
        """Say something below, such as why it does not go on yet; "" for nothing."""
        self.note.setText(text)
        self.note.setAccessibleName(text)
        self.note.setVisible(bool(text))

    def take_focus(self) -> None:
        """Put the keyboard where one would want it first."""
        if self.primary is not None:
            self.primary.setFocus(Qt.FocusReason.TabFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter."""
        if event.key() not in ENTER:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():  # a key held down does not answer the next page too
            focused = QApplication.focusWidget()
            wanted = focused if isinstance(focused, QPushButton) else self.primary
            self.entered(wanted)

    def entered(self, wanted: QPushButton | None) -> None:
        """Enter was pressed with this button meant."""
        if wanted is not None and wanted.isEnabled():
            wanted.click()


def label(text: str, role: str = "") -> QLabel:
    """Words on a page."""
    made = QLabel(text)
    made.setWordWrap(True)
    made.setTextFormat(Qt.TextFormat.PlainText)  # a study's words are not markup
    if role:
        made.setProperty("role", role)
    return made


def button(text: str, role: str, checkable: bool = False) -> QPushButton:
    """Something to press, with its text as its name."""
    made = QPushButton(text.replace("&", "&&"))
    made.setProperty("role", role)
    made.setAccessibleName(text)
    made.setCheckable(checkable)
    made.setAutoDefault(False)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made
