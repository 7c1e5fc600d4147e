"""MP4 with sound, read by ffprobe and ffmpeg."""

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from app.pictures import PICTURE_EXPORTERS, PictureSettings, picture_exporters
from core.errors import AudioFileError, ExportError
from core.export import ExportSettings
from tests.app.studio.picture_files import (
    RATE,
    film_pictures,
    film_sound,
    needs_av,
    png_pictures,
    probe,
    save,
    sound,
    target,
    tone,
    write,
)
from tests.core.animations import make_animation

__all__ = ["sound"]
pytestmark = needs_av


@pytest.mark.parametrize("fps", [12.5, 24, 25, 29.97, 60])
@pytest.mark.parametrize(("seconds", "rate"), [(1.0, 16_000), (1.013, 44_100), (0.7, 22_050)])
def test_a_film_is_as_long_as_its_sound(fps: float, seconds: float, rate: int, sound: Path) -> None:
    save(sound, tone(seconds, rate), rate)
    film = probe(write("mp4", make_animation(seconds), sound, ExportSettings(fps)))
    video, audio = film["video"], film["audio"]
    count = sum((k + 0.5) / fps < seconds for k in range(200))
    assert int(video["nb_read_frames"]) == count
    assert Fraction(video["avg_frame_rate"]) == Fraction(str(fps))
    assert float(video["start_time"]) == float(audio["start_time"]) == 0.0
    assert float(video["duration"]) == pytest.approx(count / fps, abs=1e-3)
    assert float(audio["duration"]) == pytest.approx(count / fps, abs=1e-3)
    assert float(film["format"]["duration"]) == pytest.approx(seconds, abs=1 / fps)
    assert (video["codec_name"], video["pix_fmt"]) == ("h264", "yuv420p")
    assert (audio["codec_name"], int(audio["sample_rate"])) == ("aac", rate)


@pytest.mark.parametrize("size", [(97, 65), (64, 64), (1080, 1920)])
def test_a_film_has_even_sides(size: tuple[int, int], sound: Path) -> None:
    animation = make_animation(0.1)
    video = probe(write("mp4", animation, sound, picture=PictureSettings(size)))["video"]
    assert (video["width"], video["height"]) == (size[0] + size[0] % 2, size[1] + size[1] % 2)


def test_a_film_shows_the_pictures_of_the_png_sequence(sound: Path) -> None:
    picture = PictureSettings((160, 200), "light")
    exact = png_pictures(write("png", make_animation(), sound, picture=picture))
    shown = film_pictures(write("mp4", make_animation(), sound, picture=picture), (160, 200))
    assert len(shown) == len(exact)
    for one, other in zip(shown, exact, strict=True):
        error = np.mean((one.astype(float) - other) ** 2)
        assert 10 * np.log10(255**2 / error) > 30  # dB


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_a_films_sound_is_the_original_in_its_place(rate: int, channels: int, sound: Path) -> None:
    clicks = np.zeros((rate, channels), np.float32)
    clicks[round(0.3 * rate) : round(0.31 * rate)] = 0.9
    clicks[round(0.8 * rate) : round(0.81 * rate)] = 0.9
    save(sound, clicks, rate)
    path = write("mp4", make_animation(), sound)
    assert probe(path)["audio"]["channels"] == (2 if channels == 2 else 1)
    heard = np.abs(film_sound(path))
    for begin in (0.3, 0.8):
        near = heard[round((begin - 0.1) * 48_000) : round((begin + 0.1) * 48_000)]
        first = np.flatnonzero(near > 0.4)[0] / 48_000 + begin - 0.1
        assert first == pytest.approx(begin, abs=0.003)


def test_a_part_of_a_film_begins_with_its_own_sound(sound: Path) -> None:
    samples = np.zeros(2 * RATE, np.float32)
    samples[round(1.5 * RATE) : round(1.51 * RATE)] = 0.9
    save(sound, samples)
    settings = ExportSettings(span=(1.2, 1.8))
    path = write("mp4", make_animation(2.0), sound, settings)
    film = probe(path)
    assert int(film["video"]["nb_read_frames"]) == 15
    assert float(film["audio"]["duration"]) == pytest.approx(0.6, abs=1e-3)
    first = np.flatnonzero(np.abs(film_sound(path)) > 0.4)[0] / 48_000
    assert first == pytest.approx(0.3, abs=0.003)
    whole = png_pictures(write("png", make_animation(2.0), sound))
    part = png_pictures(write("png", make_animation(2.0), sound, settings))
    assert all(np.array_equal(a, b) for a, b in zip(part, whole[30:45], strict=True))


def test_a_sound_that_is_shorter_now_ends_in_silence(sound: Path) -> None:
    save(sound, tone(0.4))
    film = probe(write("mp4", make_animation(), sound))
    assert float(film["audio"]["duration"]) == pytest.approx(1.0, abs=1e-3)


def test_without_pyav_a_film_says_what_to_install(
    sound: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ExportError, match=r"run: pip install 'visemo\[video\]'"):
        write("mp4", make_animation(), sound)
    assert list(target("mp4", sound).parent.iterdir()) == []


def test_a_film_without_its_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="needs its sound"):
        PICTURE_EXPORTERS["mp4"].write(make_animation(), tmp_path / "a.mp4", ExportSettings())
    gone = picture_exporters(tmp_path / "gone.wav")["mp4"]
    with pytest.raises(AudioFileError, match=r"There is no file '.*gone\.wav'"):
        gone.write(make_animation(), tmp_path / "a.mp4", ExportSettings())
    assert list(tmp_path.iterdir()) == []
