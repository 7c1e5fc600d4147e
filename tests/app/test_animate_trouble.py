"""`visemo animate` with bad files, bad options, bad weights and full disks."""

import errno
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from core.clip import Clip
from models.cascade import Cascade, face_path
from tests.app.conftest import Visemo, names, outputs, save_speech

OLD = b"the file that was here before"


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    return save_speech(tmp_path / "speech.wav")


def test_a_bad_file_is_named_and_the_others_are_done(animate: Visemo, tmp_path: Path) -> None:
    for name in ("a.wav", "c.wav"):
        save_speech(tmp_path / name)
    (tmp_path / "b.wav").write_text("this is text")
    (tmp_path / "empty.wav").touch()
    out = tmp_path / "out"
    ran = animate(tmp_path, tmp_path / "gone.wav", "--out", out)
    assert ran.status == 2
    assert names(out) == outputs(["a", "c"])
    text, empty, gone, total = ran.errors
    assert text.startswith(f"{tmp_path / 'b.wav'}: error: 'b.wav' is no sound file")
    assert empty.startswith(f"{tmp_path / 'empty.wav'}: error: 'empty.wav' is empty (0 bytes)")
    assert gone.startswith(f"{tmp_path / 'gone.wav'}: error: There is no file")
    assert total == "visemo: 2 done, 3 not"


def test_one_bad_file_is_one_line(animate: Visemo, tmp_path: Path) -> None:
    ran = animate(tmp_path / "gone.wav")
    assert (ran.status, ran.out, len(ran.errors)) == (2, "", 1)


def test_a_folder_without_sounds_is_named(animate: Visemo, tmp_path: Path) -> None:
    ran = animate(tmp_path)
    assert ran.status == 2
    assert ran.errors == [
        f"{tmp_path}: error: there are no sound files in this folder; "
        "expected WAV, FLAC, OGG or MP3 files. Videos are named one by one."
    ]


def test_a_dangling_link_in_a_folder_is_named(animate: Visemo, speech: Path) -> None:
    (speech.parent / "link.wav").symlink_to("nowhere.wav")
    ran = animate(speech.parent)
    assert ran.status == 2
    assert "'link.wav' is a link to 'nowhere.wav', which does not exist" in ran.err
    assert speech.with_suffix(".csv").is_file()


def test_a_bad_file_leaves_its_old_export(animate: Visemo, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    (tmp_path / "a.csv").write_bytes(OLD)
    assert animate(tmp_path / "a.wav").status == 2
    assert (tmp_path / "a.csv").read_bytes() == OLD


def test_a_notice_is_shown_with_the_name(animate: Visemo, speech: Path) -> None:
    speech.write_bytes(speech.read_bytes()[:-3000])
    ran = animate(speech, "--quiet")
    assert ran.status == 0
    (line,) = ran.errors
    assert line.startswith(f"{speech}: note: 'speech.wav' is cut short")


def test_two_sounds_of_one_name_do_not_overwrite_each_other(
    animate: Visemo, tmp_path: Path
) -> None:
    first, second = save_speech(tmp_path / "a.flac"), save_speech(tmp_path / "a.wav", seed=1)
    ran = animate(tmp_path)
    assert ran.status == 2
    error, _ = ran.errors
    assert error.startswith(f"{second}: error: Its '{tmp_path / 'a.csv'}' would overwrite that of")
    assert str(first) in error
    assert names(tmp_path) == sorted([*outputs(["a"]), "a.flac", "a.wav"])


def test_one_name_in_two_folders_does_not_collide_silently(animate: Visemo, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        save_speech(tmp_path / folder / "a.wav")
    ran = animate(tmp_path / "one", tmp_path / "two", "--out", tmp_path / "out")
    assert ran.status == 2
    assert "two/a.wav: error: Its" in ran.err
    assert animate(tmp_path / "one", tmp_path / "two").status == 0


def test_a_sidecar_does_not_overwrite_an_export(animate: Visemo, tmp_path: Path) -> None:
    for name in ("a.wav", "a.meta.wav"):
        save_speech(tmp_path / name)
    ran = animate(tmp_path / "a.wav", tmp_path / "a.meta.wav")
    assert ran.status == 2
    assert "a.meta.wav: error: Its" in ran.err


def test_a_bad_file_takes_no_name_from_a_good_one(animate: Visemo, tmp_path: Path) -> None:
    (tmp_path / "a.flac").touch()
    save_speech(tmp_path / "a.wav")
    assert animate(tmp_path).status == 2
    assert (tmp_path / "a.csv").is_file()


def test_a_sound_is_not_overwritten_by_its_own_export(animate: Visemo, speech: Path) -> None:
    named_wrongly = speech.rename(speech.with_suffix(".json"))
    before = named_wrongly.read_bytes()
    ran = animate(named_wrongly)
    assert ran.status == 2
    assert "would overwrite the sound itself" in ran.err
    assert named_wrongly.read_bytes() == before


def test_a_file_in_place_of_the_folder(animate: Visemo, speech: Path) -> None:
    for out in (speech, speech / "deeper"):
        ran = animate(speech, "--out", out)
        assert (ran.status, ran.out) == (2, "")
        assert f"Cannot write into '{out}': it, or a part of it, is a file" in ran.err


def test_a_full_disk_keeps_the_old_files(
    animate: Visemo, speech: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for suffix in (".csv", ".json", ".meta.json"):
        speech.with_suffix(suffix).write_bytes(OLD)
    before = names(speech.parent)
    monkeypatch.setattr(os, "fsync", full)
    ran = animate(speech)
    assert ran.status == 2
    (line,) = ran.errors
    assert "speech.wav: error: Cannot write" in line
    assert "the disk is full" in line
    assert names(speech.parent) == before
    assert speech.with_suffix(".csv").read_bytes() == OLD
    assert speech.with_suffix(".json").read_bytes() == OLD


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fps", "0"], "frame rate must be from 1 to 1000 frames a second, not 0.0"),
        (["--fps", "nan"], "frame rate must be from 1 to 1000 frames a second, not nan"),
        (["--fps", "fast"], "invalid float value: 'fast'"),
        (["--smoothing", "-1"], "smoothing must be from 0.1 to 50 Hz or None, not -1.0"),
        (["--smoothing", "much"], "expected own, none or a number of Hz, not 'much'"),
        (["--strength", "9"], "strength must be from 0 to 2, not 9.0"),
        (["--strength", "nan"], "strength must be from 0 to 2, not nan"),
        (["--emotion", "bored"], "unknown emotion 'bored', expected one of auto, angry"),
        (["--model", "big"], "unknown model 'big', expected one of dependent, combined"),
        (["--points", "35"], "points must be 36 or 68, not 35"),
        (["--points", "68", "--format", "json"], "68 points are held by csv, not by json"),
        (["--format", "csv,xml"], "Unknown format 'xml'; expected one of csv, json, npz"),
        (["--format", ""], "Unknown format ''; expected one of csv, json, npz"),
        (["--device", "tpu"], "unknown device 'tpu', expected one of auto, cpu, cuda, mps"),
        (["--weights", "nowhere"], "nowhere has no recogniser, dsrn-angry.safetensors"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_options_that_cannot_be_are_explained(
    options: list[str], message: str, animate: Visemo, speech: Path
) -> None:
    ran = animate(speech, *options)
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.errors[-1]
    assert ran.errors[-1].startswith("visemo")
    assert names(speech.parent) == ["speech.wav"]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def absurd(path: Path) -> None:
    path.write_bytes(struct.pack("<Q", 1 << 60) + path.read_bytes()[8:])


def pickled(path: Path) -> None:
    path.write_bytes(pickle.dumps({"weights": [1.0]}))


def of_another_network(path: Path) -> None:
    other = "dsrn-sad" if path.stem == "dern" else "dern"
    path.write_bytes(path.with_stem(other).read_bytes())


def not_numbers(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-400:] = struct.pack("<e", float("nan")) * 200
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["dern", "dsrn-neutral"])
@pytest.mark.parametrize("spoil", [cut, empty, absurd, pickled, of_another_network, not_numbers])
def test_damaged_weights_are_refused_by_name(
    spoil: Callable[[Path], None], name: str, visemo: Visemo, own_weights: Path, speech: Path
) -> None:
    spoil(own_weights / f"{name}.safetensors")
    ran = visemo("animate", speech, "--weights", own_weights, "--emotion", "neutral")
    assert (ran.status, ran.out) == (2, "")
    (line,) = ran.errors
    assert f"{name}.safetensors" in line
    assert not speech.with_suffix(".csv").exists()


def test_a_missing_face_is_told_once_for_all_files(
    visemo: Visemo, own_weights: Path, tmp_path: Path
) -> None:
    face_path(own_weights, "sad").unlink()
    sounds = [save_speech(tmp_path / name) for name in ("a.wav", "b.wav")]
    ran = visemo("animate", *sounds, "--weights", own_weights)
    assert ran.status == 2
    (line,) = ran.errors
    assert line.startswith("visemo: error:")
    assert "has no dsrn-sad.safetensors" in line


def test_a_fault_of_ours_is_traced_and_the_others_are_done(
    animate: Visemo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.wav", "b.wav"):
        save_speech(tmp_path / name)
    original = Cascade.animate

    def faulty(self: Cascade, clip: Clip, *rest: Any) -> object:
        if clip.source.file == "a.wav":
            raise ZeroDivisionError("a bug")
        return original(self, clip, *rest)

    monkeypatch.setattr(Cascade, "animate", faulty)
    ran = animate(tmp_path)
    assert ran.status == 1
    assert "a.wav: error: a fault of this program: ZeroDivisionError('a bug')" in ran.err
    assert "Traceback" in ran.err
    assert names(tmp_path) == sorted(["a.wav", "b.wav", *outputs(["b"])])


def test_too_little_memory_is_one_line(
    animate: Visemo, speech: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Cascade, "animate", too_much)
    ran = animate(speech)
    assert ran.status == 2
    assert ran.errors == [
        f"{speech}: error: there is not enough memory for it; close other programs"
    ]


def test_a_gpu_that_fails_is_told_and_the_cpu_goes_on(
    animate: Visemo, speech: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.cascade.choose", lambda _name: torch.device("meta"))
    ran = animate(speech)
    assert ran.status == 0
    (line,) = ran.errors
    assert line.startswith(f"{speech}: note: meta failed (")
    assert line.endswith("going on on the CPU")
    assert speech.with_suffix(".csv").is_file()
