"""`visemo train --recipe local-cnn`: resources/weights/local-cnn.safetensors, from the corpora."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.atomic import make_folder
from core.corpora import read_corpus
from core.emotion import EMOTIONS
from core.evaluation.judged import Judged, by_corpus
from core.monitor import SILENT, Monitor
from core.version import program_version
from models.checkpoint import (
    CONTEXT_FRAMES,
    Description,
    FeatureConfig,
    Provenance,
    save_checkpoint,
)
from models.local_cnn import LONG, LocalCnn, VotingCnn, VotingPair, folded
from models.training.augmentation import Augmentation
from models.training.cards import RECOGNISER_LICENCE, write_card
from models.training.heard_clip import LEAST_SPEECH
from models.training.local_stretches import StretchSettings, StretchTask
from models.training.local_windows import FrontEnd, window_probabilities
from models.training.loop import fit
from models.training.recipe import BundledRecipe, partition_of_speaker
from models.training.recordings import Recording, read_recordings
from models.training.schedule import Schedule
from models.voting import VoteWeights, fit_vote_weights

CORPORA = ("ravdess", "emodb")
NAME = "local-cnn"
METHODS = {"alone": "training", "known": "speaker"}  # network -> how its features are normalised
HELD_SHARE = 0.05  # of the training speakers' recordings, by which the best weights are chosen


def _augmentation() -> Augmentation:
    return BundledRecipe().recogniser_augmentation


@dataclass(frozen=True, slots=True)
class LocalCnnRecipe:
    """About six minutes on a free core."""

    seed: int = 0
    schedule: Schedule = field(
        default_factory=lambda: Schedule(
            steps=3_000, learning_rate=3e-3, weight_decay=0.02, warm_up=300, average=0.99,
            validate_every=500, patience=1_000,
        )
    )  # fmt: skip
    stretches: StretchSettings = field(
        default_factory=lambda: StretchSettings(augmentation=_augmentation())
    )


def train_local_cnn(
    data: Path, out: Path, run: Path, recipe: LocalCnnRecipe, monitor: Monitor = SILENT
) -> dict[str, float]:
    """Train on the corpora in `data`; write weights and card to `out`. Returns the card's figures.

    One network for clips whose speaker is not known and one for those whose is. `run` keeps
    features and states. Raises CorpusError or TrainingError with what is missing.
    """
    make_folder(out)
    utterances = [u for name in CORPORA for u in read_corpus(data / name, name, monitor).utterances]
    recordings = [
        recording
        for recording in read_recordings(utterances, run / "features", monitor)
        if recording.voiced.sum() >= LEAST_SPEECH
    ]
    known = [r for r in recordings if partition_of_speaker(r.utterance.speaker) == "train"]
    strangers = [r for r in recordings if partition_of_speaker(r.utterance.speaker) != "train"]
    pair = VotingPair(len(EMOTIONS))
    figures: dict[str, float] = {}
    for name, method in METHODS.items():
        front = FrontEnd.of(method, known, recordings)
        network = fitted_network(name, known, front, recipe, run, monitor)
        weights = _vote_weights(network, known, front)
        figures |= _judged(network, weights, strangers, front, name)
        setattr(pair, name, VotingCnn.of(network, weights))
    path = out / f"{NAME}.safetensors"
    description = _description(sorted({r.utterance.speaker for r in known}), recipe.seed, figures)
    save_checkpoint(path, pair, description, front.normalisation)
    write_card(path, description)
    return figures


def fitted_network(
    name: str,
    known: Sequence[Recording],
    front: FrontEnd,
    recipe: LocalCnnRecipe,
    run: Path,
    monitor: Monitor,
) -> LocalCnn:
    """The trained network without its batch normalisation."""
    order = np.random.default_rng(recipe.seed).permutation(len(known)).tolist()
    count = max(1, round(HELD_SHARE * len(known)))
    held, train = ([known[i] for i in part] for part in (order[:count], order[count:]))
    torch.manual_seed(recipe.seed)
    network = LocalCnn(len(EMOTIONS), LONG, balanced=True)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    task = StretchTask(
        f"{NAME}, {name}", train, labels_of(train), held, labels_of(held), front, network,
        recipe.stretches,
    )  # fmt: skip
    fit(task, recipe.schedule, run / name, monitor)
    return folded(network)


def labels_of(recordings: Sequence[Recording]) -> list[int]:
    """Places of their emotions in EMOTIONS."""
    return [EMOTIONS.index(recording.utterance.emotion) for recording in recordings]


def _vote_weights(network: LocalCnn, known: Sequence[Recording], front: FrontEnd) -> VoteWeights:
    """Learned from the windows that the network learned from, as in the paper."""
    rows = [window_probabilities(network, front.scores(r), r.voiced) for r in known]
    labels = np.repeat(labels_of(known), [len(row) for row in rows])
    return fit_vote_weights(np.concatenate(rows), labels)


def _judged(
    network: LocalCnn,
    weights: VoteWeights,
    recordings: Sequence[Recording],
    front: FrontEnd,
    name: str,
) -> dict[str, float]:
    """UAR by the weighted vote, with its interval over utterances, of each corpus."""
    rows = []
    for recording in recordings:
        utterance = recording.utterance
        windows = window_probabilities(network, front.scores(recording), recording.voiced)
        shares: NDArray[np.float64] = weights.vote(windows)
        found = EMOTIONS[int(shares.argmax())]
        rows.append(
            Judged(
                utterance.audio.name, utterance.corpus, utterance.speaker, utterance.emotion,
                found, tuple(shares.tolist()),
            )
        )  # fmt: skip
    figures: dict[str, float] = {}
    for table in by_corpus(rows)[: len(CORPORA)]:
        figures |= {
            f"{table.corpus}_{name}_uar": table.uar.value,
            f"{table.corpus}_{name}_low": table.uar.utterances.low,
            f"{table.corpus}_{name}_high": table.uar.utterances.high,
        }
    return figures


def _description(speakers: list[str], seed: int, figures: dict[str, float]) -> Description:
    return Description(
        role=NAME,
        id="visemo-local-cnn",
        licence=RECOGNISER_LICENCE,
        provenance=Provenance(
            ["RAVDESS speech, actors 01-16", "EmoDB, six of its speakers"],
            NAME, seed, program_version(), figures, speakers,
        ),
        labels=list(EMOTIONS),
        features=FeatureConfig(normalisation="speaker", context_frames=CONTEXT_FRAMES[NAME]),
    )  # fmt: skip
