"""Project files that are not right are refused whole, with the place of the fault."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ProjectError
from core.project_file import MOST_BYTES, decode_project, encode_project, read_project
from tests.core.projects import change, full, saved


def first(key: str, value: object) -> Callable[[Any], object]:
    return lambda d: d["clips"][0].update({key: value})


def wish(key: str, value: object) -> Callable[[Any], object]:
    return lambda d: d["clips"][0]["settings"].update({key: value})


SEGMENT = {"start": 0.0, "end": 1.0, "emotion": "sad", "strength": 1.0}
FAULTS: dict[str, tuple[Callable[[Any], object], str]] = {
    "a newer version": (
        lambda d: d.update(schema="visemo-project/3", unheard_of=[{}]),
        r"newer version of Visemo \(project format 3; this one, .*, reads 2\); update Visemo",
    ),
    "another schema": (lambda d: d.update(schema="visemo-landmarks/1"), "is no Visemo project; ex"),
    "no schema": (lambda d: d.pop("schema"), "expected JSON of schema 'visemo-project/2'"),
    "version 0": (lambda d: d.update(schema="visemo-project/0"), "is no Visemo project"),
    "version -1": (lambda d: d.update(schema="visemo-project/-1"), "is no Visemo project"),
    "a long version": (lambda d: d.update(schema="visemo-project/" + "9" * 5000), "is no Visemo"),
    "schema a number": (lambda d: d.update(schema=1), r"Expected 'str', got 'int' \(in schema\)"),
    "no clips": (lambda d: d.pop("clips"), "missing required field 'clips'"),
    "clips a number": (lambda d: d.update(clips=3), r"Expected 'array', got 'int' \(in clips\)"),
    "a clip null": (lambda d: d["clips"].append(None), r"got 'null' \(in clips\[3\]\)"),
    "an unknown key": (wish("strenght", 1.0), r"field 'strenght' \(in clips\[0\]\.settings\)"),
    "an unknown key at the top": (lambda d: d.update(x=1), "unknown field 'x'"),
    "text for a number": (
        wish("strength", "1"), r"'float', got 'str' \(in clips\[0\]\.settings\.strength\)",
    ),
    "true for a number": (wish("strength", True), r"'float', got 'bool' \(in clips"),
    "too strong": (wish("strength", 2.5), r"must be from 0 to 2, not 2\.5 \(in .*clips\[0\]\)"),
    "another emotion": (wish("emotion", "glad"), r"unknown emotion 'glad', expected one of auto"),
    "another model": (wish("model", "x"), r"unknown model 'x', expected one of dependent"),
    "a gap": (
        wish("segments", [SEGMENT, {**SEGMENT, "start": 2.0, "end": 3.0}]), "segments must follow",
    ),
    "a segment backwards": (
        wish("segments", [{**SEGMENT, "end": -1.0}]), r"cannot go from 0\.0 to -1\.0 s \(in .*segm",
    ),
    "too many segments": (wish("segments", [SEGMENT] * 10_001), r"length <= 10000.*segments\)"),
    "gains beyond": (
        wish("gains", {"jaw": 9.0, "lips": 1, "corners": 1}), r"gain of the jaw must be from 0 to",
    ),
    "no gains": (lambda d: d["clips"][0]["settings"].pop("gains"), "missing required field 'gai"),
    "comparison wrong": (
        lambda d: d["clips"][0]["comparison"].update(strength=-1), r"not -1.* \(in comparison\)",
    ),
    "comparison a list": (first("comparison", []), r"got 'array' \(in clips\[0\]\.comparison\)"),
    "smoothing 0": (first("smoothing", 0), r"smoothing must be a positive number of Hz"),
    "a loop backwards": (first("loop", [2.0, 1.0]), r"a loop cannot go from 2\.0 to 1\.0 s"),
    "a loop of three": (first("loop", [1.0, 2.0, 3.0]), r"length 2.*loop\)"),
    "a short hash": (first("sha256", "abc"), r"regex.*sha256\)"),
    "twice the same": (lambda d: d["clips"].append(d["clips"][0]), r"there twice \(in clips\[3\]"),
    "twice in other words": (first("file", "x/../sounds/b.flac"), r"there twice \(in clips\[1\]"),
    "no file": (lambda d: d["clips"][0].pop("file"), "missing required field 'file'"),
    "in the last clip": (
        lambda d: d["clips"][2]["settings"]["gains"].update(lips=None),
        r"got 'null' \(in clips\[2\]\.settings\.gains\.lips\)",
    ),
    "an empty file": (first("file", ""), r"length >= 1.*file\)"),
    "an endless file": (first("file", "a" * 10_000), r"length <= 8192.*file\)"),
    "a null": (first("file", "a\0.wav"), r"cannot hold a null character \(in clips\[0\]"),
    "the folder": (first("file", "."), "'.' is not the name of a file"),
    "the folder above": (first("file", ".."), "'..' is not the name of a file"),
    "a folder above": (first("file", "x/../.."), "is not the name of a file"),
    "a folder": (first("file", "sounds/"), "'sounds/' is not the name of a file"),
    "the root": (first("file", "/"), "'/' is not the name of a file"),
    "a URL": (first("file", "https://x.example/a.wav"), "is not a file of this machine"),
    "a file URL": (first("file", "file:///etc/passwd"), "is not a file of this machine"),
    "a share": (first("file", "//server/share/a.wav"), "is not a file of this machine"),
    "a share of Windows": (first("file", "\\\\server\\share\\a.wav"), "not a file of this machine"),
    "a hidden share": (first("file_bytes", "Ly9zL2Eud2F2"), "'//s/a.wav' is not a file of this"),
    "bytes that are none": (first("file_bytes", "%%"), r"not a file name \(in file_bytes\)"),
    "null in bytes": (first("file_bytes", "AA=="), "cannot hold a null character"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_with_its_place(fault: str, tmp_path: Path) -> None:
    edit, message = FAULTS[fault]
    path = saved(tmp_path)
    change(path, edit)
    with pytest.raises(ProjectError, match=message) as caught:
        read_project(path)
    assert str(caught.value).startswith("'p.visemo'")
    assert "`" not in str(caught.value)


RAW: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty; choose a .visemo file"),
    "blank": (b" \n\n", "is empty; choose"),
    "null bytes": (b"\0" * 100, "is no Visemo project, or damaged"),
    "not JSON": (b"RIFF....WAVEfmt ", "is no Visemo project, or damaged"),
    "not UTF-8": (b'{"schema": "\xff\xfe"}', "is no Visemo project, or damaged"),
    "not a number": (b'{"schema": "visemo-project/1", "clips": NaN}', "or damaged"),
    "a lone surrogate": (b'{"schema": "visemo-project/1", "program": "\\ud800"}', "or damaged"),
    "a list": (b"[]", "Expected 'object', got 'array' .in the file"),
    "null": (b"null", "Expected 'object', got 'null'"),
    "deep lists": (b"[" * 10_000, "is no"),
    "deep lists within": (b'{"x":' + b"[" * 100_000, "is no Visemo project, or damaged"),
    "deep objects": (b'{"clips":' * 10_000, "is no Visemo project, or damaged"),
    "deep and closed": (b'{"clips":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "or damaged"),
    "huge": (b" " * (MOST_BYTES + 1), "is larger than the 16 MB that a project can have"),
    "a huge number": (b'{"schema": ' + b"9" * 100_000 + b"}", "is not a whole project|damaged"),
    "twice": (b'{"schema": "visemo-project/1"}{}', "or damaged"),
}


@pytest.mark.parametrize("kind", RAW)
def test_what_is_no_project_is_refused(kind: str, tmp_path: Path) -> None:
    data, message = RAW[kind]
    path = tmp_path / "p.visemo"
    path.write_bytes(data)
    with pytest.raises(ProjectError, match=message):
        read_project(path)


@pytest.mark.parametrize("literal", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
@pytest.mark.parametrize("old", ['"smoothing": 7.5', '"strength": 0.1', '"end": 1.25'])
def test_numbers_that_are_none_are_refused(literal: str, old: str, tmp_path: Path) -> None:
    path = saved(tmp_path)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, f"{old.split(':')[0]}: {literal}"), "utf-8")
    with pytest.raises(ProjectError, match=r"is not a whole project|or damaged"):
        read_project(path)


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\q"', '"\xff"', '"\0"', "[" * 10_000, "01", "+1"])
def test_damage_within_a_clip_is_refused(text: str, tmp_path: Path) -> None:
    path = saved(tmp_path)
    for old in (b'"a.wav"', b'"auto"', b"7.5"):
        data = path.read_bytes()
        assert old in data
        path.write_bytes(data.replace(old, text.encode("latin-1"), 1))
        with pytest.raises(ProjectError, match=r"^'p\.visemo' is no"):
            read_project(path)
        path.write_bytes(data)


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path)
    data = path.read_bytes().rstrip()
    for length in range(0, len(data), 7):
        path.write_bytes(data[:length])
        with pytest.raises(ProjectError, match=r"^'p\.visemo' is "):
            read_project(path)


@given(st.binary(max_size=200) | st.text().map(str.encode))
def test_any_bytes_are_a_project_or_refused(data: bytes) -> None:
    with pytest.raises(ProjectError, match=r"^'p' "):
        decode_project(data, Path("/x"), "p")


@given(st.data())
def test_a_changed_byte_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(encode_project(full(Path("/x/y")), Path("/x/y")))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=3)):
        content[place] = data.draw(st.integers(0, 255))
    with suppress(ProjectError):
        found = decode_project(bytes(content), Path("/x/y"), "p")
        assert len(found.clips) == 3
        assert decode_project(encode_project(found, Path("/x")), Path("/x"), "q") == found


def test_a_mark_of_windows_editors_is_skipped(tmp_path: Path) -> None:
    path = saved(tmp_path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_project(path) == full(tmp_path)


def test_a_folder_a_device_and_nothing_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, Path("/dev/zero"), tmp_path / "pipe"):
        with pytest.raises(ProjectError, match=r"is a folder or a device; choose a \.visemo file"):
            read_project(path)
    with pytest.raises(ProjectError, match=r"'gone' cannot be opened \(No such file"):
        read_project(tmp_path / "gone")
    with pytest.raises(ProjectError, match="cannot be opened"):
        read_project(tmp_path / "a\0b")


def test_messages_can_be_printed_whatever_the_name(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.visemo")
    for content in (b"", b"{}", b"[1]"):
        path.write_bytes(content)
        with pytest.raises(ProjectError, match=r"^'\?\.visemo' is ") as caught:
            read_project(path)
        str(caught.value).encode("utf-8")


def test_reading_looks_at_no_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path)
    looked: list[str] = []
    real = os.stat

    def stat(name: Any, *arguments: Any, **options: Any) -> os.stat_result:
        looked.append(os.fspath(name))
        return real(name, *arguments, **options)

    monkeypatch.setattr(os, "stat", stat)
    read_project(path)
    assert set(looked) <= {str(path)}
