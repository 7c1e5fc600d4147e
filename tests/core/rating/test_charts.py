"""Charts: well formed, to scale, legible with many conditions."""

import xml.etree.ElementTree as ElementTree

import pytest

from core.interval import Interval
from core.rating import charts
from core.rating.charts import Axis, Bar, Group


def heights(svg: str) -> list[float]:
    """Of the bars, in their order."""
    root = ElementTree.fromstring(svg)
    bars = [rect for rect in root if rect.tag.endswith("rect") and rect.get("fill") != "none"]
    return [float(bar.get("height", "0")) for bar in bars if "url" not in bar.get("fill", "")]


def test_bars_are_as_high_as_their_values_and_within_the_axis() -> None:
    axis = Axis("", 1, 5, tuple((score, str(score)) for score in range(1, 6)))
    values = (1.0, 3.0, 5.0, 9.0, float("nan"))
    groups = [Group(f"g{v}", (Bar(v, Interval(v - 1, v + 1), "x"),)) for v in values]
    found = heights(charts.bar_chart("t", axis, ["only"], groups))[1:]  # the first is the legend's
    assert found == [0.0, 150.0, 300.0, 300.0]


@pytest.mark.parametrize("series", [1, 2, 6, 9])
def test_charts_are_well_formed_with_any_number_of_series(series: int) -> None:
    names = [f"A condition with a <long> name & number {place}" for place in range(series)]
    groups = [Group("Surprise", tuple(Bar(3.0, None, "3.00") for _ in names), apart=True)]
    svg = charts.bar_chart("a < b", Axis("", 1, 5, ((1, "1"),)), names, groups)
    root = ElementTree.fromstring(svg)
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert set(names) <= set(texts)
    width = float(root.get("width", "0"))
    xs = [float(rect.get("x", "0")) for rect in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert max(xs) < width


def test_a_chart_of_nothing_is_a_chart() -> None:
    for svg in (
        charts.bar_chart("t", Axis("", 1, 5, ()), [], []),
        charts.difference_chart("t", "nothing", []),
        charts.spark((0, 0, 0, 0, 0), 0),
    ):
        ElementTree.fromstring(svg)
