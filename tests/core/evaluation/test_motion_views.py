"""Figure 5's table: pairs of one utterance in one fold, and sure only as far as people differ."""

import pytest

from core.evaluation.motion import FIGURES, MotionFigures
from core.evaluation.motion_views import METHODS, Moved, figure_five, table_four
from core.interval import Estimate
from core.report.tables import Table


def moved(speaker: str, errors: dict[str, float]) -> list[Moved]:
    return [
        Moved("a01.wav", "savee", speaker, "angry", method, error,
              MotionFigures(**(dict.fromkeys(FIGURES, 0.0) | {"error": error})))
        for method, error in errors.items()
    ]  # fmt: skip


def errors(own: float, combined: float) -> dict[str, float]:
    return dict(zip(METHODS, (0.0, own, combined), strict=True))


def test_speakers_whose_files_are_named_alike_all_count() -> None:
    rows = [*moved("DC", errors(1.0, 2.0)), *moved("JE", errors(3.0, 8.0))]
    (table,) = figure_five(rows, plots=False)
    assert isinstance(table, Table)
    ((emotion, count, own, combined, difference),) = table.rows
    assert (emotion, count) == ("angry", 2)
    assert [e.value for e in (own, combined, difference) if isinstance(e, Estimate)] == [
        pytest.approx(2.0), pytest.approx(5.0), pytest.approx(-3.0),
    ]  # fmt: skip


def test_an_utterance_of_every_fold_is_one_utterance() -> None:
    rows = [row for fold in range(5) for row in moved("DC", errors(1.0 + fold, 2.0))]
    ((_, _, count, error, *_), *_) = table_four(rows).rows
    assert count == 1
    assert isinstance(error, Estimate)
    assert error.count == 1
    assert error.utterances.low != error.utterances.low  # nothing to draw from
    (table,) = figure_five(rows, plots=False)
    assert isinstance(table, Table)
    assert isinstance(table.rows[0][4], Estimate)
    assert table.rows[0][4].value == pytest.approx(1.0)
