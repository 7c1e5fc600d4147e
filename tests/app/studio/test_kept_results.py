"""Which results stay at hand."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from app.kept_results import MOST, KeptResults
from app.result import Result

PATHS = [Path(f"/sounds/{number}.wav") for number in range(MOST + 1)]


def result(seconds: float, analysis: object = None) -> Result:
    heard = SimpleNamespace(clip=SimpleNamespace(duration=seconds))
    return Result(cast(Any, heard), cast(Any, analysis))


def there(kept: KeptResults) -> list[Path]:
    return [path for path in PATHS if kept.get(path) is not None]


def test_the_one_not_looked_at_for_longest_goes() -> None:
    kept = KeptResults()
    for path in PATHS[:MOST]:
        kept.keep(path, result(1.0))
    kept.look_at(PATHS[0])
    kept.keep(PATHS[MOST], result(1.0))
    assert there(kept) == [PATHS[0], *PATHS[2:]]


def test_a_long_clip_is_kept_alone() -> None:
    kept = KeptResults()
    kept.keep(PATHS[0], result(600.0))
    kept.keep(PATHS[1], result(600.0))
    assert there(kept) == PATHS[:2]
    kept.keep(PATHS[2], result(36_000.0))
    assert there(kept) == PATHS[2:3]


def test_sounds_outlive_what_was_heard_in_them() -> None:
    kept = KeptResults()
    before = result(1.0, SimpleNamespace())
    kept.keep(PATHS[0], before)
    kept.keep_sounds()
    after = kept.get(PATHS[0])
    assert after is not None
    assert (after.heard, after.analysis) == (before.heard, None)


def test_clips_that_are_gone_are_dropped() -> None:
    kept = KeptResults()
    for path in PATHS[:3]:
        kept.keep(path, result(1.0))
    kept.drop(PATHS[0])
    kept.drop(PATHS[8])  # was never there
    kept.drop_others({PATHS[2]})
    assert there(kept) == [PATHS[2]]


def test_room_is_made_for_a_clip_once() -> None:
    kept = KeptResults()
    kept.keep(PATHS[0], result(1.0))
    assert kept.make_room(PATHS[1])
    assert there(kept) == []
    assert not kept.make_room(PATHS[1])
    assert kept.make_room(PATHS[2])
