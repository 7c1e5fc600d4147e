"""Plots of a report, drawn by matplotlib, which is an extra: the same bytes every time.

Each is kept as SVG for the page, in the page's own colours so that it can be read on a dark
ground, and as SVG and PNG for documents, on white.
"""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ReportError
from core.interval import Estimate
from core.report.markup import words
from core.report.palette import INK, LINE, QUIET

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_VARIABLES = {INK: "var(--ink)", QUIET: "var(--quiet)", LINE: "var(--line)"}
# Okabe and Ito's, told apart with every common colour blindness and on black as on white.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#8a6fd1")
ALL_COLOUR = "#8a9099"
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
FONTS = ["DejaVu Sans", "sans-serif"]  # matplotlib's own first: the same metrics everywhere
MISSING = (
    "Plots need matplotlib, which is not installed: `pip install 'visemo[research]'`, "
    "or add --no-plots."
)


@dataclass(frozen=True, slots=True)
class Plot:
    """`name` is that of its files; `svg` is a document of its own, `inline` a part of the page."""

    name: str
    caption: str
    svg: str
    inline: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Bars:
    """One series: a value for each group, NaN where there is none."""

    name: str
    values: Sequence[Estimate | float]


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    dashed: bool = False


def check_plots() -> None:
    """Raises ReportError, saying what to install, where there is no matplotlib."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise ReportError(MISSING) from error


def confusion_plot(
    name: str, title: str, labels: Sequence[str], counts: NDArray[np.int64], caption: str
) -> Plot:
    """Each true label's row in per cent, with counts."""

    def draw(figure: "Figure") -> None:
        axes = figure.add_subplot()
        totals = counts.sum(axis=1, keepdims=True)
        shares = 100 * counts / np.maximum(totals, 1)
        edge = np.arange(len(labels) + 1) - 0.5
        known = np.ma.masked_where(np.broadcast_to(totals == 0, shares.shape), shares)
        axes.pcolormesh(edge, edge, known, cmap="Blues", vmin=0, vmax=100, edgecolors="face")
        for row, column in np.ndindex(*counts.shape):
            if totals[row]:
                ink = "#ffffff" if shares[row, column] > 55 else "#102a43"
                text = f"{shares[row, column]:.0f}"
                weight = "bold" if row == column else "normal"
                axes.text(column, row - 0.08, text, ha="center", va="center", color=ink,
                          fontsize=10.5, fontweight=weight)  # fmt: skip
                axes.text(column, row + 0.27, str(counts[row, column]), ha="center", va="center",
                          color=ink, fontsize=6.5)  # fmt: skip
        axes.set_xticks(range(len(labels)), labels)
        rows = [f"{label}  (n = {n})" for label, n in zip(labels, totals[:, 0], strict=True)]
        axes.set_yticks(range(len(labels)), rows)
        axes.invert_yaxis()
        axes.set_aspect("equal")
        axes.set_xlabel("heard")
        axes.set_ylabel("true")
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)

    return plotted(name, title, (6.2, 4.9), draw, caption)


def bar_plot(
    name: str,
    title: str,
    axis: str,
    groups: Sequence[str],
    series: Sequence[Bars],
    caption: str,
    most: float | None = None,
    scale: float = 1.0,
) -> Plot:
    """Grouped bars with the intervals over utterances as whiskers; values times `scale`."""

    def draw(figure: "Figure") -> None:
        axes = figure.add_subplot()
        width = 0.8 / len(series)
        for place, bars in enumerate(series):
            across = np.arange(len(groups)) + (place - (len(series) - 1) / 2) * width
            values = [v.value if isinstance(v, Estimate) else v for v in bars.values]
            heights = scale * np.nan_to_num(np.array(values, float))
            axes.bar(across, heights, 0.9 * width, color=COLOURS[place], label=bars.name,
                     hatch=("", "///", "...", "xx")[place % 4], edgecolor="#ffffff",
                     linewidth=0)  # fmt: skip
            _whiskers(axes, across, bars.values, scale)
        axes.set_xticks(range(len(groups)), groups)
        axes.set_ylabel(axis)
        axes.tick_params(axis="x", length=0)
        if most is not None:
            axes.set_ylim(0, most)
        _quiet(axes)
        if len(series) > 1:
            _legend(axes, len(series))

    return plotted(name, title, (8.6, 3.6), draw, caption)


def curve_plot(
    name: str,
    title: str,
    x_axis: str,
    y_axis: str,
    curves: Sequence[Curve],
    caption: str,
    floor: float | None = 0.0,
    whole: bool = False,
) -> Plot:
    """Lines, each with a marker of its own at its points.

    `floor` is where the axis begins; `whole` says that there is nothing between whole x.
    """

    def draw(figure: "Figure") -> None:
        from matplotlib.ticker import MaxNLocator

        axes = figure.add_subplot()
        coloured = 0
        for place, curve in enumerate(curves):
            colour = ALL_COLOUR if curve.dashed else COLOURS[coloured % len(COLOURS)]
            coloured += not curve.dashed
            axes.plot(curve.x, curve.y, color=colour, label=curve.name, linewidth=1.8,
                      linestyle="--" if curve.dashed else "-", marker=MARKERS[place % len(MARKERS)],
                      markersize=4, markevery=max(1, len(curve.x) // 12))  # fmt: skip
        axes.set_xlabel(x_axis)
        axes.set_ylabel(y_axis)
        if floor is not None:
            values = [value for curve in curves for value in curve.y if np.isfinite(value)]
            top = max(values, default=1.0)
            axes.set_ylim(floor, top + 0.06 * (top - floor))
        if whole:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        _quiet(axes)
        _legend(axes, 4)

    return plotted(name, title, (8.6, 4.2), draw, caption)


def _whiskers(
    axes: "Axes", across: NDArray[np.floating], values: Sequence[Estimate | float], scale: float
) -> None:
    for x, value in zip(across, values, strict=True):
        if isinstance(value, Estimate) and np.isfinite(value.utterances.low):
            low, high = scale * value.utterances.low, scale * value.utterances.high
            axes.plot([x, x], [low, high], color=INK, linewidth=1.3, solid_capstyle="butt")


def _quiet(axes: "Axes") -> None:
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(INK)
    axes.tick_params(axis="y", length=0)


def _legend(axes: "Axes", columns: int) -> None:
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=columns, frameon=False,
                labelcolor=INK, handlelength=1.6, columnspacing=1.4)  # fmt: skip


def plotted(
    name: str,
    title: str,
    size: tuple[float, float],
    draw: Callable[["Figure"], None],
    caption: str,
) -> Plot:
    """`draw` on a figure of `size` inches; `title` is for those who do not see it."""
    check_plots()
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    settings: dict[Any, Any] = {
        "svg.hashsalt": name, "svg.fonttype": "none", "font.family": FONTS, "font.size": 9.5,
        "text.color": INK, "axes.labelcolor": QUIET, "axes.edgecolor": INK, "xtick.color": INK,
        "ytick.color": QUIET, "hatch.color": "#ffffff", "hatch.linewidth": 0.7,
        "axes.unicode_minus": True,
    }  # fmt: skip
    with rc_context(settings):
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure)
        picture, drawing = io.BytesIO(), io.StringIO()
        figure.savefig(picture, format="png", dpi=160, facecolor="#ffffff",
                       metadata={"Software": None})  # fmt: skip
        figure.savefig(drawing, format="svg", metadata={"Date": None, "Creator": None},
                       transparent=True)  # fmt: skip
    svg = drawing.getvalue()
    return Plot(name, caption, svg, _inline(svg, name, title, size[0]), picture.getvalue())


def _inline(svg: str, name: str, title: str, width: float) -> str:
    """The part of a document that goes into a page: its colours, no names used twice."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r'<g id="[^"]*"', "<g", body)
    for colour, variable in _VARIABLES.items():
        body = body.replace(colour, variable)
    # What drew with a style sheet of its own would change the whole page's look.
    body = re.sub(r"<style[^>]*>.*?</style>", "", body, flags=re.DOTALL)
    look = f"max-width: {width:g}in; stroke-linejoin: round; stroke-linecap: butt"
    begin = f'<svg role="img" aria-label="{words(title)}" style="{look}" '
    body = body.replace("<svg ", begin, 1)
    for known in sorted(set(re.findall(r' id="([^"]+)"', body)), key=len, reverse=True):
        body = body.replace(f'id="{known}"', f'id="{name}-{known}"')
        body = body.replace(f"#{known}", f"#{name}-{known}")
    return body
