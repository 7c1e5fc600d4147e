"""Which frames are speech."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.clip import SAMPLE_RATE
from core.mfsc import BANDS, mfsc
from core.voice_activity import frame_energy, voiced_frames

QUIET, LOUD = -14.0, -6.0  # log band energy of a room, and of speech in it


def levels(*runs: tuple[int, float]) -> NDArray[np.float64]:
    """So many frames of each energy, trembling a little."""
    energy = np.concatenate([np.full(frames, level) for frames, level in runs])
    return energy + np.random.default_rng(0).normal(0, 0.1, len(energy))


def test_energy_is_the_mean_over_bands() -> None:
    values = np.arange(2 * BANDS, dtype=np.float64).reshape(2, BANDS)
    assert frame_energy(values).tolist() == [19.5, 59.5]
    assert frame_energy(values).dtype == np.float32


def test_speech_stands_out_of_the_room() -> None:
    voiced = voiced_frames(levels((100, QUIET), (100, LOUD), (100, QUIET)))
    assert not voiced[:95].any()
    assert voiced[105:195].all()
    assert not voiced[205:].any()


def test_the_gap_before_a_plosive_is_bridged() -> None:
    voiced = voiced_frames(levels((100, QUIET), (50, LOUD), (10, QUIET), (50, LOUD), (50, QUIET)))
    assert voiced[105:205].all()


def test_a_pause_is_not_bridged() -> None:
    voiced = voiced_frames(levels((50, LOUD), (60, QUIET), (50, LOUD)))
    assert not voiced[60:100].any()


def test_a_click_is_no_speech() -> None:
    energy = levels((200, QUIET), (100, LOUD), (200, QUIET))
    energy[50] = LOUD
    voiced = voiced_frames(energy)
    assert not voiced[40:60].any()
    assert voiced[205:295].all()


def test_noise_behind_loud_speech_is_no_speech() -> None:
    assert not voiced_frames(levels((100, LOUD), (300, LOUD - 6)))[110:].any()


def test_a_clip_of_speech_alone_is_speech() -> None:
    assert voiced_frames(levels((200, LOUD))).mean() > 0.9


@pytest.mark.parametrize("level", [-36.04, -22.0])
def test_what_nobody_hears_is_silence(level: float) -> None:
    assert not voiced_frames(np.full(200, level)).any()


@pytest.mark.parametrize("count", [1, 2, 4, 5, 14, 15, 16])
@pytest.mark.parametrize("level", [LOUD, -36.04])
def test_clips_of_a_few_frames(count: int, level: float) -> None:
    voiced = voiced_frames(np.full(count, level))
    assert voiced.shape == (count,)
    assert voiced.dtype == np.bool_
    assert level == LOUD or not voiced.any()


def test_digital_silence_around_speech() -> None:
    buzz = 0.3 * np.sign(np.sin(2 * np.pi * 120 * np.arange(SAMPLE_RATE) / SAMPLE_RATE))
    silence = np.zeros(SAMPLE_RATE)
    samples = np.concatenate([silence, buzz, silence]).astype(np.float32)
    voiced = voiced_frames(frame_energy(mfsc(samples).values))
    assert voiced[105:190].all()
    assert not voiced[:90].any()
    assert not voiced[210:].any()


def test_rounding_noise_is_silence() -> None:
    noise = np.random.default_rng(0).integers(-1, 2, SAMPLE_RATE) / 32768
    assert not voiced_frames(frame_energy(mfsc(noise.astype(np.float32)).values)).any()
