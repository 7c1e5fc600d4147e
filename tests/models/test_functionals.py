"""The recogniser that hears whole utterances, with weights that know nothing and with real ones."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from scipy.spatial.distance import cdist

from core.audio_file import read_clip
from core.clip import Clip
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS, NEUTRAL
from core.errors import Cancelled, CheckpointError
from core.functionals import NAMES, SET, VOICED
from core.monitor import SILENT
from core.speaker_profile import FeatureStatistics
from core.utterance_features import spoken_features
from models.checkpoint import (
    Description,
    FeatureConfig,
    Provenance,
    load_checkpoint,
    save_checkpoint,
)
from models.device import Runner
from models.functionals import (
    ACQUAINTED,
    LEANING,
    LIMIT,
    FunctionalsNet,
    acquaintance,
    leaning,
    z_scores,
)
from models.kernel_machine import NEARNESS, SHARPNESS, KernelMachine
from models.recognisers import RECOGNISERS
from models.recognisers.recogniser import Recogniser, listen
from models.speaker_profiles import profile_of
from models.training.functionals_data import SPEEDS, hear_copies
from models.training.kernel_fit import RIDGE, solve
from resources import SAMPLE
from tests.core.sounds import Notes
from tests.weights import make_normalisation

CPU = Runner(torch.device("cpu"))


@pytest.fixture(scope="module")
def clip() -> Clip:
    return read_clip(SAMPLE)


def make_network(clip: Clip) -> FunctionalsNet:
    """Random, with what is usual in the sample."""
    torch.manual_seed(3)
    network = FunctionalsNet().eval()
    network.usual = profile_of("", [clip]).sets[SET]
    return network


def save(folder: Path, network: FunctionalsNet) -> None:
    description = Description(
        "functionals", "test", "MIT", Provenance([], "none", 0, "0"), list(EMOTIONS),
        FeatureConfig(normalisation="training", context_frames=1),
    )  # fmt: skip
    save_checkpoint(folder / "functionals.safetensors", network, description,
                    make_normalisation("training"))  # fmt: skip


@pytest.fixture(scope="module")
def recogniser(clip: Clip, tmp_path_factory: pytest.TempPathFactory) -> Recogniser:
    folder = tmp_path_factory.mktemp("functionals")
    save(folder, make_network(clip))
    return RECOGNISERS["functionals"](folder)


def test_z_scores_are_held_and_forgive_a_whisper() -> None:
    usual = FeatureStatistics(
        np.ones(len(NAMES), np.float32), np.full(len(NAMES), 2, np.float32), 9
    )
    rows = np.full((2, len(NAMES)), 5.0)
    rows[1, 0] = 1e6
    rows[1, VOICED] = 0.0  # no voice was heard
    found = z_scores(rows, usual)
    np.testing.assert_array_equal(found[0], np.full(len(NAMES), 2.0))
    assert found[1, 0] == LIMIT
    np.testing.assert_array_equal(found[1, VOICED], 0.0)


def test_the_checkpoint_gives_back_the_statistics_exactly(clip: Clip) -> None:
    """They are rounded before anything is learned by them, as the file rounds them."""
    network = make_network(clip)
    other = FunctionalsNet()
    state = {name: t.half().float() for name, t in network.state_dict().items()}
    other.load_state_dict(state)
    np.testing.assert_array_equal(network.usual.mean, other.usual.mean)
    np.testing.assert_array_equal(network.usual.std, other.usual.std)


def test_each_utterance_is_heard_as_a_whole(clip: Clip, recogniser: Recogniser) -> None:
    """Against the network on the functionals of each piece, by hand."""
    speech = listen(clip)
    track = recogniser.hear(speech, CPU, SILENT)
    network = make_network(clip)
    heard = spoken_features(clip.samples, speech.spectrum.frames, speech.voiced)
    scores = torch.from_numpy(z_scores(heard.values, network.usual))
    with torch.inference_mode():
        expected = network.anybody(scores).softmax(dim=1).numpy()
    assert len(heard.pieces) >= 4
    for (first, last), row in zip(heard.pieces, expected, strict=True):
        frames = track.probabilities[first:last]
        np.testing.assert_allclose(frames, np.tile(row, (last - first, 1)), atol=0.02)
        shares = track.mix(first, last).shares
        np.testing.assert_allclose(shares, row, atol=0.02)  # float16 weights
    np.testing.assert_allclose(track.probabilities.sum(axis=1), 1, atol=1e-5)


def test_a_profile_changes_what_is_heard(clip: Clip, recogniser: Recogniser) -> None:
    assert recogniser.uses_profile
    profile = profile_of("somebody", [clip])
    speech = listen(clip, profile=profile)
    track = recogniser.hear(speech, CPU, SILENT)
    network = make_network(clip)
    heard = spoken_features(clip.samples, speech.spectrum.frames, speech.voiced)
    own = profile.sets[SET]
    share = own.count**2 / (own.count**2 + ACQUAINTED**2)
    rows = (z_scores(heard.values, by) for by in (network.usual, leaning(own, network.usual)))
    with torch.inference_mode():
        scores, profiled = (torch.from_numpy(part) for part in rows)
        anybody, known = network.anybody(scores).softmax(1), network.known(profiled).softmax(1)
    expected = (anybody ** (1 - share) * known**share).numpy()
    expected /= expected.sum(axis=1, keepdims=True)
    first = heard.pieces[0][0]
    np.testing.assert_allclose(track.probabilities[first], expected[0], atol=0.02)


def test_a_profile_of_nobody_is_as_none(clip: Clip, recogniser: Recogniser) -> None:
    silence = Clip(np.zeros(16_000, np.float32), clip.source)
    nobody = profile_of("nobody", [silence])
    without = recogniser.hear(listen(clip), CPU, SILENT)
    with_it = recogniser.hear(listen(clip, profile=nobody), CPU, SILENT)
    np.testing.assert_array_equal(without.probabilities, with_it.probabilities)


@pytest.mark.parametrize("samples", [0, 1, 16_000])
def test_silence_is_neutral(clip: Clip, recogniser: Recogniser, samples: int) -> None:
    quiet = Clip(np.zeros(samples, np.float32), clip.source)
    track = recogniser.hear(listen(quiet), CPU, SILENT)
    assert (track.probabilities.argmax(axis=1) == NEUTRAL).all()


def test_it_stops_between_pieces(clip: Clip, recogniser: Recogniser) -> None:
    with pytest.raises(Cancelled):
        recogniser.hear(listen(clip), CPU, Notes(stop_at=2))


def test_strangers_become_acquainted() -> None:
    shares = [acquaintance(count) for count in (0, 1, 2, 6, 60)]
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[3] == pytest.approx(0.5)
    assert shares[-1] > 0.98


@pytest.mark.parametrize("features", [6, 39])
def test_the_kernel_machine_is_weighted_kernel_ridge_regression(features: int) -> None:
    """Against numpy's solution of the normal equations, with distances by scipy."""
    choice = np.random.default_rng(0)
    known, strange = choice.normal(size=(40, features)), choice.normal(size=(5, features))
    labels, chances = choice.integers(7, size=40), choice.uniform(0.5, 2, 40)
    chances /= chances.sum()
    near = np.exp(-NEARNESS / features * cdist(known, known, "sqeuclidean"))
    wanted = np.eye(7)[labels] - 1 / 7
    weights = np.diag(chances * 40)
    shares = np.linalg.solve(weights @ near + RIDGE * np.eye(40), weights @ wanted)
    expected = np.exp(-NEARNESS / features * cdist(strange, known, "sqeuclidean")) @ shares
    machine = KernelMachine(features, 7, 40)
    solve(machine, known.astype(np.float32), labels, chances)
    found = machine(torch.from_numpy(strange.astype(np.float32))) / SHARPNESS
    np.testing.assert_allclose(found.numpy(), expected, atol=0.01)  # numbers of float16


def test_a_file_brings_as_many_centres_as_it_has(tmp_path: Path) -> None:
    choice = np.random.default_rng(0)
    network = FunctionalsNet(centres=(9, 12)).eval()
    for head in (network.anybody, network.known):
        head.kernel.shares.copy_(torch.from_numpy(choice.normal(size=head.kernel.shares.shape)))
    save(tmp_path, network)
    checkpoint = load_checkpoint(tmp_path / "functionals.safetensors", "functionals")
    scores = torch.from_numpy(choice.normal(size=(2, 3, len(NAMES))).astype(np.float32))
    with torch.inference_mode():
        expected, found = network(*scores), FunctionalsNet.of(checkpoint)(*scores)
    np.testing.assert_allclose(found.numpy(), expected.numpy(), atol=0.05)
    del checkpoint.weights["known.kernel.centres"]
    with pytest.raises(CheckpointError, match=r"known\.kernel\.centres"):
        FunctionalsNet.of(checkpoint)


def test_copies_are_other_speakers_with_other_voices(tmp_path: Path) -> None:
    tone = (0.3 * np.sign(np.sin(2 * np.pi * 200 * np.arange(32_000) / 16_000))).astype("f4")
    soundfile.write(tmp_path / "a.wav", tone, 16_000)
    utterance = Utterance(tmp_path / "a.wav", "made", "made-1", EMOTIONS[0])
    found = hear_copies([utterance], tmp_path / "cache")
    assert sorted(set(found.speakers.tolist())) == ["made-1 at 0.90", "made-1 at 1.11"]
    pitches = found.rows[:, NAMES.index("f0.p50")]
    assert pitches == pytest.approx(12 * np.log2(200 * np.array(SPEEDS) / 27.5), abs=0.1)


def test_leaning_is_towards_what_is_usual() -> None:
    usual = FeatureStatistics(np.zeros(1, np.float32), np.ones(1, np.float32), 0)
    own = FeatureStatistics(np.ones(1, np.float32), np.ones(1, np.float32), round(LEANING))
    assert leaning(own, usual).mean == pytest.approx([0.5])
