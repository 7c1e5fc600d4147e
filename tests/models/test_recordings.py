"""Features of recordings: kept, bounded, made anew when damaged; nothing stops at a bad file."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.clip import SAMPLE_RATE
from core.corpora.utterance import Utterance
from core.errors import Cancelled
from core.monitor import Monitor
from models.training import recordings
from models.training.feature_cache import FeatureCache
from models.training.recordings import listen, read_recordings
from tests.models.clips import babble

KEYS = [f"{number:064x}" for number in range(20)]


def utterance(path: Path, seconds: float = 1.0, seed: int = 0) -> Utterance:
    soundfile.write(path, babble(seconds, seed), SAMPLE_RATE)
    return Utterance(path, "made", "made-1", "happy")


class Told(Monitor):
    def __init__(self) -> None:
        self.notices: list[str] = []
        self.steps: list[tuple[float, float]] = []

    def step(self, _stage: str, done: float, total: float) -> None:
        self.steps.append((done, total))

    def notice(self, message: str) -> None:
        self.notices.append(message)


def test_files_that_cannot_be_read_are_named_and_left_out(tmp_path: Path) -> None:
    good = [utterance(tmp_path / f"{name}.wav", seed=seed) for seed, name in enumerate("ab")]
    empty, text, gone = (tmp_path / name for name in ("empty.wav", "text.wav", "gone.wav"))
    empty.touch()
    text.write_text("not a sound")
    bad = [Utterance(path, "made", "made-1", "sad") for path in (empty, text, gone)]
    asked = [bad[0], good[0], bad[1], bad[2], good[1]]
    for cache in (None, tmp_path / "cache"):
        listened = listen(asked, cache)
        assert [recording.utterance for recording in listened.recordings] == good
        assert [problem.path for problem in listened.problems] == [empty, text, gone]
        assert all(problem.reason for problem in listened.problems)
    told = Told()
    assert len(read_recordings(asked, None, told)) == 2
    for path, line in zip((empty, text, gone), told.notices, strict=True):
        assert line.startswith(f"{path} is left out: ")
    assert told.steps[-1] == (5, 5)


def test_what_is_kept_is_the_same_and_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [utterance(tmp_path / "a.wav"), utterance(tmp_path / "b.wav", seed=1)]
    plain = listen(asked).recordings
    cold = listen(asked, tmp_path / "cache").recordings
    (tmp_path / "a.wav").rename(tmp_path / "moved.wav")  # it is the content that counts
    asked[0] = Utterance(tmp_path / "moved.wav", "made", "made-1", "happy")
    monkeypatch.setattr(recordings, "read_clip", lambda *_: pytest.fail("read again"))
    warm = listen(asked, tmp_path / "cache").recordings
    for one, two, three in zip(plain, cold, warm, strict=True):
        np.testing.assert_array_equal(one.values, two.values)
        np.testing.assert_array_equal(one.values, three.values)
        np.testing.assert_array_equal(one.voiced, three.voiced)


def test_a_video_is_heard_as_its_sound_is(tmp_path: Path) -> None:
    pytest.importorskip("av", reason="PyAV is not installed")
    from tests.models import films

    heard = utterance(tmp_path / "a.wav")
    samples, _ = soundfile.read(heard.audio, dtype="float32", always_2d=True)
    sound = films.Sound(samples, codec="pcm_s16le")
    video = films.write(tmp_path / "a.mov", films.marked(25), sound=sound)
    other = films.write(tmp_path / "b.mov", films.marked(25), sound=films.Sound(samples[::-1]))
    asked = [heard, *(Utterance(path, "made", "made-1", "happy") for path in (video, other))]
    for _ in ("made", "kept"):
        one, two, three = listen(asked, tmp_path / "cache").recordings
        np.testing.assert_allclose(one.values, two.values, atol=0.01)
        np.testing.assert_array_equal(one.voiced, two.voiced)
        assert np.abs(one.values - three.values[: len(one.values)]).mean() > 0.5
    assert len(list((tmp_path / "cache").iterdir())) == 3


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other"])
def test_a_damaged_entry_is_made_anew(damage: str, tmp_path: Path) -> None:
    asked = [utterance(tmp_path / "a.wav")]
    before = listen(asked, tmp_path / "cache").recordings[0]
    (entry,) = (tmp_path / "cache").iterdir()
    whole = entry.read_bytes()
    middle = len(whole) // 2
    if damage == "other":
        np.savez(entry, values=before.values[:-1], voiced=before.voiced)
    else:
        flipped = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
        entry.write_bytes({"cut": whole[:middle], "flipped": flipped, "empty": b""}[damage])
    after = listen(asked, tmp_path / "cache").recordings[0]
    np.testing.assert_array_equal(after.values, before.values)
    assert entry.read_bytes() == whole


def test_the_cache_keeps_to_its_bound_and_to_what_was_used_last(tmp_path: Path) -> None:
    other = tmp_path / "mine.npz"
    other.write_bytes(bytes(100_000))
    cache = FeatureCache(tmp_path, limit=50_000)
    for age, key in enumerate(KEYS[:4]):
        cache.put(key, {"x": np.zeros(10_000, np.uint8)})
        os.utime(tmp_path / f"{key}.npz", (1_000 + age, 1_000 + age))
    assert cache.get(KEYS[0]) is not None  # now the youngest
    cache.put(KEYS[4], {"x": np.zeros(10_000, np.uint8)})
    assert cache.get(KEYS[1]) is None
    assert cache.get(KEYS[0]) is not None
    assert cache.get(KEYS[4]) is not None
    for key in KEYS:
        cache.put(key, {"x": np.zeros(10_000, np.uint8)})
        entries = [path.stat().st_size for path in tmp_path.glob("*.npz") if path != other]
        assert sum(entries) <= 50_000
    assert other.exists()
    again = FeatureCache(tmp_path, limit=50_000)  # what lies there from before counts
    again.put(KEYS[0], {"x": np.zeros(30_000, np.uint8)})
    entries = [path.stat().st_size for path in tmp_path.glob("*.npz") if path != other]
    assert sum(entries) <= 50_000


def test_a_stop_is_heard(tmp_path: Path) -> None:
    class Stop(Monitor):
        def step(self, stage: str, done: float, total: float) -> None:
            raise Cancelled(f"{stage} at {done} of {total}")

    with pytest.raises(Cancelled):
        listen([utterance(tmp_path / "a.wav")], tmp_path / "cache", Stop())
