"""Sounds of any length: bounded memory, progress, a cancel that leaves nothing."""

import gc
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import core.audio_file
import core.spool
from core.audio_file import read_clip
from core.errors import AudioFileError, Cancelled
from core.mfsc import frame_count, mfsc
from core.spool import Spool, SpooledSamples
from tests.core.sounds import Notes, encoded, pcm16, plain_wav, saved, tone


def noise(count: int) -> NDArray[np.float32]:
    return np.random.default_rng(count).normal(0.0, 0.1, count).astype(np.float32)


def open_files() -> set[str]:
    """What this process holds open, temporary files without a name included."""
    gc.collect()
    links = (link for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return {str(link.readlink()) for link in links}


@pytest.fixture
def short_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second is long."""
    monkeypatch.setattr(core.spool, "IN_MEMORY", 1_600)
    monkeypatch.setattr(core.audio_file, "BLOCK_FRAMES", 1_000)


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_a_long_clip_has_the_samples_of_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate: int
) -> None:
    path = saved(tmp_path, encoded(tone(3.0, rate), rate=rate))
    held = read_clip(path)
    monkeypatch.setattr(core.spool, "IN_MEMORY", 1_600)
    monkeypatch.setattr(core.audio_file, "BLOCK_FRAMES", 777)
    spooled = read_clip(path)
    assert isinstance(held.samples, np.ndarray)
    assert isinstance(spooled.samples, SpooledSamples)
    np.testing.assert_array_equal(spooled.samples[:], held.samples)
    np.testing.assert_array_equal(mfsc(spooled.samples).values, mfsc(held.samples).values)
    assert spooled.source == held.source


@given(st.lists(st.integers(0, 900), max_size=12), st.data())
def test_any_stretch_of_a_spool(lengths: list[int], data: st.DataObject) -> None:
    blocks = [noise(length) for length in lengths]
    whole = np.concatenate([*blocks, noise(0)])
    with pytest.MonkeyPatch.context() as patch, Spool() as spool:
        patch.setattr(core.spool, "IN_MEMORY", 1_500)
        for block in blocks:
            spool.add(block)
        assert len(spool) == len(whole)
        samples = spool.take()
    assert len(samples) == len(whole)
    edges = st.none() | st.integers(-6_000, 12_000)
    stretch = slice(data.draw(edges), data.draw(edges))
    assert samples[stretch].dtype == np.float32
    np.testing.assert_array_equal(samples[stretch], whole[stretch])
    assert not samples[stretch].flags.writeable


def test_a_spool_keeps_a_copy() -> None:
    block = noise(100)
    with Spool() as spool:
        spool.add(block)
        block[:] = 7.0
        np.testing.assert_array_equal(spool.take()[:], noise(100))


@pytest.mark.usefixtures("short_memory")
def test_spooled_samples_have_no_steps() -> None:
    with Spool() as spool:
        spool.add(noise(2_000))
        samples = spool.take()
    with pytest.raises(ValueError, match="by stretches, not in steps of 2"):
        samples[::2]


@pytest.mark.usefixtures("short_memory")
def test_several_threads_may_read() -> None:
    whole = noise(200_000)
    with Spool() as spool:
        spool.add(whole)
        samples = spool.take()
    stretches = [slice(at, at + 5_000) for at in range(0, 195_000, 97)]
    with ThreadPoolExecutor(4) as pool:
        for stretch, got in zip(stretches, pool.map(samples.__getitem__, stretches), strict=True):
            np.testing.assert_array_equal(got, whole[stretch])


@pytest.mark.usefixtures("short_memory")
def test_the_temporary_file_goes_with_the_clip(tmp_path: Path) -> None:
    path = saved(tmp_path, encoded(tone(1.0)))
    before = open_files()
    clip = read_clip(path)
    assert len(open_files() - before) == 1
    del clip
    assert open_files() <= before


@pytest.mark.usefixtures("short_memory")
@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_progress(tmp_path: Path, rate: int) -> None:
    notes = Notes()
    read_clip(saved(tmp_path, encoded(tone(2.0, rate), rate=rate)), notes)
    stages, done, totals = zip(*notes.steps, strict=True)
    assert set(stages) == {"reading"}
    assert list(done) == sorted(done)
    assert (done[0], done[-1], totals[-1]) == (0.0, 2.0, 2.0)
    assert max(np.diff(done)) <= 1_000 / rate + 1e-9


@pytest.mark.usefixtures("short_memory")
@pytest.mark.parametrize("step", [1, 2, 3, 20])  # hashing, before the first block, in between
def test_cancel_stops_at_once_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    path = saved(tmp_path, encoded(tone(2.0)))
    before = open_files()
    notes = Notes(stop_at=step)
    with pytest.raises(Cancelled, match="stop"):
        read_clip(path, notes)
    assert len(notes.steps) == step
    assert open_files() <= before
    assert list(folder.iterdir()) == []


def test_a_cancel_is_asked_for_every_few_seconds_of_sound(tmp_path: Path) -> None:
    """Which take milliseconds; at 8 kHz the blocks last longest."""
    notes = Notes()
    read_clip(saved(tmp_path, plain_wav(bytes(2 * 8_000 * 60), rate=8_000)), notes)
    assert max(np.diff([done for _, done, _ in notes.steps])) < 10


@pytest.mark.usefixtures("short_memory")
def test_no_room_for_the_temporary_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, encoded(tone(2.0)))
    full = Path("/dev/full").open("wb")  # noqa: SIM115 - the spool closes it
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: full)
    with pytest.raises(AudioFileError, match=r"No space left.*free space for temporary") as caught:
        read_clip(path)
    assert isinstance(caught.value.__cause__, OSError)
    assert full.closed


def test_longer_than_any_speech(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core.audio_file, "LONGEST", 0)
    path = saved(tmp_path, plain_wav(pcm16(tone(1.0))))
    with pytest.raises(AudioFileError, match="longer than 0 hours; cut it into shorter files"):
        read_clip(path)


LONG = """
import sys
import numpy as np
from core.audio_file import read_clip
from core.mfsc import BLOCK_FRAMES, frame_count, mfsc_frames
from tests.core.memory import peak_megabytes

clip = read_clip(sys.argv[1])
frames, total = 0, frame_count(len(clip.samples))
for first in range(0, total, BLOCK_FRAMES):
    block = mfsc_frames(clip.samples, first, min(first + BLOCK_FRAMES, total))
    assert np.isfinite(block).all()
    frames += len(block)
print(len(clip.samples), frames, peak_megabytes())
"""


@pytest.mark.parametrize("seconds", [3_600, pytest.param(36_000, marks=pytest.mark.slow)])
def test_long_file_in_bounded_memory(tmp_path: Path, seconds: int) -> None:
    """Silence without a byte on the disk: the file is sparse. Held at once, an hour of it would
    take 230 MB of samples on top of 100 of modules and 90 of one block's windows.
    """
    path = saved(tmp_path, plain_wav(b"", size=2 * 16_000 * seconds))
    with path.open("r+b") as file:
        file.truncate(44 + 2 * 16_000 * seconds)
    done = subprocess.run(
        [sys.executable, "-c", LONG, str(path)], capture_output=True, text=True, check=True
    )
    samples, frames, megabytes = map(int, done.stdout.split())
    assert samples == seconds * 16_000
    assert frames == frame_count(samples)
    assert megabytes < 300
