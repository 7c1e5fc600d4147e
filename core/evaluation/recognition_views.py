"""Table III as tables, plots and sentences."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.emotion import EMOTIONS
from core.evaluation.judged import PAPER_TABLE_III, Judged, Recognition, never_found
from core.evaluation.report import Section
from core.interval import Estimate
from core.report.markup import counted
from core.report.plots import Bars, Plot, bar_plot, confusion_plot
from core.report.tables import Cell, Column, Table, slug

INTERVALS = (
    "Intervals of 95 % by the bootstrap (2,000 resamples): over utterances, and in brackets over "
    "speakers, where a speaker drawn brings all his or her utterances; none with fewer than four."
)
_ESTIMATED = (Column("UAR", 1, 100, estimate=True), Column("WA", 1, 100, estimate=True))


def recognition_section(
    tables: Sequence[Recognition],
    plots: bool,
    name: str = "table3",
    heading: str = "Emotions (table III)",
) -> Section:
    """Recalls, UAR, WA and confusion of each."""
    parts: list[str | Table | Plot] = [table_three(tables, name)]
    if plots:
        parts.append(recall_plot(tables, name))
    for table in tables:
        own = f"{name}-confusion-{slug(table.corpus)}"
        parts.append(_confusion_plot(table, own) if plots else confusion_table(table, own))
    return Section(heading, tuple(parts))


def table_three(tables: Sequence[Recognition], name: str = "table3") -> Table:
    """Recall of each emotion in per cent, UAR and WA, a row for each corpus and the paper's."""
    columns = (
        Column("Corpus", words=True),
        Column("n", 0),
        Column("Speakers", 0),
        *(Column(emotion.capitalize(), 1, 100) for emotion in EMOTIONS),
        *_ESTIMATED,
    )
    rows: list[tuple[Cell, ...]] = [
        (t.corpus, t.uar.count, t.uar.speaker_count, *map(float, t.recalls), t.uar, t.wa)
        for t in tables
    ]
    paper = [recall / 100 for recall in PAPER_TABLE_III]
    rows.append(("the paper, SAVEE", "", 4, *paper, float(np.mean(paper)), ""))
    note = (
        "Recall of each emotion, unweighted average recall (UAR) and the share found right (WA), "
        "in %, by the emotion of equations (1) and (2). "
        + INTERVALS
        + " Utterances are drawn within their emotions. The paper's row is on "
        "validation utterances of speakers it also trained on, and no measure for the others."
    )
    return Table(name, "Emotions per utterance.", columns, tuple(rows), note)


def side_by_side(ways: Mapping[str, Sequence[Recognition]], name: str = "recognisers") -> Table:
    """UAR of each way of hearing on each corpus."""
    corpora = [table.corpus for table in next(iter(ways.values()))]
    columns = (
        Column("Heard by", words=True),
        *(Column(f"UAR, {corpus}", 1, 100, estimate=True) for corpus in corpora),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (way, *(table.uar for table in tables)) for way, tables in ways.items()
    )
    title = "Unweighted average recall side by side, the same recordings for all."
    return Table(name, title, columns, rows, "In %. " + INTERVALS)


def confusion_table(table: Recognition, name: str) -> Table:
    """Counts, true by found."""
    columns = (Column("true \\ heard", words=True), *(Column(e, 0) for e in EMOTIONS))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (e, *map(int, row)) for e, row in zip(EMOTIONS, table.counts, strict=True)
    )
    return Table(name, f"What was taken for what: {table.corpus}.", columns, rows)


def _confusion_plot(table: Recognition, name: str) -> Plot:
    caption = (
        f"{table.corpus}: what was taken for what, in % of each true emotion; below, utterances."
    )
    return confusion_plot(name, caption, EMOTIONS, table.counts, caption)


def recall_plot(tables: Sequence[Recognition], name: str = "table3") -> Plot:
    """Recalls and UAR by corpus."""
    series = [Bars(t.corpus, [*map(float, t.recalls), t.uar]) for t in tables]
    caption = (
        "Recall of each emotion and their mean (UAR), with its interval of 95 % over utterances."
    )
    return bar_plot(f"{name}-recalls", caption, "recall, %", [*EMOTIONS, "UAR"], series, caption,
                    most=100, scale=100)  # fmt: skip


def judged_table(judged: Sequence[Judged], name: str = "utterances") -> Table:
    """Every utterance with what was heard, as a file."""
    columns = (
        *(
            Column(n, words=True)
            for n in ("corpus", "speaker", "utterance", "part", "by", "true", "heard")
        ),
        *(Column(f"share_{emotion}") for emotion in EMOTIONS),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (j.corpus, j.speaker, j.utterance, j.part, j.by, j.true, j.found, *j.shares) for j in judged
    )
    return Table(name, "Every utterance.", columns, rows)


def recognition_sentences(tables: Sequence[Recognition], by: str = "") -> list[str]:
    """The result in words, one for each corpus."""
    return [
        f"{table.corpus}{', ' * bool(by)}{by}: unweighted average recall {percent(table.uar)}; "
        f"{counted(table.uar.count, 'utterance')}, {counted(table.uar.speaker_count, 'speaker')}, "
        f"chance {100 / occurring(table):.1f} %."
        for table in tables
    ]


def occurring(table: Recognition) -> int:
    """How many emotions there are in what was judged."""
    return len(EMOTIONS) - len(never_found(table))


def missing_classes(tables: Sequence[Recognition]) -> list[str]:
    """What to say of corpora without some emotion."""
    return [
        f"{table.corpus} has no {', '.join(never_found(table))}: UAR there is the mean of "
        f"{occurring(table)} recalls."
        for table in tables
        if never_found(table)
    ]


def percent(value: Estimate) -> str:
    """As "51.5 % (46.0 to 57.1; over speakers 40.2 to 62.8)"."""
    found = []
    for name, ends in (("", value.utterances), ("over speakers ", value.speakers)):
        if np.isfinite(ends.low):
            found.append(f"{name}{100 * ends.low:.1f} to {100 * ends.high:.1f}")
    return f"{100 * value.value:.1f} %" + (f" ({'; '.join(found)})" if found else "")
