"""Who is learned from and who is only listened to: the paper's protocol and the honest one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.corpora.utterance import Utterance
from core.dice import MOST, Dice
from core.errors import TrainingError

FOLDS = 5
TEST_SHARE = 0.1  # Sadiq et al. 2019, section III
PARTITIONS = ("train", "validation", "test")
_PAPER, _SPEAKERS, _STATED = range(3)  # streams of chance


@dataclass(frozen=True, slots=True)
class Split:
    """Indices into a sequence of utterances; the three share none."""

    name: str
    train: tuple[int, ...]
    validation: tuple[int, ...]
    test: tuple[int, ...] = ()


def paper_folds(utterances: Sequence[Utterance], seed: int, folds: int = FOLDS) -> list[Split]:
    """Sadiq et al. 2019, III: a tenth held for test, the rest in folds of 80 % and 20 %.

    By chance within each emotion of each corpus, so speakers are on both sides. The same
    seed gives the same split of the same utterances on any machine. Raises TrainingError
    where there are too few to have some in every fold.
    """
    dice = _dice(seed, _PAPER)
    test: list[int] = []
    parts: list[list[int]] = [[] for _ in range(folds)]
    place = 0
    for members in _by(utterances, lambda u: (u.corpus, u.emotion)).values():
        shuffled = dice.shuffled(members)
        held = round(TEST_SHARE * len(shuffled))
        test += shuffled[:held]
        for index in shuffled[held:]:
            parts[place % folds].append(index)
            place += 1
    if place < folds:
        raise TrainingError(f"there are {place} recordings for {folds} folds; expected more")
    return _folds("fold", parts, test)


def speaker_folds(utterances: Sequence[Utterance], seed: int, folds: int = FOLDS) -> list[Split]:
    """Every speaker is in the validation of one fold and in no other's.

    With fewer speakers than folds, as in SAVEE, there is a fold for each speaker. Corpora are
    spread evenly over the folds. Raises TrainingError for a single speaker.
    """
    speakers = _by(utterances, lambda u: (u.corpus, u.speaker))
    if len(speakers) < 2:
        raise TrainingError(
            f"leaving speakers out needs at least 2 of them, and all recordings are of "
            f"{next(iter(speakers))[1]}; choose another protocol"
            if speakers
            else "there are no recordings to make folds of"
        )
    folds = min(folds, len(speakers))
    dice = _dice(seed, _SPEAKERS)
    parts: list[list[int]] = [[] for _ in range(folds)]
    place = 0
    for corpus in sorted({corpus for corpus, _ in speakers}):
        for speaker in dice.shuffled([name for own, name in speakers if own == corpus]):
            parts[place % folds] += speakers[corpus, speaker]
            place += 1
    return _folds("speakers out", parts, [])


def stated_split(utterances: Sequence[Utterance], seed: int) -> list[Split]:
    """The one split that the corpus states by `Utterance.partition`.

    Where it states no validation, a fifth of the training speakers, chosen by the seed,
    is taken for it. Raises TrainingError for utterances without a partition, and where
    nothing is left to learn from or to validate with.
    """
    parts = {part: [i for i, u in enumerate(utterances) if u.partition == part]
             for part in PARTITIONS}  # fmt: skip
    lost = [u for u in utterances if u.partition not in PARTITIONS]
    if lost:
        raise TrainingError(
            f"{len(lost)} of {len(utterances)} recordings have no split, such as "
            f"'{lost[0].audio}'; expected {', '.join(PARTITIONS)}, or choose another protocol"
        )
    if not parts["validation"]:
        speakers = sorted({utterances[i].speaker for i in parts["train"]})
        if len(speakers) < 2:
            raise TrainingError(
                f"the corpus states no validation, and its training has {len(speakers)} speakers "
                "to take some from; expected at least 2"
            )
        out = _dice(seed, _STATED).shuffled(speakers)[: max(len(speakers) // FOLDS, 1)]
        for index in list(parts["train"]):
            if utterances[index].speaker in out:
                parts["train"].remove(index)
                parts["validation"].append(index)
    if not parts["train"]:
        raise TrainingError("the corpus states nothing to train with; expected some")
    return [Split("stated", *(tuple(parts[part]) for part in PARTITIONS))]


PROTOCOLS: dict[str, Callable[[Sequence[Utterance], int], list[Split]]] = {
    "paper": paper_folds,
    "speakers": speaker_folds,
    "stated": stated_split,
}


def _dice(seed: int, stream: int) -> Dice:
    if not 0 <= seed <= MOST:
        raise TrainingError(f"the seed must be from 0 to {MOST}, not {seed}")
    return Dice(seed, stream)


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
