"""Withdrawal, a full disk, damaged votes: what must be gone is gone, what must stay stays."""

from contextlib import closing
from pathlib import Path

import pytest

from core.errors import RatingError
from core.rating.backups import BACKUP, restore_backup, start_anew
from core.rating.schema import VOTES, DiskFull, VotesDamaged, open_reading
from core.rating.store import VoteStore
from core.rating.study import Study
from tests.core.rating.vote_stores import bytes_in, make_study, take_part, vote


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return make_study(tmp_path)


def test_withdrawal_leaves_no_trace_but_a_count(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        for _ in range(12):  # pages split and are joined
            take_part(store)
        kept = take_part(store)
        session = store.begin()
        store.answer(session.session_id, "note", "Kartoffelsalat " * 400)
        for _ in range(12):
            vote(store, store.position(session.session_id))
        code = store.finish(session.session_id)
        traces = [session.session_id, session.subject_id, code, "Kartoffelsalat"]
        assert {name for name, _ in bytes_in(tmp_path, traces)} >= {VOTES, BACKUP}
        store.answer(take_part(store, 1), "note", "in the journal")
        assert store.withdraw(session.session_id) == ()
        assert bytes_in(tmp_path, traces) == []
        assert bytes_in(tmp_path, [kept])
        assert store.overview().withdrawn == 1
        assert len(store.sessions()) == 14
        with pytest.raises(RatingError, match="may have been withdrawn"):
            store.withdraw(session.session_id)
        assert store.overview().withdrawn == 1


def test_a_withdrawal_that_was_cut_short_is_finished(
    tmp_path: Path, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    with VoteStore.open(tmp_path, study) as store:
        take_part(store)
        session = take_part(store)

        def full(_: object) -> bool:
            raise DiskFull("The disk is full.")

        with monkeypatch.context() as patch:
            patch.setattr("core.rating.writing.wipe", full)
            with pytest.raises(DiskFull):
                store.withdraw(session)
        assert len(store.sessions()) == 1
        assert not (tmp_path / BACKUP).exists()
    with VoteStore.open(tmp_path, study) as store:
        assert bytes_in(tmp_path, [session]) == []
        assert (tmp_path / BACKUP).exists()
        assert store.overview().withdrawn == 1


def test_a_full_disk_is_waited_for(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        session = take_part(store, 1)
        position = store.position(session)
        assert position is not None
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        # What SQLite says when it may not grow is what it says when the disk is full.
        store._connection.execute(f"PRAGMA max_page_count = {pages}")
        for _ in range(2):
            with pytest.raises(DiskFull, match=r"is full.*free some space"):
                store.answer(session, "note", "x" * 100_000)
        assert store.position(session) == position
        assert store.answers() == []
        store._connection.execute("PRAGMA max_page_count = 1000000")
        store.answer(session, "note", "x" * 100_000)
        assert vote(store, position) is not None


def test_what_another_reader_keeps_alive_goes_at_the_next_start(
    tmp_path: Path, study: Study
) -> None:
    with VoteStore.open(tmp_path, study) as store:
        session = take_part(store)
        with closing(open_reading(tmp_path / VOTES)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM votes").fetchone()
            store._connection.execute("PRAGMA busy_timeout = 0")
            store.withdraw(session)
            assert "go when this study is next opened" in store.notice
            assert store.sessions() == []
            assert bytes_in(tmp_path, [session])
    with VoteStore.open(tmp_path, study) as store:
        assert bytes_in(tmp_path, [session]) == []
        assert store.overview().withdrawn == 1


def damage(path: Path) -> bytes:
    """Overwrite what follows the first page, as a bad disk does."""
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    return bytes(data)


def test_damaged_votes_are_kept_and_the_backup_offered(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        take_part(store)
        votes = store.votes()
    damaged = damage(tmp_path / VOTES)
    for _ in range(2):  # opening changes nothing
        with pytest.raises(VotesDamaged, match=r"damaged.*a whole backup with 1 session:") as told:
            VoteStore.open(tmp_path, study)
        assert told.value.backup == tmp_path / BACKUP
        assert (tmp_path / VOTES).read_bytes() == damaged
    kept = restore_backup(tmp_path, study)
    assert kept is not None
    assert kept.read_bytes() == damaged
    with VoteStore.open(tmp_path, study) as store:
        assert store.votes() == votes
        take_part(store)


@pytest.mark.parametrize(("place", "value"), [(0, 0), (16, 7), (19, 99), (47, 9), (100, 1)])
def test_a_damaged_header_is_noticed(tmp_path: Path, study: Study, place: int, value: int) -> None:
    with VoteStore.open(tmp_path, study) as store:
        take_part(store)
    data = bytearray((tmp_path / VOTES).read_bytes())
    data[place] = value
    (tmp_path / VOTES).write_bytes(data)
    with pytest.raises(RatingError):
        VoteStore.open(tmp_path, study)
    assert (tmp_path / VOTES).read_bytes() == data


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"no database at all" * 1000, None])
def test_whatever_the_damage_one_can_begin_anew(
    tmp_path: Path, study: Study, content: bytes | None
) -> None:
    with VoteStore.open(tmp_path, study) as store:
        take_part(store)
    if content is None:
        (tmp_path / VOTES).unlink()
    else:
        (tmp_path / VOTES).write_bytes(content)
    with pytest.raises(VotesDamaged, match="whole backup"):
        VoteStore.open(tmp_path, study)
    damage(tmp_path / BACKUP)
    with pytest.raises(VotesDamaged, match="Begin anew without") as told:
        VoteStore.open(tmp_path, study)
    assert told.value.backup is None
    with pytest.raises(VotesDamaged):
        restore_backup(tmp_path, study)
    kept = start_anew(tmp_path)
    if content is None:
        assert kept is None
    else:
        assert kept is not None
        assert kept.read_bytes() == content
    with VoteStore.open(tmp_path, study) as store:
        assert store.sessions() == []


def test_votes_are_not_restored_under_a_running_window(tmp_path: Path, study: Study) -> None:
    with VoteStore.open(tmp_path, study) as store:
        take_part(store)
        with pytest.raises(RatingError, match="Another window"):
            restore_backup(tmp_path, study)
        with pytest.raises(RatingError, match="Another window"):
            start_anew(tmp_path)


def test_a_backup_that_fails_is_told_and_loses_nothing(
    tmp_path: Path, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiskFull("The disk is full.")

    with VoteStore.open(tmp_path, study) as store:
        monkeypatch.setattr("core.rating.backups.make_backup", full)
        take_part(store)
        assert store.notice == ("The votes are kept, but there is no new backup: The disk is full.")
        assert store.sessions()[0].state == "done"
