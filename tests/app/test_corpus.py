"""`visemo corpus`: what it prints of whole, messy and unknown folders, and its exit status."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from core.corpora import CORPORA
from tests.app.conftest import Visemo
from tests.core.corpora import layouts
from tests.core.corpora.layouts import put
from tests.core.corpora.test_readers import LAYOUTS

NOTHING = 2


def test_help_names_every_layout(visemo: Visemo) -> None:
    words = visemo("corpus", "--help").out.replace(",", " ").split()
    assert set(CORPORA) <= set(words)


@pytest.mark.parametrize(("name", "make", "count"), [layout[:3] for layout in LAYOUTS])
def test_every_layout_is_told(
    name: str, make: Callable[[Path], Path], count: int, visemo: Visemo, tmp_path: Path
) -> None:
    folder = make(tmp_path / "corpus")
    ran = visemo("corpus", folder)
    assert (ran.status, ran.err) == (0, "")
    title = CORPORA[name].title
    assert ran.out.startswith(f"{folder}: {title}\nrecordings: {count}; speakers: ")
    told = json.loads(visemo("corpus", folder, "--json").out)
    assert (told["layout"], told["recordings"], told["problems"]) == (name, count, [])
    assert sum(told["labels"].values()) == count
    assert sum(speaker["recordings"] for speaker in told["speakers"].values()) == count


def test_the_table_counts_speakers_and_emotions(visemo: Visemo, tmp_path: Path) -> None:
    put(tmp_path, "03a01Wa.wav", "03a01Wb.wav", "03a01Fa.wav", "16a01Wa.wav", "16a01La.wav")
    lines = visemo("corpus", tmp_path).out.splitlines()
    table = [line.split() for line in lines[3:7]]
    assert table == [
        ["angry", "happy", "all", "time"],
        ["emodb-03", "2", "1", "3", "0:00:01"],
        ["emodb-16", "1", "-", "1", "0:00:00"],
        ["all", "3", "1", "4", "0:00:01"],
    ]
    assert len({len(line) for line in lines[3:7]}) == 1
    assert "with video: 0 of 4; with landmarks: 0 of 4" in lines
    assert "different sentences: 1" in lines
    assert "boredom, left out: 1" in lines
    assert "note: there is no recording of disgust, fear, neutral, sad, surprise" in lines
    assert lines[-1].startswith("note: emodb-16 has recordings of angry only")


def test_problems_are_grouped_and_listed_on_demand(visemo: Visemo, tmp_path: Path) -> None:
    layouts.emodb(tmp_path)
    put(tmp_path, *(f"wav/strange {number}.wav" for number in range(5)))
    put(tmp_path, "wav/08a01Wa.wav", data=layouts.SOUND[:1000])
    lines = visemo("corpus", tmp_path).out.splitlines()
    at = lines.index("files not named as the corpus names them: 5")
    assert [line.strip().split(".wav")[0] for line in lines[at + 1 : at + 4]] == [
        "wav/strange 0", "wav/strange 1", "wav/strange 2",
    ]  # fmt: skip
    assert lines[at + 4] == "  and 2 more, which --all-problems lists"
    assert "files that cannot be read, or not to their end: 1" in lines
    assert any("08a01Wa.wav is cut short: it declares 6400 bytes" in line for line in lines)
    every = visemo("corpus", tmp_path, "--all-problems").out
    assert all(f"wav/strange {number}.wav" in every for number in range(5))
    told = json.loads(visemo("corpus", tmp_path, "--json").out)
    kinds = [problem["kind"] for problem in told["problems"]]
    assert sorted(kinds) == ["misnamed"] * 5 + ["unreadable"]
    assert {"path", "kind", "reason"} == set(told["problems"][0])


def test_nothing_usable_is_2(visemo: Visemo, tmp_path: Path) -> None:
    put(tmp_path, "03a01Wa.wav", data=b"")
    ran = visemo("corpus", tmp_path)
    assert (ran.status, ran.err) == (NOTHING, "")
    assert "recordings: 0" in ran.out
    assert "03a01Wa.wav is empty (0 bytes)" in ran.out
    ran = visemo("corpus", tmp_path, "--json")
    assert (ran.status, json.loads(ran.out)["recordings"]) == (NOTHING, 0)


def test_what_is_no_corpus_is_one_line(visemo: Visemo, tmp_path: Path) -> None:
    for arguments, said in (
        ((tmp_path,), "is no corpus of a known layout"),
        ((tmp_path / "nowhere",), "There is no folder or table"),
        ((tmp_path, "--name", "iemocap"), "There is no layout 'iemocap'; expected one of savee"),
        ((put(tmp_path, "a.wav") / "a.wav",), "cannot be read as a table"),
    ):
        ran = visemo("corpus", *arguments)
        assert (ran.status, ran.out) == (NOTHING, "")
        assert len(ran.errors) == 1
        assert said in ran.err


def test_splits_and_who_is_on_both_sides(visemo: Visemo, tmp_path: Path) -> None:
    layouts.manifest(tmp_path)
    out = visemo("corpus", tmp_path / "manifest.csv").out
    assert "splits: test 1, train 1, validation 1" in out
    ann = f"note: {tmp_path.name.lower()}-Ann is in train and validation"
    assert ann in out
