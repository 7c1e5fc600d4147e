"""The command line itself: help, names, and what it does not import."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import cli
from app.cli import COMMANDS, Command
from core.errors import Cancelled, VisemoError
from core.version import program_version
from tests.app.conftest import Visemo, names, outputs, save_speech

ROOT = Path(__file__).parents[2]
OFFLINE = """
import runpy, socket, sys
def refuse(*_):
    raise AssertionError("tried to reach the network")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
sys.argv = ["visemo", *sys.argv[1:]]
runpy.run_module("app.cli", run_name="__main__")
"""


def python(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter in the project's folder."""
    return subprocess.run(
        [sys.executable, *(str(argument) for argument in arguments)],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_help_lists_every_command(visemo: Visemo) -> None:
    ran = visemo("--help")
    assert ran.status == 0
    for name, command in COMMANDS.items():
        assert name in ran.out
        assert command.summary in ran.out


@pytest.mark.parametrize(
    "arguments", [["--help"], *([name, "--help"] for name in ("animate", "train", "corpus"))]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom app.cli import main\n"
        "try:\n    main(sys.argv[1:])\nfinally:\n    print(*sys.modules, file=sys.stderr)"
    )
    ran = python("-c", code, *arguments)
    assert ran.returncode == 0
    assert ran.stdout.startswith("usage: visemo")
    loaded = {name.partition(".")[0] for name in ran.stderr.split()}
    assert not loaded & {"torch", "numpy", "scipy", "soundfile", "safetensors", "msgspec"}


@pytest.mark.parametrize("arguments", [["sing"], ["animate", "--bogus"], ["--bogus"]])
def test_what_is_no_command_is_explained_with_2(arguments: list[str], visemo: Visemo) -> None:
    ran = visemo(*arguments)
    assert (ran.status, ran.out) == (2, "")
    assert "error:" in ran.errors[-1]


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version_can_be_asked_for(option: str, visemo: Visemo) -> None:
    assert visemo(option).out == f"visemo {program_version()}\n"


@pytest.fixture
def ends(visemo: Visemo, monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], object]:
    """Run a command that ends with an exception."""

    def run(ending: BaseException) -> object:
        def fail(_options: object) -> int:
            raise ending

        module = SimpleNamespace(add_arguments=lambda _parser: None, run=fail)
        monkeypatch.setattr(cli, "import_module", lambda _name: module)
        monkeypatch.setitem(COMMANDS, "fail", Command("nowhere", "fail"))
        return visemo("fail")

    return run


def test_endings_have_their_status(ends: Callable[[BaseException], object]) -> None:
    for ending, status, line in (
        (VisemoError("no\nway"), 2, "visemo: error: no way\n"),
        (KeyboardInterrupt(), 130, "visemo: stopped\n"),
        (Cancelled("stop"), 130, "visemo: stopped\n"),
    ):
        ran = ends(ending)
        assert (getattr(ran, "status", None), getattr(ran, "err", None)) == (status, line)


def test_a_fault_of_ours_keeps_its_trace(ends: Callable[[BaseException], object]) -> None:
    with pytest.raises(ZeroDivisionError, match="a bug"):
        ends(ZeroDivisionError("a bug"))


def test_a_whole_run_in_a_fresh_process_without_network(weights: Path, tmp_path: Path) -> None:
    save_speech(tmp_path / "😀 a.wav")
    ran = python(
        "-c", OFFLINE, "animate", tmp_path, "--weights", weights, "--device", "cpu",
        PYTHONIOENCODING="ascii",
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("\n") == 1
    assert "\\U0001f600 a.wav" in ran.stdout
    assert set(outputs(["😀 a"])) <= set(names(tmp_path))


def test_run_as_a_module(tmp_path: Path) -> None:
    ran = python("-m", "app.cli", "animate", tmp_path / "gone.wav")
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "gone.wav: error: There is no file" in ran.stderr
