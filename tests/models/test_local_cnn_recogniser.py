"""The local CNN as a recogniser, against one window after another."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.clip import Clip, Source
from core.emotion import EMOTIONS
from core.errors import CheckpointError
from core.monitor import SILENT
from core.normalisation import BandStatistics, z_score
from core.speaker_profile import SpeakerProfile
from models.checkpoint import (
    load_checkpoint,
)
from models.device import Runner
from models.local_cnn import LONG, VotingCnn, VotingPair
from models.recognisers import load_recogniser
from models.recognisers.local_cnn import BEFORE
from models.recognisers.recogniser import Speech, listen
from models.spectrum import CHUNK_FRAMES
from tests.weights import make_normalisation, write_local_cnn

RUNNER = Runner(torch.device("cpu"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with networks that know nothing, but trust some classes more than others."""
    path = tmp_path_factory.mktemp("weights")
    write_local_cnn(path)
    return path


def speech(seconds: float, profile: SpeakerProfile | None = None) -> Speech:
    choice = np.random.default_rng(5)
    time = np.arange(int(seconds * 16_000)) / 16_000
    tone = 0.2 * np.sin(2 * np.pi * 180 * time) * (np.sin(2 * np.pi * 0.7 * time) > -0.5)
    samples = (tone + choice.normal(0, 1e-3, len(time))).astype(np.float32)
    clip = Clip(samples, Source("a.wav", "0" * 64, 16_000, 1, seconds))
    return listen(clip, profile=profile)


def networks(folder: Path) -> VotingPair:
    pair = VotingPair(len(EMOTIONS))
    load_checkpoint(folder / "local-cnn.safetensors", "local-cnn").fill(pair)
    return pair.eval()


def windows_one_by_one(
    network: VotingCnn, heard: Speech, statistics: BandStatistics
) -> NDArray[np.float32]:
    """Around every eighth frame, edges replicated."""
    count = heard.spectrum.timeline.count
    values = z_score(heard.spectrum.frames(-LONG.frames, count + LONG.frames), statistics)
    rows = []
    with torch.inference_mode():
        for middle in range(0, count, LONG.shift):
            first = LONG.frames + middle - BEFORE
            window = torch.from_numpy(values[first : first + LONG.frames].T[None].copy())
            rows.append(network(window).softmax(1)[0].numpy())
    return np.array(rows)


@pytest.mark.parametrize("seconds", [0.01, 0.5, 3.0, 2.5 * CHUNK_FRAMES / 100])
def test_windows_are_those_of_the_network(folder: Path, seconds: float) -> None:
    heard = speech(seconds)
    track = load_recogniser(folder, "local-cnn").hear(heard, RUNNER, SILENT)
    expected = windows_one_by_one(networks(folder).alone, heard, make_normalisation().training)
    np.testing.assert_allclose(track.probabilities[:: LONG.shift], expected, atol=1e-5)
    np.testing.assert_allclose(track.probabilities.sum(axis=1), 1.0, atol=1e-5)


def test_votes_are_the_weighted_ones(folder: Path) -> None:
    heard = speech(3.0)
    track = load_recogniser(folder, "local-cnn").hear(heard, RUNNER, SILENT)
    windows = windows_one_by_one(networks(folder).alone, heard, make_normalisation().training)
    votes = networks(folder).alone.weights().votes(windows)
    assert track.votes is not None
    np.testing.assert_allclose(track.votes[:: LONG.shift], votes, atol=1e-5)
    middle = (votes[3] + votes[4]) / 2
    np.testing.assert_allclose(track.votes[3 * LONG.shift + LONG.shift // 2], middle, atol=1e-5)


def test_a_profile_changes_what_is_heard(folder: Path) -> None:
    bands = BandStatistics(
        np.linspace(-6, -14, 40).astype(np.float32), np.full(40, 3.0, np.float32), 1e4
    )
    recogniser = load_recogniser(folder, "local-cnn")
    assert recogniser.uses_profile
    known = speech(1.0, SpeakerProfile("someone", bands))
    expected = windows_one_by_one(
        networks(folder).known, known, make_normalisation("speaker").statistics(bands)
    )
    found = recogniser.hear(known, RUNNER, SILENT).probabilities[:: LONG.shift]
    np.testing.assert_allclose(found, expected, atol=1e-5)
    alone = recogniser.hear(speech(1.0), RUNNER, SILENT).probabilities[:: LONG.shift]
    assert np.abs(alone - found).max() > 1e-3


def test_weights_of_another_role_are_refused(weights: Path, tmp_path: Path) -> None:
    (tmp_path / "local-cnn.safetensors").write_bytes((weights / "dern.safetensors").read_bytes())
    with pytest.raises(CheckpointError, match="expected a 'local-cnn'"):
        load_recogniser(tmp_path, "local-cnn")


def test_as_many_threads_as_there_are_hear_the_same(folder: Path) -> None:
    heard, threads = speech(3.0), torch.get_num_threads()
    recogniser = load_recogniser(folder, "local-cnn")
    try:
        found = []
        for count in (1, 2, 3):
            torch.set_num_threads(count)
            found.append(recogniser.hear(heard, RUNNER, SILENT))
    finally:
        torch.set_num_threads(threads)
    for other in found[1:]:
        np.testing.assert_array_equal(other.probabilities, found[0].probabilities)
