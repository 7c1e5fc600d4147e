"""Sessions of several machines come together, each once; what does not belong is refused."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import RatingError
from core.rating.archive import write_archive
from core.rating.bundle import VOTES_SCHEMA, export_votes
from core.rating.merging import merge_votes
from core.rating.records import tombstone
from core.rating.schema import TABLES, VOTES
from core.rating.store import VoteStore
from core.rating.study import Study
from tests.core.rating.vote_stores import bytes_in, changed, make_study, take_part, vote

Spoil = Callable[[sqlite3.Connection], object]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """On two machines."""
    make_study(tmp_path / "there")
    return make_study(tmp_path / "here")


@pytest.fixture
def bundle(tmp_path: Path, study: Study) -> Path:
    """Two sessions, one of them after four votes, one of which was taken back."""
    target = tmp_path / "there.visemo-votes"
    with VoteStore.open(tmp_path / "there", study) as store:
        take_part(store)
        running = take_part(store, 4)
        vote(store, store.fault(running, 3))
        store.answer(running, "age", "31")
        export_votes(store, study, target)
    return target


def repack(bundle: Path, study: Study, tmp_path: Path, spoil: Spoil) -> None:
    """The same bundle with a changed database, and a manifest that fits."""
    copy = tmp_path / "spoilt.sqlite"
    with VoteStore.open(tmp_path / "there", study) as store:
        store.copy_to(copy)
    with closing(sqlite3.connect(copy)) as connection:
        spoil(connection)
        connection.commit()
    write_archive(bundle, VOTES_SCHEMA, study.id, {VOTES: (copy, None)})


def refused(bundle: Path, study: Study, tmp_path: Path, match: str) -> None:
    with VoteStore.open(tmp_path / "here", study) as store:
        mine = take_part(store)
        before = store.sessions(), store.rows(mine)
        with pytest.raises(RatingError, match=match):
            merge_votes(store, study, bundle)
        assert (store.sessions(), store.rows(mine)) == before


def test_sessions_are_joined(tmp_path: Path, study: Study, bundle: Path) -> None:
    with VoteStore.open(tmp_path / "there", study, write=False) as store:
        votes, answers = store.votes(), store.answers()
        ids = [record.session_id for record in store.sessions()]
        kinds = [event.kind for event in store.events(ids[1])]
    with VoteStore.open(tmp_path / "here", study) as store:
        mine = take_part(store)
        merged = merge_votes(store, study, bundle)
        assert merged.added == tuple(ids)
        assert merged.sentence == "2 sessions added."
        assert [record.session_id for record in store.sessions()] == [mine, *ids]
        assert store.votes()[12:] == votes
        assert [v.complete for v in votes] == [True] * 12 + [False] * 5
        assert [v.technical_fault for v in votes[12:]] == [False, False, False, True, False]
        assert store.answers() == answers
        assert [event.kind for event in store.events(ids[1])] == kinds
        assert store.resume_candidates() == []  # it goes on where it was begun
        again = merge_votes(store, study, bundle)
        assert again.sentence == "0 sessions added, 2 were here already."
        assert len(store.sessions()) == 3
    with VoteStore.open(tmp_path / "here", study) as store:  # checked once more
        assert len(store.votes()) == 12 + 17


def test_a_running_session_can_be_sent_by_a_window_that_only_looks(
    tmp_path: Path, study: Study
) -> None:
    target = tmp_path / "votes.visemo-votes"
    with (
        VoteStore.open(tmp_path / "there", study) as store,
        VoteStore.open(tmp_path / "there", study) as second,
    ):
        take_part(store, 3)
        export_votes(second, study, target)
        with VoteStore.open(tmp_path / "here", study) as other:
            assert len(merge_votes(other, study, target).added) == 1
            assert len(other.votes()) == 3


def test_a_session_that_went_on_is_replaced(tmp_path: Path, study: Study, bundle: Path) -> None:
    with VoteStore.open(tmp_path / "here", study) as store:
        merge_votes(store, study, bundle)
        with VoteStore.open(tmp_path / "there", study) as there:
            running = there.resume_candidates()[0].session_id
            vote(there, there.fault(running, 1))  # taken back after it was sent
            while (position := there.position(running)) is not None:
                vote(there, position)
            there.finish(running)
            take_part(there)
            export_votes(there, study, bundle)
            votes = there.votes()
        merged = merge_votes(store, study, bundle)
        assert merged.longer == (running,)
        assert merged.sentence == "1 session added, 1 were here already, 1 gone on since."
        assert sorted(store.votes(), key=str) == sorted(votes, key=str)
        assert merge_votes(store, study, bundle).longer == ()


@pytest.mark.parametrize("table", ["votes SET rating = 5", "events SET details = '{\"a\":1}'"])
def test_a_session_that_differs_is_refused(
    tmp_path: Path, study: Study, bundle: Path, table: str
) -> None:
    with VoteStore.open(tmp_path / "here", study) as store:
        merge_votes(store, study, bundle)
        repack(bundle, study, tmp_path, sql(f"UPDATE {table}"))
        with pytest.raises(RatingError, match="is here already, and differs"):
            merge_votes(store, study, bundle)


def test_a_session_set_aside_here_is_not_replaced(tmp_path: Path, study: Study) -> None:
    bundle = tmp_path / "here.visemo-votes"
    with VoteStore.open(tmp_path / "here", study) as store:
        session = take_part(store, 2)
        vote(store, store.position(session))
        export_votes(store, study, bundle)
        store.abandon(session)
        with pytest.raises(RatingError, match="is here already, and differs"):
            merge_votes(store, study, bundle)
        assert len(store.votes()) == 3


def test_who_withdrew_does_not_come_back(tmp_path: Path, study: Study, bundle: Path) -> None:
    with VoteStore.open(tmp_path / "here", study) as store:
        first, second = merge_votes(store, study, bundle).added
        store.withdraw(first)
        merged = merge_votes(store, study, bundle)
        assert merged.withdrawn == (first,)
        assert merged.sentence.endswith("1 were here already, 1 withdrawn here and not added.")
        assert [record.session_id for record in store.sessions()] == [second]
        export_votes(store, study, bundle)
    with VoteStore.open(tmp_path / "there", study) as there:  # its own goes as well
        there.abandon(second)
        with pytest.raises(RatingError, match=f"{second} is here already"):
            merge_votes(there, study, bundle)  # all or nothing
        assert len(there.sessions()) == 2
        there.withdraw(second)
        assert merge_votes(there, study, bundle).deleted == (first,)
        assert there.overview().withdrawn == 2
        assert there.tombstones() == {tombstone(first), tombstone(second)}
    assert bytes_in(tmp_path / "there", [first]) == []


def test_votes_on_something_else_are_refused(tmp_path: Path, study: Study, bundle: Path) -> None:
    with VoteStore.open(tmp_path / "here", study) as store:
        take_part(store)
        other = replace(study, id="f" * 16)
        with pytest.raises(RatingError, match=r"votes of another study \('0011"):
            merge_votes(store, other, bundle)
        with pytest.raises(RatingError, match="neutral0--dependent changed"):
            merge_votes(store, changed(study), bundle)
        assert len(store.sessions()) == 1


def test_a_window_that_only_looks_takes_nothing(tmp_path: Path, study: Study, bundle: Path) -> None:
    with VoteStore.open(tmp_path / "here", study), VoteStore.open(
        tmp_path / "here", study
    ) as second, pytest.raises(RatingError, match="Another window"):  # fmt: skip
        merge_votes(second, study, bundle)


def sql(text: str) -> Spoil:
    return lambda connection: connection.executescript(text)


def rewrite_schema(connection: sqlite3.Connection) -> None:
    """A table of the right name that allows what the right one does not."""
    loose = next(text for text in TABLES if "CREATE TABLE votes" in text).replace(
        "rating >= 1", "1"
    )
    connection.executescript(f"DROP TABLE votes; {loose};")


def raw_value(connection: sqlite3.Connection) -> None:
    """What a table would not let in, written past its checks."""
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute("UPDATE votes SET rating = -3 WHERE place = 1")


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (sql("CREATE TRIGGER t AFTER INSERT ON votes BEGIN DELETE FROM votes; END"), "trigger t"),
        (sql("CREATE VIEW v AS SELECT * FROM votes"), "unknown: view v"),
        (sql("CREATE TABLE more (a TEXT)"), "unknown: table more"),
        (sql("DROP INDEX events_of_session"), "missing: index events_of_session"),
        (rewrite_schema, "unknown: table votes"),
        (raw_value, "CHECK constraint failed"),
        (sql("PRAGMA user_version = 2"), "newer version"),
        (sql("PRAGMA application_id = 1"), "holds no votes of Visemo"),
        (sql("PRAGMA foreign_keys = OFF; DELETE FROM sessions"), "rows without the row"),
        (sql("UPDATE votes SET rating = 6 WHERE place = 1"), "a rating of 6, above 5"),
        (sql("UPDATE votes SET timestamp_utc = '=cmd()' WHERE place = 1"), "is no time"),
        (sql("UPDATE votes SET timestamp_utc = '0001' || substr(timestamp_utc, 5)"), "no time of"),
        (sql("UPDATE events SET timestamp_utc = '9999' || substr(timestamp_utc, 5)"), "no time of"),
        (sql("UPDATE votes SET plays = 1 << 40"), "no vote takes"),
        (sql("UPDATE votes SET rating_time_ms = 1 << 60"), "no vote takes"),
        (sql("UPDATE sessions SET app_version = '=cmd()'"), "the version of the program"),
        (sql("UPDATE sessions SET app_version = printf('%.*c', 99, '1')"), "the version of the"),
        (sql("UPDATE sessions SET subject_id = 'P234567892'"), "two sessions have the number"),
        (sql("UPDATE about SET value = 'x' WHERE name = 'frozen'"), "digests"),
        (sql("INSERT INTO about VALUES ('withdrawn x', '')"), "list of withdrawals"),
        (sql("UPDATE votes SET technical_fault = 0"), "one counts twice"),
        (sql("DELETE FROM votes WHERE place = 1"), "marked as done and is not"),
        (
            sql("DELETE FROM votes WHERE place = 1 AND session_id IN "
                "(SELECT session_id FROM sessions WHERE state = 'open')"),
            "trials that were not reached",
        ),
        (sql("UPDATE sessions SET code = 'AAAA-AAAA' WHERE code IS NOT NULL"), "marked as done"),
        (sql("UPDATE sessions SET seed = 8"), "the seed is 8, not the study's 7"),
        (sql("UPDATE sessions SET order_row = order_row + 1"), "the order is not that of row"),
        (sql("UPDATE sessions SET order_row = 5000000000"), "there is no row 5000000000"),
        (sql("UPDATE sessions SET subject_id = 'Ada Lovelace'"), "not made by Visemo"),
        (sql("UPDATE sessions SET machine = 'no JSON'"), "is refused: of session"),
        (sql("UPDATE trials SET expected = 1 WHERE kind = 'gold'"), "the order is not that of row"),
        (sql("UPDATE answers SET question = 'name'"), "an answer to 'name', which is not asked"),
        (sql("UPDATE answers SET value = CAST(x'ff' AS TEXT)"), "votes are damaged"),
        (sql("UPDATE events SET kind = 'dance'"), "unknown event 'dance'"),
        (sql("UPDATE events SET details = '[]'"), "is refused: of session"),
        (sql("UPDATE stimuli SET track_sha256 = '0'"), "changed since the study was frozen"),
    ],
)  # fmt: skip
def test_hostile_databases_are_refused(
    tmp_path: Path, study: Study, bundle: Path, spoil: Spoil, match: str
) -> None:
    repack(bundle, study, tmp_path, spoil)
    refused(bundle, study, tmp_path, match)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"text " * 5000])
def test_what_is_no_database_is_refused(
    tmp_path: Path, study: Study, bundle: Path, content: bytes
) -> None:
    (tmp_path / "file").write_bytes(content)
    write_archive(bundle, VOTES_SCHEMA, study.id, {VOTES: (tmp_path / "file", None)})
    refused(bundle, study, tmp_path, "holds no votes|damaged")


def test_pages_that_are_damaged_are_refused(tmp_path: Path, study: Study, bundle: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    with VoteStore.open(tmp_path / "there", study) as store:
        store.copy_to(copy)
    data = bytearray(copy.read_bytes())
    for place in range(4096, len(data), 4096):
        data[place + 100 : place + 120] = b"\xff" * 20
    data[-4096:] = b"\xa5" * 4096
    copy.write_bytes(data)
    write_archive(bundle, VOTES_SCHEMA, study.id, {VOTES: (copy, None)})
    refused(bundle, study, tmp_path, "damaged")


def test_a_bundle_holds_the_votes_and_nothing_else(
    tmp_path: Path, study: Study, bundle: Path
) -> None:
    (tmp_path / "more").write_bytes(b"more")
    files = {VOTES: (tmp_path / "here" / "study.json", None), "more": (tmp_path / "more", None)}
    write_archive(bundle, VOTES_SCHEMA, study.id, files)
    refused(bundle, study, tmp_path, "and nothing else, not 'more'")
    write_archive(bundle, VOTES_SCHEMA, study.id, {"more": files["more"]})
    refused(bundle, study, tmp_path, "must hold 'votes.sqlite'")
