"""Frozen stimuli: refused by name when they vanish or change."""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from core.animation_pack import pack
from core.errors import RatingError
from core.rating import freezing
from core.rating.freezing import (
    check_stimuli,
    freeze,
    load_track,
    sound_file,
)
from core.rating.study import Study
from core.rating.study_file import safe_file
from tests.core.rating.plans import animate, plan_in, unsteady


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Studie ä 😀"


@pytest.fixture
def study(tmp_path: Path, folder: Path) -> Study:
    return freeze(plan_in(tmp_path), folder, animate)


def test_what_vanished_or_changed_is_named(study: Study, folder: Path) -> None:
    happy, sad = study.stimulus("happy--dependent"), study.stimulus("sad--combined")
    (folder / happy.sound).write_bytes((folder / sad.sound).read_bytes())
    (folder / sad.track).unlink()
    angry = folder / study.stimulus("angry--combined").track
    angry.unlink()
    angry.symlink_to(folder / happy.track)
    assert check_stimuli(study, folder) == [
        "the sound of 'happy', 'sounds/happy.wav', is not the one that was frozen",
        f"the track of 'sad--combined': '{sad.track}' is missing in the study's folder '{folder}'",
        f"the track of 'angry--combined': 'tracks/angry--combined.track' is a link; expected the "
        f"file itself in '{folder}'",
    ]
    with pytest.raises(RatingError, match=r"'sounds/happy\.wav' is not the one that was frozen"):
        sound_file(folder, happy)
    with pytest.raises(RatingError, match=r"sad--combined\.track' is missing"):
        load_track(folder, sad)


def test_a_changed_byte_of_a_track_is_seen(study: Study, folder: Path) -> None:
    stimulus = study.stimuli[0]
    content = bytearray((folder / stimulus.track).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / stimulus.track).write_bytes(content)
    with pytest.raises(RatingError, match="is not the one that was frozen; bring the study's own"):
        load_track(folder, stimulus)


def test_a_track_that_lies_is_refused_even_with_its_hash(study: Study, folder: Path) -> None:
    one, two = study.stimuli[:2]

    def forged(data: bytes) -> None:
        (folder / one.track).write_bytes(data)
        with pytest.raises(RatingError, match=r"happy--dependent"):
            load_track(folder, replace(one, track_sha256=hashlib.sha256(data).hexdigest()))

    forged((folder / two.track).read_bytes())  # of another stimulus
    forged(b"")
    forged(b"x" * 1_000)
    good = load_track(folder, two)
    for animation in (
        unsteady(good),
        replace(good, source=replace(good.source, sha256="0" * 64)),
        replace(good, duration=1e9),
    ):
        forged(pack(freezing.TRACK + one.id, animation))


def test_only_plain_files_inside_the_folder_are_opened(tmp_path: Path) -> None:
    folder, outside = tmp_path / "study", tmp_path / "out"
    (folder / "sounds").mkdir(parents=True)
    outside.mkdir()
    for file in (outside / "a.wav", folder / "sounds" / "a.wav"):
        file.write_bytes(b"x")
    (folder / "tracks").symlink_to(outside)
    (folder / "sounds" / "b.wav").symlink_to(outside / "a.wav")
    os.mkfifo(folder / "sounds" / "c.wav")
    assert safe_file(folder, "sounds/a.wav") == folder / "sounds" / "a.wav"
    for name, message in (
        ("tracks/a.wav", "is a link"),
        ("sounds/b.wav", "is a link"),
        ("sounds/c.wav", "a folder or a device"),
        ("sounds", "a folder or a device"),
        ("sounds/d.wav", "is missing"),
        ("sounds/a.wav/x", "is missing"),
        ("../out/a.wav", "not the name of a file"),
        (str(outside / "a.wav"), "not the name of a file"),
        ("", "not the name of a file"),
    ):
        with pytest.raises(RatingError, match=message):
            safe_file(folder, name)
