"""The folder of a report: complete, offline, never in place of something else."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from core.errors import ReportError
from core.evaluation.report import PAGE, RESULTS, Evaluation, Section, write_evaluation
from core.interval import NO_INTERVAL, Estimate
from core.report.tables import Column, Table

TABLE = Table(
    "table3", "Emotions.", (Column("Corpus", words=True), Column("UAR", 1, 100, estimate=True)),
    (("one", Estimate(0.5, NO_INTERVAL, NO_INTERVAL, 4, 1)), ("two", float("nan"))),
)  # fmt: skip
EVALUATION = Evaluation(
    "Weights <x>", ("It hears half.",), ("NOT A TEST: all were trained on.",),
    (Section("Emotions", ("In words.", TABLE)),), (("Command", "visemo evaluate"),),
)  # fmt: skip


class Links(HTMLParser):
    """What a page would load, and which tags are left open."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone(tmp_path: Path) -> None:
    page = write_evaluation(tmp_path / "out", EVALUATION)
    text = page.read_text("utf-8")
    links = Links()
    links.feed(text)
    assert (links.loads, links.open) == ([], [])
    assert "Weights &lt;x&gt;" in text
    assert text.index("NOT A TEST") < text.index("It hears half.") < text.index("In words.")


def test_all_files_hold_the_same_numbers(tmp_path: Path) -> None:
    write_evaluation(tmp_path, EVALUATION)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        PAGE, RESULTS, "table3.csv", "tables.md",
    ]  # fmt: skip
    results = json.loads((tmp_path / RESULTS).read_text("utf-8"))
    first, second = results["tables"]["table3"]["rows"]
    assert first[1] == {"value": 50.0, "n": 4, "utterances": None, "speakers": None}
    assert second[1] is None
    assert results["warnings"] == list(EVALUATION.warnings)
    assert "> NOT A TEST" in (tmp_path / "tables.md").read_text("utf-8")


def test_it_replaces_its_own_kind_and_nothing_else(tmp_path: Path) -> None:
    write_evaluation(tmp_path / "own", EVALUATION)
    write_evaluation(tmp_path / "own", EVALUATION)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("dear")
    with pytest.raises(ReportError, match="holds other files; choose a new folder"):
        write_evaluation(tmp_path / "letters", EVALUATION)
    (tmp_path / "letters" / RESULTS).write_text("[1]")
    with pytest.raises(ReportError, match="holds other files"):
        write_evaluation(tmp_path / "letters", EVALUATION)
    with pytest.raises(ReportError, match="cannot hold a report"):
        write_evaluation(tmp_path / "letters" / "dear.txt", EVALUATION)
