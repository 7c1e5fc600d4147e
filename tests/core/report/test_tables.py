"""One table, every way of writing it."""

import csv
import io
import math

import pytest

from core.interval import NO_INTERVAL, Estimate, Interval
from core.report.tables import Column, Table, table_csv, table_html, table_markdown, table_text

UAR = Estimate(0.5154, Interval(0.46, 0.57), Interval(0.401, 0.628), 240, 4)
ALONE = Estimate(0.748, Interval(0.66, 0.83), NO_INTERVAL, 90, 2)
TABLE = Table(
    "uar", "Recall.",
    (Column("Corpus", words=True), Column("n", 0), Column("UAR", 1, 100, estimate=True)),
    (("RAVDESS", 240, UAR), ("=EmoDB <b>", 90, ALONE), ("none", "", math.nan)),
    "In %.",
)  # fmt: skip


def test_csv_has_all_digits_and_both_intervals_in_the_unit_of_the_heading() -> None:
    head, first, second, last = csv.reader(io.StringIO(table_csv(TABLE)))
    assert head == [
        "Corpus", "n", "UAR", "UAR low", "UAR high", "UAR low_speakers", "UAR high_speakers",
    ]  # fmt: skip
    assert first == ["RAVDESS", "240", "51.54", "46", "57", "40.1", "62.8"]
    assert second == ["'=EmoDB <b>", "90", "74.8", "66", "83", "", ""]
    assert last == ["none", "", "", "", "", "", ""]


def test_html_is_escaped_and_scaled() -> None:
    text = table_html(TABLE)
    assert "=EmoDB &lt;b&gt;" in text
    assert "<b>51.5</b><br>46.0 to 57.0<br>[40.1 to 62.8]" in text
    assert "<b>74.8</b><br>66.0 to 83.0<" in text


def test_markdown_and_text_say_the_same() -> None:
    assert "| RAVDESS | 240 | 51.5 (46.0 to 57.0) [40.1 to 62.8] |" in table_markdown(TABLE)
    lines = table_text(TABLE).splitlines()
    assert lines[2].split(maxsplit=2) == ["RAVDESS", "240", "51.5 (46.0 to 57.0) [40.1 to 62.8]"]
    assert lines[3].rstrip().endswith("74.8 (66.0 to 83.0)")


def test_rows_must_fit_their_columns() -> None:
    with pytest.raises(ValueError, match="uar: 1 cells under 3 columns"):
        Table("uar", "", TABLE.columns, (("RAVDESS",),))
