"""Tables: read back by plain readers, the same bytes every time, no formulas."""

import csv
import io
import json

import numpy as np
import pytest

from core.rating.analysis import Analysis, analyse
from core.rating.simulation import simulate
from core.rating.study import Study, Vote
from core.rating.tables import long_csv, matrix_csv, raters_csv, sureal_json
from tests.core.rating.rating_studies import make_study, make_vote, votes_of

# As it stands in the conventions of rating sessions.
COLUMNS = (
    "session_id,subject_id,phase,trial_index,clip_id,emotion,model,repeat,rating,rating_label,"
    "rating_time_ms,plays,gold,trapping,passed,technical_fault,timestamp_utc,seed,order_row,"
    "app_version"
)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def matrices(study: Study, votes: list[Vote] | tuple[Vote, ...]) -> tuple[Analysis, list[str]]:
    found = analyse(study, votes)
    return found, list(found.views[0].subjects)


def test_long_table_has_the_columns_of_the_conventions() -> None:
    assert long_csv(make_study(), []) == COLUMNS + "\n"


def test_long_table_holds_every_vote() -> None:
    study = make_study()
    votes = simulate(study)
    rows = rows_of(long_csv(study, votes))
    assert len(rows) == len(votes) == 15 * (5 + 14 + 3)
    for row, vote in zip(rows, votes, strict=True):
        assert row["session_id"] == vote.session_id
        assert (row["clip_id"], row["model"]) == (vote.clip, vote.condition)
        assert int(row["rating"]) == vote.rating
        assert row["rating_label"] == study.scale[vote.rating - 1]
        assert row["gold"] == str(vote.kind == "gold").lower()
        assert row["trapping"] == str(vote.kind == "trapping").lower()
        assert row["repeat"] == str(vote.kind == "repeat").lower()
        assert row["passed"] == {None: "", True: "true", False: "false"}[vote.passed]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_from_outside_is_no_formula(start: str) -> None:
    study = make_study()
    evil = start + "cmd|' /C calc'!A0"
    vote = make_vote(study, evil, study.stimuli[0].id, 3, session=evil)
    (row,) = rows_of(long_csv(study, [vote]))
    expected = "'" + evil.replace("\r", " ")
    assert row["session_id"] == row["subject_id"] == expected
    found, subjects = matrices(study, [vote])
    matrix = matrix_csv(study, found.matrix, subjects)
    assert next(csv.reader(io.StringIO(matrix)))[1] == expected
    assert rows_of(raters_csv(found.screening.raters))[0]["subject_id"] == expected


def test_matrix_has_nan_for_missing_votes() -> None:
    study = make_study(emotions=("angry", "sad"))
    found, subjects = matrices(study, votes_of(study, {"b": [1, 2, None, 4], "a": [5, None, 3, 2]}))
    text = matrix_csv(study, found.matrix, subjects)
    assert text.splitlines()[0] == "stimulus,a,b"
    read = np.genfromtxt(io.StringIO(text), delimiter=",", skip_header=1, usecols=(1, 2))
    expected = [[5, 1], [np.nan, 2], [3, np.nan], [2, 4]]
    np.testing.assert_array_equal(read, expected)
    assert text.count("nan") == 2


def test_raters_have_the_values_of_screening() -> None:
    study = make_study()
    found, _ = matrices(study, simulate(study))
    rows = rows_of(raters_csv(found.screening.raters))
    assert [row["subject_id"] for row in rows] == [f"p{number:04d}" for number in range(1, 16)]
    assert sum(float(row["bias"]) for row in rows) == pytest.approx(0, abs=1e-5)
    assert any(float(row["bias"]) < 0 for row in rows)  # a number, with no apostrophe before it


def test_sureal_data_set_is_what_its_reader_asks_for() -> None:
    """The checks of sureal 0.9's RawDatasetReader, and its way of reading votes by name."""
    study = make_study(("recorded", "dependent", "combined"))
    votes = simulate(study)[:-20]  # the last rater has not rated everything
    found, subjects = matrices(study, votes)
    data = json.loads(sureal_json(study, found.matrix, subjects))
    contents = [video["content_id"] for video in data["ref_videos"]]
    assert contents == list(range(7))
    matrix = np.full((21, 15), np.nan)
    for row, video in enumerate(data["dis_videos"]):
        assert video["asset_id"] == row
        assert video["content_id"] in contents
        assert isinstance(video["os"], dict)
        for subject, vote in video["os"].items():
            assert isinstance(vote, int)
            matrix[row, subjects.index(subject)] = vote
    np.testing.assert_array_equal(matrix, found.matrix)
    paths = {video["content_id"]: video["path"] for video in data["ref_videos"]}
    references = [v for v in data["dis_videos"] if v["path"] == paths[v["content_id"]]]
    assert [v["asset_name"].split("--")[1] for v in references] == ["recorded"] * 7


def test_sureal_without_votes_is_still_json() -> None:
    study = make_study()
    found, subjects = matrices(study, [])
    data = json.loads(sureal_json(study, found.matrix, subjects))
    assert [video["os"] for video in data["dis_videos"]] == [{}] * 14
