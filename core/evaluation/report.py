"""An evaluation as a folder: a page to read, tables as CSV, Markdown and JSON, plots as files."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.atomic import atomic_binary, make_folder
from core.errors import ReportError
from core.interval import Estimate
from core.report import markup
from core.report.page import page
from core.report.plots import Plot
from core.report.tables import Cell, Table, in_units, table_csv, table_html, table_markdown

SCHEMA = "visemo-evaluation/1"
PAGE, RESULTS, MARKDOWN = "report.html", "results.json", "tables.md"
FOLDS = "folds"  # the runs of a protocol, in the same folder
_DECIMALS = 10  # of results.json; sums of other processors may differ beyond


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, paragraphs of plain text, tables and plots in their order."""

    heading: str
    parts: tuple[str | Table | Plot, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that a report holds. `warnings` are what must be known before any number is read."""

    title: str
    headline: tuple[str, ...]
    warnings: tuple[str, ...]
    sections: tuple[Section, ...]
    provenance: tuple[tuple[str, str], ...]
    appendix: tuple[Table, ...] = ()  # as files only

    @property
    def tables(self) -> list[Table]:
        """Those that are shown."""
        return [part for s in self.sections for part in s.parts if isinstance(part, Table)]

    @property
    def plots(self) -> list[Plot]:
        """In the order in which they are shown."""
        return [part for s in self.sections for part in s.parts if isinstance(part, Plot)]


def evaluation_files(evaluation: Evaluation) -> dict[str, bytes]:
    """Every file by its name."""
    tables = [*evaluation.tables, *evaluation.appendix]
    files = {f"{table.name}.csv": table_csv(table).encode() for table in tables}
    for plot in evaluation.plots:
        files[f"{plot.name}.svg"], files[f"{plot.name}.png"] = plot.svg.encode(), plot.png
    files[MARKDOWN] = _markdown(evaluation).encode()
    files[RESULTS] = _results(evaluation)
    files[PAGE] = _page(evaluation, sorted(files)).encode()
    return files


def write_evaluation(folder: Path, evaluation: Evaluation) -> Path:
    """Write all files, each whole or not at all; the page's path.

    Raises ReportError for a folder that holds something else, and ExportError where it
    cannot be written to.
    """
    files = evaluation_files(evaluation)
    check_folder(folder)
    make_folder(folder)
    for name, content in files.items():
        with atomic_binary(folder / name) as stream:
            stream.write(content)
    return folder / PAGE


def check_folder(folder: Path) -> None:
    """Raises ReportError unless a report may go there: nothing, or an earlier evaluation."""
    try:
        held = [p.name for p in folder.iterdir() if p.name != FOLDS] if folder.exists() else []
        earlier = msgspec.json.decode((folder / RESULTS).read_bytes()) if RESULTS in held else None
    except (OSError, msgspec.DecodeError) as error:
        raise ReportError(f"'{folder}' cannot hold a report ({error}); choose another.") from error
    if held and not (isinstance(earlier, dict) and earlier.get("schema") == SCHEMA):
        raise ReportError(f"'{folder}' holds other files; choose a new folder for the report.")


def _page(evaluation: Evaluation, files: Sequence[str]) -> str:
    parts = [f"<h1>{markup.words(evaluation.title)}</h1>\n"]
    parts += [f'<p class="warning">{markup.words(text)}</p>\n' for text in evaluation.warnings]
    if evaluation.headline:
        lines = "".join(f"<li>{markup.words(text)}</li>\n" for text in evaluation.headline)
        parts.append(f"<ul>\n{lines}</ul>\n")
    for section in evaluation.sections:
        parts.append(f"<h2>{markup.words(section.heading)}</h2>\n")
        parts += [_part(part) for part in section.parts]
    listed = ", ".join(f"<code>{markup.words(name)}</code>" for name in files)
    rows = [(markup.words(name), _value(value)) for name, value in evaluation.provenance]
    parts += ["<h2>Provenance</h2>\n", markup.facts([*rows, ("Files beside this one", listed)])]
    return page(evaluation.title, "".join(parts), dark=True)


def _part(part: str | Table | Plot) -> str:
    if isinstance(part, str):
        return f"<p>{markup.words(part)}</p>\n"
    if isinstance(part, Table):
        return table_html(part)
    return markup.figure(part.inline, markup.words(part.caption))


def _value(value: str) -> str:
    lines = "<br>".join(markup.words(line) for line in value.splitlines())
    return re.sub(r"\b[0-9a-f]{64}\b", r"<code>\g<0></code>", lines)


def _markdown(evaluation: Evaluation) -> str:
    parts = [f"# {evaluation.title}\n"]
    parts += [f"> {text}\n" for text in evaluation.warnings]
    for section in evaluation.sections:
        tables = [part for part in section.parts if isinstance(part, Table)]
        if tables:
            parts += [f"## {section.heading}\n", *map(table_markdown, tables)]
    return "\n".join(parts)


def _results(evaluation: Evaluation) -> bytes:
    tables = {
        table.name: {
            "title": table.title,
            "columns": [column.name for column in table.columns],
            "rows": [
                [_plain(in_units(c, cell)) for c, cell in zip(table.columns, row, strict=True)]
                for row in table.rows
            ],
        }
        for table in (*evaluation.tables, *evaluation.appendix)
    }
    content = {
        "schema": SCHEMA,
        "title": evaluation.title,
        "warnings": list(evaluation.warnings),
        "provenance": dict(evaluation.provenance),
        "tables": tables,
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


def _plain(cell: Cell) -> object:
    if isinstance(cell, Estimate):
        ends = {
            name: None
            if interval.low != interval.low
            else [_round(interval.low), _round(interval.high)]
            for name, interval in (("utterances", cell.utterances), ("speakers", cell.speakers))
        }
        return {"value": _round(cell.value), "n": cell.count, **ends}
    return _round(cell) if isinstance(cell, float) else cell


def _round(value: float) -> float:
    """NaN stays, and becomes null in JSON."""
    return round(value, _DECIMALS)
