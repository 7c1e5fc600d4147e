"""What holds for every module of the window, and for the Qt that it stands on."""

import ast
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.architecture.test_imports import ROOT, loaded_by

CALLS = 200
APP = ROOT / "app"
VIEWS = sorted((APP / "views").rglob("*.py"))
WINDOW = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for folder in ("views", "windows", "dialogs", "drawing", "sound", "pictures")
    for path in (APP / folder).rglob("*.py")
    if path.name != "__init__.py"
)


def imported_by(path: Path) -> set[str]:
    """Full names of the modules that a file imports when it is imported, ours and others'."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def view_of(module: str) -> str:
    """The view a module under app.views belongs to: those that begin with the same word are one."""
    return module.split(".")[2].partition("_")[0]


def test_qt_calls_keep_their_references(qapp: QApplication, qtbot: QtBot) -> None:
    """PySide6 6.12.0 drops one of True's and None's in each call, and aborts after a while."""
    assert qapp is not None
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    if sys.getrefcount(None) > 2**30:
        pytest.skip("this Python's None is immortal and has no count to lose")
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(CALLS):
        widget.update()
        widget.isVisible()
        widget.setEnabled(True)
    after = sys.getrefcount(None), sys.getrefcount(True)
    for one, other in zip(before, after, strict=True):
        assert abs(one - other) < CALLS / 2


@pytest.mark.parametrize("path", VIEWS, ids=[str(path.relative_to(APP)) for path in VIEWS])
def test_a_view_knows_neither_other_views_nor_who_uses_it(path: Path) -> None:
    own = view_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
    shared = {own, "controls"}  # the parts that several views are made of
    for module in imported_by(path):
        assert not module.startswith(("app.windows", "app.session", "app.main", "app.analyst"))
        assert not module.startswith("app.dialogs")
        if module.startswith("app.views."):
            assert view_of(module) in shared, f"{path.name} imports {module}"


def test_the_window_is_there_before_torch() -> None:
    modules = [name for name in ("app.main",) if (APP / "main.py").is_file()]
    loaded = loaded_by(*WINDOW, *modules, "app.jobs", "app.problems", "app.preferences")
    assert "PySide6" in loaded
    assert "torch" not in loaded
