"""Training of the classifier of functionals, on real utterances and on made ones."""

from dataclasses import dataclass, field, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.emotion import EMOTIONS
from core.evaluation.recognition import confusion, unweighted_average_recall
from core.speaker_profile import FeatureStatistics
from models.device import device_of
from models.functionals import FunctionalsNet, acquaintance, leaning, z_scores
from models.training.functionals_data import Examples, Rows, joined
from models.training.kernel_fit import solve
from models.training.loop import Batch

LABEL_SMOOTHING = 0.1
PROFILES = (1_000, 1_000, 24, 12, 6)  # pieces of a speaker that one variant of his profile hears
CORPUS_WEIGHTS = {"ravdess": 0.6, "emodb": 0.4}  # chances where both have an emotion


@dataclass(frozen=True, slots=True)
class Made:
    """Synthetic z-scores (n, features) as each of the two networks sees them, with labels (n,)."""

    anybody: Rows
    known: Rows
    labels: NDArray[np.intp]


def usual_of(examples: Examples) -> FeatureStatistics:
    """What is usual in a training set, as a checkpoint keeps it."""
    network = FunctionalsNet(examples.rows.shape[1])
    network.usual = FeatureStatistics.of(examples.rows)
    return network.usual


def known_scores(
    examples: Examples, usual: FeatureStatistics, choice: np.random.Generator, most: int
) -> Rows:
    """Z-scores (n, features) by profiles of at most so many pieces of each speaker."""
    result = np.empty_like(examples.rows)
    for speaker in sorted(set(examples.speakers.tolist())):
        own = np.flatnonzero(examples.speakers == speaker)
        heard = choice.permutation(own)[:most]
        profile = leaning(FeatureStatistics.of(examples.rows[heard]), usual)
        result[own] = z_scores(examples.rows[own], profile)
    return result


def probabilities(network: FunctionalsNet, examples: Examples) -> NDArray[np.float32]:
    """(n, 7) for anybody."""
    return _opinions(network, z_scores(examples.rows, network.usual))


def known_probabilities(network: FunctionalsNet, examples: Examples) -> NDArray[np.float32]:
    """(n, 7) with profiles over all pieces of each speaker."""
    usual = network.usual
    every = len(examples.rows)
    profiled = known_scores(examples, usual, np.random.default_rng(0), every)
    counts = [int((examples.speakers == speaker).sum()) for speaker in examples.speakers]
    share = np.array([[acquaintance(count)] for count in counts], np.float32)
    return _opinions(network, z_scores(examples.rows, usual), profiled, share)


def _opinions(network: FunctionalsNet, *rows: NDArray[np.float32]) -> NDArray[np.float32]:
    device = device_of(network)
    with torch.inference_mode():
        logits = network(*(torch.from_numpy(part).to(device) for part in rows))
        result: NDArray[np.float32] = logits.softmax(dim=1).cpu().numpy()
    return result


def recording_labels(
    examples: Examples, found: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.str_]]:
    """(true, found, corpus) of each recording, whose pieces vote by their probabilities (n, 7)."""
    places, first, inverse = np.unique(examples.recordings, return_index=True, return_inverse=True)
    votes = np.zeros((len(places), found.shape[1]))
    np.add.at(votes, inverse, found)
    return examples.labels[first], votes.argmax(axis=1), examples.corpora[first]


def recall_by_corpus(examples: Examples, found: NDArray[np.float32]) -> dict[str, float]:
    """Unweighted average recall in each corpus."""
    true, guessed, corpora = recording_labels(examples, found)
    return {
        corpus: unweighted_average_recall(
            confusion(true[corpora == corpus].tolist(), guessed[corpora == corpus].tolist(),
                      len(EMOTIONS))
        )
        for corpus in sorted(set(corpora.tolist()))
    }  # fmt: skip


@dataclass
class FunctionalsTask:
    """Both networks at once; every emotion is drawn as often, and so is every corpus in it.

    Their kernel machines are solved at the beginning, from real utterances alone. Only that for
    known speakers knows the copies: level and pitch of a copy are nobody's.
    """

    train: Examples
    validation: Examples
    made: Made | None = None
    copies: Examples | None = None  # of `train`, in other voices
    made_share: float = 0.5  # of a batch, where there are made utterances
    size: int = 128  # of a batch
    seed: int = 0
    name: str = "functionals"
    network: nn.Module = field(init=False)

    def __post_init__(self) -> None:
        torch.manual_seed(self.seed)
        choice = np.random.default_rng(self.seed)
        usual = usual_of(self.train)
        profiled = self._profiled(usual, choice)
        count = len(self.train.rows)
        network = FunctionalsNet(self.train.rows.shape[1], (count, len(profiled.rows)))
        network.usual = usual
        self.network = network
        self._anybody = z_scores(self.train.rows, usual)
        self._known = np.stack([known_scores(self.train, usual, choice, most) for most in PROFILES])
        self._chances = balanced(self.train)
        solve(network.anybody.kernel, self._anybody, self.train.labels, self._chances)
        solve(network.known.kernel, profiled.rows, profiled.labels, balanced(profiled))
        if self.made is not None:
            counts = np.bincount(self.made.labels, minlength=len(EMOTIONS))
            weights = 1.0 / counts[self.made.labels]
            self._made_chances = weights / weights.sum()

    def _profiled(self, usual: FeatureStatistics, choice: np.random.Generator) -> Examples:
        """Z-scores of real utterances and of copies, by all of their speakers' own."""
        every = self.train if self.copies is None else joined((self.train, self.copies))
        return replace(every, rows=known_scores(every, usual, choice, len(every.rows)))

    def batch(self, choice: np.random.Generator) -> Batch:
        """Z-scores (B, features) for either network, and labels (B,)."""
        made = round(self.made_share * self.size) if self.made is not None else 0
        real = choice.choice(len(self._chances), size=self.size - made, p=self._chances)
        variant = choice.integers(len(PROFILES), size=len(real))
        parts = [(self._anybody[real], self._known[variant, real], self.train.labels[real])]
        if self.made is not None:
            at = choice.choice(len(self._made_chances), size=made, p=self._made_chances)
            parts.append((self.made.anybody[at], self.made.known[at], self.made.labels[at]))
        return tuple(
            torch.from_numpy(np.concatenate(column)) for column in zip(*parts, strict=True)
        )

    def loss(self, batch: Batch) -> Tensor:
        """Cross-entropies of both."""
        network = self._net(self.network)
        anybody, known, labels = batch
        return _cross_entropy(network.anybody(anybody), labels) + _cross_entropy(
            network.known(known), labels
        )

    def validate(self, network: nn.Module) -> dict[str, float]:
        """Unweighted average recall of either network in each corpus."""
        net = self._net(network)
        if len(self.validation.rows) == 0:
            return {"score": 0.0}
        one = recall_by_corpus(self.validation, probabilities(net, self.validation))
        other = recall_by_corpus(self.validation, known_probabilities(net, self.validation))
        figures = {f"{corpus}_uar": value for corpus, value in one.items()}
        figures |= {f"{corpus}_profile_uar": value for corpus, value in other.items()}
        return figures | {"score": float(np.mean(list(figures.values())))}

    @staticmethod
    def _net(network: nn.Module) -> FunctionalsNet:
        assert isinstance(network, FunctionalsNet)
        return network


def balanced(examples: Examples) -> NDArray[np.float64]:
    """Chances (n,) by which every emotion comes as often, parted among the corpora that have it."""
    pairs = list(zip(examples.corpora.tolist(), examples.labels.tolist(), strict=True))
    counts = {pair: pairs.count(pair) for pair in set(pairs)}
    weight = {pair: CORPUS_WEIGHTS.get(pair[0], 0.5) for pair in counts}
    totals = {label: sum(w for (_, other), w in weight.items() if other == label)
              for _, label in counts}  # fmt: skip
    chances = np.array([weight[p] / totals[p[1]] / counts[p] for p in pairs])
    result: NDArray[np.float64] = chances / chances.sum()
    return result


def _cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    return nn.functional.cross_entropy(logits, labels, label_smoothing=LABEL_SMOOTHING)
