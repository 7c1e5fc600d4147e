"""What recordings lack to learn from: the same words for `visemo corpus` and for training."""

from collections.abc import Sequence

from core.corpora.splits import PARTITIONS
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS
from core.errors import TrainingError


def missing_classes(
    utterances: Sequence[Utterance], labels: Sequence[str] = EMOTIONS
) -> tuple[str, ...]:
    """Labels that no utterance has, in the order of the labels."""
    there = {utterance.emotion for utterance in utterances}
    return tuple(label for label in labels if label not in there)


def check_classes(
    learned: Sequence[Utterance],
    labels: Sequence[str] = EMOTIONS,
    allow_missing: bool = False,
) -> list[str]:
    """What is to be told of the utterances that a recogniser is to learn from.

    Raises TrainingError for a label that none of them has, unless `allow_missing`, and
    for one that is not among `labels`.
    """
    known = ", ".join(labels)
    if unknown := sorted({utterance.emotion for utterance in learned} - set(labels)):
        raise TrainingError(f"there are recordings of {', '.join(unknown)}; expected {known}")
    notes = []
    if missing := ", ".join(missing_classes(learned, labels)):
        if not allow_missing:
            raise TrainingError(
                f"there is no recording of {missing} among the {len(learned)} to learn from; add "
                "some, or go on without with --allow-missing"
            )
        notes.append(f"nothing is learned of {missing}: there is no recording")
    return notes + one_sided(learned)


def one_sided(utterances: Sequence[Utterance]) -> list[str]:
    """A sentence for each speaker of one label only, where others have several labels."""
    labels: dict[str, set[str]] = {}
    for utterance in utterances:
        labels.setdefault(utterance.speaker, set()).add(utterance.emotion)
    if len({label for own in labels.values() for label in own}) < 2:
        return []
    return [
        f"{speaker} has recordings of {next(iter(own))} only: what is learned of them may be the "
        "voice, not the emotion"
        for speaker, own in sorted(labels.items())
        if len(own) == 1
    ]


def on_both_sides(utterances: Sequence[Utterance]) -> list[str]:
    """A sentence for each speaker whom the corpus states for more than one partition."""
    sides: dict[str, set[str]] = {}
    for utterance in utterances:
        if utterance.partition:
            sides.setdefault(utterance.speaker, set()).add(utterance.partition)
    return [
        f"{speaker} is in {' and '.join(side for side in PARTITIONS if side in own)}: a result "
        "on these speakers says little of others"
        for speaker, own in sorted(sides.items())
        if len(own) > 1
    ]
