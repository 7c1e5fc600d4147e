"""Exports where things go wrong: names, locales, disks, cancels, length."""

import dataclasses
import errno
import json
import locale
import os
import shutil
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.animation import Animation
from core.errors import Cancelled, ExportError
from core.export import EXPORTERS, ExportSettings, output_path
from core.monitor import Monitor
from core.shape_model import ShapeTrack
from tests.core.animations import make_animation
from tests.core.readers import READERS

OLD = b"the file that was here before"
LONG = "ø" * 125 + "x"  # with .wav, 255 bytes

every_format = pytest.mark.parametrize("name", EXPORTERS)


class Recorder(Monitor):
    """Notes the steps, and cancels at the one asked for."""

    def __init__(self, cancel_at: int | None = None) -> None:
        self.steps: list[tuple[str, float, float]] = []
        self.cancel_at = cancel_at

    def step(self, stage: str, done: float, total: float) -> None:
        if len(self.steps) == self.cancel_at:
            raise Cancelled("asked to stop")
        self.steps.append((stage, done, total))


@pytest.fixture
def short_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several runs in one second of animation."""
    monkeypatch.setattr("core.animation.CHUNK_FRAMES", 10)


@pytest.fixture(scope="session")
def german(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A locale that writes 1,5, compiled here because few machines have one."""
    if shutil.which("localedef") is None:
        pytest.skip("no localedef to make a decimal-comma locale with")
    compiled = tmp_path_factory.mktemp("locales") / "de_DE.UTF-8"
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", compiled], check=True, timeout=60)
    return compiled


@pytest.fixture
def comma_locale(german: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOCPATH", str(german.parent))
    before = locale.setlocale(locale.LC_ALL)
    locale.setlocale(locale.LC_ALL, german.name)
    yield
    locale.setlocale(locale.LC_ALL, before)


def target(name: str, folder: Path) -> Path:
    return folder / f"speech{EXPORTERS[name].suffix}"


def old_files(name: str, folder: Path) -> dict[str, bytes]:
    """Earlier exports at every place this format writes to."""
    paths = [target(name, folder)]
    if name == "csv":
        paths.append(folder / "speech.meta.json")
    for path in paths:
        path.write_bytes(OLD)
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@every_format
def test_a_decimal_comma_changes_nothing(
    name: str, animation: Animation, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    plain, comma = tmp_path / "plain", tmp_path / "comma"
    plain.mkdir()
    comma.mkdir()
    EXPORTERS[name].write(animation, target(name, plain), ExportSettings(fps=29.97))
    request.getfixturevalue("comma_locale")
    assert locale.str(1.5) == "1,5"
    EXPORTERS[name].write(animation, target(name, comma), ExportSettings(fps=29.97))
    assert contents(comma) == contents(plain)


@every_format
@pytest.mark.parametrize(
    "stem", ["søren", "声 の 顔", "😀 take (1)", "a.b", "=cmd", "-", LONG, "bad\udcff"]
)
def test_any_name_of_a_sound_file_will_do(name: str, stem: str, tmp_path: Path) -> None:
    sound = Path("/somewhere") / f"{stem}.wav"
    path = output_path(sound, tmp_path, EXPORTERS[name].suffix)
    written = EXPORTERS[name].write(make_animation(0.1, file=sound.name), path, ExportSettings())
    assert written[0] == path
    assert sorted(tmp_path.iterdir()) == sorted(written)
    assert all(len(os.fsencode(p.name)) <= 255 for p in written)
    if stem not in (LONG, "bad\udcff"):
        assert path.name == f"{stem}{EXPORTERS[name].suffix}"
        assert READERS[name](path).about["source"]["file"] == sound.name


def test_a_name_that_is_not_unicode_still_gives_valid_files(tmp_path: Path) -> None:
    path = tmp_path / "speech.json"
    EXPORTERS["json"].write(make_animation(0.1, file="bad\udcff.wav"), path, ExportSettings())
    assert json.loads(path.read_text("utf-8"))["source"]["file"] == "bad?.wav"


def test_long_names_are_cut_between_letters_and_stay_apart() -> None:
    one = output_path(Path(LONG + ".wav"), Path(), ".json")
    other = output_path(Path(LONG[:-1] + "y.wav"), Path(), ".json")
    assert one != other
    for path in (one, other):
        assert len(os.fsencode(path.name)) <= 255
        assert path.name.startswith("ø" * 115)
        assert path.suffix == ".json"


@pytest.mark.usefixtures("short_runs")
@every_format
def test_progress_goes_from_nothing_to_all(name: str, animation: Animation, tmp_path: Path) -> None:
    monitor = Recorder()
    EXPORTERS[name].write(animation, target(name, tmp_path), ExportSettings(), monitor)
    stages, done, totals = zip(*monitor.steps, strict=True)
    assert set(stages) == {f"writing {name}"}
    assert list(done) == sorted(done)
    assert done[0] == 0
    assert {done[-1]} == set(totals)
    assert len(done) >= 4


@pytest.mark.usefixtures("short_runs")
@every_format
@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_a_cancel_leaves_the_old_files_and_nothing_else(
    name: str, step: int, animation: Animation, tmp_path: Path
) -> None:
    before = old_files(name, tmp_path)
    with pytest.raises(Cancelled, match="asked to stop"):
        EXPORTERS[name].write(
            animation, target(name, tmp_path), ExportSettings(), Recorder(cancel_at=step)
        )
    assert contents(tmp_path) == before


@every_format
def test_an_export_replaces_the_old_files(name: str, animation: Animation, tmp_path: Path) -> None:
    before = old_files(name, tmp_path)
    EXPORTERS[name].write(animation, target(name, tmp_path), ExportSettings())
    after = contents(tmp_path)
    assert set(after) == set(before)
    assert OLD not in after.values()


@every_format
def test_a_full_disk_leaves_the_old_files(name: str, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    before = old_files(name, tmp_path)
    animation = make_animation(20.0)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))  # real writes fail, half-way
    try:
        with pytest.raises(ExportError, match=r"Cannot write '.*speech.*': File too large"):
            EXPORTERS[name].write(animation, target(name, tmp_path), ExportSettings())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(tmp_path) == before


@every_format
def test_a_disk_that_is_full_at_the_last_moment_leaves_the_old_files(
    name: str, animation: Animation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = old_files(name, tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ExportError, match="the disk is full; free some space"):
        EXPORTERS[name].write(animation, target(name, tmp_path), ExportSettings())
    assert contents(tmp_path) == before


@every_format
def test_a_read_only_folder_is_an_error_in_plain_words(
    name: str, animation: Animation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def read_only(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and str(path).startswith(str(tmp_path)):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return really_open(path, flags, *rest, **named)

    before = old_files(name, tmp_path)
    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(ExportError, match="there is no permission to write in"):
        EXPORTERS[name].write(animation, target(name, tmp_path), ExportSettings())
    monkeypatch.undo()
    assert contents(tmp_path) == before


@every_format
def test_a_folder_in_the_way_is_left_alone(name: str, animation: Animation, tmp_path: Path) -> None:
    target(name, tmp_path).mkdir()
    with pytest.raises(ExportError, match="it is a folder; give the name of a file"):
        EXPORTERS[name].write(animation, target(name, tmp_path), ExportSettings())
    assert list(tmp_path.iterdir()) == [target(name, tmp_path)]


def test_a_folder_where_the_sidecar_goes_stops_the_table_too(
    animation: Animation, tmp_path: Path
) -> None:
    (tmp_path / "speech.meta.json").mkdir()
    with pytest.raises(ExportError, match=r"speech\.meta\.json': it is a folder"):
        EXPORTERS["csv"].write(animation, tmp_path / "speech.csv", ExportSettings())
    assert not (tmp_path / "speech.csv").exists()


@every_format
def test_a_missing_folder_is_named(name: str, animation: Animation, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    with pytest.raises(ExportError, match=r"the folder '.*gone' does not exist"):
        EXPORTERS[name].write(animation, target(name, folder), ExportSettings())


@every_format
def test_values_that_are_not_numbers_are_never_written(name: str, tmp_path: Path) -> None:
    before = old_files(name, tmp_path)
    good = make_animation()
    parameters = good.shape.parameters.copy()
    parameters[50, 3] = np.nan
    bad = dataclasses.replace(good, shape=ShapeTrack(good.timeline, parameters))
    with pytest.raises(ExportError, match="holds values that are not numbers"):
        EXPORTERS[name].write(bad, target(name, tmp_path), ExportSettings())
    assert contents(tmp_path) == before


@every_format
@pytest.mark.parametrize("smoothing", [None, 5.0])
def test_memory_does_not_grow_with_the_length(
    name: str, smoothing: float | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.animation.CHUNK_FRAMES", 100)
    monkeypatch.setattr("core.export.landmark_npz.CHUNK_FRAMES", 100)
    settings = ExportSettings(fps=100, smoothing=smoothing)
    animation = make_animation(60.0)
    tracemalloc.start()
    try:
        (path, *_) = EXPORTERS[name].write(animation, target(name, tmp_path), settings)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < path.stat().st_size / 3
