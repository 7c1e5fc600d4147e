"""Reports: the same bytes from the same votes, honest with few of them, safe to open."""

import hashlib
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import numpy as np
import pytest
from scipy import stats

from core.errors import ExportError, RatingError
from core.rating.analysis import Options, analyse
from core.rating.report import (
    MANIFEST,
    REPORT,
    VOTES,
    read_report_votes,
    report_files,
    write_report,
)
from core.rating.simulation import RaterModel, default_quality, simulate, simulated_raters
from core.rating.study import Study, Vote
from core.rating.study_file import study_digest
from tests.core.rating.rating_studies import make_study, make_vote, votes_of

VERSION = "0.1.0"
VOID = {"meta", "br"}


class Page(HTMLParser):
    """Checks that tags close as they open; keeps words and what the page would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "data")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "data")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page_of(study: Study, votes: Sequence[Vote], options: Options | None = None) -> Page:
    return Page(report_files(study, votes, options, VERSION)[REPORT].decode())


def careless_votes(study: Study, count: int = 15) -> tuple[Vote, ...]:
    model = RaterModel(default_quality(study), careless=2)
    return simulate(study, simulated_raters(study, count, 3, model))


def test_report_is_made_again_from_its_raw_votes_byte_for_byte(tmp_path: Path) -> None:
    study = make_study()
    options = Options(remove_bias=True)
    write_report(tmp_path / "one", study, careless_votes(study), options, VERSION)
    again, votes = read_report_votes(tmp_path / "one")
    assert again == study
    write_report(tmp_path / "two", again, votes, options, VERSION)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_order_of_the_votes_makes_no_difference() -> None:
    study = make_study()
    votes = careless_votes(study)
    shuffled = [votes[place] for place in np.random.default_rng(0).permutation(len(votes))]
    assert report_files(study, shuffled, version=VERSION) == report_files(
        study, votes, version=VERSION
    )


def test_one_other_vote_makes_another_hash() -> None:
    study = make_study()
    votes = list(careless_votes(study))
    before = analyse(study, votes).votes_sha256
    votes[7] = replace(votes[7], rating=votes[7].rating % 5 + 1)
    assert analyse(study, votes).votes_sha256 != before


def test_manifest_has_the_hash_of_every_file_and_of_the_votes(tmp_path: Path) -> None:
    study = make_study()
    page = write_report(tmp_path / "report", study, careless_votes(study), version=VERSION)
    manifest = json.loads((tmp_path / "report" / MANIFEST).read_bytes())
    files = {path.name for path in page.parent.iterdir()} - {MANIFEST}
    assert set(manifest["files"]) == files
    for name in files:
        digest = hashlib.sha256((page.parent / name).read_bytes()).hexdigest()
        assert manifest["files"][name] == digest
    assert manifest["votes_sha256"] == manifest["files"][VOTES]
    told = {"id": study.id, "title": study.title, "seed": study.seed, "sha256": study_digest(study)}
    assert manifest["study"] == told
    text = Page(page.read_text(encoding="utf-8")).text
    for said in (study.id, study_digest(study), manifest["votes_sha256"], "seed 7", VERSION):
        assert said in text


def test_page_needs_no_network_no_script_and_no_other_file() -> None:
    study = make_study()
    files = report_files(study, careless_votes(study), version=VERSION)
    page = Page(files[REPORT].decode())
    assert page.loads == []
    assert not page.tags & {"script", "link", "img", "iframe", "object", "image", "use"}
    assert b"@import" not in files[REPORT]
    assert re.findall(rb"url\((?!#hatch)", files[REPORT]) == []


def test_page_says_what_scipy_says() -> None:
    study = make_study()
    votes = careless_votes(study)
    options = Options()
    found = analyse(study, votes, options)
    after = found.views[1]
    stays = [name not in found.screening.excluded for name in found.views[0].subjects]
    matrix = found.matrix[:, stays]
    differences = matrix[0::2].mean(axis=0) - matrix[1::2].mean(axis=0)
    every = stats.PermutationMethod(n_resamples=100_000)
    expected = stats.wilcoxon(differences.round(9), zero_method="pratt", method=every).pvalue
    assert after.overall[0].test.p == pytest.approx(expected)
    text = page_of(study, votes, options).text
    mean = f"{matrix[0::2].mean():.2f}"
    assert mean in text
    assert f"p\xa0=\xa0{expected:.3f}" in " ".join(page_of(study, votes).words)
    assert f"{differences.mean():.2f} higher" in text


def test_only_plain_scored_votes_without_fault_of_whole_sessions_count() -> None:
    study = make_study(emotions=("angry",), checks=False)
    name = study.stimuli[0].id
    votes = [
        make_vote(study, "a", name, 2, index=0),
        make_vote(study, "a", name, 5, kind="repeat", index=1),
        make_vote(study, "a", name, 5, kind="gold", passed=True, index=2),
        make_vote(study, "a", name, 5, fault=True, index=3),
        make_vote(study, "a", name, 5, phase="training", index=0),
        make_vote(study, "b", name, 4, complete=False, index=0),
    ]
    found = analyse(study, votes)
    assert np.array_equal(found.matrix, [[2.0], [np.nan]], equal_nan=True)
    counts = found.counts
    assert (counts.sessions, counts.incomplete, counts.votes, counts.counted) == (2, 1, 6, 1)
    assert (counts.training, counts.checks, counts.faults, counts.from_incomplete) == (1, 2, 1, 1)
    with_it = analyse(study, votes, Options(include_incomplete=True))
    assert with_it.matrix[0].tolist() == [2.0, 4.0]
    assert "1 session was not finished: left out." in page_of(study, votes).text


def test_before_and_after_screening_are_both_shown_and_exclusions_named() -> None:
    study = make_study()
    votes = careless_votes(study)
    found = analyse(study, votes)
    assert found.screening.excluded
    text = page_of(study, votes).text
    assert "Results after screening" in text
    assert "Results before screening" in text
    for exclusion in found.screening.exclusions:
        value = exclusion.value.replace("-", "\N{MINUS SIGN}")
        assert f"{exclusion.subject} {exclusion.rule} {value}" in text
    for view in found.views:
        row = view.conditions[0]
        assert f"{view.name} {row.summary.n} {row.summary.mean:.2f}" in text


@pytest.mark.parametrize("count", [0, 1, 2, 3])
@pytest.mark.parametrize("conditions", [("dependent",), ("dependent", "combined", "recorded")])
def test_few_raters_make_a_report(count: int, conditions: tuple[str, ...]) -> None:
    study = make_study(conditions)
    votes = simulate(study, simulated_raters(study, count))
    options = Options(remove_bias=True)
    files = report_files(study, votes, options, VERSION)
    text = Page(files[REPORT].decode()).text
    assert not re.search(r"\b(nan|inf|None)\b", text)
    assert b"NaN" not in files["results.json"]
    assert ("There are no votes to report yet." in text) == (count == 0)


def test_all_votes_equal() -> None:
    study = make_study()
    votes = votes_of(study, {name: [3] * 14 for name in "abcd"})
    found = analyse(study, votes)
    comparison = found.views[0].overall[0]
    assert (comparison.test.p, comparison.test.zeros, comparison.effect) == (1.0, 4, 0.0)
    assert len(found.screening.excluded) == 4
    text = page_of(study, votes).text
    assert text.count("were rated alike") == 1  # before screening; nobody is left after it
    assert "Screening left out all 4 raters; see the results before screening." in text
    assert "Nobody rated" not in text
    assert "Screening left out 4 of 4 raters." in text


def test_an_emotion_that_nobody_rated_keeps_its_place() -> None:
    study = make_study()
    votes = [vote for vote in simulate(study) if vote.emotion != "fear"]
    view = analyse(study, votes).views[0]
    fear = [row for row in view.emotions if row.emotion == "fear"]
    assert [row.summary.n for row in fear] == [0, 0]
    assert next(c for c in view.by_emotion if c.emotion == "fear").test.n == 0
    assert "Fear" in page_of(study, votes).text


def test_words_of_the_study_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>\x00\x1b&"
    study = make_study()
    conditions = tuple(replace(c, name=evil + c.id) for c in study.conditions)
    study = replace(study, title=evil, task=evil, conditions=conditions, created_utc=evil)
    votes = [replace(vote, subject_id=evil, app_version=evil) for vote in simulate(study)]
    files = report_files(study, votes, version=evil)
    page = Page(files[REPORT].decode())
    assert "script" not in page.tags
    assert "\x00" not in page.text
    for chart in re.findall(r"<svg.*?</svg>", files[REPORT].decode(), re.DOTALL):
        ElementTree.fromstring(chart)


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    study = make_study()
    (tmp_path / "file").write_text("here first")
    with pytest.raises(RatingError, match=r"Cannot make the folder '.*file'"):
        write_report(tmp_path / "file", study, [])
    (tmp_path / "report" / REPORT).mkdir(parents=True)
    with pytest.raises(ExportError, match=r"report\.html': it is a folder"):
        write_report(tmp_path / "report", study, [])


def test_refused_votes_leave_an_earlier_report_alone(tmp_path: Path) -> None:
    study = make_study()
    page = write_report(tmp_path, study, simulate(study), version=VERSION)
    before = page.read_bytes()
    with pytest.raises(RatingError):
        write_report(tmp_path, study, [replace(simulate(study)[0], rating=9)], version=VERSION)
    assert page.read_bytes() == before


def test_a_folder_with_another_study_is_left_alone(tmp_path: Path) -> None:
    other = replace(make_study(), id="ffffffffffffffff")
    page = write_report(tmp_path, other, [], version=VERSION)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(RatingError, match=r"holds another 'study\.json'"):
        write_report(tmp_path, make_study(), [], version=VERSION)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert write_report(tmp_path, other, [], version=VERSION) == page


@pytest.mark.parametrize("content", [b"", b"{", b"[{}]", b"\xff\xfe", b'[{"rating": 3}]'])
def test_damaged_raw_votes_are_refused(tmp_path: Path, content: bytes) -> None:
    study = make_study()
    write_report(tmp_path, study, simulate(study), version=VERSION)
    (tmp_path / VOTES).write_bytes(content)
    with pytest.raises(RatingError, match=r"holds no votes of a report"):
        read_report_votes(tmp_path)
    with pytest.raises(RatingError, match=r"give the folder of a report"):
        read_report_votes(tmp_path / "nowhere")


def test_results_are_whole_numbers_and_text_that_reads_back() -> None:
    study = make_study()
    files = report_files(study, careless_votes(study), version=VERSION)
    results = json.loads(files["results.json"])
    clips = results["views"][1]["clips"]
    found = analyse(study, careless_votes(study)).views[1].clips
    means = [row["summary"]["mean"] for row in clips]
    assert means == pytest.approx([row.summary.mean for row in found], abs=1e-10)
    assert msgspec.json.decode(files[VOTES], type=list[Vote])
