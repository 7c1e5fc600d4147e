"""What importing a layer brings along; import-linter has the rules between our own modules."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "core").rglob("*.py")
    if path.name != "__init__.py"
)
WINDOWS = {"PySide6", "PyQt5", "PyQt6", "shiboken6", "tkinter"}
SOUND_CARDS = {"sounddevice", "pyaudio"}


def loaded_by(*modules: str) -> set[str]:
    """Top-level names in `sys.modules` of a fresh interpreter that imported them."""
    code = f"import {', '.join(modules)}, sys\nprint(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
        timeout=120,
    )  # fmt: skip
    return {name.partition(".")[0] for name in ran.stdout.split()}


@pytest.mark.parametrize(
    ("modules", "forbidden"),
    [
        (CORE, {"torch", "av", "app", "models"} | WINDOWS | SOUND_CARDS),
        (["models.cascade"], {"app"} | WINDOWS | SOUND_CARDS),
        (["app.cli"], {"torch", "numpy"} | WINDOWS | SOUND_CARDS),
        (["app.batch"], {"torch"} | WINDOWS | SOUND_CARDS),
        (["core", "models.cascade", "app.cli"], WINDOWS | SOUND_CARDS),
    ],
    ids=["core", "cascade", "command line", "batch", "all"],
)
def test_a_layer_leaves_out_what_it_does_not_need(modules: list[str], forbidden: set[str]) -> None:
    assert not loaded_by(*modules) & forbidden


def test_the_layers_are_as_the_import_linter_has_them() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    assert 'layers = ["app", "models", "core", "resources"]' in text
