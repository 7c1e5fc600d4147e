"""Numbers and tables of a report in HTML: always the same bytes for the same values."""

import math
from collections.abc import Sequence
from html import escape

from core.interval import Interval

NOTHING = "–"


def words(text: str) -> str:
    """Text from outside, made safe; characters that no page may hold become spaces."""
    return escape("".join(c if c.isprintable() or c == "\n" else " " for c in text))


def number(value: float, decimals: int = 2) -> str:
    """With a real minus, and never a minus before a zero."""
    if not math.isfinite(value):
        return NOTHING
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def signed(value: float, decimals: int = 2) -> str:
    """With a sign, but for zero."""
    return ("+" if round(value, decimals) > 0 else "") + number(value, decimals)


def interval(ends: Interval, decimals: int = 2) -> str:
    """As "2.10 to 3.04"."""
    if not math.isfinite(ends.low):
        return NOTHING
    return f"{number(ends.low, decimals)} to {number(ends.high, decimals)}"


def p_value(p: float) -> str:
    """To three decimals."""
    if not math.isfinite(p):
        return NOTHING
    return "&lt; 0.001" if p < 0.0005 else f"{p:.3f}"


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str = "",
    left: int = 1,
    break_on: int | None = None,
) -> str:
    """Cells are HTML. The first `left` columns are words, the others numbers.

    A rule is drawn where column `break_on` is not empty.
    """

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} class="{"l" if place < left else "n"}">{cell}</{tag}>'
            for place, cell in enumerate(row)
        )

    kind = "" if break_on is None else ' class="grouped"'
    lines = [f'<div class="scroll"><table{kind}>']
    if caption:
        lines.append(f"<caption>{caption}</caption>")
    lines.append(f"<thead><tr>{cells(header, 'th')}</tr></thead>\n<tbody>")
    for place, row in enumerate(rows):
        first = place and break_on is not None and row[break_on]
        start = '<tr class="first">' if first else "<tr>"
        lines.append(f"{start}{cells(row, 'td')}</tr>")
    lines.append("</tbody></table></div>\n")
    return "\n".join(lines)


def facts(rows: Sequence[tuple[str, str]]) -> str:
    """Two columns: what, and its value as HTML."""
    body = "\n".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
    return f'<div class="scroll"><table class="facts"><tbody>\n{body}\n</tbody></table></div>\n'


def figure(svg: str, caption: str) -> str:
    """A chart with a line under it, as HTML."""
    return f"<figure>\n{svg}<figcaption>{caption}</figcaption>\n</figure>\n"


def counted(count: int, one: str, many: str = "") -> str:
    """As "1 rater" or "2 raters"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}".replace(",", "\u202f")
