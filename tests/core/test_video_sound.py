"""The sound of videos: against the samples they were made of, and in time with their pictures."""

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from core.audio_check import sound_seconds
from core.audio_file import decoding, read_clip
from core.clip import SAMPLE_RATE
from core.errors import AudioFileError, Cancelled, SilentVideoError
from core.spool import IN_MEMORY, SpooledSamples
from tests.core.sounds import Notes

pytest.importorskip("av", reason="PyAV is not installed")

from models.video import Video
from tests.models import films

FPS, LIT = 25, 13  # pictures a second; the first white one
ONSET = LIT / FPS  # seconds, when the tone begins
GRID = Path(__file__).parents[3] / "shared" / "data" / "grid_s1"
MPEG2 = {"q:v": "2"}
# Name, and codecs of pictures and sound, whose rate it is; of each container that corpora use.
FILMS = [
    ("film.mp4", "libx264", "aac", 48_000),
    ("film.mov", "libx264", "pcm_s16le", 44_100),
    ("film.mkv", "libx264", "libopus", 48_000),
    ("flac.mkv", "libx264", "flac", 16_000),
    ("film.webm", "libvpx", "libopus", 48_000),
    ("film.avi", "mjpeg", "pcm_s16le", 44_100),
    ("u8.avi", "mjpeg", "pcm_u8", 22_050),
    ("film.mpg", "mpeg2video", "mp2", 44_100),
    ("film.flv", "flv1", "libmp3lame", 44_100),
]
films_of_all_kinds = pytest.mark.parametrize(
    ("name", "codec", "sound", "rate"), FILMS, ids=[name for name, *_ in FILMS]
)


def tone(rate: int, channels: int = 2, seconds: float = 1.2) -> NDArray[np.float32]:
    """Silence, and from ONSET on 1 kHz, quieter in each channel than in the one before."""
    times = np.arange(round(rate * seconds)) / rate
    wave = np.where(times >= ONSET, 0.5 * np.sin(2 * np.pi * 1000 * times), 0.0)
    return (wave[:, None] / np.arange(1, channels + 1)).astype(np.float32)


def film(path: Path, codec: str, sound: films.Sound) -> Path:
    options = {"mpeg2video": MPEG2, "libx264": films.LOSSLESS}.get(codec, {})
    return films.write(
        path, films.flashing(30, LIT), codec=codec, options=options, sound=sound,
        coloured="yuvj420p" if codec == "mjpeg" else "yuv420p",
    )  # fmt: skip


def begins(samples: NDArray[np.float32]) -> float:
    """When the tone begins, in seconds."""
    return float(np.flatnonzero(np.abs(samples) > 0.1)[0] / SAMPLE_RATE)


def flashes(path: Path) -> float:
    with Video(path) as video:
        return next(picture.start for picture in video.pictures() if picture.pixels.mean() > 100)


@films_of_all_kinds
def test_sound_is_in_time_with_the_pictures(
    name: str, codec: str, sound: str, rate: int, tmp_path: Path
) -> None:
    path = film(tmp_path / name, codec, films.Sound(tone(rate), rate, sound))
    clip = read_clip(path, notes := Notes())
    assert begins(clip.samples[:]) == pytest.approx(flashes(path), abs=0.002)
    assert (clip.source.sample_rate, clip.source.channels) == (rate, 2)
    assert clip.duration == pytest.approx(1.2, abs=0.05)  # MPEG's sounds have a delay and a tail
    assert sound_seconds(path) == pytest.approx(clip.duration, abs=0.03)
    assert notes.notices == []


@pytest.mark.parametrize("begin", [0.3, 1.0])
@pytest.mark.parametrize(("name", "sound"), [("film.mp4", "aac"), ("film.mkv", "libopus")])
def test_sound_that_begins_later_is_where_time_begins(
    name: str, sound: str, begin: float, tmp_path: Path
) -> None:
    path = film(tmp_path / name, "libx264", films.Sound(tone(48_000), 48_000, sound, begin))
    with Video(path) as video:
        first = next(iter(video.pictures())).start
    assert first == pytest.approx(-begin, abs=0.05)
    assert begins(read_clip(path).samples[:]) == pytest.approx(flashes(path) + begin, abs=0.002)


@pytest.mark.parametrize(("rate", "channels"), [(48_000, 6), (44_100, 2), (16_000, 1), (8_000, 1)])
@pytest.mark.parametrize(("name", "sound"), [("film.mkv", "flac"), ("film.mov", "pcm_s16le")])
def test_it_is_the_sound_that_a_wav_has(
    name: str, sound: str, rate: int, channels: int, tmp_path: Path
) -> None:
    samples = tone(rate, channels)
    path = film(tmp_path / name, "libx264", films.Sound(samples, rate, sound))
    soundfile.write(tmp_path / "sound.wav", samples, rate)
    expected, found = read_clip(tmp_path / "sound.wav"), read_clip(path)
    np.testing.assert_allclose(found.samples[:], expected.samples[:], atol=1e-4)  # 16 bits
    assert found.source.duration == expected.source.duration
    with decoding(path, "reading") as opened:
        blocks = [block.copy() for block in opened.blocks]
    read, _ = soundfile.read(tmp_path / "sound.wav", dtype="float32", always_2d=True)
    np.testing.assert_allclose(np.concatenate(blocks), read, atol=1e-4)


@pytest.mark.skipif(not GRID.is_dir(), reason="no ../shared/data/grid_s1")
def test_grids_videos_have_the_sound_of_its_recordings() -> None:
    for path in sorted((GRID / "video").glob("*.mpg"))[:4]:
        filmed = read_clip(path).samples[:]
        heard, _ = soundfile.read(GRID / "audio" / f"{path.stem}.flac", dtype="float32")
        size = 1 << 17
        product = np.fft.rfft(filmed, size) * np.conj(np.fft.rfft(heard, size))
        both = np.fft.irfft(product)
        assert np.argmax(np.abs(both)) == 0  # samples by which one is late
        assert both[0] > 0.999 * np.linalg.norm(filmed) * np.linalg.norm(heard)


def test_sound_left_out_is_silence(tmp_path: Path) -> None:
    rate = 16_000
    samples = np.full((rate * 2, 1), 0.25, np.float32)
    sound = films.Sound(samples, rate, "pcm_s16le", gap=(0.512, 1.024))
    found = read_clip(film(tmp_path / "film.mkv", "libx264", sound)).samples[:]
    expected = np.where(
        (np.arange(2 * rate) // 1024 >= 8) & (np.arange(2 * rate) // 1024 < 16), 0, 0.25
    )
    np.testing.assert_allclose(found, expected, atol=1e-4)


def cut(path: Path, part: float = 0.5) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: round(part * len(content))])
    return path


@pytest.mark.parametrize(
    ("name", "codec", "sound"),
    [
        ("film.mkv", "libx264", "pcm_s16le"),
        ("film.avi", "mjpeg", "pcm_s16le"),
        ("film.mpg", "mpeg2video", "mp2"),
    ],
)
def test_of_a_cut_video_what_is_there_is_read(
    name: str, codec: str, sound: str, tmp_path: Path
) -> None:
    samples = tone(44_100, seconds=10.0)
    path = cut(film(tmp_path / name, codec, films.Sound(samples, 44_100, sound)))
    clip = read_clip(path, notes := Notes())
    assert 3 < clip.duration < 7
    assert notes.notices == [
        f"'{name}' is damaged after {clip.duration:.2f} s; what comes before was read."
    ]
    with pytest.raises(AudioFileError, match=rf"'{name}' is cut short or damaged after \d\.\d"):
        sound_seconds(path)


def test_a_video_without_sound_is_told(tmp_path: Path) -> None:
    path = films.write(tmp_path / "film.mp4", films.marked(5))
    for read in (read_clip, sound_seconds):
        with pytest.raises(SilentVideoError, match=r"'film\.mp4' has no sound; expected a video"):
            read(path)


@pytest.mark.parametrize("content", [b"", b"This is no video."], ids=["empty", "text"])
def test_what_is_no_video_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    with pytest.raises(AudioFileError, match=r"'film\.mp4' (is empty|cannot be used: it cannot)"):
        read_clip(path)


def test_without_pyav_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(tmp_path / "film.mp4", "libx264", films.Sound(tone(48_000), 48_000))
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(AudioFileError, match=r"PyAV.*run: pip install 'visemo\[track\]'"):
        read_clip(path)


def test_long_sound_lies_on_disk_and_can_be_cancelled(tmp_path: Path) -> None:
    rate = SAMPLE_RATE
    samples = np.zeros((IN_MEMORY + rate, 1), np.float32)
    samples[-rate:] = 0.5
    path = film(tmp_path / "film.mkv", "libx264", films.Sound(samples, rate, "pcm_s16le"))
    clip = read_clip(path, notes := Notes())
    assert isinstance(clip.samples, SpooledSamples)
    assert len(clip.samples) == len(samples)
    np.testing.assert_allclose(clip.samples[-rate - 1 :], samples[-rate - 1 :, 0], atol=1e-4)
    steps = [step for step in notes.steps if step[1] > 0]
    assert len(steps) > 100
    assert all(total == pytest.approx(clip.duration, rel=0.01) for _, _, total in steps)
    with pytest.raises(Cancelled):
        read_clip(path, Notes(stop_at=20))
