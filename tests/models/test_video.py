"""Pictures of a video as a person sees them: against the pictures it was made of."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import TrackError

pytest.importorskip("av", reason="PyAV is not installed")

from models.video import Video
from tests.models import films


def pixels_of(path: Path) -> list[NDArray[np.uint8]]:
    with Video(path) as video:
        return [picture.pixels for picture in video.pictures()]


def bright_corner(pixels: NDArray[np.uint8]) -> str:
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    quarters = {
        "upper left": pixels[:height, :width], "upper right": pixels[:height, width:],
        "lower left": pixels[height:, :width], "lower right": pixels[height:, width:],
    }  # fmt: skip
    return max(quarters, key=lambda name: float(quarters[name].mean()))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
def test_every_picture_once_and_in_order(tmp_path: Path, suffix: str) -> None:
    path = films.write(tmp_path / f"film{suffix}", films.marked(10))
    with Video(path) as video:
        pictures = list(video.pictures())
    assert [p.start for p in pictures] == pytest.approx([i / 25 for i in range(10)], abs=1e-3)
    assert video.size == (64, 48)
    levels = [float(p.pixels[-5:].mean()) for p in pictures]
    np.testing.assert_allclose(levels, [4 * i for i in range(10)], atol=2)


# What a telephone held sideways writes, counter-clockwise, and where the upper left then is.
@pytest.mark.parametrize(
    ("rotation", "corner", "size"),
    [
        (90, "lower left", (48, 64)),
        (180, "lower right", (64, 48)),
        (-90, "upper right", (48, 64)),
    ],
)  # fmt: skip
def test_pictures_are_upright(
    tmp_path: Path, rotation: int, corner: str, size: tuple[int, int]
) -> None:
    path = films.write(tmp_path / "film.mp4", films.marked(3), rotation=rotation)
    with Video(path) as video:
        shown = [bright_corner(picture.pixels) for picture in video.pictures()]
    assert shown == [corner] * 3
    assert video.size == size


def test_pixels_are_square(tmp_path: Path) -> None:
    path = films.write(tmp_path / "film.mp4", films.marked(3), aspect=Fraction(16, 11))
    assert pixels_of(path)[0].shape == (48, round(64 * 16 / 11), 3)


def test_uneven_times_are_kept(tmp_path: Path) -> None:
    moments = [0, 20, 90, 110, 180, 300]
    path = films.write(tmp_path / "film.mp4", films.marked(6), moments)
    with Video(path) as video:
        starts = [picture.start for picture in video.pictures()]
    assert starts == pytest.approx([moment / 1000 for moment in moments], abs=1e-3)


def test_two_fields_become_one_picture(tmp_path: Path) -> None:
    # A bar that moves between the fields: rows of one field have it elsewhere than the other's.
    pictures = []
    for index in range(8):
        picture = np.zeros((48, 64, 3), dtype=np.uint8)
        picture[0::2, 4 + 4 * index : 12 + 4 * index] = 255
        picture[1::2, 12 + 4 * index : 20 + 4 * index] = 255
        pictures.append(picture)
    options = {"flags": "+ilme+ildct", "q:v": "1"}
    path = films.write(tmp_path / "film.mpg", pictures, codec="mpeg2video", options=options)
    shown = pixels_of(path)
    assert len(shown) == 8

    def comb(pixels: NDArray[np.uint8]) -> float:
        rows = pixels[8:-8].astype(float).mean(axis=2)
        return float(np.abs(rows[1:-1] - (rows[:-2] + rows[2:]) / 2).mean())

    assert comb(shown[4]) < 0.3 * comb(pictures[4])


def test_times_count_from_the_sound(tmp_path: Path) -> None:
    path = films.write(
        tmp_path / "film.mkv", films.marked(10), list(range(200, 600, 40)), sound=1.0
    )
    with Video(path) as video:
        starts = [picture.start for picture in video.pictures()]
    assert starts[0] == pytest.approx(0.2, abs=0.1)  # AAC begins up to 64 ms early
    assert video.sound_seconds == pytest.approx(1.0, abs=0.15)


def cut(path: Path, part: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: round(part * len(content))])
    return path


def noise(count: int = 60) -> list[NDArray[np.uint8]]:
    choice = np.random.default_rng(1)
    return [choice.integers(0, 255, (48, 64, 3), dtype=np.uint8) for _ in range(count)]


@pytest.mark.parametrize(
    ("suffix", "muxing", "message"),
    [
        (".mp4", {}, "cannot be read as a video"),  # its index is at the end
        (".mp4", {"movflags": "faststart"}, "cut off after .* of 2.40 s"),
        (".mpg", {}, "cut off after"),
        (".mkv", {}, "cut off after .* of 2.40 s"),
    ],
    ids=["mp4", "mp4 faststart", "mpg", "mkv"],
)
def test_a_cut_file_is_told_from_a_whole_one(
    tmp_path: Path, suffix: str, muxing: dict[str, str], message: str
) -> None:
    codec = {"codec": "mpeg2video", "options": {"q:v": "5"}} if suffix == ".mpg" else {}
    path = films.write(tmp_path / f"film{suffix}", noise(), muxing=muxing, **codec)  # type: ignore[arg-type]
    assert len(pixels_of(path)) == 60
    with pytest.raises(TrackError, match=message):
        pixels_of(cut(path, 0.5))


def test_what_is_no_video_is_refused(tmp_path: Path) -> None:
    empty, text = tmp_path / "empty.mp4", tmp_path / "text.mp4"
    empty.touch()
    text.write_text("This is no video.")
    for path, message in ((empty, "the file is empty"), (text, "cannot be read as a video")):
        with pytest.raises(TrackError, match=message):
            Video(path)
    with pytest.raises(TrackError, match="No such file"):
        Video(tmp_path / "missing.mp4")


def test_a_playlist_opens_nothing_else(tmp_path: Path) -> None:
    films.write(tmp_path / "film.ts", films.marked(5))
    playlist = tmp_path / "list.m3u8"
    playlist.write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{tmp_path / 'film.ts'}\n#EXT-X-ENDLIST\n"
    )
    with pytest.raises(TrackError, match="cannot be read as a video"):
        Video(playlist)


def test_an_open_video_can_be_left_at_any_moment(tmp_path: Path) -> None:
    path = films.write(tmp_path / "film.mp4", films.marked(10))
    with Video(path) as video:
        pictures = video.pictures()
        next(pictures)
    pictures.close()
    assert video.rate == 25.0  # known without the file
    path.unlink()
