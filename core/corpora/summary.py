"""What a corpus holds, counted, for people and programs to read."""

from collections import Counter
from dataclasses import dataclass

from core.corpora.checks import missing_classes, on_both_sides, one_sided
from core.corpora.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Row:
    """What there is of one speaker, or of all."""

    name: str
    counts: tuple[int, ...]  # of the labels, in the corpus's order
    seconds: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a corpus, and what to know before one learns from it."""

    labels: tuple[str, ...]  # those of the corpus that are there
    speakers: tuple[Row, ...]
    every: Row
    videos: int
    in_videos: int  # whose sound is in the video and nowhere else
    landmarks: int
    sentences: int  # that differ, where the corpus tells them apart
    partitions: tuple[tuple[str, int], ...]
    warnings: tuple[str, ...]


def summarise(corpus: Corpus) -> Summary:
    """Counts per speaker and label, hours, faces, splits and warnings."""
    utterances = corpus.utterances
    missing = missing_classes(utterances, corpus.labels)
    labels = tuple(label for label in corpus.labels if label not in missing)
    counts: dict[str, Counter[str]] = {}
    seconds: dict[str, float] = {}
    for utterance in utterances:
        counts.setdefault(utterance.speaker, Counter())[utterance.emotion] += 1
        seconds[utterance.speaker] = seconds.get(utterance.speaker, 0.0) + utterance.seconds
    speakers = tuple(
        Row(name, tuple(own[label] for label in labels), seconds[name])
        for name, own in sorted(counts.items())
    )
    whole = [sum(column) for column in zip(*(row.counts for row in speakers), strict=True)]
    lacking = utterances and missing  # of nothing, the problems tell more
    warnings = [f"there is no recording of {', '.join(missing)}"] if lacking else []
    return Summary(
        labels,
        speakers,
        Row("all", tuple(whole), sum(row.seconds for row in speakers)),
        sum(utterance.video is not None for utterance in utterances),
        sum(utterance.video == utterance.audio for utterance in utterances),
        sum(utterance.landmarks is not None for utterance in utterances),
        len({utterance.text_id for utterance in utterances} - {""}),
        tuple(sorted(Counter(u.partition for u in utterances if u.partition).items())),
        (*warnings, *one_sided(utterances), *on_both_sides(utterances)),
    )
