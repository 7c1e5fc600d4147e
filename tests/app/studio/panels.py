"""What the tests of the panels share."""

from collections.abc import Iterator
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.views.controls.slider import ResetSlider

Panel = TypeVar("Panel", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton


class Told:
    """Every signal that a panel's own class declares, in order, with its arguments."""

    def __init__(self, panel: QWidget) -> None:
        self.all: list[tuple[object, ...]] = []
        names = [name for name, value in vars(type(panel)).items() if isinstance(value, Signal)]
        assert names, "a panel has signals"
        for name in names:
            getattr(panel, name).connect(self._listener(name))

    def _listener(self, name: str) -> "Listener":
        return Listener(self.all, name)

    def take(self) -> list[tuple[object, ...]]:
        """What was told since the last call."""
        told, self.all[:] = list(self.all), []
        return told


class Listener:
    def __init__(self, heard: list[tuple[object, ...]], name: str) -> None:
        self._heard, self._name = heard, name

    def __call__(self, *values: object) -> None:
        self._heard.append((self._name, *values))


def shown(qtbot: QtBot, panel: Panel, width: int = 900, height: int = 600) -> Panel:
    """The panel in a window of its own that has the keyboard."""
    qtbot.addWidget(panel)
    panel.resize(width, height)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


def key(widget: QWidget, *presses: Qt.Key) -> None:
    """Press and let go of keys, one after another."""
    for press in presses:
        QTest.keyClick(widget, press)


def write(widget: QWidget, text: str) -> None:
    """Type."""
    QTest.keyClicks(widget, text)


def click(widget: QWidget, place: QPoint | None = None) -> None:
    """With the left button, in the middle unless told."""
    at = widget.rect().center() if place is None else place
    QTest.mouseClick(widget, LEFT, pos=at)


def double_click(widget: QWidget, place: QPoint | None = None) -> None:
    """All four events of it."""
    at = widget.rect().center() if place is None else place
    QTest.mouseClick(widget, LEFT, pos=at)
    QTest.mouseDClick(widget, LEFT, pos=at)


def controls(panel: QWidget) -> Iterator[QWidget]:
    """Everything in it that takes the keyboard, by our making."""
    for child in panel.findChildren(QWidget):
        popup = child.window() is not panel.window()  # the list of a combo box
        inner = isinstance(child.parent(), QComboBox | QAbstractSpinBox)
        if child.focusPolicy() != Qt.FocusPolicy.NoFocus and not (inner or popup):
            yield child


def nameless(panel: QWidget) -> list[str]:
    """Controls that a screen reader could not name."""
    names = [(child.accessibleName(), child) for child in controls(panel)]
    return [f"{type(child).__name__} {child}" for name, child in names if not name.strip()]


def untold(panel: QWidget) -> list[str]:
    """Buttons, fields and sliders without a tooltip."""
    kinds = (QAbstractButton, QComboBox, ResetSlider)
    found = (child for child in controls(panel) if isinstance(child, kinds))
    return [child.accessibleName() for child in found if not child.toolTip()]


def reached_by_tab() -> set[QWidget]:
    """The controls that have the keyboard in turn while Tab is pressed, until it comes round."""
    seen: list[QWidget] = []
    for _press in range(200):
        focus = QApplication.focusWidget()
        if focus is None:
            break
        if focus in seen:
            return set(seen)
        seen.append(focus)
        key(focus, Qt.Key.Key_Tab)
    raise AssertionError("Tab never comes round")


def reachable(panel: QWidget) -> set[QWidget]:
    """Visible, enabled controls; of exclusive choices the one that holds stands for all."""
    result = set()
    for child in controls(panel):
        if not (child.isVisible() and child.isEnabled()):
            continue
        if isinstance(child, QLineEdit) and child.isReadOnly():
            continue
        if isinstance(child, QAbstractButton):
            group = child.group()
            if group is not None and group.exclusive() and not child.isChecked():
                continue
        result.add(child)
    return result


def drag(slider: ResetSlider, *parts: float) -> None:
    """Press at the first part of the slider's width, move over the others, let go."""
    points = [QPoint(round(part * slider.width()), slider.height() // 2) for part in parts]
    QTest.mousePress(slider, LEFT, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(slider, point)
    QTest.mouseRelease(slider, LEFT, pos=points[-1])
