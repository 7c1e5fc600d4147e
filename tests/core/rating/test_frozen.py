"""A study that is changed after its first vote is noticed, and by what."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import RatingError
from core.rating.bundle import export_votes
from core.rating.merging import merge_votes
from core.rating.store import VoteStore
from core.rating.study import Study
from core.rating.study_file import write_study
from tests.core.rating.vote_stores import make_study, take_part


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return make_study(tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": "Better named"}, "title"),
        ({"scale": ("a", "b", "c", "d", "e")}, "scale"),
        ({"task": "Rate the ears."}, "task"),
        ({"grey": 0.5}, "seconds of grey"),
        ({"fps": 30.0}, "frames per second"),
        ({"picture_size": (300, 300)}, "picture size"),
        ({"consent": "I agree."}, "consent"),
        ({"texts": (("go", "Go"),)}, "texts"),
    ],
)
def test_a_study_that_changed_after_votes_is_only_looked_at(
    tmp_path: Path, study: Study, change: dict[str, object], named: str
) -> None:
    other = replace(study, **change)  # type: ignore[arg-type]
    VoteStore.open(tmp_path, other).close()
    with VoteStore.open(tmp_path, study) as store:  # nobody has voted
        assert not store.read_only
        take_part(store, 1)
    with VoteStore.open(tmp_path, other) as store:
        assert store.read_only
        assert f"changed after its votes were begun ({named})" in store.notice
        assert store.changes() == (named,)
        assert len(store.votes()) == 1
        with pytest.raises(RatingError, match="as it was frozen"):
            store.begin()
        with VoteStore.open(tmp_path, study) as good:  # the lock was not kept
            assert not good.read_only
            assert good.changes() == ()


def test_changed_conditions_are_named_by_part(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        take_part(store, 1)
    first = replace(study.conditions[0], name="Ours", weights="elsewhere")
    other = replace(study, conditions=(first, study.conditions[1]))
    with VoteStore.open(tmp_path, other, write=False) as store:
        assert store.changes() == (
            "name of condition 'dependent'", "weights of condition 'dependent'",
        )  # fmt: skip


def test_votes_on_a_changed_manifest_are_refused(tmp_path: Path, study: Study) -> None:
    make_study(tmp_path / "here")
    bundle = tmp_path / "there.visemo-votes"
    with VoteStore.open(tmp_path, study) as there:
        take_part(there, 1)
        export_votes(there, study, bundle)
    other = replace(study, grey=0.25)
    write_study(other, tmp_path / "here")
    with VoteStore.open(tmp_path / "here", other) as store:
        with pytest.raises(RatingError, match=r"\(seconds of grey\)"):
            merge_votes(store, other, bundle)
        assert store.sessions() == []
