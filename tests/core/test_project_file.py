"""Project files: what is written is read back."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import project_file
from core.animation import MODELS, AnimationSettings
from core.emotion import EMOTIONS
from core.errors import ProjectError
from core.gains import RegionGains
from core.project import Project, ProjectClip
from core.project_file import (
    MOST_CLIPS,
    decode_project,
    encode_project,
    read_project,
    write_project,
)
from core.segments import AUTOMATIC, SegmentChoice
from tests.core.projects import HASH, change, document, full, saved


def test_everything_comes_back(tmp_path: Path) -> None:
    assert read_project(saved(tmp_path)) == full(tmp_path)


def test_a_project_without_clips_comes_back(tmp_path: Path) -> None:
    write_project(Project(), tmp_path / "p.visemo")
    assert read_project(tmp_path / "p.visemo") == Project()


SETTINGS = st.builds(
    AnimationSettings,
    st.sampled_from([AUTOMATIC, *EMOTIONS]),
    st.floats(0, 2),
    st.sampled_from(MODELS),
    st.just(()),
    st.builds(RegionGains, st.floats(0, 2), st.floats(0, 2), st.floats(0, 2)),
) | st.lists(st.floats(1e-3, 1e5), min_size=1, unique=True).map(
    lambda ends: AnimationSettings(
        segments=tuple(
            SegmentChoice(a, b, EMOTIONS[i % 7], 2 / (i + 1))
            for i, (a, b) in enumerate(zip([0.0, *sorted(ends)[:-1]], sorted(ends), strict=True))
        )
    )
)
NAMES = st.text(
    st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1, max_size=50
).filter(lambda name: name not in (".", ".."))
CLIPS = st.builds(
    lambda folders, settings, smoothing, comparison, loop: ProjectClip(
        Path("/work", *folders), HASH, settings, smoothing, comparison, loop
    ),
    st.lists(NAMES, min_size=1, max_size=4),
    SETTINGS,
    st.none() | st.floats(0, 1e6, exclude_min=True),
    st.none() | SETTINGS,
    st.none() | st.tuples(st.floats(0, 10), st.floats(11, 1e9)),
)


@given(
    st.lists(CLIPS, max_size=5, unique_by=lambda clip: clip.path),
    st.lists(NAMES, max_size=3),
)
def test_any_project_comes_back(clips: list[ProjectClip], folders: list[str]) -> None:
    project, folder = Project(tuple(clips)), Path("/work", *folders)
    assert decode_project(encode_project(project, folder), folder, "p") == project


def test_the_file_says_what_it_is_and_can_be_read_by_people(tmp_path: Path) -> None:
    path = saved(tmp_path)
    found = document(path)
    assert found["schema"] == "visemo-project/2"
    assert [clip["file"] for clip in found["clips"]] == [
        "a.wav", "sounds/b.flac", "../others/c.wav",
    ]  # fmt: skip
    assert found["clips"][0]["sha256"] == HASH
    assert found["clips"][0]["settings"]["segments"][0] == {
        "start": 0.0, "end": 1.25, "emotion": "angry", "strength": 0.1,
    }  # fmt: skip
    assert path.read_text("utf-8").count("\n") > 20
    assert "file_bytes" not in found["clips"][0] or not found["clips"][0]["file_bytes"]


def test_a_folder_that_moves_as_a_whole_keeps_its_sounds(tmp_path: Path) -> None:
    old, new = tmp_path / "x" / "old", tmp_path / "y" / "new"
    old.mkdir(parents=True)
    (tmp_path / "y").mkdir()
    saved(old)
    old.rename(new)
    assert read_project(new / "p.visemo").clips[0].path == new / "a.wav"
    assert read_project(new / "p.visemo").clips[2].path == tmp_path / "y" / "others" / "c.wav"


def test_sounds_without_a_folder_in_common_are_absolute() -> None:
    project = Project((ProjectClip(Path("/sounds/a.wav")),))
    data = encode_project(project, Path("/home/me"))
    assert json.loads(data)["clips"][0]["file"] == "/sounds/a.wav"
    assert decode_project(data, Path("/elsewhere"), "p") == project


@pytest.mark.parametrize(
    "name",
    ["ä ö ü.wav", "😀🎤.wav", " two  spaces .wav", "n" * 251 + ".wav", "é" * 125 + ".wav", "-a.wav",
     "line\nbreak.wav", 'quote".wav', "back\\slash.wav", "..wav", "C:.wav", "http:.wav",
     "日本語.wav", os.fsdecode(b"odd\xff\xfe.wav"), os.fsdecode(b"\xed\xb2\x80.wav")],
)  # fmt: skip
def test_any_name_of_a_sound_comes_back(name: str, tmp_path: Path) -> None:
    sound = tmp_path / name
    sound.write_bytes(b"")
    write_project(Project((ProjectClip(sound),)), tmp_path / "p.visemo")
    (clip,) = read_project(tmp_path / "p.visemo").clips
    assert clip.path == sound
    assert clip.path.is_file()


@pytest.mark.parametrize(
    "name", ["n" * 255, "é" * 127, "a b 😀.visemo", os.fsdecode(b"\xff.visemo")]
)
def test_any_name_of_a_project(name: str, tmp_path: Path) -> None:
    write_project(full(tmp_path), tmp_path / name)
    assert read_project(tmp_path / name) == full(tmp_path)


def test_paths_written_by_windows(tmp_path: Path) -> None:
    path = saved(tmp_path)
    change(path, lambda d: d["clips"][1].update(file="sounds\\deep\\b.wav"))
    assert read_project(path).clips[1].path == tmp_path / "sounds" / "deep" / "b.wav"


def test_dots_end_at_the_root(tmp_path: Path) -> None:
    path = saved(tmp_path)
    change(path, lambda d: d["clips"][1].update(file="../" * 50 + "etc/passwd"))
    assert read_project(path).clips[1].path == Path("/etc/passwd")  # only ever read, as sound


def test_a_relative_path_of_the_project_is_as_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert read_project(Path("p.visemo")) == full(tmp_path)


def test_no_home(tmp_path: Path) -> None:
    """Nothing here looks for a home."""
    script = (
        "import sys; from pathlib import Path; from core.project_file import *;"
        "p = Path(sys.argv[1]); write_project(read_project(p), p)"
    )
    path = saved(tmp_path)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", script, path], env=environment, check=True, timeout=60)
    assert read_project(path) == full(tmp_path)


# Writing


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path)

    def full_disk(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ProjectError, match="the disk is full; free some space"):
        write_project(Project(), path)
    assert read_project(path) == full(tmp_path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="does not exist; create it or choose another"):
        write_project(Project(), tmp_path / "gone" / "p.visemo")


def test_more_clips_than_a_file_may_hold_are_not_written(tmp_path: Path) -> None:
    clips = tuple(ProjectClip(tmp_path / f"{n}.wav") for n in range(MOST_CLIPS + 1))
    with pytest.raises(ProjectError, match="at most 10000 clips, and this one has 10001"):
        write_project(Project(clips), tmp_path / "p.visemo")
    assert not (tmp_path / "p.visemo").exists()
    write_project(Project(clips[:-1]), tmp_path / "p.visemo")
    assert len(read_project(tmp_path / "p.visemo").clips) == MOST_CLIPS


def test_nothing_is_written_that_could_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path)
    monkeypatch.setattr(project_file, "MOST_BYTES", 100)
    with pytest.raises(ProjectError, match="holds at most 0 MB"):
        write_project(full(tmp_path), path)
    with pytest.raises(ProjectError, match="larger than the 0 MB"):
        read_project(path)


# Windows, on any system


def test_names_of_shares_are_not_written(tmp_path: Path) -> None:
    sound = PurePosixPath("//server/share/a.wav")
    clip = replace(full(tmp_path).clips[0], path=Path(sound))
    with pytest.raises(ProjectError, match=r"lies on another machine.*drive letter"):
        encode_project(Project((clip,)), tmp_path)
    kept = encode_project(Project((clip,)), None, anywhere=True)
    assert decode_project(kept, tmp_path, "p", anywhere=True).clips[0].settings == clip.settings


def test_who_hears_and_who_speaks_are_kept(tmp_path: Path) -> None:
    clips = (ProjectClip(tmp_path / "a.wav", speaker="Ann"), ProjectClip(tmp_path / "b.wav"))
    project = Project(clips, "dern", profiles=False)
    assert {listening.company for listening in project.listenings().values()} == {()}
    write_project(project, tmp_path / "a.visemo")
    assert read_project(tmp_path / "a.visemo") == project


def test_a_file_of_the_first_version_is_read(tmp_path: Path) -> None:
    """As it was written before there were recognisers and speakers."""
    file = tmp_path / "a.visemo"
    write_project(Project((ProjectClip(tmp_path / "a.wav"),)), file)
    document = json.loads(file.read_text("utf-8"))
    assert document["schema"] == "visemo-project/2"
    del document["recogniser"], document["profiles"], document["clips"][0]["speaker"]
    file.write_text(json.dumps(document | {"schema": "visemo-project/1"}), encoding="utf-8")
    assert read_project(file) == Project((ProjectClip(tmp_path / "a.wav"),), "")


def test_an_unknown_recogniser_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.visemo"
    write_project(Project(()), file)
    document = json.loads(file.read_text("utf-8")) | {"recogniser": "nobody"}
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ProjectError, match=r"unknown recogniser 'nobody'.* \(in recogniser\)"):
        read_project(file)
