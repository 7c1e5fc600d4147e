"""Who gets a key: the control that has the focus, where it has a use for it, else the window."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QTextEdit,
)

Key = Qt.Key
_ARROWS = {Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down}
_OWN: tuple[tuple[type[QObject], set[Key]], ...] = (
    (QAbstractButton, {Key.Key_Space, Key.Key_Return, Key.Key_Enter}),
    (QComboBox, {Key.Key_Space, Key.Key_Up, Key.Key_Down}),
    (QAbstractSlider, _ARROWS | {Key.Key_Home, Key.Key_End, Key.Key_PageUp, Key.Key_PageDown}),
    (QAbstractItemView, {Key.Key_Up, Key.Key_Down, Key.Key_Delete, Key.Key_Return, Key.Key_Enter}),
)  # fmt: skip
_TEXT = (QLineEdit, QAbstractSpinBox, QTextEdit)


def wanted_by_focus(event: QEvent) -> bool:
    """Whether an event is the question who gets a key, and the focused control has a use for it.

    Shortcuts of one key would take Space from a button and letters from a field
    that was reached with Tab; whoever accepts the event leaves them to the control.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    focused = QApplication.focusWidget()
    plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
    return focused is not None and plain and _uses(focused, Qt.Key(event.key()))


def _uses(control: QObject, key: Qt.Key) -> bool:
    if isinstance(control, _TEXT):
        return key not in (Key.Key_Escape, Key.Key_Tab) and key < Key.Key_F1
    return any(isinstance(control, kind) and key in keys for kind, keys in _OWN)
