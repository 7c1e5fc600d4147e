"""Several recognisers as one, against the formula and by what is missing."""

import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.stats import hmean

from core.animation import ModelId
from core.clip import Clip, Source
from core.emotion import EMOTIONS, EmotionTrack
from core.errors import CheckpointError
from core.hearing import TITLES, Hearing
from core.mfsc import mfsc_timeline
from core.monitor import SILENT, Monitor
from core.normalisation import BandStatistics
from core.speaker_profile import SpeakerProfile
from models.cascade import Cascade
from models.device import Runner
from models.recognisers import PREFERRED, RECOGNISERS, load_recogniser
from models.recognisers.ensemble import Ensemble, EnsembleSettings, write_settings
from models.recognisers.recogniser import Speech, listen
from models.spectrum import Spectrum
from tests.core.sounds import Notes
from tests.models.clips import babble, babbling_clip, make_clip
from tests.weights import write_dern

RUNNER = Runner(torch.device("cpu"))
EQUAL = EnsembleSettings("equal", {"dern": 1.0, "local-cnn": 1.0}, {"dern": 1.0, "local-cnn": 1.0})


@dataclass
class Member:
    """Hears at random, the same whenever it is asked."""

    name: str
    seed: int
    uses_profile: bool = False

    @property
    def models(self) -> tuple[ModelId, ...]:
        return (ModelId(self.name, "", self.name, str(self.seed)),)

    def hear(self, speech: Speech, _runner: Runner, _monitor: Monitor) -> EmotionTrack:
        choice = np.random.default_rng(self.seed)
        count = speech.spectrum.timeline.count
        rows = choice.dirichlet(np.ones(len(EMOTIONS)), count).astype(np.float32)
        return EmotionTrack(speech.spectrum.timeline, rows, speech.voiced)


def members(folder: Path, settings: EnsembleSettings) -> Ensemble:
    for name in settings.names:
        (folder / f"{name}.safetensors").write_bytes(b"there")
    write_settings(folder, settings)
    return Ensemble(folder, lambda _, name: Member(name, list(TITLES).index(name)))


@pytest.fixture
def speech() -> Speech:
    """Two utterances with a pause between."""
    pause = np.zeros(16_000)
    return listen(make_clip(np.concatenate([babble(1.5, 1), pause, babble(2.0, 2)])))


def opinions(speech: Speech, name: str) -> NDArray[np.float32]:
    member = Member(name, list(TITLES).index(name))
    return member.hear(speech, RUNNER, SILENT).probabilities


def normal(rows: NDArray[np.floating]) -> NDArray[np.floating]:
    result: NDArray[np.floating] = rows / rows.sum(axis=-1, keepdims=True)
    return result


@pytest.mark.parametrize("weights", [(1.0, 1.0), (2.0, 0.5)])
def test_it_is_the_weighted_harmonic_mean(
    weights: tuple[float, float], speech: Speech, tmp_path: Path
) -> None:
    chosen = dict(zip(("dern", "local-cnn"), weights, strict=True))
    track = members(tmp_path, EnsembleSettings("x", chosen, chosen)).hear(speech, RUNNER, SILENT)
    rows = [opinions(speech, name).astype(float) for name in chosen]
    expected = normal(hmean(np.stack(rows), axis=0, weights=np.array(weights)[:, None, None]))
    np.testing.assert_allclose(track.probabilities, expected, rtol=1e-4)
    assert len(speech.utterances) == 2
    for first, last in speech.utterances:
        spoken = speech.voiced[first:last]
        means = np.stack([part[first:last][spoken].mean(axis=0) for part in rows])
        whole = normal(hmean(means, axis=0, weights=np.array(weights)[:, None]))
        np.testing.assert_allclose(track.mix(first, last).shares, whole, rtol=1e-4)


def test_parts_of_an_utterance_vote_by_their_own_frames(speech: Speech, tmp_path: Path) -> None:
    track = members(tmp_path, EQUAL).hear(speech, RUNNER, SILENT)
    first, last = speech.utterances[1]
    middle = (first + last) // 2
    halves = [track.mix(first, middle).shares, track.mix(middle, last).shares]
    assert halves[0] != halves[1]
    spoken = [speech.voiced[first:middle].sum(), speech.voiced[middle:last].sum()]
    both = np.average(halves, axis=0, weights=spoken)
    np.testing.assert_allclose(both, track.mix(first, last).shares, rtol=0.05, atol=0.01)


def test_a_known_speaker_has_weights_of_its_own(speech: Speech, tmp_path: Path) -> None:
    settings = EnsembleSettings(
        "x", {"dern": 1.0, "local-cnn": 1.0}, {"dern": 1e-3, "local-cnn": 1.0}
    )
    ensemble = members(tmp_path, settings)
    alone = ensemble.hear(speech, RUNNER, SILENT)
    profile = SpeakerProfile("Ann", BandStatistics.of([np.ones((2, 40))]))
    known = Speech(speech.clip, speech.spectrum, speech.voiced, speech.own, profile)
    heard = ensemble.hear(known, RUNNER, SILENT)
    only = opinions(speech, "local-cnn")
    far = [np.abs(track.probabilities - only).mean() for track in (alone, heard)]
    assert far[1] < far[0] / 2


def test_who_does_not_count_in_a_case_is_not_heard(speech: Speech, tmp_path: Path) -> None:
    ensemble = members(tmp_path, EnsembleSettings("x", {"local-cnn": 1.0}, {"dern": 1.0}))
    assert set(ensemble.members) == {"dern", "local-cnn"}
    heard = ensemble.hear(speech, RUNNER, SILENT)
    assert np.array_equal(heard.probabilities, opinions(speech, "local-cnn"))
    profile = SpeakerProfile("Ann", BandStatistics.of([np.ones((2, 40))]))
    known = Speech(speech.clip, speech.spectrum, speech.voiced, speech.own, profile)
    heard = ensemble.hear(known, RUNNER, SILENT)
    assert np.array_equal(heard.probabilities, opinions(speech, "dern"))
    del ensemble.members["dern"]
    heard = ensemble.hear(known, RUNNER, SILENT)
    assert np.array_equal(heard.probabilities, opinions(speech, "local-cnn"))


def test_silence_is_neutral_and_whole(tmp_path: Path) -> None:
    quiet = listen(make_clip(np.zeros(16_000)))
    track = members(tmp_path, EQUAL).hear(quiet, RUNNER, SILENT)
    assert track.mix().first == "neutral"
    np.testing.assert_allclose(track.probabilities.sum(axis=1), 1.0, atol=1e-5)
    assert np.isfinite(track.votes if track.votes is not None else np.nan).all()


def test_one_member_at_a_time_is_held(tmp_path: Path) -> None:
    """Hours: 1.5 million frames of 28 bytes; two for the result, two for a member in the making."""
    seconds = 15_000
    samples = np.broadcast_to(np.float32(0), (seconds * 16_000,))
    timeline = mfsc_timeline(len(samples))
    spectrum = Spectrum(Clip(samples, Source("x", "0" * 64, 16_000, 1, float(seconds))))
    voiced = np.arange(timeline.count) % 700 < 600
    own = BandStatistics.of([np.ones((2, 40))])
    three = {"dern": 1.0, "local-cnn": 1.0, "functionals": 1.0}
    three = {name: weight for name, weight in three.items() if name in TITLES}
    ensemble = members(tmp_path, EnsembleSettings("x", three, three))
    for name in ensemble.members:
        ensemble.members[name] = _Frugal(name, 0)
    hearing = Speech(Clip(samples, Source("x", "0" * 64, 16_000, 1, 1.0)), spectrum, voiced, own)
    tracemalloc.start()
    try:
        ensemble.hear(hearing, RUNNER, SILENT)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4.5 * 28 * timeline.count


class _Frugal(Member):
    """Takes no more than its result."""

    def hear(self, speech: Speech, _runner: Runner, _monitor: Monitor) -> EmotionTrack:
        timeline = speech.spectrum.timeline
        rows = np.full((timeline.count, len(EMOTIONS)), 1 / len(EMOTIONS), np.float32)
        return EmotionTrack(timeline, rows, speech.voiced)


# Files


def test_without_the_others_dern_hears_as_by_itself_and_it_is_told(own_weights: Path) -> None:
    write_settings(own_weights, EQUAL)
    clip, notes = babbling_clip(1.0), Notes()
    cascade = Cascade.load(own_weights, "cpu")
    found = cascade.analyse(clip, notes)
    alone = cascade.analyse(clip, hearing=Hearing("dern"))
    assert found.heard_by.recogniser == "ensemble"
    assert np.array_equal(found.emotions.probabilities, alone.emotions.probabilities)
    assert found.emotions.mix() == alone.emotions.mix()
    assert notes.notices == ["the ensemble hears without local-cnn.safetensors, not there"]
    cascade.analyse(clip, notes)
    assert len(notes.notices) == 1


def test_a_damaged_member_is_named(own_weights: Path) -> None:
    write_settings(own_weights, EQUAL)
    (own_weights / "local-cnn.safetensors").write_bytes(b"damaged")
    with pytest.raises(CheckpointError, match=r"local-cnn\.safetensors cannot be read"):
        Cascade.load(own_weights, "cpu").recogniser("ensemble")


def test_an_ensemble_of_nobody_is_refused(tmp_path: Path) -> None:
    write_settings(tmp_path, EQUAL)
    with pytest.raises(CheckpointError, match=r"none of the ensemble's members: dern\.safe"):
        load_recogniser(tmp_path, "ensemble")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "cannot be read as an ensemble"),
        ('{"id": "x", "alone": {}, "known": {}}', "at least one"),
        ('{"id": "x", "alone": {"dern": 1}, "known": {}}', "at least one"),
        ('{"id": "x", "alone": {"nobody": 1}, "known": {"nobody": 1}}', "names nobody"),
        ('{"id": "x", "alone": {"ensemble": 1}, "known": {"ensemble": 1}}', "names ensemble"),
        ('{"id": "x", "alone": {"dern": 0}, "known": {"dern": 1}}', "cannot be read"),
        ('{"id": "x", "alone": {"dern": 1}, "known": {"dern": 1}, "more": 1}', "unknown field"),
        ('{"id": "x", "schema": "y", "alone": {"dern": 1}, "known": {"dern": 1}}', "its schema"),
    ],
)
def test_damaged_settings_are_named(content: str, message: str, own_weights: Path) -> None:
    (own_weights / "ensemble.json").write_text(content, encoding="utf-8")
    with pytest.raises(CheckpointError, match=message) as refused:
        Cascade.load(own_weights, "cpu").recogniser("ensemble")
    assert "ensemble.json" in str(refused.value)


def test_its_id_hangs_on_the_settings_and_the_members(own_weights: Path) -> None:
    write_settings(own_weights, EQUAL)
    first = Cascade.load(own_weights, "cpu").hearing_id()
    write_settings(own_weights, EnsembleSettings("x", EQUAL.alone, EQUAL.known))
    second = Cascade.load(own_weights, "cpu").hearing_id()
    write_dern(own_weights, "training")
    third = Cascade.load(own_weights, "cpu").hearing_id()
    assert len({first, second, third}) == 3


# The table


def test_every_recogniser_has_a_title_and_a_place() -> None:
    assert list(RECOGNISERS) == list(TITLES)
    assert sorted(PREFERRED) == sorted(TITLES)
