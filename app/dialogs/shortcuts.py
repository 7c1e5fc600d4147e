"""Every key of the window on one page, to be looked through or searched."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

Shortcut = tuple[str, str, str]  # group, text, keys (Qt's portable text, several by "; ")


class ShortcutsPage(QDialog):
    """Groups of commands and their keys; typing shows only what fits."""

    def __init__(self, shortcuts: Iterable[Shortcut], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._groups: list[tuple[QTreeWidgetItem, list[QTreeWidgetItem]]] = []
        self.search = QLineEdit(placeholderText="Search commands and keys")
        self.search.setAccessibleName("Search commands and keys")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("Commands and their keys")
        self.tree.setColumnCount(2)
        self.tree.setHeaderLabels(["Command", "Keys"])
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(12)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._fill(shortcuts)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.search)
        layout.addWidget(self.tree, 1)
        layout.addWidget(buttons)
        metrics = self.fontMetrics()
        self.resize(64 * metrics.averageCharWidth(), 40 * metrics.height())

    def shown(self) -> list[str]:
        """The commands on the page, in order."""
        rows = (row for _, rows in self._groups for row in rows)
        return [row.text(0) for row in rows if not row.isHidden()]

    def _fill(self, shortcuts: Iterable[Shortcut]) -> None:
        groups: dict[str, list[Shortcut]] = {}
        for shortcut in shortcuts:
            groups.setdefault(shortcut[0], []).append(shortcut)
        for name, members in groups.items():
            group = QTreeWidgetItem(self.tree, [name])
            font = self.font()
            font.setBold(True)
            group.setFont(0, font)
            group.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.setFirstColumnSpanned(True)
            rows = [QTreeWidgetItem(group, [text.rstrip("…"), readable(keys)])
                    for _, text, keys in members]  # fmt: skip
            self._groups.append((group, rows))
        self.tree.expandAll()

    def _filter(self, words: str) -> None:
        wanted = words.casefold().split()
        for group, rows in self._groups:
            for row in rows:
                text = f"{group.text(0)} {row.text(0)} {row.text(1)}".casefold()
                row.setHidden(not all(word in text for word in wanted))
            group.setHidden(all(row.isHidden() for row in rows))


def readable(keys: str) -> str:
    """Keys as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return "   ".join(QKeySequence(part).toString(native) for part in keys.split("; ") if part)
