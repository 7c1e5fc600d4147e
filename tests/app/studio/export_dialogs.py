"""What the tests of the export dialog share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.dialogs.export_dialog import ExportDialog, ExportRequest
from core.animation import Animation
from tests.core.animations import make_animation

Make = Callable[..., ExportDialog]


@pytest.fixture(scope="module")
def animation() -> Animation:
    return make_animation(2.0)


@pytest.fixture
def sounds(tmp_path: Path) -> list[Path]:
    return [tmp_path / "a.wav", tmp_path / "b.wav", tmp_path / "c.wav"]


@pytest.fixture
def make(qtbot: QtBot, animation: Animation, sounds: list[Path]) -> Make:
    """A dialog that is shown, about three clips unless other things are said."""

    def dialog(**given: Any) -> ExportDialog:
        usual = {"clips": sounds, "current": sounds[0], "animation": animation}
        result = ExportDialog(**{**usual, **given})
        qtbot.addWidget(result)
        result.show()
        return result

    return dialog


def asked(qtbot: QtBot, dialog: ExportDialog) -> ExportRequest:
    """What it asks for when Export is pressed."""
    with qtbot.waitSignal(dialog.export_requested) as signal:
        QTest.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    (request,) = signal.args
    assert isinstance(request, ExportRequest)
    return request


def type_into(field: QWidget, text: str) -> None:
    edit = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
    assert isinstance(edit, QLineEdit)
    edit.setFocus()
    edit.selectAll()
    QTest.keyClicks(edit, text)


def cells(dialog: ExportDialog) -> list[list[str]]:
    model = dialog.preview.rows
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def headers(dialog: ExportDialog) -> list[str]:
    model = dialog.preview.rows
    return [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
