"""PNG sequences and GIF, read by Pillow."""

import dataclasses
import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.pictures import ALL_EXPORTERS, PictureSettings
from core.errors import ExportError
from core.export import EXPORTERS, ExportSettings
from tests.app.studio.picture_files import (
    Recorder,
    contents,
    gif_frames,
    png_pictures,
    sound,
    target,
    write,
)
from tests.core.animations import make_animation

__all__ = ["sound"]


def test_all_exporters_are_those_of_numbers_and_those_of_pictures() -> None:
    assert list(ALL_EXPORTERS) == [*EXPORTERS, "png", "gif", "mp4"]
    assert len({exporter.suffix for exporter in ALL_EXPORTERS.values()}) == len(ALL_EXPORTERS)
    assert len({exporter.description for exporter in ALL_EXPORTERS.values()}) == len(ALL_EXPORTERS)


# PNG


def test_a_png_sequence_is_a_folder_of_numbered_pictures(sound: Path) -> None:
    folder = write("png", make_animation(), sound)
    assert folder.name == "speech_png"
    pictures = [f"speech_{number:06}.png" for number in range(1, 26)]
    assert sorted(p.name for p in folder.iterdir()) == ["speech.meta.json", *pictures]
    for path in folder.glob("*.png"):
        with Image.open(path) as image:
            assert (image.size, image.mode) == ((96, 64), "RGB")
    about = json.loads((folder / "speech.meta.json").read_text("utf-8"))
    assert about["fps"] == 25.0
    assert about["frame_count"] == 25
    assert about["source"]["file"] == "speech.wav"
    assert about["picture"] == {"width": 96, "height": 64, "theme": "light"}


def test_the_face_moves_and_the_theme_and_size_are_as_asked(sound: Path) -> None:
    big = PictureSettings((200, 300), "dark")
    light = png_pictures(write("png", make_animation(), sound))
    assert len({picture.tobytes() for picture in light}) > 20
    dark = png_pictures(write("png", make_animation(), sound, picture=big))
    assert dark[0].shape == (300, 200, 3)
    assert dark[0][0, 0].max() < 60
    assert light[0][0, 0].min() > 200


def test_a_transparent_png_has_nothing_behind_the_face(sound: Path) -> None:
    clear = PictureSettings((96, 64), "light", transparent=True)
    (picture, *_) = png_pictures(write("png", make_animation(), sound, picture=clear))
    assert picture.shape == (64, 96, 4)
    assert picture[0, 0, 3] == 0
    assert picture[32, 48, 3] == 255


def test_an_earlier_png_sequence_is_replaced_whole(sound: Path) -> None:
    folder = write("png", make_animation(), sound)
    assert len(list(folder.iterdir())) == 26
    write("png", make_animation(), sound, ExportSettings(fps=10))
    assert len(list(folder.iterdir())) == 11
    assert [p.name for p in folder.parent.iterdir()] == ["speech_png"]


@pytest.mark.parametrize("stranger", ["notes.txt", "holiday.png", "deeper/speech_000001.png"])
def test_a_folder_with_other_files_is_left_alone(stranger: str, sound: Path) -> None:
    folder = write("png", make_animation(), sound)
    (folder / stranger).parent.mkdir(exist_ok=True)
    (folder / stranger).write_text("mine")
    before = contents(folder)
    with pytest.raises(ExportError, match="holds files that are no earlier export; move it away"):
        write("png", make_animation(), sound, ExportSettings(fps=10))
    assert contents(folder) == before
    assert [p.name for p in folder.parent.iterdir()] == ["speech_png"]


def test_a_folder_of_somebody_elses_pictures_is_left_alone(sound: Path) -> None:
    folder = target("png", sound)
    folder.mkdir(parents=True)
    (folder / "speech_000001.png").write_bytes(b"mine")
    (folder / "speech.meta.json").write_text('{"schema": "another"}')
    with pytest.raises(ExportError, match="no earlier export"):
        write("png", make_animation(), sound)
    assert len(list(folder.iterdir())) == 2


def test_an_empty_folder_may_be_there(sound: Path) -> None:
    target("png", sound).mkdir(parents=True)
    assert len(list(write("png", make_animation(), sound).iterdir())) == 26


def test_what_a_killed_export_left_is_cleared_away(sound: Path) -> None:
    pytest.importorskip("fcntl")
    left = target("png", sound).parent / ".0123456789abcdef.visemo-part"
    left.mkdir(parents=True)
    (left / "speech_000001.png").write_bytes(b"half")
    write("png", make_animation(), sound)
    assert [p.name for p in left.parent.iterdir()] == ["speech_png"]


def test_what_another_export_is_writing_is_left_alone(sound: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    busy = target("png", sound).parent / ".0123456789abcdef.visemo-part"
    busy.mkdir(parents=True)
    descriptor = os.open(busy, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        write("png", make_animation(), sound)
        assert busy.is_dir()
    finally:
        os.close(descriptor)


# GIF


@pytest.mark.parametrize("fps", [1, 7, 12.5, 24, 25, 29.97, 30, 48, 50])
def test_a_gif_lasts_as_long_as_its_frames(fps: float, sound: Path) -> None:
    path = write("gif", make_animation(3.0), sound, ExportSettings(fps))
    durations = [duration for _, duration in gif_frames(path)]
    count = sum((k + 0.5) / fps < 3.0 for k in range(200))
    assert len(durations) == count
    starts = np.concatenate(([0], np.cumsum(durations))) / 1000
    np.testing.assert_allclose(starts, np.arange(count + 1) / fps, atol=0.005 + 1e-9)
    assert min(durations) >= 20  # shorter ones are shown as 100 ms by browsers


def test_a_gif_of_many_frames_a_second_has_fifty_and_says_so(sound: Path) -> None:
    monitor = Recorder()
    path = write("gif", make_animation(), sound, ExportSettings(fps=100), monitor=monitor)
    assert [duration for _, duration in gif_frames(path)] == [20] * 50
    assert monitor.notices == ["A GIF shows at most 50 frames a second, so it has 50, not 100."]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_gif_shows_the_pictures_of_the_png_sequence(theme: str, sound: Path) -> None:
    picture = PictureSettings((160, 200), theme)
    exact = png_pictures(write("png", make_animation(), sound, picture=picture))
    path = write("gif", make_animation(), sound, picture=picture)
    for (shown, _), wanted in zip(gif_frames(path), exact, strict=True):
        assert tuple(shown[0, 0]) == tuple(wanted[0, 0])
        error = np.mean((shown.astype(float) - wanted) ** 2)
        assert 10 * np.log10(255**2 / error) > 38  # dB
    with Image.open(path) as image:
        assert image.info["loop"] == 0
        about = json.loads(image.info["comment"])
    assert about["picture"]["theme"] == theme


def test_a_gif_of_a_still_face_keeps_its_time(sound: Path) -> None:
    moving = make_animation()
    still = dataclasses.replace(moving.shape, parameters=np.zeros_like(moving.shape.parameters))
    path = write("gif", dataclasses.replace(moving, shape=still), sound)
    assert sum(duration for _, duration in gif_frames(path)) == 1000
