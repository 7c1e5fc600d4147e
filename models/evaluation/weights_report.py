"""Finished weights on corpora, as a report: table III, and motion where faces were filmed."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.corpora.corpus import Corpus
from core.corpora.utterance import Utterance
from core.errors import ReportError
from core.evaluation.judged import Judged, by_corpus
from core.evaluation.motion_views import (
    figure_five,
    motion_sentences,
    motion_tables,
    moved_table,
    table_four,
)
from core.evaluation.recognition_views import (
    confusion_table,
    judged_table,
    missing_classes,
    recognition_section,
    recognition_sentences,
    side_by_side,
)
from core.evaluation.report import Evaluation, Section
from core.hearing import BEST
from core.monitor import SILENT, Monitor
from core.report.tables import Table, slug
from models.cascade import Cascade
from models.checkpoint import Described, read_description
from models.evaluation.acquaintance import UNSEEN, Known, acquaintance
from models.evaluation.folds import titled
from models.evaluation.judging import Findings, judge
from models.evaluation.provenance import data_rows, problem_lines, program_rows, weights_rows
from models.evaluation.ways import profiles_of, ways_of
from resources import WEIGHTS

VALIDATION, ALL = "validation", "all"


@dataclass(frozen=True, slots=True)
class WeightsRequest:
    """What to judge, and on whom: `validation` is everybody never trained on."""

    weights: Path
    speakers: str = VALIDATION  # or ALL, or names with commas between
    recogniser: str = BEST  # or one of RECOGNISERS, or ALL
    profiles: bool = False  # judge with the speaker known, too
    device: str = "auto"
    plots: bool = True
    command: str = ""


def evaluate_weights(
    request: WeightsRequest, corpora: Sequence[Corpus], monitor: Monitor = SILENT
) -> Evaluation:
    """Judge a folder of weights.

    Raises ReportError when there is nobody to judge by, and CheckpointError.
    """
    began = time.monotonic()
    files = [read_description(path) for path in sorted(request.weights.glob("*.safetensors"))]
    cascade = Cascade.load(request.weights, request.device)
    everybody = [u for corpus in corpora for u in corpus.utterances]
    known = _known(cascade, request.recogniser, files, everybody)
    chosen = choose(known, request.speakers)
    make = partial(profiles_of, chosen, monitor) if request.profiles else None
    ways = ways_of(cascade, request.recogniser, make)
    found = judge(cascade, chosen, ways, lambda u: label_of(u, known[u]), monitor)
    if not found.judged and not found.moved:
        raise ReportError("None of the recordings could be judged; see the notes above.")
    rows = [
        *program_rows(request.command, time.monotonic() - began, cascade.device),
        ("Speakers", request.speakers),
        ("Sound judged", f"{found.seconds / 60:.1f} min"),
        *data_rows(corpora, chosen),
        *weights_rows(files),
    ]
    if found.problems:
        lines = problem_lines([(str(path), reason) for path, reason in found.problems])
        rows.append(("Not judged", "\n".join(lines)))
    return _report(request, found, [known[u] for u in chosen], rows)


def _known(
    cascade: Cascade, recogniser: str, files: Sequence[Described], utterances: Sequence[Utterance]
) -> dict[Utterance, Known]:
    """By the recognisers that are judged, and by the faces where faces are."""
    hashes = {model.sha256 for way in ways_of(cascade, recogniser)
              for model in cascade.recogniser(way.recogniser).models}  # fmt: skip
    ears = [file for file in files if file.sha256 in hashes]
    faces = [file for file in files if file.description.role == "dsrn"]
    heard, moved = (acquaintance(own, utterances) for own in (ears, [*ears, *faces]))
    return {
        utterance: after if utterance.landmarks is not None else before
        for utterance, before, after in zip(utterances, heard, moved, strict=True)
    }


def choose(known: dict[Utterance, Known], speakers: str) -> list[Utterance]:
    """The utterances of the speakers asked for. Raises ReportError where there are none."""
    if speakers == ALL:
        return list(known)
    if speakers == VALIDATION:
        chosen = [u for u, k in known.items() if k in UNSEEN or _set_apart(u, k)]
        if not chosen:
            raise ReportError(
                "There is nobody whom the weights are known not to have been trained on; name "
                f"speakers with --speakers, or all with --speakers {ALL}."
            )
        return chosen
    names = [name.strip() for name in speakers.split(",") if name.strip()]
    there = Counter(u.speaker for u in known)
    missing = [name for name in names if name not in there]
    if missing or not names:
        raise ReportError(
            f"There is no speaker {', '.join(missing) or 'named'}; there are "
            f"{', '.join(sorted(there))}."
        )
    return [u for u in known if u.speaker in names]


def _set_apart(utterance: Utterance, known: Known) -> bool:
    """Whether its corpus keeps it for this, where the weights do not say."""
    return known == Known.UNKNOWN and utterance.partition in ("validation", "test")


def label_of(utterance: Utterance, known: Known) -> str:
    """What it is counted under, so that those trained on never count with the others."""
    name = titled(utterance)
    return name if known == Known.NEVER else f"{name} ({known.value})"


def _is_test(corpus: str) -> bool:
    """Whether rows of this label may count with others."""
    return not corpus.endswith((f"({Known.TRAINED.value})", f"({Known.UNKNOWN.value})"))


def _report(
    request: WeightsRequest, found: Findings, known: Sequence[Known],
    rows: list[tuple[str, str]],
) -> Evaluation:  # fmt: skip
    warnings = _warnings(known)
    headline: list[str] = []
    sections: list[Section] = []
    appendix: list[Table] = []
    telling, single = tell_apart(found.judged)
    ways = {
        by: by_corpus([row for row in telling if row.by == by], _is_test)
        for by in dict.fromkeys(row.by for row in telling)
    }
    if len(ways) > 1:
        sections.append(Section("Recognisers side by side", (side_by_side(ways),)))
    for by, tables in ways.items():
        name = f"table3-{slug(by)}"
        headline += recognition_sentences(tables, by)
        sections.append(
            recognition_section(tables, request.plots, name, f"Emotions (table III): {by}")
        )
        if request.plots:
            appendix += [confusion_table(t, f"{name}-confusion-{slug(t.corpus)}") for t in tables]
    if ways:
        warnings += missing_classes(next(iter(ways.values())))
    if single:
        sections.append(Section("One emotion only", (_single(single),)))
    appendix.append(judged_table(found.judged))
    if found.moved:
        headline += motion_sentences(found.moved)
        sections.append(Section("Motion", motion_tables(found.moved)))
        four = "Cascade, true emotion, all combined (table IV)"
        sections.append(Section(four, (table_four(found.moved),)))
        if len({row.emotion for row in found.moved}) > 1:
            parts = tuple(figure_five(found.moved, request.plots))
            sections.append(Section("Emotion dependent against combined", parts))
        appendix.append(moved_table(found.moved))
    whose = "the bundled weights" if request.weights == WEIGHTS else request.weights.name
    return Evaluation(
        f"Evaluation of {whose}",
        tuple(headline), tuple(warnings), tuple(sections), tuple(rows), tuple(appendix),
    )  # fmt: skip


def tell_apart(judged: Sequence[Judged]) -> tuple[list[Judged], list[Judged]]:
    """Those of corpora with several emotions, and those of corpora with one."""
    emotions: dict[str, set[str]] = {}
    for row in judged:
        emotions.setdefault(row.corpus, set()).add(row.true)
    several = [row for row in judged if len(emotions[row.corpus]) > 1]
    return several, [row for row in judged if len(emotions[row.corpus]) == 1]


def _single(judged: Sequence[Judged]) -> str:
    parts = []
    for corpus in sorted({row.corpus for row in judged}):
        own = [row for row in judged if (row.corpus, row.by) == (corpus, judged[0].by)]
        right = sum(row.true == row.found for row in own)
        parts.append(f"{corpus} is all {own[0].true}; {right} of {len(own)} were heard as such.")
    return " ".join(parts) + " Recall of one emotion says nothing of telling emotions apart."


def _warnings(known: Sequence[Known]) -> list[str]:
    counts = Counter(known)
    found = []
    if counts[Known.TRAINED]:
        found.append(
            f"NOT A TEST: {counts[Known.TRAINED]} of {len(known)} recordings are of speakers that "
            "these weights were trained on. Rows marked “trained on” say how well they remember, "
            "not how well they do with anybody else."
        )
    if counts[Known.UNKNOWN]:
        found.append(
            f"It is not written down whom these weights were trained on; {counts[Known.UNKNOWN]} "
            f"of {len(known)} recordings may be among it."
        )
    if counts[Known.SENTENCE]:
        found.append(
            f"{counts[Known.SENTENCE]} recordings are sentences never trained on, by a speaker who "
            "was: rows marked “speaker known”."
        )
    return found
