"""A profile is the statistics of all that its speaker said."""

import numpy as np
import pytest

from core.audio_file import read_clip
from core.clip import Clip
from core.functionals import SET, functionals
from core.mfsc import mfsc
from core.utterance_features import spoken_pieces
from core.voice_activity import frame_energy, voiced_frames
from models.speaker_profiles import profile_of
from resources import SAMPLE


@pytest.fixture(scope="module")
def clip() -> Clip:
    return read_clip(SAMPLE)


def test_it_is_the_same_as_all_at_once(clip: Clip) -> None:
    samples = clip.samples[:]
    values = mfsc(samples).values
    spoken = voiced_frames(frame_energy(values))
    pieces = spoken_pieces(spoken)
    assert len(pieces) >= 4
    rows = [
        functionals(samples[a * 160 : (b - 1) * 160 + 400], values[a:b], spoken[a:b])
        for a, b in pieces
    ]
    found = profile_of("somebody", [clip])
    np.testing.assert_allclose(found.bands.mean, values[spoken].mean(axis=0), rtol=1e-5)
    assert found.bands.frames == spoken.sum()
    np.testing.assert_allclose(found.sets[SET].mean, np.mean(rows, axis=0), rtol=1e-4, atol=1e-5)
    assert found.sets[SET].count == len(pieces)


def test_clips_count_together_and_silence_not_at_all(clip: Clip) -> None:
    silence = Clip(np.zeros(16_000, np.float32), clip.source)
    one, three = profile_of("a", [clip]), profile_of("a", [clip, silence, clip])
    assert three.bands.frames == 2 * one.bands.frames
    assert three.sets[SET].count == 2 * one.sets[SET].count
    np.testing.assert_allclose(three.sets[SET].std, one.sets[SET].std, rtol=1e-4, atol=1e-5)
    nobody = profile_of("a", [silence])
    assert nobody.bands.frames == nobody.sets[SET].count == 0
