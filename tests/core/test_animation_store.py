"""Results on disk: the very same come back, or none."""

import errno
import os
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import animation_store
from core.animation import Animation, AnimationSettings
from core.animation_store import AnimationStore
from core.clip import Source
from core.gains import RegionGains
from core.segments import SegmentChoice
from tests.core.animations import make_affect, make_animation
from tests.core.sounds import Notes

WEIGHTS = "dern face"


def assert_same(one: Any, other: Any) -> None:
    """Equal to the last bit, in every field."""
    assert type(one) is type(other)
    if is_dataclass(one):
        for field in fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, np.ndarray):
        assert (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
        assert not other.flags.writeable
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_same(a, b)
    else:
        assert one == other


def found(store: AnimationStore, animation: Animation) -> Animation | None:
    return store.get(animation.source, WEIGHTS, animation.settings)


def entry(folder: Path) -> Path:
    """The only one."""
    (path,) = folder.iterdir()
    return path


@pytest.fixture
def store(tmp_path: Path) -> AnimationStore:
    return AnimationStore(tmp_path / "ä 😀" / "cache")


@pytest.mark.parametrize("duration", [0.001, 0.5, 7.3])
def test_an_animation_comes_back_to_the_last_bit(duration: float, store: AnimationStore) -> None:
    animation = make_animation(duration, file="ä 😀.wav")
    store.put(WEIGHTS, animation)
    again = found(store, animation)
    assert again is not None
    assert_same(animation, again)


def test_valence_and_arousal_come_back_to_the_last_bit(store: AnimationStore) -> None:
    animation = replace(make_animation(), affect=make_affect())
    store.put(WEIGHTS, animation)
    again = found(store, animation)
    assert again is not None
    assert_same(animation, again)


def test_odd_numbers_come_back(store: AnimationStore) -> None:
    animation = make_animation()
    parameters = animation.shape.parameters.copy()
    parameters[0, :5] = [-0.0, 1e-45, 3.4e38, np.inf, np.nan]
    animation = replace(animation, shape=replace(animation.shape, parameters=parameters))
    store.put(WEIGHTS, animation)
    again = found(store, animation)
    assert again is not None
    assert_same(animation, again)


def test_arrays_in_any_order_come_back(store: AnimationStore) -> None:
    animation = make_animation()
    animation = replace(animation, mixes=np.asfortranarray(animation.mixes))
    store.put(WEIGHTS, animation)
    again = found(store, animation)
    assert again is not None
    assert np.array_equal(again.mixes, animation.mixes)


def test_settings_with_segments_come_back(store: AnimationStore) -> None:
    choices = (SegmentChoice(0.0, 0.4, "sad", 0.3), SegmentChoice(0.4, 1.0))
    wishes = AnimationSettings(segments=choices, model="combined")
    animation = replace(make_animation(), settings=wishes)
    store.put(WEIGHTS, animation)
    again = found(store, animation)
    assert again is not None
    assert again.settings == wishes
    assert found(store, make_animation()) is None


def test_emotions_come_back_to_the_last_bit(store: AnimationStore) -> None:
    emotions = make_animation().emotions
    store.put_emotions("sound", "dern cpu", emotions)
    assert_same(emotions, store.get_emotions("sound", "dern cpu"))
    assert store.get_emotions("sound", "dern cuda") is None
    assert store.get_emotions("other", "dern cpu") is None


OTHERS: dict[str, AnimationSettings] = {
    "emotion": AnimationSettings("angry"),
    "strength": AnimationSettings(strength=0.9),
    "model": AnimationSettings(model="combined"),
    "segments": AnimationSettings(segments=(SegmentChoice(0.0, 1.0),)),
}


@pytest.mark.parametrize("what", OTHERS)
def test_other_settings_are_another_entry(what: str, store: AnimationStore) -> None:
    animation = make_animation()
    store.put(WEIGHTS, animation)
    assert store.get(animation.source, WEIGHTS, OTHERS[what]) is None


def test_other_sounds_weights_and_versions_are_other_entries(
    store: AnimationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    animation = make_animation()
    store.put(WEIGHTS, animation)
    other = replace(animation.source, sha256="f" * 64)
    assert store.get(other, WEIGHTS, animation.settings) is None
    assert store.get(animation.source, "others", animation.settings) is None
    monkeypatch.setattr(animation_store, "program_version", lambda: "99")
    assert found(store, animation) is None


def test_a_renamed_sound_and_other_gains_share_an_entry(store: AnimationStore) -> None:
    animation = make_animation()
    store.put(WEIGHTS, animation)
    renamed: Source = replace(animation.source, file="new.wav")
    wishes = replace(animation.settings, gains=RegionGains(2.0, 0.5, 1.0))
    again = store.get(renamed, WEIGHTS, wishes)
    assert again is not None
    assert_same(replace(animation, source=renamed, settings=wishes), again)


def test_nothing_is_kept_without_a_folder() -> None:
    store = AnimationStore(None)
    animation, notes = make_animation(), Notes()
    store.put(WEIGHTS, animation, notes)
    store.put_emotions("sound", "dern", animation.emotions, notes)
    assert found(store, animation) is None
    assert (store.used(), notes.notices) == (0, [])
    store.clear()


# Damage


def test_a_cut_entry_is_dropped(store: AnimationStore, tmp_path: Path) -> None:
    animation = make_animation(0.05)
    store.put(WEIGHTS, animation)
    path = entry(tmp_path / "ä 😀" / "cache")
    data = path.read_bytes()
    for length in (0, 1, 31, 32, 33, 40, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:length])
        assert found(store, animation) is None
        assert not path.exists()


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_is_never_believed(data: st.DataObject, tmp_path: Path) -> None:
    store, animation = AnimationStore(tmp_path), make_animation(0.02)
    store.put(WEIGHTS, animation)
    content = bytearray(entry(tmp_path).read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    entry(tmp_path).write_bytes(content)
    assert found(store, animation) is None
    assert list(tmp_path.iterdir()) == []


def test_an_entry_under_another_name_is_not_believed(tmp_path: Path) -> None:
    store, one, two = AnimationStore(tmp_path), make_animation(seed=1), make_animation(file="b.wav")
    store.put(WEIGHTS, one)
    content = entry(tmp_path).read_bytes()
    store.clear()
    store.put(WEIGHTS, two)
    entry(tmp_path).write_bytes(content)
    assert found(store, two) is None


def test_a_folder_in_the_place_of_an_entry(tmp_path: Path) -> None:
    store, animation, notes = AnimationStore(tmp_path), make_animation(), Notes()
    store.put(WEIGHTS, animation)
    path = entry(tmp_path)
    path.unlink()
    path.mkdir()
    assert found(store, animation) is None
    store.put(WEIGHTS, animation, notes)
    assert len(notes.notices) == 1


# The disk


def test_a_full_disk_turns_it_off_with_one_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store, notes = AnimationStore(tmp_path), Notes()
    kept, lost = make_animation(), make_animation(file="b.wav")
    store.put(WEIGHTS, kept, notes)
    monkeypatch.setattr(os, "fsync", full)
    for _ in range(3):
        store.put(WEIGHTS, lost, notes)
        store.put_emotions("sound", "dern", lost.emotions, notes)
    (notice,) = notes.notices
    assert notice.startswith("Results are not kept for the next time: ")
    assert "disk is full" in notice
    assert found(store, kept) is not None
    assert found(store, lost) is None
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_made_turns_it_off(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store, notes = AnimationStore(tmp_path / "file" / "cache"), Notes()
    store.put(WEIGHTS, make_animation(), notes)
    assert len(notes.notices) == 1
    assert found(store, make_animation()) is None


def test_the_one_not_used_for_longest_goes(tmp_path: Path) -> None:
    animations = [make_animation(file=f"{n}.wav") for n in range(4)]
    store = AnimationStore(tmp_path)
    store.put(WEIGHTS, animations[0])
    size = store.used()
    store = AnimationStore(tmp_path, limit=3 * size + size // 2)
    for number, animation in enumerate(animations[1:3], start=1):
        store.put(WEIGHTS, animation)
        newest = max(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (number, number))
    assert found(store, animations[1]) is not None  # used just now, unlike the third
    store.put(WEIGHTS, animations[3])
    there = [found(store, animation) is not None for animation in animations]
    assert there == [True, True, False, True]
    assert store.used() <= 3 * size + size // 2


def test_what_is_larger_than_the_limit_is_not_kept(tmp_path: Path) -> None:
    notes, animation = Notes(), make_animation()
    store = AnimationStore(tmp_path, limit=1_000)
    store.put(WEIGHTS, animation, notes)
    assert (store.used(), notes.notices, found(store, animation)) == (0, [], None)


def test_temporary_files_of_a_kill_go_and_strangers_stay(tmp_path: Path) -> None:
    for name, age in ((".old.tmp", 10_000.0), (".new.tmp", 0.0), ("notes.txt", 10_000.0)):
        path = tmp_path / name
        path.write_bytes(b"x" * 100)
        now = path.stat().st_mtime
        os.utime(path, (now - age, now - age))
    store = AnimationStore(tmp_path)
    store.put(WEIGHTS, make_animation())
    assert not (tmp_path / ".old.tmp").exists()
    assert (tmp_path / ".new.tmp").exists()
    store.clear()
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


BUSY = """
import sys
from pathlib import Path
from core.animation_store import AnimationStore
from tests.core.animations import make_animation
store = AnimationStore(Path(sys.argv[1]), limit=100_000)
kept = [make_animation(0.5, file=f"{n}.wav") for n in range(6)]
for turn in range(40):
    animation = kept[turn % 6]
    store.put("w", animation)
    again = store.get(animation.source, "w", animation.settings)
    if again is not None:
        assert again.shape.parameters.tobytes() == animation.shape.parameters.tobytes()
"""


def test_several_programs_use_one_folder(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    programs = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", BUSY, str(tmp_path)], cwd=root)
        for _ in range(3)
    ]
    assert [program.wait(timeout=60) for program in programs] == [0, 0, 0]
    assert AnimationStore(tmp_path).used() <= 100_000
    assert not list(tmp_path.glob("*.tmp"))
