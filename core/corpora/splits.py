"""Who is learned from and who is only listened to: the paper's protocol and the honest one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.corpora.utterance import Utterance
from core.errors import TrainingError

FOLDS = 5
TEST_SHARE = 0.1  # Sadiq et al. 2019, section III


@dataclass(frozen=True, slots=True)
class Split:
    """Indices into a sequence of utterances; the three share none."""

    name: str
    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...] = ()


def paper_folds(utterances: Sequence[Utterance], seed: int, folds: int = FOLDS) -> list[Split]:
    """Sadiq et al. 2019, III: a tenth held for test, the rest in folds of 80 % and 20 %.

    By chance within each emotion of each corpus, so speakers are on both sides.
    """
    choice = np.random.default_rng(seed)
    test: list[int] = []
    parts: list[list[int]] = [[] for _ in range(folds)]
    place = 0
    for members in _by(utterances, lambda u: (u.corpus, u.emotion)).values():
        shuffled = [int(i) for i in choice.permutation(members)]
        held = round(TEST_SHARE * len(shuffled))
        test += shuffled[:held]
        for index in shuffled[held:]:
            parts[place % folds].append(index)
            place += 1
    return _folds("fold", parts, test)


def speaker_folds(utterances: Sequence[Utterance], seed: int, folds: int = FOLDS) -> list[Split]:
    """Every speaker is in the validation of one fold and in no other's.

    Corpora are spread evenly over the folds. Raises TrainingError with fewer speakers than folds.
    """
    speakers = _by(utterances, lambda u: (u.corpus, u.speaker))
    if len(speakers) < folds:
        raise TrainingError(
            f"there are {len(speakers)} speakers; leaving speakers out in {folds} folds needs "
            f"at least {folds}"
        )
    choice = np.random.default_rng(seed)
    parts: list[list[int]] = [[] for _ in range(folds)]
    place = 0
    for corpus in sorted({corpus for corpus, _ in speakers}):
        own = sorted(speaker for name, speaker in speakers if name == corpus)
        for index in choice.permutation(len(own)):
            parts[place % folds] += speakers[corpus, own[index]]
            place += 1
    return _folds("speakers out", parts, [])


PROTOCOLS: dict[str, Callable[[Sequence[Utterance], int], list[Split]]] = {
    "paper": paper_folds,
    "speakers": speaker_folds,
}


def _by(
    utterances: Sequence[Utterance], key: Callable[[Utterance], tuple[str, str]]
) -> dict[tuple[str, str], list[int]]:
    groups: dict[tuple[str, str], list[int]] = {}
    for index, utterance in enumerate(utterances):
        groups.setdefault(key(utterance), []).append(index)
    return dict(sorted(groups.items()))


def _folds(name: str, parts: Sequence[Sequence[int]], test: Sequence[int]) -> list[Split]:
    return [
        Split(
            f"{name} {number + 1}",
            tuple(sorted(i for other, p in enumerate(parts) if other != number for i in p)),
            tuple(sorted(part)),
            tuple(sorted(test)),
        )
        for number, part in enumerate(parts)
    ]
