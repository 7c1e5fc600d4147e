"""Small but whole sets of weights: right in every respect, except that they know nothing."""

from pathlib import Path

import numpy as np
import torch

from core.affect import DIMENSIONS, FILE, ROLE
from core.emotion import EMOTIONS
from core.hearing import TITLES
from core.mfsc import BANDS
from core.normalisation import BandStatistics, Normalisation
from models.affect_recogniser import Ensemble
from models.cascade import face_path
from models.checkpoint import (
    CONTEXT_FRAMES,
    Description,
    FeatureConfig,
    Provenance,
    save_checkpoint,
)
from models.dern import Dern
from models.dsrn import Dsrn
from models.face_weights import COMBINED
from models.functionals import FunctionalsNet
from models.local_cnn import LONG, LocalCnn, VotingCnn, VotingPair
from models.recognisers.ensemble import ROLE as ENSEMBLE
from models.recognisers.ensemble import EnsembleSettings, write_settings
from models.voting import VoteWeights
from tests.core.animations import make_shape_model

SEED = 7
GAIN = 20.0  # of the last layer, so that random networks differ visibly


def make_normalisation(method: str = "utterance") -> Normalisation:
    """Roughly that of speech."""
    mean = np.linspace(-8.0, -12.0, BANDS, dtype=np.float32)
    return Normalisation(method, BandStatistics(mean, np.full(BANDS, 2.5, np.float32), 1e4))


def describe(role: str, label: str = "", method: str = "utterance") -> Description:
    """What a checkpoint of these tests says of itself."""
    return Description(
        role=role,
        id=f"test-{role}{'-' * bool(label)}{label}",
        licence="MIT",
        provenance=Provenance([], "none", SEED, "0.1.0"),
        labels=[label] if label else list(EMOTIONS if role != "valence-arousal" else DIMENSIONS),
        features=FeatureConfig(context_frames=CONTEXT_FRAMES[role], normalisation=method),
    )


def make_dern(seed: int = SEED) -> Dern:
    torch.manual_seed(seed)
    network = Dern()
    with torch.no_grad():
        network.output.weight *= GAIN
    return network


def make_dsrn(seed: int = SEED) -> Dsrn:
    torch.manual_seed(seed)
    network = Dsrn()
    with torch.no_grad():
        network.output.weight *= GAIN
    return network


def write_dern(folder: Path, method: str = "utterance") -> None:
    """DERN; with the method "speaker" it hears another thing where the speaker is known."""
    description, normalisation = describe("dern", method=method), make_normalisation(method)
    save_checkpoint(folder / "dern.safetensors", make_dern(), description, normalisation)


def write_local_cnn(folder: Path) -> None:
    """Networks that know nothing, but trust some classes more than others."""
    torch.manual_seed(1)
    choice = np.random.default_rng(1)
    weights = VoteWeights(choice.normal(0, 0.3, (7, 7)), choice.uniform(0.2, 0.8, 7))
    pair = VotingPair(len(EMOTIONS))
    pair.alone = VotingCnn.of(LocalCnn(len(EMOTIONS), LONG), weights)
    pair.known = VotingCnn.of(LocalCnn(len(EMOTIONS), LONG), weights)
    description = describe("local-cnn", method="speaker")
    path, normalisation = folder / "local-cnn.safetensors", make_normalisation("speaker")
    save_checkpoint(path, pair, description, normalisation)


def write_recognisers(folder: Path) -> None:
    """All there are, beside what `write_weights` wrote."""
    write_local_cnn(folder)
    torch.manual_seed(2)
    save_checkpoint(
        folder / "functionals.safetensors", FunctionalsNet(),
        describe("functionals", method="training"), make_normalisation("training"),
    )  # fmt: skip
    members = {name: 1.0 for name in TITLES if name != ENSEMBLE}
    write_settings(folder, EnsembleSettings("test-ensemble", members, members))


def write_weights(folder: Path) -> None:
    """DERN and the eight faces, each with random weights of its own."""
    normalisation, shape_model = make_normalisation(), make_shape_model()
    write_dern(folder)
    for seed, name in enumerate((*EMOTIONS, COMBINED)):
        save_checkpoint(
            face_path(folder, name), make_dsrn(seed), describe("dsrn", name), normalisation,
            shape_model,
        )  # fmt: skip


def make_ensemble(seed: int = SEED) -> Ensemble:
    torch.manual_seed(seed)
    network = Ensemble()
    for weights in network.parameters():
        if weights.ndim > 1:  # by default so small that nothing reaches the output
            torch.nn.init.kaiming_normal_(weights)
    for dimension in DIMENSIONS:
        for member in network.members(dimension):
            member.output.weight.data *= 0.1  # within -1 and 1
    return network


def write_affect(folder: Path) -> None:
    """Valence and arousal, which sets of weights may lack."""
    normalisation = make_normalisation("speaker")
    description = describe(ROLE, method="speaker")
    save_checkpoint(folder / FILE, make_ensemble(), description, normalisation)
