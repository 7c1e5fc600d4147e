"""A file is written whole or not at all."""

import errno
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.atomic import atomic_binary, atomic_text, make_folder, try_folder
from core.errors import Cancelled, ExportError


@pytest.fixture(params=["nameless", "named"], autouse=True)
def _temporary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs with a temporary file without a name, and with one that has one."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE")


def only(path: Path) -> bytes:
    """The bytes of a file that is alone in its folder."""
    assert list(path.parent.iterdir()) == [path]
    return path.read_bytes()


def write(path: Path, before_the_end: Callable[[], object]) -> None:
    """Write "new" and call something while the file is still open."""
    with atomic_text(path) as stream:
        stream.write("new")
        before_the_end()


def test_text_is_utf8_with_plain_line_ends(tmp_path: Path) -> None:
    with atomic_text(tmp_path / "a.csv") as stream:
        stream.write("é\n😀\n")
    assert only(tmp_path / "a.csv") == b"\xc3\xa9\n\xf0\x9f\x98\x80\n"


def test_bytes_can_be_patched_and_read_back(tmp_path: Path) -> None:
    with atomic_binary(tmp_path / "a.npz") as stream:
        stream.write(b"headless")
        stream.seek(0)
        stream.write(b"H")
        stream.seek(0)
        assert stream.read() == b"Headless"
    assert only(tmp_path / "a.npz") == b"Headless"


def test_the_old_file_stands_until_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with atomic_text(path) as stream:
        stream.write("new")
        stream.flush()
        assert path.read_bytes() == b"old"
    assert only(path) == b"new"


@pytest.mark.parametrize("problem", [Cancelled("stop"), ValueError("x"), KeyboardInterrupt()])
def test_any_exception_keeps_the_old_file(tmp_path: Path, problem: BaseException) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")

    def fail() -> None:
        raise problem

    with pytest.raises(type(problem)) as caught:
        write(path, fail)
    assert caught.value is problem
    assert only(path) == b"old"


def test_an_exception_leaves_no_file_where_there_was_none(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="midway"),
        atomic_binary(tmp_path / "a"),
    ):
        raise ValueError("midway")
    assert list(tmp_path.iterdir()) == []


def test_a_problem_with_another_file_is_passed_on(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match="other"),
        atomic_text(tmp_path / "a.csv") as stream,
    ):
        stream.write((tmp_path / "other").read_text())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk_at_the_last_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with (
        pytest.raises(ExportError, match=r"a\.csv.*disk is full; free some space") as caught,
        atomic_text(path) as stream,
    ):
        stream.write("new")
    assert isinstance(caught.value.__cause__, OSError)
    assert only(path) == b"old"


@pytest.mark.parametrize("length", [10, 1_000_000])  # fails on the last flush, on a write
def test_a_disk_that_takes_no_more(tmp_path: Path, length: int) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4, limits[1]))
        with pytest.raises(ExportError, match="File too large"), atomic_text(path) as stream:
            stream.write("n" * length)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert only(path) == b"old"


def test_missing_folder(tmp_path: Path) -> None:
    with (
        pytest.raises(ExportError, match=r"folder '.*/gone' does not exist; create it"),
        atomic_text(tmp_path / "gone" / "a.csv"),
    ):
        pytest.fail("the block must not run")


def test_folder_that_vanishes(tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    with pytest.raises(ExportError, match=r"folder '.*/usb' does not exist"):
        write(folder / "a.csv", lambda: shutil.rmtree(folder))
    assert list(tmp_path.iterdir()) == []


def test_target_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="is a folder; give the name"), atomic_text(tmp_path):
        pytest.fail("the block must not run")


def test_folder_appears_under_the_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(ExportError, match="is a folder"):
        write(path, path.mkdir)
    assert list(tmp_path.iterdir()) == [path]


def test_a_device_is_not_replaced() -> None:
    with pytest.raises(ExportError, match="is a device"), atomic_binary(Path("/dev/full")):
        pytest.fail("the block must not run")
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> int:  # the tests may run as root
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    monkeypatch.setattr(os, "open", refuse)
    with (
        pytest.raises(ExportError, match="no permission to write in"),
        atomic_text(tmp_path / "a.csv"),
    ):
        pytest.fail("the block must not run")


def test_read_only_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ExportError, match="is read-only; choose another"), atomic_text(path):
        pytest.fail("the block must not run")
    assert only(path) == b"old"


@pytest.mark.parametrize(
    ("name", "message"),
    [("n" * 256, "too long"), ("a\0b", "not a possible"), ("a\ud800", "not a possible")],
)
def test_impossible_names(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(ExportError, match=message), atomic_text(tmp_path / name) as stream:
        stream.write("x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["n" * 255, "é" * 127, "a b 😀.csv", ".hidden"])
def test_possible_names(tmp_path: Path, name: str) -> None:
    with atomic_text(tmp_path / name) as stream:
        stream.write("x")
    assert only(tmp_path / name) == b"x"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    with atomic_text(tmp_path / "link") as stream:
        stream.write("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_permissions_are_kept(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    path.chmod(mode)
    with atomic_text(path) as stream:
        stream.write("new")
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_has_ordinary_permissions(tmp_path: Path) -> None:
    (tmp_path / "ordinary").touch()
    with atomic_text(tmp_path / "a.csv") as stream:
        stream.write("new")
    assert (tmp_path / "a.csv").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


KILLED = """
import sys
from pathlib import Path
from core.atomic import atomic_text
with atomic_text(Path(sys.argv[1])) as stream:
    stream.write("new" * 100_000)
    stream.flush()
    print("written", flush=True)
    sys.stdin.read()
"""


def test_kill_midway_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"written\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait(timeout=10) == -signal.SIGKILL
    assert only(path) == b"old"  # the child had a nameless temporary: nothing is left


def test_a_folder_is_made_or_it_is_said_why_not(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    try_folder(tmp_path / "a" / "c" / "d")
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b"]
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ExportError, match="it, or a part of it, is a file; name a folder"):
            make_folder(path)
    with pytest.raises(ExportError, match="Cannot make the folder"):
        make_folder(Path("/proc/nothing"))
