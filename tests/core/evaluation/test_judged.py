"""Table III on an example worked by hand."""

import numpy as np
import pytest

from core.emotion import EMOTIONS
from core.evaluation.judged import TOGETHER, Judged, by_corpus, never_found, recognition
from core.evaluation.recognition_views import (
    missing_classes,
    recognition_section,
    recognition_sentences,
    table_three,
)
from core.report.tables import Table

# Four angry of which three were heard so, two sad of which one, and one happy heard as sad.
PAIRS = [
    ("angry", "angry"), ("angry", "angry"), ("angry", "angry"), ("angry", "sad"),
    ("sad", "sad"), ("sad", "angry"), ("happy", "sad"),
]  # fmt: skip


def judged(corpus: str = "one", pairs: list[tuple[str, str]] = PAIRS) -> list[Judged]:
    return [
        Judged(f"{i}.wav", corpus, f"{corpus}-{i % 4}", true, found, (0.0,) * 7)
        for i, (true, found) in enumerate(pairs)
    ]


def test_recalls_uar_and_wa_by_hand() -> None:
    table = recognition("one", judged())
    angry, sad, happy = (EMOTIONS.index(e) for e in ("angry", "sad", "happy"))
    assert table.counts[angry, [angry, sad]].tolist() == [3, 1]
    assert table.recalls[[angry, sad, happy]].tolist() == [0.75, 0.5, 0.0]
    assert table.uar.value == pytest.approx((0.75 + 0.5 + 0.0) / 3)
    assert table.wa.value == pytest.approx(4 / 7)
    assert never_found(table) == ["disgust", "fear", "neutral", "surprise"]
    assert np.isnan(table.recalls[EMOTIONS.index("fear")])


def test_no_resample_loses_a_rare_emotion() -> None:
    """Told always angry: recall is 1 of 7 whichever utterances are drawn."""
    pairs = [(emotion, "angry") for emotion in EMOTIONS for _ in range(1 + (emotion == "sad") * 20)]
    uar = recognition("one", judged(pairs=pairs)).uar
    assert uar.utterances.low == uar.utterances.high == pytest.approx(1 / 7)


def test_corpora_stand_alone_and_together() -> None:
    tables = by_corpus([*judged("two"), *judged("one", [("fear", "fear")])])
    assert [t.corpus for t in tables] == ["one", "two", TOGETHER]
    assert tables[2].uar.count == 8
    assert [t.corpus for t in by_corpus(judged())] == ["one"]
    apart = by_corpus([*judged("two"), *judged("one")], lambda corpus: corpus != "two")
    assert [t.corpus for t in apart] == ["one", "two"]


def test_what_is_missing_is_said() -> None:
    tables = by_corpus(judged())
    (text,) = missing_classes(tables)
    assert text == (
        "one has no disgust, fear, neutral, surprise: UAR there is the mean of 3 recalls."
    )
    assert "41.7 %" in recognition_sentences(tables)[0]
    assert "chance 33.3 %" in recognition_sentences(tables)[0]


def test_the_paper_stands_beside_it() -> None:
    rows = table_three(by_corpus(judged())).rows
    assert rows[-1][0] == "the paper, SAVEE"
    assert rows[-1][-2] == pytest.approx(0.7537, abs=1e-4)  # the mean of table III
    assert rows[0][3] == 0.75


def test_without_plots_there_are_tables_of_confusion() -> None:
    section = recognition_section(by_corpus(judged()), plots=False)
    names = [part.name for part in section.parts if isinstance(part, Table)]
    assert names == ["table3", "table3-confusion-one"]
