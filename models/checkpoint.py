"""Trained weights on disk: one safetensors file that says all that is needed to use it.

The header's metadata holds, as JSON, what the network is, the labels, how the
input is normalised, where the weights came from and under what licence. No
pickle is ever read.
"""

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from core.animation import ModelId
from core.atomic import atomic_binary
from core.errors import CheckpointError
from core.normalisation import BandStatistics, Normalisation
from core.shape_model import ShapeModel

FORMAT = "visemo-checkpoint/1"
_METADATA_KEY = "visemo"
# Frames that a network of each role sees at once; a file that says otherwise is refused.
CONTEXT_FRAMES = {"dern": 15, "dsrn": 15, "local-cnn": 46, "functionals": 1, "valence-arousal": 4}
_BANDS = ("normalisation.mean", "normalisation.std")
_SHAPE = ("shape.mean", "shape.components", "shape.variances", "shape.head")
_MODEL = "model."


class FeatureConfig(msgspec.Struct, frozen=True):
    """The front end that a network was trained with; a file that says otherwise is refused."""

    sample_rate: int = 16_000  # Hz
    bands: int = 40
    window: float = 0.025  # seconds
    hop: float = 0.010  # seconds
    fft_size: int = 512
    pre_emphasis: float = 0.97
    window_function: str = "hamming"
    context_frames: int = 15  # K_a
    normalisation: str = "utterance"


class Provenance(msgspec.Struct, frozen=True):
    """Where weights came from."""

    trained_on: list[str]
    recipe: str  # name of the recipe
    seed: int
    version: str  # of this program
    metrics: dict[str, float] = {}
    speakers: list[str] = []  # trained on, as the corpora name them; empty: not written down


class Description(msgspec.Struct, frozen=True):
    """Everything about a checkpoint but its numbers."""

    role: str  # "dern", "dsrn", or a row of CONTEXT_FRAMES
    id: str
    licence: str
    provenance: Provenance
    labels: list[str]  # DERN: its outputs; DSRN: the one emotion it shows, or "combined"
    features: FeatureConfig = FeatureConfig()
    explained_variance: float = 0.0  # of the shape model, where there is one
    settings: dict[str, str | float] = {}  # what else it takes to build the network
    format: str = FORMAT


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checked file: its description, tensors as float32, and the file's hash."""

    description: Description
    weights: dict[str, Tensor]
    normalisation: Normalisation
    shape_model: ShapeModel | None
    sha256: str

    def fill(self, network: nn.Module, *, lend: bool = False) -> None:
        """Put the weights into a network, or `lend` it those of the checkpoint.

        A network made on the device "meta" has nothing to put them into, and nothing was drawn
        by chance to be overwritten. Raises CheckpointError when they do not fit.
        """
        wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
        found = {name: tuple(tensor.shape) for name, tensor in self.weights.items()}
        for name in sorted(wanted.keys() | found.keys()):
            if wanted.get(name) != found.get(name):
                raise CheckpointError(
                    f"checkpoint {self.description.id!r} does not fit this version's "
                    f"{self.description.role.upper()}: {name} is {found.get(name, 'missing')}, "
                    f"expected {wanted.get(name, 'nothing of that name')}"
                )
        network.load_state_dict(self.weights, assign=lend)


@dataclass(frozen=True, slots=True)
class Described:
    """What a file says of itself, without its numbers."""

    path: Path
    description: Description
    sha256: str


def save_checkpoint(
    path: Path,
    network: nn.Module,
    description: Description,
    normalisation: Normalisation,
    shape_model: ShapeModel | None = None,
) -> None:
    """Write a checkpoint atomically; the network's weights as float16, statistics as float32.

    Raises ValueError when the description names another normalisation than the one given.
    """
    if description.features.normalisation != normalisation.method:
        raise ValueError(
            f"the description names normalisation {description.features.normalisation!r}, "
            f"but it is {normalisation.method!r}"
        )
    tensors = {
        _MODEL + name: tensor.detach().cpu().half().contiguous()
        for name, tensor in network.state_dict().items()
    }
    statistics = (normalisation.training.mean, normalisation.training.std)
    tensors |= {k: torch.tensor(v) for k, v in zip(_BANDS, statistics, strict=True)}
    if shape_model is not None:
        parts = (shape_model.mean, shape_model.components, shape_model.variances, shape_model.head)
        tensors |= {k: torch.tensor(v).contiguous() for k, v in zip(_SHAPE, parts, strict=True)}
    metadata = {_METADATA_KEY: msgspec.json.encode(description).decode()}
    with atomic_binary(path) as file:
        file.write(save(tensors, metadata))


def load_checkpoint(path: Path, role: str) -> Checkpoint:
    """Read and check a file.

    Raises CheckpointError, naming the file, when it is missing, cut short, not a
    checkpoint, of another role or front end, or holds numbers that are not finite.
    """
    try:
        sha256 = file_hash(path)
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, ValueError, MemoryError) as error:
        raise CheckpointError(f"{path} cannot be read as a checkpoint: {error}") from error
    description = _described(path, metadata.get(_METADATA_KEY), role)
    for name, tensor in tensors.items():
        # Extremes of what holds a NaN are NaN; asking each number takes twenty times as long.
        if tensor.numel() and not all(torch.isfinite(end) for end in tensor.aminmax()):
            raise CheckpointError(f"{path} is damaged: {name} holds numbers that are not finite")
    weights = {
        name.removeprefix(_MODEL): tensor.float()
        for name, tensor in tensors.items()
        if name.startswith(_MODEL)
    }
    try:
        mean, std = (_array(tensors, name) for name in _BANDS)
        normalisation = Normalisation(
            description.features.normalisation, BandStatistics(mean, std, math.inf)
        )
        shape_model = None
        if role == "dsrn":
            shape, components, variances, head = (_array(tensors, name) for name in _SHAPE)
            explained = description.explained_variance
            shape_model = ShapeModel(shape, components, variances, explained, head)
    except (KeyError, ValueError) as error:
        raise CheckpointError(f"{path} is not complete: {error}") from error
    return Checkpoint(description, weights, normalisation, shape_model, sha256)


def read_description(path: Path) -> Described:
    """Of a checkpoint of any role. Raises CheckpointError for what is none."""
    try:
        sha256 = file_hash(path)
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
    except (OSError, SafetensorError, ValueError, MemoryError) as error:
        raise CheckpointError(f"{path} cannot be read as a checkpoint: {error}") from error
    return Described(path, _decoded(path, metadata.get(_METADATA_KEY)), sha256)


def model_id(checkpoint: Checkpoint) -> ModelId:
    """What an animation remembers of a checkpoint that took part."""
    description = checkpoint.description
    emotion = description.labels[0] if description.role == "dsrn" else ""
    return ModelId(description.role, emotion, description.id, checkpoint.sha256)


def _array(tensors: dict[str, Tensor], name: str) -> NDArray[np.float32]:
    result: NDArray[np.float32] = tensors[name].float().numpy()
    return result


def file_hash(path: Path) -> str:
    """SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _decoded(path: Path, text: str | None) -> Description:
    if text is None:
        raise CheckpointError(f"{path} is a safetensors file but not a Visemo checkpoint")
    try:
        description = msgspec.json.decode(text, type=Description)
    except (msgspec.DecodeError, json.JSONDecodeError) as error:
        raise CheckpointError(f"{path} describes itself wrongly: {error}") from error
    if description.format != FORMAT:
        raise CheckpointError(f"{path} has format {description.format!r}, expected {FORMAT!r}")
    return description


def _described(path: Path, text: str | None, role: str) -> Description:
    description = _decoded(path, text)
    if description.role != role:
        raise CheckpointError(f"{path} holds a {description.role!r}, expected a {role!r}")
    known = FeatureConfig(
        normalisation=description.features.normalisation, context_frames=CONTEXT_FRAMES[role]
    )
    if description.features != known:
        raise CheckpointError(
            f"{path} was trained on other features ({description.features}); expected {known}"
        )
    return description
