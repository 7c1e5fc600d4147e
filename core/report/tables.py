"""One table, written for every reader: page, spreadsheet, document, terminal."""

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.interval import Estimate, Interval
from core.report import markup

Cell = str | int | float | Estimate
_DIGITS = 8  # significant, of CSV; more would differ between processors
_ENDS = ("low", "high", "low_speakers", "high_speakers")


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; numbers are `scale` times their value, shown to `decimals`."""

    name: str
    decimals: int = 2
    scale: float = 1.0  # 100 for per cent
    estimate: bool = False  # cells are estimates, with their intervals
    words: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns. `name` is that of its file, `note` stands below it."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    grouped: bool = False  # rows of the same first cell belong together

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.name}: {len(row)} cells under {len(self.columns)} columns")


def slug(text: str) -> str:
    """As a part of a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def table_csv(table: Table) -> str:
    """Values to all their digits, in the headings' units; an estimate takes five columns, its
    intervals over utterances first."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    header: list[str] = []
    for column in table.columns:
        header.append(column.name)
        header += [f"{column.name} {end}" for end in _ENDS if column.estimate]
    writer.writerow(header)
    for row in table.rows:
        cells: list[str] = []
        for column, cell in zip(table.columns, row, strict=True):
            cells += [_plain(value) for value in _values(column, in_units(column, cell))]
        writer.writerow(cells)
    return stream.getvalue()


def in_units(column: Column, cell: Cell) -> Cell:
    """A cell in the unit that its heading names."""
    scale = column.scale
    if isinstance(cell, str) or scale == 1.0:
        return cell
    if not isinstance(cell, Estimate):
        return scale * cell
    over, among = (
        Interval(scale * ends.low, scale * ends.high) for ends in (cell.utterances, cell.speakers)
    )
    return replace(cell, value=scale * cell.value, utterances=over, speakers=among)


def _values(column: Column, cell: Cell) -> Sequence[str | int | float]:
    if isinstance(cell, Estimate):
        a, b = cell.utterances, cell.speakers
        return [cell.value, a.low, a.high, b.low, b.high]
    return [cell, *[""] * (len(_ENDS) if column.estimate else 0)]


def _plain(value: str | int | float) -> str:
    if isinstance(value, str):
        # A spreadsheet would run what begins like a formula.
        return "'" + value if value[:1] in ("=", "+", "@", "\t", "\r") else value
    if isinstance(value, int):
        return str(value)
    return f"{value:.{_DIGITS}g}" if math.isfinite(value) else ""


def table_html(table: Table) -> str:
    """With a caption; intervals stand under their values, the speakers' in brackets."""
    left = next((i for i, c in enumerate(table.columns) if not c.words), len(table.columns))
    rows = [
        [_html(c, in_units(c, cell)) for c, cell in zip(table.columns, row, strict=True)]
        for row in table.rows
    ]
    if table.grouped:  # a name is written once, over its rows
        names = [row[0] for row in rows]
        for row, before, name in zip(rows[1:], names, names[1:], strict=False):
            row[0] = "" if name == before else name
    header = [markup.words(column.name) for column in table.columns]
    caption = f"<b>{markup.words(table.title)}</b> {markup.words(table.note)}".strip()
    return markup.table(header, rows, caption, left, 0 if table.grouped else None)


def _html(column: Column, cell: Cell) -> str:
    if isinstance(cell, str):
        return markup.words(cell)
    if isinstance(cell, Estimate):
        lines = [f"<b>{_number(column, cell.value)}</b>"]
        lines += [text for text in _intervals(column, cell) if text]
        return "<br>".join(lines)
    return _number(column, cell)


def _intervals(column: Column, cell: Estimate) -> tuple[str, str]:
    over, among = (_interval(column, ends) for ends in (cell.utterances, cell.speakers))
    return over, f"[{among}]" if among else ""


def _interval(column: Column, ends: Interval) -> str:
    if not math.isfinite(ends.low):
        return ""
    return markup.interval(ends, column.decimals)


def _number(column: Column, value: float) -> str:
    return str(value) if isinstance(value, int) else markup.number(value, column.decimals)


def table_markdown(table: Table) -> str:
    """With the title above and the note below."""
    lines = [f"**{table.title}**", ""]
    lines.append("| " + " | ".join(column.name for column in table.columns) + " |")
    lines.append("| " + " | ".join("---" for _ in table.columns) + " |")
    for row in table.rows:
        cells = [_text(c, cell) for c, cell in zip(table.columns, row, strict=True)]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, *(["", table.note] if table.note else []), ""])


def table_text(table: Table) -> str:
    """Aligned columns for a terminal."""
    rows = [[column.name for column in table.columns]]
    rows += [[_text(c, cell) for c, cell in zip(table.columns, r, strict=True)] for r in table.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    lines = [table.title]
    for row in rows:
        cells = [
            cell.ljust(width) if column.words else cell.rjust(width)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        ]
        lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines)


def _text(column: Column, cell: Cell) -> str:
    cell = in_units(column, cell)
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Estimate):
        over, among = _intervals(column, cell)
        ends = f" ({over})" if over else ""
        return _number(column, cell.value) + ends + (f" {among}" if among else "")
    return _number(column, cell)
