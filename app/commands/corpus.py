"""`visemo corpus`: what a data set holds, and what is wrong with it."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import TextReport, one_line
from app.progress import Interrupts, Progress

if TYPE_CHECKING:
    from core.corpora.corpus import Corpus
    from core.corpora.summary import Row, Summary

NOTHING_USABLE = 2  # exit status
SHOWN = 3  # problems of a kind, unless all are asked for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it lies and how it is told."""
    parser.add_argument(
        "path", type=Path, metavar="PATH",
        help="a folder of SAVEE, RAVDESS, CREMA-D, EmoDB or GRID, or a CSV table with the columns "
        "file,speaker,emotion,split,landmarks",
    )  # fmt: skip
    parser.add_argument(
        "--name", metavar="NAME",
        help="read it as savee, ravdess, cremad, emodb, grid or manifest (default: as it looks)",
    )  # fmt: skip
    parser.add_argument(
        "--tracks", type=Path, metavar="DIR",
        help="where `visemo track --corpus --out` wrote (default: 'tracks' in the folder)",
    )  # fmt: skip
    parser.add_argument("--all-problems", action="store_true", help="list every file left out")
    parser.add_argument("--json", action="store_true", help="everything as one line of JSON")


def run(options: argparse.Namespace) -> int:
    """Say what is there; 2 where nothing of it can be used. Raises CorpusError."""
    from core.corpora import CORPORA, survey
    from core.corpora.summary import summarise
    from core.corpora.tracked import check_tracks

    check_tracks(options.tracks)
    report = TextReport(sys.stdout, sys.stderr, options.json)
    with Interrupts() as interrupts:
        try:
            corpus = survey(
                options.path, options.name, Progress(report, interrupts), options.tracks
            )
        finally:
            report.finished(0, 0)  # takes the line of progress away
    summary = summarise(corpus)
    if options.json:
        print(json.dumps(_document(corpus, summary), allow_nan=False))
    else:
        print(one_line(f"{options.path}: {CORPORA[corpus.layout].title}"))
        for line in _lines(corpus, summary, options.all_problems):
            print(one_line(line))
    return 0 if corpus.utterances else NOTHING_USABLE


def _lines(corpus: "Corpus", summary: "Summary", every: bool) -> Iterator[str]:
    count, speakers = len(corpus.utterances), len(summary.speakers)
    yield f"recordings: {count}; speakers: {speakers}; time: {_time(summary.every.seconds)}"
    if count:
        yield ""
        yield from _table(summary)
        yield ""
        yield from _facts(summary, count)
    yield from corpus.notes
    for warning in summary.warnings:
        yield f"note: {warning}"
    if corpus.problems:
        yield ""
        yield from _problems(corpus, every)


def _table(summary: "Summary") -> Iterator[str]:
    """Speakers down, labels across, sums at the end."""
    heads = (*summary.labels, "all", "time")
    rows = [(row.name, _cells(row)) for row in (*summary.speakers, summary.every)]
    first = max(len(name) for name, _ in rows)
    columns = zip(heads, *(cells for _, cells in rows), strict=True)
    widths = [max(map(len, column)) for column in columns]
    for name, cells in (("", heads), *rows):
        told = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
        yield f"{name.ljust(first)}  {told}"


def _cells(row: "Row") -> tuple[str, ...]:
    counts = (*row.counts, sum(row.counts))
    return (*(str(count) if count else "-" for count in counts), _time(row.seconds))


def _facts(summary: "Summary", count: int) -> Iterator[str]:
    yield f"with video: {summary.videos} of {count}; with landmarks: {summary.landmarks} of {count}"
    if summary.in_videos:
        yield f"sound in the video only: {summary.in_videos}"
    if summary.sentences:
        yield f"different sentences: {summary.sentences}"
    if summary.partitions:
        told = ", ".join(f"{part} {number}" for part, number in summary.partitions)
        yield f"splits: {told}"


def _problems(corpus: "Corpus", every: bool) -> Iterator[str]:
    """By kind, the first few of each, or all."""
    from core.corpora.corpus import Kind

    for kind in Kind:
        found = [problem for problem in corpus.problems if problem.kind is kind]
        if not found:
            continue
        yield f"{kind}: {len(found)}"
        for problem in found if every else found[:SHOWN]:
            yield f"  {_below(problem.path, corpus.folder)} {problem.reason}"
        if not every and len(found) > SHOWN:
            yield f"  and {len(found) - SHOWN} more, which --all-problems lists"


def _below(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _time(seconds: float) -> str:
    """Hours, minutes and seconds: "1:02:03"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _document(corpus: "Corpus", summary: "Summary") -> dict[str, object]:
    """All there is to tell, for programs."""

    def row(of: "Row") -> dict[str, object]:
        counts = dict(zip(summary.labels, of.counts, strict=True))
        return {"recordings": sum(of.counts), "seconds": round(of.seconds, 3), "labels": counts}

    return {
        "corpus": corpus.name, "layout": corpus.layout, "folder": str(corpus.folder),
        **row(summary.every), "speakers": {own.name: row(own) for own in summary.speakers},
        "known_labels": list(corpus.labels), "with_video": summary.videos,
        "sound_in_video": summary.in_videos, "with_landmarks": summary.landmarks,
        "sentences": summary.sentences, "splits": dict(summary.partitions),
        "notes": list(corpus.notes), "warnings": list(summary.warnings),
        "problems": [
            {"path": str(p.path), "kind": p.kind.name.lower(), "reason": p.reason}
            for p in corpus.problems
        ],
    }  # fmt: skip
