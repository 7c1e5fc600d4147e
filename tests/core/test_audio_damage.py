"""What is damaged gives what is there and a notice, or one clear message."""

import io
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.audio_file import read_clip
from core.errors import AudioFileError
from tests.core.sounds import WAV_HEADER, Notes, encoded, pcm16, plain_wav, saved, tone

CONTAINERS = [
    ("WAV", "PCM_16"),
    ("WAV", "IMA_ADPCM"),
    ("RF64", "PCM_16"),
    ("W64", "PCM_16"),
    ("FLAC", "PCM_16"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
]
SOUND = pcm16(tone(1.0))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match=r"There is no file '.*/gone\.wav'; choose a WAV"):
        read_clip(tmp_path / "gone.wav")


def test_dangling_link(tmp_path: Path) -> None:
    (tmp_path / "a.wav").symlink_to("gone.wav")
    with pytest.raises(AudioFileError, match=r"'a\.wav' is a link to 'gone\.wav', which does not"):
        read_clip(tmp_path / "a.wav")


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(AudioFileError, match=r"'a\.wav' is a folder; choose a WAV"):
        read_clip(tmp_path / "a.wav")


def test_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.wav")
    with pytest.raises(AudioFileError, match=r"'a\.wav' is a device"):
        read_clip(tmp_path / "a.wav")


@pytest.mark.parametrize("name", ["a\0b.wav", "n" * 300, "a.wav/b.wav"])
def test_impossible_names(tmp_path: Path, name: str) -> None:
    saved(tmp_path, b"x")
    with pytest.raises(AudioFileError, match="cannot be opened"):
        read_clip(tmp_path / name)


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:  # the tests may run as root
        raise PermissionError(13, "Permission denied")

    path = saved(tmp_path, plain_wav(SOUND))
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(AudioFileError, match=r"cannot be read \(Permission denied\)") as caught:
        read_clip(path)
    assert isinstance(caught.value.__cause__, PermissionError)


def test_empty_file(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match=r"'a\.wav' is empty \(0 bytes\)"):
        read_clip(saved(tmp_path, b""))


@pytest.mark.parametrize(
    "data", [b"Hello\n" * 100, b"RIFF", b"\0" * 1000, b"RIFF\0\0\0\0WAVE", b"ID3"]
)
@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.raw", "a"])
def test_no_sound_file(tmp_path: Path, data: bytes, name: str) -> None:
    with pytest.raises(AudioFileError, match=f"'{name}' is no sound file or its header is damaged"):
        read_clip(saved(tmp_path, data, name))


def test_another_kind_of_sound_file(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="is a VOC file; expected a WAV"):
        read_clip(saved(tmp_path, encoded(tone(0.1), "VOC"), "a.voc"))


@pytest.mark.parametrize("kind", ["WAV", "RF64", "W64", "AIFF", "AU"])
def test_header_only(tmp_path: Path, kind: str) -> None:
    with pytest.raises(AudioFileError, match=r"'a\.wav' holds no samples; choose a file"):
        read_clip(saved(tmp_path, encoded(tone(0.0), kind)))


def test_header_only_flac(tmp_path: Path) -> None:
    data = encoded(tone(1.0), "FLAC")
    header = bytes([*data[:4], 0x80 | data[4], *data[5:42]])  # the first block is the last
    with pytest.raises(AudioFileError, match="holds no samples; choose a file"):
        read_clip(saved(tmp_path, header))


def test_flac_damaged_from_the_start(tmp_path: Path) -> None:
    data = encoded(tone(1.0), "FLAC")
    first = data.index(b"\xff\xf8")  # the sync code of a frame
    with pytest.raises(AudioFileError, match="holds no samples that can be decoded; choose"):
        read_clip(saved(tmp_path, data[: first + 2] + bytes(len(data) - first - 2)))


@pytest.mark.parametrize("cut", [WAV_HEADER, WAV_HEADER + 1])
def test_wav_cut_behind_its_header(tmp_path: Path, cut: int) -> None:
    with pytest.raises(AudioFileError, match=r"'a\.wav' holds no samples; choose a file"):
        read_clip(saved(tmp_path, plain_wav(SOUND)[:cut]))


@pytest.mark.parametrize(("kind", "subtype"), CONTAINERS)
def test_cut_at_20_bytes(tmp_path: Path, kind: str, subtype: str) -> None:
    with pytest.raises(AudioFileError, match="is no sound file or its header is damaged"):
        read_clip(saved(tmp_path, encoded(tone(4.0), kind, subtype)[:20]))


@pytest.mark.parametrize("odd", [0, 1])
@pytest.mark.parametrize(("kind", "subtype"), CONTAINERS)
def test_cut_at_half(tmp_path: Path, kind: str, subtype: str, odd: int) -> None:
    noise = np.random.default_rng(1).normal(0.0, 0.1, 16_000 * 6)  # fills many pages of OGG
    whole = encoded(noise, kind, subtype)
    notes = Notes()
    clip = read_clip(saved(tmp_path, whole[: len(whole) // 4 * 2 + odd]), notes)
    assert 1.0 < clip.source.duration < 3.6
    assert len(clip.samples) == round(clip.source.duration * 16_000)
    (notice,) = notes.notices
    assert "cut short" in notice or "is damaged after" in notice
    assert f"{clip.source.duration:.2f} s" in notice


def test_cut_wav_says_how_much_is_missing(tmp_path: Path) -> None:
    notes = Notes()
    read_clip(saved(tmp_path, plain_wav(SOUND[:16_000], size=32_000)), notes)
    assert notes.notices == [
        "'a.wav' is cut short: it declares 32000 bytes of sound and holds 16000; "
        "the 0.50 s that are there were read."
    ]


@pytest.mark.parametrize("size", [0, 0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF])
@pytest.mark.parametrize("whole", [0, 8, 36, 0xFFFF_FFFF])
def test_wav_of_a_recorder_that_did_not_finish(tmp_path: Path, size: int, whole: int) -> None:
    data = bytearray(plain_wav(SOUND, size=size))
    data[4:8] = struct.pack("<I", whole)
    notes = Notes()
    clip = read_clip(saved(tmp_path, bytes(data)), notes)
    assert (
        clip.samples[:].tolist() == read_clip(saved(tmp_path, plain_wav(SOUND))).samples[:].tolist()
    )
    (notice,) = notes.notices
    assert pytest.approx(1.0) == clip.source.duration
    assert "'a.wav' does not say how long it is" in notice
    assert "the 1.00 s that are there were read" in notice


@pytest.mark.parametrize("size", [0, 1 << 62, (1 << 64) - 1])
@pytest.mark.parametrize(("kind", "back"), [("RF64", None), ("W64", 8)])
def test_long_formats_of_a_recorder_that_did_not_finish(
    tmp_path: Path, kind: str, back: int | None, size: int
) -> None:
    data = bytearray(encoded(tone(1.0), kind))
    at = 28 if back is None else len(data) - len(SOUND) - back  # in "ds64", before the samples
    data[at : at + 8] = struct.pack("<Q", size)
    notes = Notes()
    clip = read_clip(saved(tmp_path, bytes(data)), notes)
    assert clip.source.duration == 1.0
    (notice,) = notes.notices
    assert "does not say how long it is" in notice


def test_adpcm_without_a_size(tmp_path: Path) -> None:
    data = bytearray(encoded(tone(1.0), subtype="IMA_ADPCM"))
    whole = read_clip(saved(tmp_path, bytes(data)))
    at = data.index(b"data") + 4
    data[at : at + 4] = bytes(4)
    assert read_clip(saved(tmp_path, bytes(data))).samples[:].tolist() == whole.samples[:].tolist()


def test_no_samples_but_a_title(tmp_path: Path) -> None:
    title = b"LIST" + struct.pack("<I", 4) + b"INFO"
    with pytest.raises(AudioFileError, match="holds no samples"):
        read_clip(saved(tmp_path, plain_wav(b"") + title))


def test_more_than_the_header_can_say(tmp_path: Path) -> None:
    notes = Notes()
    clip = read_clip(saved(tmp_path, plain_wav(SOUND * 40, size=len(SOUND))), notes)
    assert clip.source.duration == 1.0
    (notice,) = notes.notices
    assert "holds more sound than its header can say, and only the first 1.00 s were read" in notice


@pytest.mark.parametrize("total", [0, (1 << 36) - 1])
def test_flac_with_an_untrue_length(tmp_path: Path, total: int) -> None:
    """STREAMINFO keeps the number of samples in its bits 108 to 143."""
    data = bytearray(encoded(tone(2.0), "FLAC"))
    data[21] = data[21] & 0xF0 | total >> 32
    data[22:26] = struct.pack(">I", total & 0xFFFF_FFFF)
    assert len(read_clip(saved(tmp_path, bytes(data))).samples) == 32_000


def test_hole_in_a_flac(tmp_path: Path) -> None:
    data = bytearray(encoded(tone(10.0), "FLAC"))
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(200)
    notes = Notes()
    clip = read_clip(saved(tmp_path, bytes(data)), notes)
    assert 4.0 < clip.source.duration < 6.0
    assert notes.notices == [
        f"'a.wav' is damaged after {clip.source.duration:.2f} s; what comes before was read."
    ]


def test_mp3_of_varying_rate_that_does_not_say_its_length(tmp_path: Path) -> None:
    """Without its first frame, which counts the others, the length is only guessed."""
    quiet, loud = np.zeros(16_000), np.random.default_rng(1).normal(0.0, 0.2, 16_000 * 20)
    buffer = io.BytesIO()
    sound = np.concatenate([loud, quiet, quiet])
    soundfile.write(buffer, sound, 16_000, format="MP3", bitrate_mode="VARIABLE")
    data = buffer.getvalue()
    notes = Notes()
    clip = read_clip(saved(tmp_path, data[data.index(data[:2], 2) :]), notes)
    assert clip.source.duration < 15  # of 22; should this fail, libsndfile has learnt to count
    (notice,) = notes.notices
    assert "does not say how long it is, and only its first" in notice


@pytest.mark.parametrize("rate", [0, 1, 3_999, 768_001, 0x7FFF_FFFF, 0xFFFF_FFFF])
def test_absurd_rates(tmp_path: Path, rate: int) -> None:
    with pytest.raises(AudioFileError, match=r"has a sample rate of|its header is damaged"):
        read_clip(saved(tmp_path, plain_wav(SOUND, rate=rate)))


def test_absurd_rate_is_named(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="of 3999 Hz; expected one of 4000 to 768000 Hz"):
        read_clip(saved(tmp_path, plain_wav(SOUND, rate=3_999)))


@pytest.mark.parametrize("channels", [0, 65, 1_024, 65_535 // 2])
def test_absurd_channels(tmp_path: Path, channels: int) -> None:
    with pytest.raises(AudioFileError, match=r"has \d+ channels|its header is damaged"):
        read_clip(saved(tmp_path, plain_wav(SOUND * 10, channels=channels)))


def test_absurd_channels_are_named(tmp_path: Path) -> None:
    with pytest.raises(AudioFileError, match="has 65 channels; expected 1 to 64"):
        read_clip(saved(tmp_path, plain_wav(SOUND, channels=65)))
