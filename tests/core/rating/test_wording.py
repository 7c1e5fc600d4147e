"""What participants read, in any language: whole, or refused with everything wrong in it."""

from pathlib import Path

import pytest

from core.errors import RatingError
from core.rating import wording
from core.rating.design import (
    Wishes,
    paper_plan,
)
from tests.core.rating.plans import ravdess

# Languages


def test_every_language_has_every_text() -> None:
    english = wording.bundled("en")
    assert wording.languages() == ["de", "en"]
    for language in wording.languages():
        assert set(wording.bundled(language)) == set(english)
    assert wording.scale_of(english) == ("Bad", "Poor", "Fair", "Good", "Very Good")


def test_texts_of_the_window_go_into_the_study(tmp_path: Path) -> None:
    study = paper_plan(ravdess(tmp_path), Wishes(language="de")).study
    texts = dict(study.texts)
    assert texts["next"] == "Weiter"
    assert set(wording.REQUIRED).isdisjoint(texts)
    assert study.task.startswith("Wie gut")
    assert study.scale[0] == "Schlecht"


def test_a_translation_of_ones_own(tmp_path: Path) -> None:
    text = (wording.FOLDER / "en.txt").read_text("utf-8").replace("[next]\nNext", "[next]\nOnwards")
    path = tmp_path / "mine.txt"
    path.write_text("\ufeff" + text, "utf-8", newline="\r\n")
    own = wording.read_wording(path)
    assert own == {**wording.bundled("en"), "next": "Onwards"}
    study = paper_plan(None, Wishes(texts=own)).study
    assert dict(study.texts)["next"] == "Onwards"


def test_paragraphs_are_kept_and_lines_joined(tmp_path: Path) -> None:
    text = (wording.FOLDER / "en.txt").read_text("utf-8")
    start, end = text.index("[consent]"), text.index("[instructions]")
    path = tmp_path / "mine.txt"
    path.write_text(
        f"{text[:start]}[consent]\nOne\ntwo.\n# no\n\n\nThree {{minutes}}.\n\n{text[end:]}"
    )
    assert wording.read_wording(path)["consent"] == "One two.\n\nThree {minutes}."


def test_everything_wrong_with_a_translation_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_text(
        "before\n[scale]\na\nb\n[task]\nRate {number.__class__}\n[nonsense]\nx\n[next]\n\n"
        "[next]\ny\n"
        "[progress.scored]\n{number}\n"
    )
    with pytest.raises(RatingError) as caught:
        wording.read_wording(path)
    for part in (
        "line 1: expected a [key]", "[next] is there twice", "there is no [consent]",
        "there is no [trapping]", "[nonsense] is no key", "[scale] has 2 lines; expected 5",
        "[task] holds {number.__class__}; expected none", "[progress.scored] lacks {count}",
    ):  # fmt: skip
        assert part in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * (wording.MOST_BYTES + 1), b""])
def test_a_file_of_texts_that_is_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    with pytest.raises(RatingError, match=r"The texts 'bad\.txt' "):
        wording.read_wording(path)
    with pytest.raises(RatingError, match="cannot be read"):
        wording.read_wording(tmp_path)


def test_an_unknown_language() -> None:
    with pytest.raises(RatingError, match="no texts in the language 'tlh'; expected one of de, en"):
        paper_plan(None, Wishes(language="tlh"))
