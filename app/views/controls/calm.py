"""Fields that leave the wheel to the panel around them until they have the keyboard."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget

TEXT_INDENT = 6  # pixels left of a number


class CalmCombo(QComboBox):
    """A combo box. It has the keyboard by Tab, or once somebody clicks into its text to type:
    after a choice by mouse, keys mean what they meant before.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def setEditable(self, editable: bool) -> None:  # noqa: N802
        """Let something be typed or not."""
        super().setEditable(editable)
        if (editor := self.lineEdit()) is not None:
            editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Type where the text was clicked."""
        if event.type() == QEvent.Type.MouseButtonPress and watched is self.lineEdit():
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Only with the keyboard."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmSpin(QDoubleSpinBox):
    """A field for a number with decimals."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(TEXT_INDENT, 0, 0, 0)
        for over in (self.editingFinished, self.valueChanged):
            over.connect(lambda: self.lineEdit().setModified(False))

    @property
    def is_typed_in(self) -> bool:
        """Whether there is something typed that has not been taken yet."""
        return self.hasFocus() and self.lineEdit().isModified()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Only with the keyboard."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmWholeSpin(QSpinBox):
    """A field for a whole number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(TEXT_INDENT, 0, 0, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Only with the keyboard."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
