"""What is silent, what is a banner, what is a crash dialog, and that the program goes on."""

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, qWarning
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.crash import CrashDialog
from app.problems import Problems
from core.errors import AudioFileError, Cancelled, ExportError


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    widget.resize(600, 400)
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def problems(window: QWidget) -> Iterator[Problems]:
    made = Problems(window)
    hooks = sys.excepthook, threading.excepthook
    made.install()
    yield made
    made.close()
    assert (sys.excepthook, threading.excepthook) == hooks


def crashes(window: QWidget) -> list[CrashDialog]:
    return [dialog for dialog in window.findChildren(CrashDialog) if dialog.isVisible()]


def test_a_cancel_is_silent(window: QWidget, problems: Problems) -> None:
    problems.show(Cancelled())
    assert not problems.banner.isVisible()
    assert crashes(window) == []


def test_what_can_be_cured_collects_in_one_banner_until_it_is_dismissed(
    window: QWidget, problems: Problems
) -> None:
    problems.show(AudioFileError("a.wav is empty."))
    problems.show(AudioFileError("is not sound."), "b.txt")
    problems.show(AudioFileError("a.wav is empty."))
    assert problems.banner.isVisible()
    assert list(problems.banner.messages) == ["a.wav is empty.", "b.txt: is not sound."]
    assert window.rect().contains(problems.banner.geometry())
    assert crashes(window) == []
    problems.banner.dismiss.setFocus()
    QTest.keyClick(problems.banner.dismiss, Qt.Key.Key_Space)
    assert not problems.banner.isVisible()
    problems.show(ExportError("The disk is full."))
    assert list(problems.banner.messages) == ["The disk is full."]


@pytest.mark.parametrize("width", [300, 2560])
def test_the_banner_stays_inside_the_window(
    window: QWidget, problems: Problems, width: int
) -> None:
    for number in range(60):
        problems.show(AudioFileError(f"{number}.wav cannot be read, for a reason of some length."))
    window.resize(width, 300)
    QCoreApplication.processEvents()
    assert window.rect().contains(problems.banner.geometry())
    assert problems.banner.dismiss.isVisible()


def test_over_a_dialog_that_is_open_it_is_a_box_of_that_dialog(
    window: QWidget, problems: Problems
) -> None:
    dialog = QDialog(window)
    dialog.open()
    problems.show(ExportError("The disk is full."))
    (box,) = dialog.findChildren(QMessageBox)
    assert box.isVisible()
    assert box.text() == "The disk is full."
    box.accept()
    dialog.close()


def test_six_errors_over_a_dialog_are_one_box_that_grows(
    window: QWidget, problems: Problems
) -> None:
    dialog = QDialog(window)
    dialog.open()
    for number in range(6):
        problems.show(AudioFileError(f"{number}.wav is empty."))
        problems.show(AudioFileError(f"{number}.wav is empty."))
    (box,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
    assert box.text().split("\n\n") == [f"{number}.wav is empty." for number in range(6)]
    for number in range(6, 20):
        problems.show(AudioFileError(f"{number}.wav is empty."))
    assert box.text().endswith("and 12 more")
    assert box.detailedText().count("is empty.") == 20
    box.accept()
    problems.show(ExportError("The disk is full."))  # the next begins anew
    boxes = [b for b in dialog.findChildren(QMessageBox) if b.isVisible()]
    assert [b.text() for b in boxes] == ["The disk is full."]
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # of the first box
    problems.show(ExportError("Still full."))
    (box,) = dialog.findChildren(QMessageBox)
    assert box.text() == "The disk is full.\n\nStill full."
    dialog.close()


def test_a_box_that_goes_with_its_dialog_leaves_room_for_the_banner(
    qtbot: QtBot, window: QWidget, problems: Problems
) -> None:
    dialog = QDialog(window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    problems.show(ExportError("The disk is full."))
    with qtbot.waitSignal(dialog.destroyed):
        dialog.done(0)
    problems.show(ExportError("The disk is still full."))
    assert list(problems.banner.messages) == ["The disk is still full."]


class Bad(QWidget):
    """Raises whenever it is painted."""

    painted = 0

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        self.painted += 1
        with QPainter(self):
            raise ValueError("while painting")


@pytest.mark.usefixtures("problems")
def test_a_paint_event_that_raises_each_time_shows_one_dialog(
    qtbot: QtBot, window: QWidget, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = Bad(window)
    bad.resize(20, 20)
    bad.show()
    timer = QTimer(bad, interval=1)
    timer.timeout.connect(bad.update)
    timer.start()
    qtbot.waitUntil(lambda: bad.painted > 20)
    (dialog,) = crashes(window)
    text = dialog.details.toPlainText()
    assert text.count("ValueError: while painting") == 1
    assert "Qt 6" in text
    dialog.close()
    before = bad.painted
    qtbot.waitUntil(lambda: bad.painted > before + 5)
    assert crashes(window) == []  # it was told
    timer.stop()
    assert capsys.readouterr().err.count("while painting") >= 20


class Button(QObject):
    pressed = Signal()


@pytest.mark.usefixtures("problems")
def test_a_slot_that_raises_is_shown_with_details_to_copy(window: QWidget) -> None:
    button = Button()
    heard = []

    def slot() -> None:
        heard.append(1)
        raise KeyError("in a slot")

    button.pressed.connect(slot)
    button.pressed.emit()
    (dialog,) = crashes(window)
    assert not dialog.isModal()
    dialog.copy.click()
    assert "KeyError: 'in a slot'" in QGuiApplication.clipboard().text()
    button.pressed.emit()
    assert heard == [1, 1]  # the program goes on


@pytest.mark.usefixtures("problems")
def test_an_exception_in_a_thread_is_shown_in_the_window(qtbot: QtBot, window: QWidget) -> None:
    def work() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert crashes(window) == []  # not in that thread
    qtbot.waitUntil(lambda: len(crashes(window)) == 1)
    assert "in a thread" in crashes(window)[0].details.toPlainText()


def test_a_fault_in_showing_a_fault_is_only_printed(
    problems: Problems,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def show(_self: CrashDialog) -> None:
        sys.excepthook(OSError, OSError("no display"), None)

    monkeypatch.setattr(CrashDialog, "show", show)
    problems.show(ValueError("first"))
    said = capsys.readouterr().err
    assert "first" in said
    assert "no display" in said


def test_different_faults_collect_in_one_dialog(window: QWidget, problems: Problems) -> None:
    for kind in (ValueError, KeyError, MemoryError):
        problems.show(kind("different"))
    (dialog,) = crashes(window)
    for name in ("ValueError", "KeyError", "MemoryError"):
        assert name in dialog.details.toPlainText()


@pytest.mark.usefixtures("problems")
def test_messages_of_qt_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    qWarning("something of Qt's")
    assert "something of Qt's" in capsys.readouterr().err
