"""Names of recordings in reports, and corpora whose labels are no emotions."""

from pathlib import Path

import pytest

from core.corpora.checks import check_emotions
from core.corpora.corpus import Corpus
from core.corpora.utterance import Utterance, short_names
from core.errors import CorpusError


def test_names_are_short_and_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    here = Utterance(Path("SAVEE/DC/a01.wav"), "savee", "savee-DC", "angry")
    there = Utterance(tmp_path / "SAVEE" / "JE" / "a01.wav", "savee", "savee-JE", "angry")
    assert short_names([here, there]) == {here: "DC/a01.wav", there: "JE/a01.wav"}
    assert short_names([]) == {}


def test_labels_that_are_no_emotions_are_refused() -> None:
    foods = ("apple", "banana", "biscuit", "crisps", "haribo", "nectarine")
    with pytest.raises(CorpusError, match=r"labels of its own \(apple, .*, ...\).*voting"):
        check_emotions(Corpus("eat", Path("eat"), (), labels=foods))
    check_emotions(Corpus("some", Path("some"), (), labels=("angry", "sad")))
