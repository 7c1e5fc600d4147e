"""What is open survives a kill, and a window's own file is left alone while it lives."""

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core import autosave
from core.animation import AnimationSettings
from core.autosave import Autosave, discard, recovered
from core.errors import ProjectError
from core.project import Project, ProjectClip
from core.segments import SegmentChoice


def make_project(folder: Path, strength: float = 1.0) -> Project:
    settings = AnimationSettings(segments=(SegmentChoice(0.0, 1.0, "sad", strength),))
    return Project((ProjectClip(folder / "ä 😀.wav", "0" * 64, settings, 5.0),))


def left_behind(folder: Path, project: Project, path: Path | None = None) -> Path:
    """The file of a window that is no longer there."""
    window = Autosave(folder)
    window.write(project, path)
    assert window._lock is not None
    window._lock.close()
    return window.file


KILLED = """
import sys
from pathlib import Path
from core.autosave import Autosave
from core.project import Project, ProjectClip
window = Autosave(Path(sys.argv[1]))
for number in range(1, 4):
    clips = tuple(ProjectClip(Path(f"/sounds/{n}.wav")) for n in range(number))
    window.write(Project(clips), Path("/projects/p.visemo"))
print("written", flush=True)
sys.stdin.read()
"""


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"written\n"
        assert recovered(tmp_path) == []  # it is alive
        child.send_signal(signal.SIGKILL)
        assert child.wait(timeout=10) == -signal.SIGKILL
    (kept,) = recovered(tmp_path)
    assert [str(clip.path) for clip in kept.project.clips] == [f"/sounds/{n}.wav" for n in range(3)]
    assert kept.project_path == Path("/projects/p.visemo")
    assert abs(kept.saved - time.time()) < 60
    discard(kept)
    assert list(tmp_path.iterdir()) == []


def test_a_window_that_ends_well_leaves_nothing(tmp_path: Path) -> None:
    window = Autosave(tmp_path / "deep" / "folder")
    window.write(make_project(tmp_path), None)
    assert window.file.is_file()
    window.close()
    assert list(window.file.parent.iterdir()) == []
    window.close()


def test_what_was_saved_is_not_offered(tmp_path: Path) -> None:
    window = Autosave(tmp_path)
    window.write(make_project(tmp_path), None)
    window.discard()
    assert not window.file.exists()
    window.write(make_project(tmp_path, 2.0), None)
    assert window.file.exists()
    window.close()


def test_windows_do_not_disturb_each_other(tmp_path: Path) -> None:
    one, two = Autosave(tmp_path), Autosave(tmp_path)
    one.write(make_project(tmp_path), tmp_path / "same.visemo")
    two.write(make_project(tmp_path, 2.0), tmp_path / "same.visemo")
    assert one.file != two.file
    assert recovered(tmp_path) == []
    one.close()
    assert two.file.exists()
    two.close()


@pytest.mark.parametrize(
    "name", [None, "p.visemo", "ä 😀.visemo", "n" * 255, os.fsdecode(b"\xff.visemo")]
)
def test_where_it_was_saved_comes_back(name: str | None, tmp_path: Path) -> None:
    path = None if name is None else tmp_path / name
    left_behind(tmp_path, make_project(tmp_path), path)
    (kept,) = recovered(tmp_path)
    assert kept.project == make_project(tmp_path)
    assert kept.project_path == path


def test_the_newest_comes_first(tmp_path: Path) -> None:
    files = [left_behind(tmp_path, make_project(tmp_path, s)) for s in (0.0, 1.0, 2.0)]
    for seconds, file in zip((20, 30, 10), files, strict=True):
        os.utime(file, (seconds, seconds))
    assert [kept.file for kept in recovered(tmp_path)] == [files[1], files[0], files[2]]


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"null\n{}", b"[" * 100_000, b'{"project_path": "zz"}\n', b"\xff" * 9]
)
def test_damaged_files_stay_and_the_others_are_offered(content: bytes, tmp_path: Path) -> None:
    bad = left_behind(tmp_path, make_project(tmp_path))
    bad.write_bytes(content)
    good = left_behind(tmp_path, make_project(tmp_path))
    (tmp_path / f"folder{autosave.SUFFIX}").mkdir()
    assert [kept.file for kept in recovered(tmp_path)] == [good]
    assert bad.read_bytes() == content


def test_a_file_without_a_lock_was_left(tmp_path: Path) -> None:
    file = left_behind(tmp_path, make_project(tmp_path))
    file.with_suffix(".lock").unlink()
    assert [kept.file for kept in recovered(tmp_path)] == [file]


def test_locks_without_a_file_go(tmp_path: Path) -> None:
    file = left_behind(tmp_path, make_project(tmp_path))
    file.unlink()
    window = Autosave(tmp_path)
    window.write(make_project(tmp_path), None)
    window.discard()
    assert recovered(tmp_path) == []
    assert list(tmp_path.iterdir()) == [window.file.with_suffix(".lock")]
    window.close()


def test_no_folder_is_nothing_to_recover(tmp_path: Path) -> None:
    assert recovered(tmp_path / "gone") == []
    (tmp_path / "file").write_bytes(b"")
    assert recovered(tmp_path / "file") == []


def test_a_disk_without_locks_keeps_it_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_lock: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(autosave, "_hold", refuse)
    window = Autosave(tmp_path)
    window.write(make_project(tmp_path), None)
    (kept,) = recovered(tmp_path)
    assert kept.project == make_project(tmp_path)
    window.close()


def test_a_full_disk_is_told_and_the_last_state_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    window = Autosave(tmp_path)
    window.write(make_project(tmp_path), None)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ProjectError, match=r"kept aside for a crash \(.*disk is full"):
            window.write(Project(), None)
    assert window._lock is not None
    window._lock.close()
    (kept,) = recovered(tmp_path)
    assert kept.project == make_project(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ProjectError, match=r"cannot be kept aside .* save it yourself"):
        Autosave(tmp_path / "file" / "folder").write(Project(), None)
