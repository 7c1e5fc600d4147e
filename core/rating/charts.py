"""Charts of a report as SVG text: drawn here, so that nothing is needed to make or read them.

Colours are Okabe and Ito's, told apart with every common colour blindness and, by their
lightness, in grey; each condition has a hatching of its own as well. Words stay words.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.interval import Interval
from core.report.markup import words
from core.report.palette import INK, LINE, QUIET

COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
FONT = "system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif"
WIDTH = 860
_TEXT, _SMALL = 13, 11.5
_LETTER = 0.58  # width of a letter by its size, for leaving room
_HATCHES = ("", "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4", "M0,4 h8", "M4,0 v8",
            "M-2,6 l4,4 M0,0 l8,8 M6,-2 l4,4", "M0,4 h8 M4,0 v8")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; NaN leaves its place empty. `label` stands above it."""

    value: float
    interval: Interval | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Bars side by side, one for each series, with a name and a line under it."""

    name: str
    bars: tuple[Bar, ...]
    note: str = ""
    apart: bool = False  # set off from those before by a rule


@dataclass(frozen=True, slots=True)
class Axis:
    """Vertical: `least` to `most`, a line at each of `ticks` with its word."""

    title: str
    least: float
    most: float
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart of differences: a value with its interval, and a word on the right."""

    name: str
    value: float
    interval: Interval
    note: str
    strong: bool = False


def colour(series: int) -> str:
    """Of a series by its place."""
    return COLOURS[series % len(COLOURS)]


def bar_chart(title: str, axis: Axis, series: Sequence[str], groups: Sequence[Group]) -> str:
    """Grouped bars with intervals as whiskers; `title` is for those who do not see it."""
    left = 20 + max((_width(word, _SMALL) for _, word in axis.ticks), default=0) + 8
    legend_rows = _legend_rows(series, WIDTH - left)
    top, height = 16 + 24 * len(legend_rows), 300
    bottom = top + height
    parts = _legend(legend_rows, left)
    parts += _axis(axis, left, top, bottom)

    def y(value: float) -> float:
        share = (value - axis.least) / (axis.most - axis.least)
        return bottom - min(1.0, max(0.0, share)) * height

    places = len(groups) + 0.35 * sum(group.apart for group in groups)
    step = (WIDTH - left - 8) / max(1.0, places)
    across = left + 4.0
    for group in groups:
        if group.apart:
            across += 0.35 * step
            parts.append(_rule(across - 0.175 * step, top, across - 0.175 * step, bottom, LINE))
        parts += _bars(group, across, step, y, bottom)
        across += step
    parts.append(_rule(left, bottom, WIDTH, bottom, INK))
    return _svg(title, bottom + 46, parts, len(series))


def difference_chart(title: str, axis_title: str, lines: Sequence[Line]) -> str:
    """Values with intervals about a line at zero, one under the other."""
    ends = [0.5]
    for line in lines:
        ends += [abs(v) for v in (line.value, line.interval.low, line.interval.high) if v == v]
    reach = math.ceil(max(ends) * 2 + 0.1) / 2
    left = 16 + max((_width(line.name, _TEXT) for line in lines), default=0) + 12
    right = WIDTH - 16 - max((_width(line.note, _SMALL) for line in lines), default=0)
    row, top = 26, 10
    bottom = top + row * len(lines) + 4
    parts = []

    def x(value: float) -> float:
        return left + (value + reach) / (2 * reach) * (right - left)

    ticks = [place / 2 for place in range(round(-2 * reach), round(2 * reach) + 1)]
    if len(ticks) > 9:
        ticks = [tick for tick in ticks if tick == int(tick)]
    for tick in ticks:
        parts.append(_rule(x(tick), top, x(tick), bottom, INK if tick == 0 else LINE))
        parts.append(_text(x(tick), bottom + 17, _signed(tick), _SMALL, QUIET, "middle"))
    parts.append(_text((left + right) / 2, bottom + 37, axis_title, _SMALL, QUIET, "middle"))
    for number, line in enumerate(lines):
        middle = top + row * (number + 0.5) + 2
        weight = ' font-weight="600"' if line.strong else ""
        parts.append(_text(left - 12, middle + 4.5, line.name, _TEXT, INK, "end", weight))
        parts.append(_text(right + 12, middle + 4, line.note, _SMALL, QUIET))
        if math.isfinite(line.interval.low):
            low, high = x(line.interval.low), x(line.interval.high)
            parts.append(_rule(low, middle, high, middle, INK, 2.4 if line.strong else 1.6))
        if math.isfinite(line.value):
            size = 5.5 if line.strong else 4.5
            parts.append(
                f'<circle cx="{_n(x(line.value))}" cy="{_n(middle)}" r="{size}" fill="{COLOURS[0]}"'
                f' stroke="#ffffff" stroke-width="1.2"/>'
            )
    return _svg(title, bottom + 46, parts, 0)


def spark(counts: Sequence[int], series: int) -> str:
    """A histogram the height of a line, for a cell of a table."""
    most = max((*counts, 1))
    bars = "".join(
        f'<rect x="{9 * place}" y="{_n(18 - 17 * count / most)}" width="7"'
        f' height="{_n(max(17 * count / most, 0.8))}" fill="{colour(series)}"/>'
        for place, count in enumerate(counts)
    )
    width = 9 * len(counts) - 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="spark" width="{width}" height="18"'
        f' viewBox="0 0 {width} 18" aria-hidden="true">{bars}</svg>'
    )


def _bars(
    group: Group, across: float, step: float, y: Callable[[float], float], bottom: float
) -> list[str]:
    """Bars, then whiskers and labels, so that no bar hides them."""
    width = min(46.0, 0.78 * step / max(1, len(group.bars)))
    begin = across + (step - width * len(group.bars)) / 2
    size = min(_SMALL, 0.9 * width / (4 * _LETTER))
    under, over = [], []
    for number, bar in enumerate(group.bars):
        if not math.isfinite(bar.value):
            continue
        x, top = begin + number * width, y(bar.value)
        box = f'x="{_n(x + 1)}" y="{_n(top)}" width="{_n(width - 2)}" height="{_n(bottom - top)}"'
        under.append(f'<rect {box} fill="{colour(number)}"/>')
        if number % len(_HATCHES):
            under.append(f'<rect {box} fill="url(#hatch{number % len(_HATCHES)})"/>')
        label = top
        if bar.interval and math.isfinite(bar.interval.low):
            middle = x + width / 2
            low, high = y(bar.interval.low), y(bar.interval.high)
            label, cap = high, min(5.0, width / 4)
            for stroke, thick in (("#ffffff", 4.0), (INK, 1.6)):  # seen on any bar
                over.append(_rule(middle, low, middle, high, stroke, thick))
                if low < bottom:  # at the end of the axis the interval goes on
                    over.append(_rule(middle - cap, low, middle + cap, low, stroke, thick))
                over.append(_rule(middle - cap, high, middle + cap, high, stroke, thick))
        over.append(_text(x + width / 2, label - 5, bar.label, size, INK, "middle"))
    middle = across + step / 2
    fitting = min(_TEXT, step / (max(4, len(group.name)) * _LETTER))
    return [
        *under,
        *over,
        _text(middle, bottom + 18, group.name, fitting, INK, "middle"),
        _text(middle, bottom + 35, group.note, min(_SMALL, fitting), QUIET, "middle"),
    ]


def _axis(axis: Axis, left: float, top: float, bottom: float) -> list[str]:
    parts = [_text(0, top - 24, axis.title, _SMALL, QUIET)] if axis.title else []
    for value, word in axis.ticks:
        y = bottom - (value - axis.least) / (axis.most - axis.least) * (bottom - top)
        parts.append(_rule(left, y, WIDTH, y, LINE))
        parts.append(_text(left - 8, y + 4, word, _SMALL, QUIET, "end"))
    return parts


def _legend_rows(series: Sequence[str], room: float) -> list[list[tuple[int, str]]]:
    """Names broken into rows that fit."""
    rows: list[list[tuple[int, str]]] = [[]]
    used = 0.0
    for number, name in enumerate(series):
        width = _width(name, _TEXT) + 44
        if rows[-1] and used + width > room:
            rows.append([])
            used = 0.0
        rows[-1].append((number, name))
        used += width
    return rows


def _legend(rows: Sequence[Sequence[tuple[int, str]]], left: float) -> list[str]:
    parts = []
    for line, row in enumerate(rows):
        x, y = left, 4 + 24 * line
        for number, name in row:
            box = f'x="{_n(x)}" y="{y}" width="16" height="12"'
            parts.append(f'<rect {box} fill="{colour(number)}"/>')
            if number % len(_HATCHES):
                parts.append(f'<rect {box} fill="url(#hatch{number % len(_HATCHES)})"/>')
            parts.append(_text(x + 23, y + 10.5, name, _TEXT, INK))
            x += _width(name, _TEXT) + 44
    return parts


def _svg(title: str, height: float, parts: Sequence[str], series: int) -> str:
    hatches = "".join(
        f'<pattern id="hatch{number}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="{path}" stroke="#ffffff" stroke-opacity="0.55" stroke-width="1.4"/></pattern>'
        for number, path in enumerate(_HATCHES[: min(series, len(_HATCHES))])
        if path
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {_n(height)}"'
        f' width="{WIDTH}" height="{_n(height)}" role="img" font-family="{FONT}">\n'
        f"<title>{words(title)}</title>\n<defs>{hatches}</defs>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _rule(x1: float, y1: float, x2: float, y2: float, stroke: str, width: float = 1.0) -> str:
    return (
        f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
        f' stroke="{stroke}" stroke-width="{width:g}"/>'
    )


def _text(
    x: float, y: float, text: str, size: float, fill: str, anchor: str = "start", more: str = ""
) -> str:
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{fill}"'
        f' text-anchor="{anchor}"{more}>{words(text)}</text>'
    )


def _width(text: str, size: float) -> float:
    return len(text) * size * _LETTER


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\u2212") if value else "0"


def _n(value: float) -> str:
    """Of a tenth of a pixel: what rounding differently could change is not written."""
    return f"{value:.1f}".removesuffix(".0")
