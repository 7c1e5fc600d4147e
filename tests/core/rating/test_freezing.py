"""Stimuli: made once and alike, stored whole, and refused by name when they change."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.animation import Animation, points_at
from core.audio_file import read_clip
from core.errors import AudioFileError, Cancelled, RatingError
from core.face import NOSE
from core.rating.design import PAPER, PRACTICE, Wishes, make_plan, paper_plan
from core.rating.freezing import Animate, check_stimuli, freeze, load_track, minutes, sound_file
from core.rating.sources import SAMPLE_LINES, SourceClip
from core.rating.study import Condition, Study
from core.rating.study_file import read_study
from tests.core.rating.plans import animate, clips_in, plan_in, unsteady
from tests.core.sounds import Notes, encoded, tone
from tests.core.test_animation_store import assert_same


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Studie ä 😀"


@pytest.fixture
def study(tmp_path: Path, folder: Path) -> Study:
    return freeze(plan_in(tmp_path), folder, animate)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def bare(folder: Path) -> list[str]:
    """What is in a folder beside the sounds of these tests, hidden files too."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".wav")


# What is made


def test_a_study_is_frozen_with_every_file_it_names_and_no_other(
    study: Study, folder: Path
) -> None:
    named = {s.sound for s in study.stimuli} | {s.track for s in study.stimuli}
    assert files(folder) == {"study.json", *named}
    assert read_study(folder) == study
    assert check_stimuli(study, folder) == []
    for stimulus in study.stimuli:
        for name, digest in (
            (stimulus.sound, stimulus.sound_sha256),
            (stimulus.track, stimulus.track_sha256),
        ):
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_a_track_comes_back_to_the_last_bit(study: Study, folder: Path) -> None:
    conditions = {condition.id: condition for condition in study.conditions}
    for stimulus in study.stimuli:
        made = animate(folder / stimulus.sound, conditions[stimulus.condition])
        assert_same(made, load_track(folder, stimulus))
        assert stimulus.duration == read_clip(sound_file(folder, stimulus)).duration


def test_a_wav_is_copied_and_other_sounds_become_one(tmp_path: Path, folder: Path) -> None:
    (wav,) = clips_in(tmp_path, ("happy",))
    samples = np.column_stack((tone(0.4, 44_100), 0.5 * tone(0.4, 44_100)))
    flac = tmp_path / "sad.flac"
    flac.write_bytes(encoded(samples, "FLAC", rate=44_100))
    plan = make_plan([wav, SourceClip("sad", flac, "sad")], PAPER, Wishes(training=False))
    freeze(plan, folder, animate)
    assert (folder / "sounds" / "happy.wav").read_bytes() == wav.path.read_bytes()
    kept, rate = soundfile.read(folder / "sounds" / "sad.wav", dtype="int16")
    original, _ = soundfile.read(flac, dtype="int16")
    assert rate == 44_100
    assert np.array_equal(kept, original)


def test_parts_of_a_file_are_cut_to_the_sample(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "long.wav"
    path.write_bytes(encoded(np.linspace(-0.9, 0.9, 32_000)))
    clips = [
        SourceClip("a", path, "sad", span=(0.25, 0.75)),
        SourceClip("b", path, "happy", span=(1.5, 9.0)),
    ]
    freeze(make_plan(clips, PAPER, Wishes(training=False)), folder, animate)
    whole, _ = soundfile.read(path, dtype="int16")
    for name, part in (("a", whole[4_000:12_000]), ("b", whole[24_000:])):
        assert np.array_equal(
            soundfile.read(folder / "sounds" / f"{name}.wav", dtype="int16")[0], part
        )


def test_all_conditions_are_asked_the_same_way_of_the_stored_sound(
    tmp_path: Path, folder: Path
) -> None:
    asked: list[tuple[str, Condition]] = []

    def ask(path: Path, condition: Condition) -> Animation:
        assert path.parent.name == "sounds"
        asked.append((path.name, condition))
        return animate(path, condition)

    plan = plan_in(tmp_path)
    freeze(plan, folder, ask)
    assert asked == [(f"{e}.wav", c) for e in ("happy", "sad", "angry") for c in PAPER]


def test_told_clips_have_their_emotion_in_every_condition(folder: Path) -> None:
    study = freeze(paper_plan(None, Wishes(training=False)), folder, animate)
    for stimulus in study.stimuli:
        settings = load_track(folder, stimulus).settings
        assert (settings.emotion, settings.model) == (stimulus.emotion, stimulus.condition)
    lengths = {s.emotion: s.duration for s in study.stimuli}
    start, end, _ = next(line for line in SAMPLE_LINES if line[2] == "happy")
    assert lengths["happy"] == lengths["surprise"] == pytest.approx(end - start)


def test_a_still_face_is_still_and_practice_moves_more_and_more(
    tmp_path: Path, folder: Path
) -> None:
    study = freeze(make_plan(clips_in(tmp_path), PAPER), folder, animate)
    spans = []
    for condition in PRACTICE:
        stimulus = next(s for s in study.stimuli if s.condition == condition.id)
        points = points_at(load_track(folder, stimulus), np.linspace(0, stimulus.duration, 50))
        moving = np.ptp(points, axis=0)[[point for point in range(36) if point not in NOSE]]
        spans.append(float(moving.max()))
    assert spans[0] == 0
    assert spans == sorted(spans)


def test_what_is_only_known_now_is_filled_in(tmp_path: Path, folder: Path) -> None:
    ours = Condition("ours", "Ours", weights=str(tmp_path / "weights 3"))
    plan = make_plan(clips_in(tmp_path), (*PAPER, ours), Wishes(training=False))
    study = freeze(plan, folder, animate)
    assert [c.weights for c in study.conditions] == ["", "", "weights 3"]
    assert str(tmp_path) not in (folder / "study.json").read_text("utf-8")
    # nine clips of half a second, four of grey, six for the vote: a minute and a half; and two
    assert minutes(study) == 4
    assert "about 4 minutes" in study.consent


def test_freezing_twice_makes_the_same_files(tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    one, two = (freeze(plan, tmp_path / name, animate) for name in ("one", "two"))
    assert one == two
    for name in files(tmp_path / "one"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_progress_is_told_and_a_cancel_leaves_nothing(tmp_path: Path, folder: Path) -> None:
    plan, notes = plan_in(tmp_path), Notes()
    freeze(plan, folder, animate, notes)
    told = [step for step in notes.steps if step[2] == 6]
    assert told == [("freezing", done, 6) for done in range(7)]
    other = tmp_path / "other"
    with pytest.raises(Cancelled):
        freeze(plan, other, animate, Notes(stop_at=3))
    assert bare(tmp_path) == [folder.name]


# What cannot be made


def nonsense(change: Callable[[Animation], Animation]) -> Animate:
    return lambda path, condition: change(animate(path, condition))


FAULTS: dict[str, tuple[Callable[[Animation], Animation], str]] = {
    "of another sound": (
        lambda a: replace(a, source=replace(a.source, sha256="0" * 64)), "of another sound",
    ),
    "of other settings": (
        lambda a: replace(a, settings=replace(a.settings, strength=0.5)), "other settings",
    ),
    "not finite": (unsteady, "numbers that are not finite"),
    "too short": (lambda a: replace(a, duration=a.duration + 3), "does not cover its sound"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_an_animation_that_is_not_what_was_asked_for(
    name: str, tmp_path: Path, folder: Path
) -> None:
    change, message = FAULTS[name]
    with pytest.raises(RatingError, match=message):
        freeze(plan_in(tmp_path), folder, nonsense(change))
    assert bare(tmp_path) == []


def test_a_clip_that_is_no_sound(tmp_path: Path, folder: Path) -> None:
    plan = plan_in(tmp_path)
    (tmp_path / "sad.wav").write_bytes(b"text")
    with pytest.raises(AudioFileError, match=r"sad\.wav"):
        freeze(plan, folder, animate)
    assert bare(tmp_path) == []


def test_a_clip_that_is_too_long(tmp_path: Path, folder: Path) -> None:
    long = np.zeros(121 * 4_000)
    for kind in ("WAV", "FLAC"):
        path = tmp_path / f"long.{kind.lower()}"
        path.write_bytes(encoded(long, kind, rate=4_000))
        plan = make_plan([SourceClip("long", path, "sad")], PAPER, Wishes(training=False))
        with pytest.raises(
            RatingError, match=r"long.* (lasts 121.0 s; expected up to|longer than) 120 s"
        ):
            freeze(plan, folder, animate)
        assert not folder.exists()


def test_an_existing_folder_is_never_touched(tmp_path: Path, folder: Path) -> None:
    plan = plan_in(tmp_path)
    folder.mkdir()
    (folder / "votes").write_bytes(b"precious")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    for target in (folder, tmp_path / "link", folder / "votes"):
        with pytest.raises(RatingError, match="is there already; choose a new folder"):
            freeze(plan, target, animate)
    assert files(folder) == {"votes"}
    freeze(plan, tmp_path / "empty", animate)
    assert len(files(tmp_path / "empty")) == 10


def test_a_full_disk_leaves_nothing(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, calls, real = plan_in(tmp_path), [0], os.fsync

    def fill(descriptor: int) -> None:
        calls[0] += 1
        if calls[0] > 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fill)
    with pytest.raises(RatingError, match="disk is full"):
        freeze(plan, folder, animate)
    assert bare(tmp_path) == []


def test_what_a_kill_left_goes_a_day_later(tmp_path: Path, folder: Path) -> None:
    for number, days in enumerate((0, 2)):
        left = tmp_path / f".{number:016x}.unfinished"
        (left / "sounds").mkdir(parents=True)
        (left / "sounds" / "a.wav").write_bytes(b"x")
        for path in (left / "sounds", left):
            then = path.stat().st_mtime - days * 86_400
            os.utime(path, (then, then))
    freeze(plan_in(tmp_path), folder, animate)
    assert bare(tmp_path) == [f".{0:016x}.unfinished", folder.name]


KILLED = """
import os, signal, sys
from pathlib import Path
from core.rating.freezing import freeze
from tests.core.rating.plans import animate, plan_in
left = int(sys.argv[2])
def dying(path, condition):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return animate(path, condition)
freeze(plan_in(Path(sys.argv[1])), Path(sys.argv[1]) / "study", dying)
"""


@pytest.mark.parametrize("number", [1, 4, 6])
def test_a_kill_leaves_no_half_study(number: int, tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(number)]
    assert subprocess.run(command, cwd=root, timeout=60).returncode == -signal.SIGKILL
    assert not (tmp_path / "study").exists()
    freeze(plan_in(tmp_path), tmp_path / "study", animate)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    plan = plan_in(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RatingError, match="cannot be written"):
        freeze(plan, tmp_path / "file" / "study", animate)
