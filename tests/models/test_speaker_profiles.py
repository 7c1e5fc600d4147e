"""A profile is the statistics of all that its speaker said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.audio_file import read_clip
from core.clip import Clip
from core.functionals import SET, functionals
from core.hearing import Hearing
from core.mfsc import mfsc
from core.speaker_profile import SpeakerProfile
from core.utterance_features import spoken_pieces
from core.voice_activity import frame_energy, voiced_frames
from models.cascade import Analysis, Cascade
from models.speaker_profiles import lacking, profile_of
from resources import SAMPLE
from tests.core.sounds import Notes
from tests.models.clips import make_clip
from tests.weights import write_recognisers


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


def test_what_some_could_not_use_is_used_by_nobody(clip: Clip, own_weights: Path) -> None:
    write_recognisers(own_weights)
    cascade = Cascade.load(own_weights, "cpu")
    short = make_clip(clip.samples[: 2 * 16_000])
    good = profile_of("Ann", [clip])
    assert lacking(good) == ""

    def heard(profile: SpeakerProfile | None) -> tuple[Analysis, list[str]]:
        notes = Notes()
        hearing = Hearing("ensemble", profile)
        return cascade.analyse(short, notes, hearing=hearing), notes.notices

    alone, told = heard(None)
    assert told == []
    assert heard(good)[0].heard_by.speaker == "Ann"
    bad = {
        "features are functionals/9": replace(good, sets={"functionals/9": good.sets[SET]}),
        "features are none": replace(good, sets={}),
        "no speech was heard": replace(good, bands=replace(good.bands, frames=0.0)),
    }
    for reason, profile in bad.items():
        found, told = heard(profile)
        assert len(told) == 1
        assert told[0].startswith("the profile of 'Ann' is not used: ")
        assert reason in told[0]
        assert found.heard_by == alone.heard_by
        np.testing.assert_array_equal(found.emotions.probabilities, alone.emotions.probabilities)


def test_clips_count_together_and_silence_not_at_all(clip: Clip) -> None:
    silence = Clip(np.zeros(16_000, np.float32), clip.source)
    one, three = profile_of("a", [clip]), profile_of("a", [clip, silence, clip])
    assert three.bands.frames == 2 * one.bands.frames
    assert three.sets[SET].count == 2 * one.sets[SET].count
    np.testing.assert_allclose(three.sets[SET].std, one.sets[SET].std, rtol=1e-4, atol=1e-5)
    nobody = profile_of("a", [silence])
    assert nobody.bands.frames == nobody.sets[SET].count == 0
