"""What is shown when the fault is ours: an apology, and details to send."""

import platform
import sys

from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

MOST_SHOWN = 20  # different faults
_WORDS = (
    "Something went wrong inside Visemo. What you were doing may not have happened; everything "
    "else goes on, and it is a good moment to save. The details below help to put it right."
)


class CrashDialog(QDialog):
    """Details of one or more faults, to be copied. It does not block the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("A fault in Visemo")
        self.setModal(False)
        self._count = 0
        words = QLabel(_WORDS, wordWrap=True)
        self.details = QPlainTextEdit(readOnly=True)
        self.details.setAccessibleName("Details of the fault")
        self.details.setTabChangesFocus(True)
        self.details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = buttons.addButton("Copy details", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setAccessibleName("Copy the details")
        self.copy.setAutoDefault(False)
        self.copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(words)
        layout.addWidget(self.details, 1)
        layout.addWidget(buttons)
        metrics = self.fontMetrics()
        self.resize(72 * metrics.averageCharWidth(), 24 * metrics.height())

    def add(self, details: str) -> None:
        """Add the trace of a fault."""
        if self._count == 0:
            self.details.setPlainText(surroundings())
        self._count += 1
        if self._count <= MOST_SHOWN:
            self.details.appendPlainText("\n" + details)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())


def surroundings() -> str:
    """The versions of what the program runs on."""
    from core.version import program_version

    torch = sys.modules.get("torch")
    return "\n".join(
        (
            f"Visemo {program_version()}",
            f"Python {platform.python_version()}, Qt {qVersion()}, "
            f"torch {getattr(torch, '__version__', 'not loaded')}",
            platform.platform(),
        )
    )
