"""Table 1 of Milde and Biemann 2015 on any labelled corpus: what each technique gains.

Recordings in, table out. Speakers are on one side of a fold only. Each cell, a network in
a fold, has a folder of its own below the run's, so that a run that was stopped goes on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.clip import SAMPLE_RATE
from core.corpora.splits import FOLDS, Split, speaker_folds
from core.errors import TrainingError
from core.evaluation.recognition import confusion, recalls, unweighted_average_recall
from core.mfsc import HOP
from core.monitor import SILENT, Monitor
from models.evaluation.cells import Cell, Cells
from models.evaluation.feature_network import feature_network
from models.evaluation.voting_source import lacking_source, source_labels
from models.local_cnn import BATCH, PAPER, Layout, LocalCnn
from models.training.heard_clip import LEAST_SPEECH
from models.training.local_windows import (
    PACE,
    TRANSFER_PACE,
    FrontEnd,
    LabelledWindows,
    WindowTask,
    labels_by,
    transferred,
    window_probabilities,
)  # fmt: skip
from models.training.loop import CPU, fit
from models.training.recordings import Recording
from models.training.schedule import Pace, paced
from models.voting import fit_vote_weights, harmonic_mean, majority_vote, pooled

# Row -> what it is, and the paper's name for it.
ROWS = {
    "features": "utterance features, dense network (net0)",
    "simple": "local CNN, simple vote (net1)",
    "dropout": "+ dropout (net2)",
    "weighted": "+ weighted vote (net3)",
    "copies": "net3 + copies a semitone up and down",
    "naive": "net3 + all layers transferred (net4)",
    "transfer": "net3 + convolutions transferred (net5)",
    "ensemble": "net0, net2, net3, net5: harmonic mean",
}
MEMBERS = (("features", "mean"), ("dropout", "mean"), ("dropout", "pooled"), ("transfer", "pooled"))
VOTING_WINDOWS = 20_000  # of the training set, from which the weights of votes are learned
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Material:
    """Recordings, their variants, and utterance features (n, F), all in one order."""

    recordings: Sequence[Recording]
    copies: tuple[Sequence[Recording], ...] = ()  # pitch-shifted
    features: NDArray[np.float32] | None = None

    def spoken(self) -> "Material":
        """Without recordings that hold too little speech."""
        kept = [i for i, r in enumerate(self.recordings) if r.voiced.sum() >= LEAST_SPEECH]
        return Material(
            [self.recordings[i] for i in kept],
            tuple([copy[i] for i in kept] for copy in self.copies),
            None if self.features is None else self.features[kept],
        )


@dataclass(frozen=True, slots=True)
class VotingSettings:
    """The paper: 400 epochs, which are 400 times the windows over `batch_size` steps."""

    steps: int = 1_000
    source_steps: int = 1_000  # of the task that is transferred from
    source: str = "speaker"  # or "language", "text": of the training speakers' own recordings
    batch_size: int = 128
    normalisation: str = "training"
    layout: Layout = PAPER
    folds: int = FOLDS
    seed: int = 0


@dataclass(frozen=True, slots=True)
class VotingTable:
    """UAR of each row in each fold (folds,), and its recalls (labels,) over all folds."""

    labels: tuple[str, ...]
    recordings: int
    uar: dict[str, Array]
    recalls: dict[str, Array]
    lacking: str = ""  # why there are no rows of transfer


# The row that each is compared with.
BASES = {
    "dropout": "simple", "weighted": "dropout", "copies": "weighted", "naive": "weighted",
    "transfer": "weighted", "ensemble": "weighted",
}  # fmt: skip


def voting_table(
    material: Material,
    settings: VotingSettings,
    run: Path,
    monitor: Monitor = SILENT,
    device: torch.device = CPU,
    most: int = 0,
) -> VotingTable:
    """Train and judge every row in every fold, or in the first `most`.

    Raises TrainingError without speech, with a single speaker, with one label only, or where
    `run` holds the work of other recordings or settings.
    """
    material = material.spoken()
    if not material.recordings:
        least = LEAST_SPEECH * HOP / SAMPLE_RATE
        raise TrainingError(f"no recording holds enough speech; expected {least:g} s or more")
    names, labels = labels_by(material.recordings, lambda r: r.utterance.emotion)
    if len(names) < 2:
        raise TrainingError(f"all recordings are {names[0]!r}; a table needs at least two labels")
    true = np.array(labels)
    listed = [(r.utterance.audio.name, r.utterance.speaker, r.utterance.emotion, len(r.values))
              for r in material.recordings]  # fmt: skip
    Cells(run).belong_to(f"{settings} {listed}")
    found: dict[str, list[tuple[NDArray[np.intp], Array]]] = {}
    folds = speaker_folds([r.utterance for r in material.recordings], settings.seed, settings.folds)
    lacking = lacking_source(material.recordings, folds, settings.source)
    if lacking:
        monitor.notice(lacking)
    for number, split in enumerate(folds[: most or None]):
        place = run / f"fold-{number + 1}"
        fold = _Fold(material, true, len(names), split, settings, place, device, not lacking)
        for row, estimates in fold.rows(monitor).items():
            found.setdefault(row, []).append((true[list(split.validation)], estimates))
    uar, recall = {}, {}
    for row in (row for row in ROWS if row in found):
        tables = [
            confusion(t.tolist(), e.argmax(axis=1).tolist(), len(names)) for t, e in found[row]
        ]
        uar[row] = np.array([unweighted_average_recall(table) for table in tables])
        recall[row] = recalls(np.sum(tables, axis=0))
    return VotingTable(tuple(names), len(true), uar, recall, lacking)


class _Fold:
    """All rows of the table in one fold."""

    def __init__(
        self,
        material: Material,
        true: NDArray[np.intp],
        classes: int,
        split: Split,
        settings: VotingSettings,
        run: Path,
        device: torch.device,
        transfers: bool,
    ) -> None:
        self._material, self._true, self._classes = material, true, classes
        self._split, self._settings = split, settings
        self._train = [material.recordings[i] for i in split.train]
        self._front = FrontEnd.of(settings.normalisation, self._train, material.recordings)
        self._cells = Cells(run)
        self._device, self._transfers = device, transfers

    def rows(self, monitor: Monitor) -> dict[str, Array]:
        """Estimates (validation, C) of each row; those of a technique there is no material for
        are left out."""
        plain = self._settings.layout.without_dropout()
        simple = self._cell("simple", partial(self._new, plain), PACE, (), monitor)
        dropout = self._cell("dropout", self._new, PACE, (), monitor)
        result = {
            "simple": simple["majority"], "dropout": dropout["majority"],
            "weighted": dropout["weighted"],
        }  # fmt: skip
        if self._material.copies:
            copies = self._cell("copies", self._new, PACE, self._material.copies, monitor)
            result["copies"] = copies["weighted"]
        cells = {"dropout": dropout}
        source = self._source(monitor)
        ways = (("naive", False), ("transfer", True)) if self._transfers else ()
        for row, convolutions_only in ways:
            make = partial(self._transferred, source, convolutions_only)
            cells[row] = self._cell(row, make, TRANSFER_PACE, (), monitor)
            result[row] = cells[row]["weighted"]
        if self._material.features is not None:
            cells["features"] = self._features(self._material.features, monitor)
            result["features"] = cells["features"]["mean"]
            if self._transfers:
                members = [cells[cell][estimate] for cell, estimate in MEMBERS]
                result["ensemble"] = harmonic_mean(members)
        return result

    def _new(self, layout: Layout | None = None, classes: int = 0) -> LocalCnn:
        torch.manual_seed(self._settings.seed)
        return LocalCnn(classes or self._classes, layout or self._settings.layout)

    def _transferred(self, source: Callable[[], LocalCnn], convolutions_only: bool) -> LocalCnn:
        return transferred(source(), self._new(), convolutions_only)

    def _cell(
        self,
        name: str,
        make: Callable[[], LocalCnn],
        pace: Pace,
        copies: Sequence[Sequence[Recording]],
        monitor: Monitor,
    ) -> Cell:
        """A network trained on the fold, and what it finds in the validation recordings."""

        def work(folder: Path) -> Cell:
            recordings = self._train + [copy[i] for copy in copies for i in self._split.train]
            labels = [int(self._true[i]) for i in self._split.train] * (1 + len(copies))
            network = self._trained(make(), name, recordings, labels, pace, folder, monitor)
            return self._judged(network, monitor)

        return self._cells.get(name, work)

    def _trained(
        self,
        network: LocalCnn,
        name: str,
        recordings: Sequence[Recording],
        labels: Sequence[int],
        pace: Pace,
        folder: Path,
        monitor: Monitor,
    ) -> LocalCnn:
        settings = self._settings
        windows = LabelledWindows.of(recordings, labels, self._front, network.layout)
        task = WindowTask(name, windows, network, settings.seed, settings.batch_size)
        steps = settings.source_steps if name == "source" else settings.steps
        schedule = paced(pace, steps, max(1, steps // 10), settings.seed)
        fit(task, schedule, folder, monitor, self._device)
        return network.eval()

    def _source(self, monitor: Monitor) -> Callable[[], LocalCnn]:
        """The network trained on another task, of the training speakers' recordings only."""

        def make() -> LocalCnn:
            names, labels = source_labels(self._train, self._settings.source)
            return self._trained(
                self._new(classes=len(names)), "source", self._train, labels, PACE,
                self._cells.folder("source"), monitor,
            )  # fmt: skip

        return make

    def _judged(self, network: LocalCnn, monitor: Monitor) -> Cell:
        """The votes' weights learned from windows of the training set, 2.2, and all estimates."""
        probabilities, true = self._training_windows(network)
        weights = fit_vote_weights(probabilities, true)
        rows: dict[str, list[Array]] = {}
        for index, place in enumerate(self._split.validation):
            monitor.step("judging", index, len(self._split.validation))
            recording = self._material.recordings[place]
            found = window_probabilities(network, self._front.scores(recording), recording.voiced)
            for name, value in {
                "majority": majority_vote(found),
                "weighted": weights.vote(found),
                "mean": pooled(found, np.ones(len(found))),
                "pooled": pooled(found, weights.of(found)),
            }.items():
                rows.setdefault(name, []).append(value)
        return {name: np.stack(values) for name, values in rows.items()}

    def _training_windows(self, network: LocalCnn) -> tuple[Array, NDArray[np.intp]]:
        """Probabilities (n, C) and labels (n,) of a random part of the training windows."""
        labels = [int(self._true[i]) for i in self._split.train]
        windows = LabelledWindows.of(self._train, labels, self._front, network.layout)
        choice = np.random.default_rng(self._settings.seed)
        chosen = choice.permutation(len(windows.starts))[:VOTING_WINDOWS]
        frames = network.layout.frames
        with torch.inference_mode():
            found = [
                network(windows.take(part, frames)[0]).softmax(1)
                for part in np.array_split(chosen, max(1, len(chosen) // BATCH))
            ]
        return torch.cat(found).double().numpy(), windows.labels[chosen]

    def _features(self, features: NDArray[np.float32], monitor: Monitor) -> Cell:
        """net0: the same folds, on one vector of features for each utterance."""

        def work(folder: Path) -> Cell:
            split, settings = self._split, self._settings
            estimates = feature_network(
                features, self._true, split, self._classes,
                paced(PACE, settings.steps, max(1, settings.steps // 10), settings.seed),
                folder, monitor, self._device,
            )  # fmt: skip
            return {"mean": estimates}

        return self._cells.get("features", work)
