"""Sounds that went somewhere else, or became others."""

import hashlib
import os
from pathlib import Path

import pytest

from core.animation import AnimationSettings
from core.errors import Cancelled, ProjectError
from core.moved_sounds import STAGE, changed_sounds, find_sound, missing_sounds, relinked
from core.project import Project, ProjectClip
from tests.core.sounds import Notes

SOUND = b"RIFF and so on"


def sha256(data: bytes = SOUND) -> str:
    return hashlib.sha256(data).hexdigest()


def put(path: Path, data: bytes = SOUND) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def clip(path: Path, data: bytes | None = SOUND) -> ProjectClip:
    return ProjectClip(path, sha256(data) if data is not None else "", AnimationSettings("sad"))


def test_what_is_not_a_file_is_missing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nothing")
    there = put(tmp_path / "😀 a.wav")
    gone = [tmp_path / "gone.wav", tmp_path, tmp_path / "pipe", tmp_path / "dangling",
            Path("/dev/zero"), tmp_path / ("n" * 300), there / "below.wav"]  # fmt: skip
    project = Project(tuple(map(clip, [there, *gone])))
    assert [c.path for c in missing_sounds(project)] == gone


def test_sounds_that_became_others_are_told(tmp_path: Path) -> None:
    clips = (
        clip(put(tmp_path / "same.wav")),
        clip(put(tmp_path / "other.wav", b"something else")),
        clip(put(tmp_path / "not read yet.wav"), None),
        clip(tmp_path / "gone.wav"),
    )
    notes = Notes()
    assert changed_sounds(Project(clips), notes) == [clips[1]]
    assert notes.steps == [(STAGE, 14, 14), (STAGE, 14, 14)]


def test_looking_is_cancelled(tmp_path: Path) -> None:
    with pytest.raises(Cancelled, match="stop"):
        changed_sounds(Project((clip(put(tmp_path / "a.wav")),)), Notes(stop_at=1))


def test_a_sound_that_cannot_be_read_has_not_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project((clip(put(tmp_path / "a.wav", b"other")),))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert changed_sounds(project) == []


def test_everything_chosen_stays_when_a_sound_is_linked_anew(tmp_path: Path) -> None:
    project = Project((clip(tmp_path / "a.wav"), clip(tmp_path / "b.wav")))
    linked = relinked(project, tmp_path / "a.wav", tmp_path / "new.wav", sha256(b"new"))
    assert linked.clips == (clip(tmp_path / "new.wav", b"new"), project.clips[1])


def test_a_sound_is_linked_to_its_own_place_again(tmp_path: Path) -> None:
    project = Project((clip(tmp_path / "a.wav"),))
    linked = relinked(project, tmp_path / "a.wav", tmp_path / "a.wav", sha256(b"new"))
    assert linked.clips[0].sha256 == sha256(b"new")


def test_two_clips_cannot_have_one_sound(tmp_path: Path) -> None:
    project = Project((clip(tmp_path / "a.wav"), clip(tmp_path / "b.wav")))
    with pytest.raises(ProjectError, match=r"b\.wav' is a clip of this project already"):
        relinked(project, tmp_path / "a.wav", tmp_path / "b.wav", sha256())


def test_a_clip_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match=r"gone\.wav"):
        relinked(Project(), tmp_path / "gone.wav", tmp_path / "a.wav", "")


def test_beside_the_project(tmp_path: Path) -> None:
    here = put(tmp_path / "here" / "a.wav")
    assert find_sound(clip(Path("/old/x/a.wav")), [tmp_path, tmp_path / "here"]) == here


def test_in_the_same_folders_somewhere_else(tmp_path: Path) -> None:
    put(tmp_path / "day 2" / "a.wav", b"another of that name")
    deep = put(tmp_path / "day 1" / "take" / "a.wav")
    assert find_sound(clip(Path("/old/day 1/take/a.wav")), [tmp_path]) == deep


def test_another_sound_of_that_name_is_not_it(tmp_path: Path) -> None:
    put(tmp_path / "a.wav", b"another of that name")
    assert find_sound(clip(Path("/old/a.wav")), [tmp_path]) is None


def test_the_right_one_of_that_name(tmp_path: Path) -> None:
    put(tmp_path / "1" / "a.wav", b"another of that name")
    right = put(tmp_path / "2" / "a.wav")
    assert find_sound(clip(Path("/old/a.wav")), [tmp_path / "1", tmp_path / "2"]) == right


@pytest.mark.parametrize("suffix", [".wav", "", ".[x]", ".W*"])
def test_a_renamed_sound_is_known_by_its_content(suffix: str, tmp_path: Path) -> None:
    put(tmp_path / f"a{suffix}", b"another")
    renamed = put(tmp_path / f"take 7 😀{suffix}")
    put(tmp_path / "c.txt")
    assert find_sound(clip(Path(f"/old/a{suffix}")), [tmp_path]) == renamed


def test_without_a_hash_only_the_name_counts(tmp_path: Path) -> None:
    put(tmp_path / "b.wav")
    wanted = clip(Path("/old/a.wav"), None)
    assert find_sound(wanted, [tmp_path]) is None
    assert find_sound(wanted, [put(tmp_path / "a.wav").parent]) == tmp_path / "a.wav"


def test_folders_that_are_none_are_passed_over(tmp_path: Path) -> None:
    here = put(tmp_path / "here" / "b.wav")
    folders = [tmp_path / "gone", put(tmp_path / "file"), tmp_path / ("n" * 300), here.parent]
    assert find_sound(clip(Path("/old/a.wav")), folders) == here


def test_pipes_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.wav")
    os.mkfifo(tmp_path / "b.wav")
    assert find_sound(clip(Path("/old/a.wav")), [tmp_path]) is None


def test_a_search_is_cancelled(tmp_path: Path) -> None:
    put(tmp_path / "b.wav")
    with pytest.raises(Cancelled, match="stop"):
        find_sound(clip(Path("/old/a.wav")), [tmp_path], Notes(stop_at=1))
