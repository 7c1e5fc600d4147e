"""What recordings lack to learn from: the same words for `visemo corpus` and for training."""

from collections.abc import Callable, Sequence

from core.corpora.corpus import Corpus
from core.corpora.splits import PARTITIONS
from core.corpora.utterance import Utterance
from core.emotion import EMOTIONS
from core.errors import CorpusError, TrainingError

MOST_NAMED = 5  # speakers in a list; more are counted


def missing_classes(
    utterances: Sequence[Utterance], labels: Sequence[str] = EMOTIONS
) -> tuple[str, ...]:
    """Labels that no utterance has, in the order of the labels."""
    there = {utterance.emotion for utterance in utterances}
    return tuple(label for label in labels if label not in there)


def check_emotions(corpus: Corpus) -> None:
    """Raises CorpusError for a corpus with labels that are not emotions."""
    other = [label for label in corpus.labels if label not in EMOTIONS]
    if other:
        named = ", ".join(other[:MOST_NAMED]) + (", ..." if len(other) > MOST_NAMED else "")
        raise CorpusError(
            f"{corpus.name} has labels of its own ({named}), and this is of emotions: "
            f"{', '.join(EMOTIONS)}. `visemo evaluate voting` learns and judges any labels; "
            "emotions stand in a column 'emotion'."
        )


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
    """Tells of speakers of one label only, where others have several labels."""
    labels = _of_speakers(utterances, lambda utterance: utterance.emotion)
    if len({label for own in labels.values() for label in own}) < 2:
        return []
    found = {speaker: own for speaker, own in labels.items() if len(own) == 1}
    why = "what is learned of them may be the voice, not the emotion"
    if len(found) > MOST_NAMED:
        return [f"{_many(found)} have recordings of one label only: {why}"]
    return [
        f"{name} has recordings of {next(iter(own))} only: {why}" for name, own in found.items()
    ]


def on_both_sides(utterances: Sequence[Utterance]) -> list[str]:
    """Tells of speakers whom the corpus states for more than one partition."""
    sides = _of_speakers([u for u in utterances if u.partition], lambda u: u.partition)
    found = {speaker: own for speaker, own in sides.items() if len(own) > 1}
    why = "a result on these speakers says little of others"
    if len(found) > MOST_NAMED:
        return [f"{_many(found)} are in more than one split: {why}"]
    return [
        f"{name} is in {' and '.join(part for part in PARTITIONS if part in own)}: {why}"
        for name, own in found.items()
    ]


def _of_speakers(
    utterances: Sequence[Utterance], what: Callable[[Utterance], str]
) -> dict[str, set[str]]:
    """What there is of each speaker, in the order of their names."""
    found: dict[str, set[str]] = {}
    for utterance in utterances:
        found.setdefault(utterance.speaker, set()).add(what(utterance))
    return dict(sorted(found.items()))


def _many(speakers: dict[str, set[str]]) -> str:
    return f"{len(speakers)} speakers, such as {next(iter(speakers))},"
