"""Pictures where things go wrong: cancels, kills, disks, names."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.pictures import PICTURE_EXPORTERS, PictureSettings, picture_exporters
from core.errors import Cancelled, ExportError
from core.export import ExportSettings, output_path
from tests.app.studio.picture_files import (
    SMALL,
    Recorder,
    contents,
    every_format,
    sound,
    target,
    write,
)
from tests.core.animations import make_animation

__all__ = ["sound"]


@every_format
def test_progress_goes_picture_by_picture(name: str, sound: Path) -> None:
    monitor = Recorder()
    write(name, make_animation(), sound, monitor=monitor)
    told = list(dict.fromkeys(monitor.steps))
    assert told == [(f"writing {name}", float(done), 25.0) for done in range(26)]


@every_format
@pytest.mark.parametrize("step", [0, 1, 13, 25])
def test_a_cancel_leaves_the_old_and_nothing_else(name: str, step: int, sound: Path) -> None:
    before = write(name, make_animation(seed=2), sound).parent
    old = contents(before)
    with pytest.raises(Cancelled, match="asked to stop"):
        write(name, make_animation(), sound, monitor=Recorder(cancel_at=step))
    assert contents(before) == old
    assert [p.name for p in before.iterdir()] == [target(name, sound).name]


KILLED = """
import os, signal, sys
from pathlib import Path
from app.pictures import PictureSettings, picture_exporters
from core.export import ExportSettings
from core.monitor import Monitor
from tests.core.animations import make_animation

class Killer(Monitor):
    def step(self, stage, done, total):
        if done >= 12:
            os.kill(os.getpid(), signal.SIGKILL)

name, sound, target = sys.argv[1:]
exporter = picture_exporters(Path(sound), PictureSettings((96, 64), "light"))[name]
exporter.write(make_animation(), Path(target), ExportSettings(), Killer())
"""


@every_format
def test_a_kill_leaves_the_old_and_the_next_export_clears_up(name: str, sound: Path) -> None:
    path = write(name, make_animation(seed=2), sound)
    old = contents(path) if path.is_dir() else {"": path.read_bytes()}
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, name, str(sound), str(path)],
        cwd=Path(__file__).parents[3], check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == -signal.SIGKILL
    assert (contents(path) if path.is_dir() else {"": path.read_bytes()}) == old
    write(name, make_animation(), sound)
    assert list(path.parent.iterdir()) == [path]


@every_format
def test_a_full_disk_leaves_the_old_and_nothing_else(name: str, sound: Path) -> None:
    resource = pytest.importorskip("resource")
    before = write(name, make_animation(0.2, seed=2), sound).parent
    old = contents(before)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, hard))  # real writes fail, half-way
    try:
        with pytest.raises(ExportError, match="File too large; choose another folder"):
            write(name, make_animation(), sound, picture=PictureSettings((300, 300)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(before) == old
    assert [p.name for p in before.iterdir()] == [target(name, sound).name]


@every_format
def test_a_disk_that_is_full_at_the_last_moment_is_told(
    name: str, sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="the disk is full; free some space"):
        write(name, make_animation(0.2), sound)
    assert list(target(name, sound).parent.iterdir()) == []


@every_format
def test_what_stands_in_the_way_is_left_alone(name: str, sound: Path) -> None:
    path = target(name, sound)
    if name == "png":
        path.parent.mkdir()
        path.write_text("a file")
    else:
        path.mkdir(parents=True)
    with pytest.raises(ExportError, match=r"it is a (file|folder)"):
        write(name, make_animation(0.2), sound)
    assert list(path.parent.iterdir()) == [path]


@every_format
def test_a_missing_folder_is_named(name: str, sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "gone" / target(name, sound).name
    with pytest.raises(ExportError, match=r"the folder '.*gone' does not exist"):
        picture_exporters(sound, SMALL)[name].write(make_animation(0.2), path, ExportSettings())


@every_format
@pytest.mark.parametrize("stem", ["søren", "声 の 顔", "😀 take (1)", "=cmd", "ø" * 125])
def test_any_name_will_do(name: str, stem: str, sound: Path, tmp_path: Path) -> None:
    path = output_path(Path(f"{stem}.wav"), tmp_path / "out", PICTURE_EXPORTERS[name].suffix)
    path.parent.mkdir()
    exporter = picture_exporters(sound, SMALL)[name]
    assert exporter.write(make_animation(0.2), path, ExportSettings()) == [path]
    assert list(path.parent.iterdir()) == [path]
    if path.is_dir():
        assert len(list(path.glob("*.png"))) == 5


@every_format
def test_the_same_animation_gives_the_same_bytes(name: str, sound: Path) -> None:
    first = contents(write(name, make_animation(0.4), sound).parent)
    assert contents(write(name, make_animation(0.4), sound).parent) == first


@every_format
def test_a_part_without_frames_is_refused(name: str, sound: Path) -> None:
    with pytest.raises(ExportError, match="there is no frame from 5 to 6 s"):
        write(name, make_animation(0.4), sound, ExportSettings(span=(5.0, 6.0)))
    assert list(target(name, sound).parent.iterdir()) == []


@pytest.mark.parametrize("size", [(63, 100), (100, 4097), (0, 0), (-5, 100)])
def test_an_impossible_size_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="sides of a picture must be from 64 to 4096 pixels"):
        PictureSettings(size)


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown theme 'pink', expected one of dark, light"):
        PictureSettings(theme="pink")
