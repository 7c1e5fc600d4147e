"""What can be read is read as it was recorded: formats, rates, channels, levels, names."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.signal import resample_poly

from core.audio_file import read_clip
from core.clip import SAMPLE_RATE, Clip
from core.mfsc import mfsc
from tests.core.sounds import Notes, encoded, pcm16, plain_wav, saved, tone

EIGHT_BITS = 1.01 / 128
SIXTEEN_BITS = 1.01 / 32768
LOSSLESS = [
    ("WAV", "PCM_U8", EIGHT_BITS),
    ("WAV", "PCM_16", SIXTEEN_BITS),
    ("WAV", "PCM_24", 1e-6),
    ("WAV", "PCM_32", 1e-7),
    ("WAV", "FLOAT", 1e-7),
    ("WAV", "DOUBLE", 1e-7),
    ("WAV", "ALAW", 0.02),
    ("WAV", "ULAW", 0.02),
    ("WAVEX", "PCM_24", 1e-6),
    ("RF64", "PCM_16", SIXTEEN_BITS),
    ("W64", "PCM_24", 1e-6),
    ("FLAC", "PCM_S8", EIGHT_BITS),
    ("FLAC", "PCM_16", SIXTEEN_BITS),
    ("FLAC", "PCM_24", 1e-6),
    ("AIFF", "PCM_16", SIXTEEN_BITS),
    ("AU", "PCM_16", SIXTEEN_BITS),
    ("CAF", "PCM_16", SIXTEEN_BITS),
    ("NIST", "PCM_16", SIXTEEN_BITS),
]
LOSSY = [
    ("WAV", "IMA_ADPCM"),
    ("WAV", "MS_ADPCM"),
    ("WAV", "GSM610"),
    ("OGG", "VORBIS"),
    ("OGG", "OPUS"),
    ("MP3", "MPEG_LAYER_III"),
]
RATES = [8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000]


def values(clip: Clip) -> NDArray[np.float32]:
    """The clip's samples, checked for what every clip promises."""
    samples = clip.samples[:]
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) == len(clip.samples) >= 1
    assert np.isfinite(samples).all()
    assert not samples.flags.writeable
    return samples


@pytest.mark.parametrize(("kind", "subtype", "tolerance"), LOSSLESS)
def test_lossless_formats(tmp_path: Path, kind: str, subtype: str, tolerance: float) -> None:
    notes = Notes()
    clip = read_clip(saved(tmp_path, encoded(tone(0.5), kind, subtype)), notes)
    np.testing.assert_allclose(values(clip), tone(0.5), rtol=0, atol=tolerance)
    assert (clip.source.sample_rate, clip.source.channels, clip.source.duration) == (16000, 1, 0.5)
    assert notes.notices == []


@pytest.mark.parametrize(("kind", "subtype"), LOSSY)
def test_lossy_formats(tmp_path: Path, kind: str, subtype: str) -> None:
    notes = Notes()
    samples = values(read_clip(saved(tmp_path, encoded(tone(2.0), kind, subtype)), notes))
    assert 0 <= len(samples) - 32_000 < 1_100  # whole blocks of ADPCM
    error = samples[1_000:31_000] - tone(2.0)[1_000:31_000]
    assert np.sqrt(np.mean(error**2)) < 0.02
    assert notes.notices == []


def test_big_endian_wav(tmp_path: Path) -> None:
    data = encoded(tone(0.1), endian="BIG")
    assert data[:4] == b"RIFX"
    np.testing.assert_allclose(
        values(read_clip(saved(tmp_path, data))), tone(0.1), atol=SIXTEEN_BITS
    )


@pytest.mark.parametrize("hertz", [200.0, 3000.0])
@pytest.mark.parametrize("rate", RATES)
def test_resampling_keeps_amplitude_and_phase(tmp_path: Path, rate: int, hertz: float) -> None:
    recorded = tone(1.0, rate, hertz)
    clip = read_clip(saved(tmp_path, encoded(recorded, subtype="FLOAT", rate=rate)))
    samples = values(clip)
    assert len(samples) == SAMPLE_RATE
    inside = slice(2_000, -2_000)  # away from the filters' ends
    np.testing.assert_allclose(
        samples[inside], tone(1.0, SAMPLE_RATE, hertz)[inside], rtol=0, atol=1e-5
    )
    common = int(np.gcd(rate, SAMPLE_RATE))
    other = resample_poly(recorded, SAMPLE_RATE // common, rate // common)
    np.testing.assert_allclose(samples[inside], other[inside], rtol=0, atol=1.5e-3)
    assert (clip.source.sample_rate, clip.source.duration, clip.duration) == (rate, 1.0, 1.0)


def test_what_16_khz_cannot_hold_is_filtered(tmp_path: Path) -> None:
    high = encoded(tone(1.0, 48_000, 11_000.0), subtype="FLOAT", rate=48_000)
    samples = values(read_clip(saved(tmp_path, high)))
    assert np.abs(samples[2_000:-2_000]).max() < 1e-4


@settings(
    deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rate=st.integers(4_000, 192_000), count=st.integers(1, 30_000))
def test_length_after_resampling(tmp_path: Path, rate: int, count: int) -> None:
    clip = read_clip(saved(tmp_path, plain_wav(bytes(2 * count), rate=rate)))
    assert abs(len(values(clip)) - max(1.0, count * SAMPLE_RATE / rate)) <= 1
    assert clip.source.duration == count / rate


@pytest.mark.parametrize("rate", [16_000, 44_100])
@pytest.mark.parametrize("channels", range(1, 9))
def test_channels_are_averaged(tmp_path: Path, channels: int, rate: int) -> None:
    weights = np.linspace(-0.5, 1.0, channels)
    every = np.outer(tone(0.5, rate), weights)
    clip = read_clip(saved(tmp_path, encoded(every, subtype="FLOAT", rate=rate)))
    expected = tone(0.5) * weights.mean()
    np.testing.assert_allclose(values(clip)[1_000:-1_000], expected[1_000:-1_000], atol=1e-5)
    assert clip.source.channels == channels


@pytest.mark.parametrize("count", [1, 2, 399, 400, 401])
@pytest.mark.parametrize("rate", [8_000, 16_000, 192_000])
def test_short_sounds(tmp_path: Path, count: int, rate: int) -> None:
    clip = read_clip(saved(tmp_path, plain_wav(pcm16([0.25] * count), rate=rate)))
    assert len(values(clip)) == max(1, round(count * SAMPLE_RATE / rate))
    assert np.isfinite(mfsc(clip.samples).values).all()


@pytest.mark.parametrize(
    ("level", "expected"), [(0, 0.0), (16_384, 0.5), (32_767, 0.99997), (-32_768, -1.0)]
)
def test_silence_and_constants(tmp_path: Path, level: int, expected: float) -> None:
    notes = Notes()
    clip = read_clip(saved(tmp_path, plain_wav(np.full(500, level, "<i2").tobytes())), notes)
    np.testing.assert_allclose(values(clip), np.full(500, expected), atol=1e-5)
    assert np.isfinite(mfsc(clip.samples).values).all()
    assert notes.notices == []


def test_a_clipped_recording_is_taken_as_it_is(tmp_path: Path) -> None:
    square = np.sign(tone(0.5) + 1e-9)
    notes = Notes()
    samples = values(read_clip(saved(tmp_path, encoded(square, subtype="FLOAT")), notes))
    np.testing.assert_array_equal(samples, square)
    assert notes.notices == []


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_samples_that_are_no_numbers_become_silence(
    tmp_path: Path, subtype: str, rate: int
) -> None:
    sound = np.stack([tone(0.5, rate), tone(0.5, rate)], axis=1)
    sound[100, 0], sound[200], sound[300, 1] = np.nan, (np.inf, -np.inf), -np.inf
    notes = Notes()
    samples = values(read_clip(saved(tmp_path, encoded(sound, subtype=subtype, rate=rate)), notes))
    assert notes.notices == [
        "'a.wav' holds 4 samples that are no numbers (NaN or infinite); "
        "they were replaced by silence."
    ]
    if rate == SAMPLE_RATE:
        expected = np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0).mean(axis=1)
        np.testing.assert_allclose(samples, expected, atol=1e-7)


def test_nothing_but_nan(tmp_path: Path) -> None:
    samples = values(read_clip(saved(tmp_path, encoded(np.full(100, np.nan), subtype="FLOAT"))))
    np.testing.assert_array_equal(samples, np.zeros(100))


def test_1e300_is_infinite_in_single_precision(tmp_path: Path) -> None:
    notes = Notes()
    sound = encoded(np.array([0.5, 1e300, 0.5]), subtype="DOUBLE")
    np.testing.assert_array_equal(values(read_clip(saved(tmp_path, sound), notes)), [0.5, 0, 0.5])
    assert len(notes.notices) == 1


@pytest.mark.parametrize(("loud", "shown"), [(1e30, r"1e\+30"), (-1.5, "1.5"), (32_768.0, "3.28e")])
def test_louder_than_full_scale_is_clipped(tmp_path: Path, loud: float, shown: str) -> None:
    sound = tone(0.1)
    sound[[10, 20]] = loud
    notes = Notes()
    samples = values(read_clip(saved(tmp_path, encoded(sound, subtype="FLOAT")), notes))
    np.testing.assert_allclose(samples, np.clip(sound, -1.0, 1.0), atol=1e-7)
    (notice,) = notes.notices
    assert "'a.wav' is louder than full scale" in notice
    assert f"up to {shown}".replace("\\", "") in notice
    assert "2 samples were clipped" in notice


def test_overshoot_of_lossy_formats_is_not_worth_a_word(tmp_path: Path) -> None:
    notes = Notes()
    samples = values(read_clip(saved(tmp_path, encoded(2 * tone(1.0), "OGG", "VORBIS")), notes))
    assert samples.max() == 1.0  # clipped, as the decoder went beyond
    assert notes.notices == []


@pytest.mark.parametrize(
    "name",
    ["a b.wav", "żółć.wav", "語.wav", "😀.wav", "n" * 251 + ".wav", "é" * 127, "x.RAWW", "no"],
)
@pytest.mark.parametrize("kind", [Path, str])
def test_names(tmp_path: Path, name: str, kind: type[Path] | type[str]) -> None:
    path = saved(tmp_path, encoded(tone(0.1)), name)
    clip = read_clip(kind(path))
    assert clip.source.file == name
    assert len(values(clip)) == 1_600


def test_a_name_that_is_no_text_can_still_be_written_down(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.wav")
    path.write_bytes(encoded(tone(0.1)))
    assert read_clip(path).source.file == "caf?.wav"


def test_a_working_link(tmp_path: Path) -> None:
    saved(tmp_path, encoded(tone(0.1)), "real.wav")
    (tmp_path / "link.wav").symlink_to("real.wav")
    assert len(values(read_clip(tmp_path / "link.wav"))) == 1_600


def test_hash_is_of_the_files_bytes(tmp_path: Path) -> None:
    data = encoded(tone(0.1), "FLAC")
    assert read_clip(saved(tmp_path, data)).source.sha256 == hashlib.sha256(data).hexdigest()


def test_titles_behind_the_samples_are_no_samples(tmp_path: Path) -> None:
    notes = Notes()
    title = (
        b"LIST" + (18).to_bytes(4, "little") + b"INFOINAM" + (6).to_bytes(4, "little") + b"Hello\0"
    )
    clip = read_clip(saved(tmp_path, plain_wav(pcm16(tone(0.1))) + title), notes)
    assert len(values(clip)) == 1_600
    assert notes.notices == []
